import type { PlannedResource } from "../../rehearsal/plan";
import { type Differences, plainText } from "./differences";
import { type Left, leftAddresses, leftText } from "./left-addresses";
import type { Interruption, SwitchWay } from "./report";

type Switched = Pick<Interruption, "way" | "seconds" | "what">;

/**
 * How a service is switched over: as its component says, unless what changes makes it another way than usual.
 *
 * @param what The component's own sentence.
 * @param changed What of the service changes.
 * @param askersOf Other services that ask at addresses until they are released themselves, by name.
 */
export function switchOver(
  what: string,
  changed: readonly PlannedResource[],
  differencesOf: (resource: PlannedResource) => Differences,
  askersOf: (left: Left) => string[],
): Switched {
  const hasOtherWay = changed.some((one) => differencesOf(one).properties.some(({ path }) => path === "pm2.way"));
  const told = serverOfRds(what, changed, differencesOf) ??
    (hasOtherWay ? otherWay(what) : undefined) ?? { ...readSentence(what), what: usualWay(what) };
  const [left] = changed.flatMap((one) => leftAddresses(one) ?? []);
  if (!left) return told;
  return { way: told.way, what: `${withoutPromise(told.what)}; ${leftText(left, askersOf(left))}` };
}

/** Whoever asks at the former address is interrupted, however smoothly the releases change. */
const withoutPromise = (what: string): string => what.replace(/^not interrupted(?: \([^)]*\))?: /, "");

/** Without what is about something else: "only where the way itself is another than before, …". */
const usualWay = (what: string): string => what.split("; only where")[0] ?? what;

/** From one way of PM2 to another: what its component says of that alone. */
function otherWay(what: string): Switched | undefined {
  const [, said, seconds] = /; only where (the way itself is another than before, .* at most (\d+) s)/.exec(what) ?? [];
  return said === undefined ? undefined : { way: "stop-first", seconds: Number(seconds), what: said };
}

/** How a service is switched over, and the most that it is away: from the component's own sentence. */
export function readSentence(what: string): Pick<Interruption, "way" | "seconds"> {
  const way = wayIn(what);
  if (way !== "stop-first") return way === "other" ? { way } : { way, seconds: 0 };
  const most = [...usualWay(what).matchAll(/at most (\d+) s/g)].reduce((sum, [, seconds]) => sum + Number(seconds), 0);
  return most > 0 ? { way, seconds: most } : { way };
}

function wayIn(what: string): SwitchWay {
  if (/stop first|down from (?:its|the) stop/.test(what)) return "stop-first";
  if (what.includes("rolling reload")) return "reload";
  if (/new files take the place/.test(what)) return "files";
  return what.startsWith("not interrupted") ? "side by side" : "other";
}

/**
 * RDS changes a server where it is. How long a failover to the second server takes is known, with another class alone; AWS gives no bound
 * for anything else.
 *
 * Source: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Concepts.MultiAZSingleStandby.html (60 to 120 seconds)
 */
function serverOfRds(
  what: string,
  changed: readonly PlannedResource[],
  differencesOf: (resource: PlannedResource) => Differences,
): Switched | undefined {
  const server = changed.find(({ type }) => type === "aws:rds/instance:Instance");
  if (!server) return undefined;
  if (server.op === "replace") return { way: "other", what: replacedServer(server) };
  const paths = differencesOf(server).properties.map(({ path }) => path);
  const isFailover =
    server.before?.["multiAz"] === true &&
    server.inputs["multiAz"] === true &&
    !["engineVersion", "port", "identifier"].some((path) => paths.includes(path));
  return isFailover ? { way: "restart", seconds: 120, what } : { way: "restart", what };
}

function replacedServer({ inputs }: PlannedResource): string {
  const snapshot = inputs["snapshotIdentifier"];
  return `its server is replaced: nobody is answered until the new one is there, which is ${
    snapshot === undefined ? "empty until somebody restores its data" : `made of snapshot ${plainText(snapshot)}`
  }`;
}
