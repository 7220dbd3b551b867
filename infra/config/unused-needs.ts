import type { Problem } from "../../components/kernel/refuse";
import type { Raw } from "./raw";
import { group } from "./raw";

/**
 * What is set and would change nothing, because something else that is set makes it meaningless. What a machine has and AWS has not, the
 * systems say themselves; what nothing of a plan uses, the plan says.
 */
export const unusedNeeds = (raw: Raw): Problem[] => [
  ...["flowmaster", "flowra", "flowstack", "coreflow"].flatMap((system) =>
    fallbackNeeds(`flowfleet:${system}.certificate`, group(group(raw[system])["certificate"])),
  ),
  ...flowmasterNeeds(group(raw["flowmaster"])),
  ...modeNeeds(group(raw["flowra"])),
  ...seedNeeds(group(raw["flowstack"])),
  ...Object.entries(group(raw["hosts"])).flatMap(([name, host]) => hostNeeds(`flowfleet:hosts.${name}`, group(host))),
];

/** Those of the keys that are set. */
const set = (path: string, given: Raw, keys: readonly string[], wrong: string, todo = "leave it out"): Problem[] =>
  keys.filter((key) => given[key] !== undefined).map((key) => ({ path: `${path}.${key}`, wrong, todo }));

/** Serves until the first certificate is there. */
const fallbackNeeds = (path: string, { challenge, fallback }: Raw): Problem[] => {
  const { type } = group(challenge);
  return type === "files" || type === "self-signed"
    ? set(path, { fallback }, ["fallback"], "is for a certificate that somebody else has to give, and may not")
    : [];
};

function flowmasterNeeds({ compression, keys }: Raw): Problem[] {
  const path = "flowfleet:flowmaster";
  return [
    ...(String(group(compression)["enabled"]) === "false"
      ? set(`${path}.compression`, group(compression), ["level", "minimum"], "is of a compression that is switched off")
      : []),
    ...Object.entries(group(keys)).flatMap(([name, key]) =>
      group(key)["value"] === undefined
        ? []
        : set(`${path}.keys.${name}`, group(key), ["rotation"], "is for a key that is made, and this one is given", "change value instead"),
    ),
  ];
}

/** Flowra as units of systemd has no containers of its own, and no file that one of them would be handed. */
function modeNeeds({ aws, mode = "containers", configuration = "environment", users, ...settings }: Raw): Problem[] {
  const path = "flowfleet:flowra";
  // There is neither on AWS.
  if (aws !== undefined) return [];
  if (mode === "systemd")
    return [
      ...set(path, settings, ["composeFile", "workingDirectory"], "is for mode containers"),
      ...set(`${path}.users`, group(users), ["api", "worker", "migrator"], "is for mode containers: a unit has an account of the machine"),
    ];
  return configuration === "file" ? [] : set(path, settings, ["workingDirectory"], "is where a container finds its configuration: file");
}

const seedNeeds = ({ seed, rotation }: Raw): Problem[] =>
  group(seed)["password"] === undefined
    ? []
    : set(
        "flowfleet:flowstack.rotation",
        group(rotation),
        ["seed"],
        "is for a password that is made, and this one is given",
        "change seed.password instead",
      );

/** A machine that is gone is not set up any more. */
const hostNeeds = (path: string, { state, takeOver }: Raw): Problem[] =>
  state === "abandoned" ? set(path, { takeOver }, ["takeOver"], "is for a machine that is there, and this one is abandoned") : [];
