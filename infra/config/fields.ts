import { isIPv6 } from "node:net";
import * as z from "zod";
import { hostKeyProblems } from "../../components/host/host-key";
import { isPublicKey } from "../../components/host/public-key";
import type { Duration } from "../../components/kernel/duration";
import { inSeconds } from "../../components/kernel/duration";
import { goSeconds } from "../../components/kernel/go-duration";
import { parseSubnet } from "../../components/kernel/ipv4";
import {
  accountProblems,
  commitProblems,
  hostNameProblems,
  pathProblems,
  portProblems,
  slugProblems,
  volumeNameProblems,
} from "../../components/kernel/names";
import type { Problem } from "../../components/kernel/refuse";
import type { Size } from "../../components/kernel/size";
import { inKilobytes, inMegabytes } from "../../components/kernel/size";
import { nearest } from "./problems";
import { isGroup } from "./raw";
import { Secret } from "./secret";

/** What is wrong with one value, without the path, which the schema knows. */
export type Complaint = Pick<Problem, "wrong" | "allowed" | "todo"> & {
  /** The value is never shown. */
  secret?: boolean;
};

const MISSING = "is missing";
/** The program would hand it on in clear text. */
const NO_SECRET: Complaint = { wrong: "is encrypted, but is no secret here", todo: "set it without --secret", secret: true };

/** What an editor is told of a value: JSON Schema. It knows less than `read`, and refuses nothing that `read` takes. */
type Form = Readonly<Record<string, unknown>>;
const TEXT: Form = { type: "string" };
/** As Pulumi writes an encrypted value. */
export const SECURE: Form = {
  type: "object",
  properties: { secure: { type: "string" } },
  required: ["secure"],
  additionalProperties: false,
  description: "Set by: pulumi config set --secret --path",
};

/**
 * One value of the configuration. `read` gives the value or what is wrong with it; both numbers and text of digits are numbers,
 * because `pulumi config set` writes the one with `--path` and the other without. `wanted` is said where there is no value.
 */
function field<T>(
  read: (value: unknown) => { ok: T } | Complaint,
  { form, wanted, ...about }: { allowed?: string; wanted?: string | undefined; secret?: boolean; form?: Form } = {},
) {
  const checked = z.unknown().transform((value, context): T => {
    const answer =
      value === undefined || value === null
        ? { wrong: MISSING, ...(wanted !== undefined && { todo: wanted }) }
        : value instanceof Secret && about.secret !== true
          ? NO_SECRET
          : read(value);
    if ("ok" in answer) return answer.ok;
    context.addIssue({ code: "custom", message: answer.wrong, params: { ...about, ...answer }, input: value });
    return z.NEVER;
  });
  return checked.meta(form ?? (about.secret ? SECURE : TEXT));
}

const isText = (value: unknown): value is string => typeof value === "string" && value.trim() !== "";

/** A line of text that `problems` finds nothing wrong with. */
function line<T extends string = string>(
  problems: (text: string) => Pick<Problem, "wrong" | "allowed" | "todo">[],
  allowed?: string,
  form: Form = TEXT,
) {
  return field<T>(
    (value) => {
      if (!isText(value)) return { wrong: typeof value === "string" ? "must not be empty" : "must be text; put it in quotes" };
      if (/[\r\n\0]/.test(value)) return { wrong: "must be one line" };
      return problems(value)[0] ?? { ok: value as T };
    },
    allowed === undefined ? { form, wanted: wantedBy(problems) } : { form, allowed },
  );
}

/** What a text must be, of which those problems know. */
const wantedBy = (problems: (text: string) => Complaint[]): string | undefined =>
  problems("").find(({ wrong }) => wrong.startsWith("must be"))?.wrong;

const converts = (convert: () => unknown, wrong: string) => {
  try {
    convert();
    return [];
  } catch {
    return [{ wrong }];
  }
};

export const matches = (pattern: RegExp, wrong: string, allowed?: string) =>
  line((value) => (pattern.test(value) ? [] : [{ wrong, ...(allowed === undefined ? {} : { allowed }) }]), allowed, {
    ...TEXT,
    ...(pattern.flags === "" && { pattern: pattern.source }),
  });

export const text = (allowed?: string) => line(() => [], allowed);

/** Text of several lines, such as a PEM block. */
export const block = () => field<string>((value) => (isText(value) ? { ok: value } : { wrong: "must be text" }));

/** A secret that `problems` finds nothing wrong with. Its value is in no message; one that is missing is found by `isMissingSecret`. */
const secretWith = (problems: (text: string) => Complaint[]) =>
  field<Secret>(
    (value) => {
      if (!(value instanceof Secret) && !isText(value)) return noSecretText(value);
      const given = value instanceof Secret ? value : new Secret(value);
      return problems(given.reveal())[0] ?? { ok: given };
    },
    { secret: true },
  );

function noSecretText(value: unknown): Complaint {
  if (typeof value === "number" || typeof value === "boolean") return { wrong: "must be text; put it in quotes, and encrypt it" };
  if (!isGroup(value)) return { wrong: "must be text that is not empty" };
  const [key = ""] = Object.keys(value);
  if (key === "secure") return { wrong: "is encrypted, and nothing is in it", todo: "set it again" };
  return { wrong: "must be text or {secure: …}, which is encrypted", ...(nearest(key, ["secure"]) && { todo: 'did you mean "secure"?' }) };
}

export const secret = () => secretWith(() => []);

/** A line of text that may be a secret, and is none where it is not encrypted. */
export const textOrSecret = () =>
  field<string | Secret>(
    (value) => {
      if (value instanceof Secret) return { ok: value };
      return isText(value) && !/[\r\n\0]/.test(value) ? { ok: value } : { wrong: "must be one line of text; put it in quotes" };
    },
    { secret: true, form: { anyOf: [TEXT, SECURE] } },
  );

/** A secret in which a word must not be, whatever its case. */
export const secretWithout = (word: string, wrong: string) => secretWith((text) => (text.toLowerCase().includes(word) ? [{ wrong }] : []));

/** What guides and examples write where a secret belongs. */
const PLACEHOLDER = /^(?:admin|root|password1@#|password|passwd|secret|changeme|change-me|test|guest)\d*$|^your[-_ ]|^<.*>$|^(.)\1*$/i;

/** A secret that the stack would make itself, of an installation that has one already: no placeholder, and of some length. */
export const strongSecret = (least: number) =>
  secretWith((text) => {
    // What is encrypted in a file is known to the program alone.
    if (text === "") return [];
    const todo = "leave it out, and one of 256 bits is generated; if data that exist were made with it, change it there first";
    if (PLACEHOLDER.test(text)) return [{ wrong: "is a default or a placeholder that everybody knows", todo }];
    return text.length < least ? [{ wrong: `is shorter than ${least} characters`, todo }] : [];
  });

/** A setting that has a name in the system's guide and that only the stack can know. */
export const made = (why: string) =>
  field<never>(() => ({ wrong: `is decided by the stack: ${why}`, todo: "leave it out" }), {
    secret: true,
    form: { not: {}, description: `Decided by the stack: ${why}` },
  }).optional();

export const hostName = () => line((value) => hostNameProblems("", value));
export const slug = () => line((value) => slugProblems("", value));
export const absolutePath = () => line((value) => pathProblems("", value));
/** Below a folder that is known. */
export const relativePath = () =>
  matches(/^(?!.*(?:^|\/)\.{1,2}(?:\/|$))[A-Za-z0-9._-]+(?:\/[A-Za-z0-9._-]+)*$/, 'must be a path in the release, such as "dist/main.js"');
/** Of the distribution. */
export const packageName = () => matches(/^[a-z0-9][a-z0-9+.-]+$/, 'must be the name of a package, such as "python3-venv"');
/** Of an HTTP request, without a query. */
export const requestPath = () => matches(/^(?:\/[A-Za-z0-9_.-]+)+$/, 'must be a path such as "/health"');
export const headerName = () => matches(/^[A-Za-z][A-Za-z0-9-]*$/, 'must be the name of a header, such as "CF-Connecting-IP"');
/** As a shell knows it. */
export const variableName = () => matches(/^[A-Za-z_][A-Za-z0-9_]*$/, 'must be the name of a variable, such as "PORT"');
/** A program of the machine, or one below a folder that is known. */
export const program = () =>
  matches(/^(?:\.?\/)?[A-Za-z0-9._-]+(?:\/[A-Za-z0-9._-]+)*$/, 'must be a program, such as "node", "python3" or "./.venv/bin/python"');
export const fileName = () => matches(/^(?!\.{1,2}$)[A-Za-z0-9._-]+$/, "must be the name of a file, without folders");
export const address = () =>
  matches(
    /^(?:[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?|[0-9a-fA-F:]*:[0-9a-fA-F:.]+)$/,
    "must be a bare address or name, without scheme, user or port",
  );
export const account = () => matches(/^[a-z_][a-z0-9_-]{0,31}$/, "must be the name of an account on the machine");
/** One that services run as. */
export const serviceAccount = () => line((value) => accountProblems("", value));
export const email = () => matches(/^[^\s@]+@[^\s@]+\.[^\s@]+$/, "must be an e-mail address");
export const branch = () => matches(/^[A-Za-z0-9][A-Za-z0-9._/-]*$/, "must be the name of a branch");
export const url = () => matches(/^https?:\/\/[^\s/?#]+[^\s]*$/, 'must be an address such as "https://example.com"');
/** The same, or of a WebSocket. */
export const socketUrl = () => matches(/^(?:https?|wss?):\/\/[^\s/?#]+[^\s]*$/, 'must be an address such as "wss://example.com/cable"');
/** Of every day, by the machine's clock. */
export const timeOfDay = () => matches(/^(?:[01]\d|2[0-3]):[0-5]\d$/, 'must be a time of the day, in quotes, such as "03:30"');
/** Scheme, name and port of a web page, as browsers send it. */
export const origin = () =>
  matches(
    /^https?:\/\/[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::\d+)?$/,
    "must be an origin, without a path",
    'such as "https://app.example.com"',
  );
/** Numbers of user and group in a container. */
export const containerUser = () =>
  matches(/^[1-9]\d*:(?:0|[1-9]\d*)$/, 'must be the numbers of a user that is not root and of a group, such as "10001:10001"');
/** Of Docker. */
export const volume = () => line((value) => volumeNameProblems("", value));
export const version = () => matches(/^\d+(?:\.\d+)*$/, 'must be a version such as "24.0"');
export const subnet = () =>
  line((value) => converts(() => parseSubnet(value), 'must be an IPv4 subnet such as "10.90.2.0/24" whose address is its first'));
export const hostKey = () => line((value) => hostKeyProblems("", value));
const PUBLIC_KEY = /^(?:ssh|ecdsa|sk)-[a-z0-9@.-]+ [A-Za-z0-9+/=]+(?: .*)?$/;
/** Of somebody who may log in, as `authorized_keys` has it. */
export const publicKey = () =>
  line(
    (value) => {
      if (!PUBLIC_KEY.test(value)) return [{ wrong: 'must be a public key such as "ssh-ed25519 AAAA… anna"' }];
      const [kind = "", body = ""] = value.split(" ");
      return isPublicKey(kind, body) ? [] : [{ wrong: "is damaged: its second word is no key of that kind" }];
    },
    undefined,
    { ...TEXT, pattern: PUBLIC_KEY.source },
  );

/** Repository of an image, with its registry and without tag. */
export const image = () =>
  matches(
    /^[a-z0-9.-]+(?::\d+)?(?:\/[a-z0-9]+(?:[._-]+[a-z0-9]+)*)+$/,
    'must be the repository of an image with its registry and without a tag, such as "registry.example.com/flowmaster/backend" or "docker.io/library/postgres"',
  );
/** Not shown when it is wrong: it may hold a password, which is what is wrong with it. */
export const archive = () =>
  field<string>((value) =>
    isText(value) && /^https:\/\/[^\s@/?#]+\/[^\s@?#]+$/.test(value)
      ? { ok: value }
      : {
          wrong: "must be the https address of an archive, without a password",
          allowed: 'such as "https://example.com/flowra-1.4.0.tar.gz"',
          secret: true,
        },
  );
/** The same: an address may hold a password. */
export const repository = () =>
  field<string>((value) =>
    isText(value) && /^(?:https:\/\/[^\s@/?#]+\/|ssh:\/\/[\w.-]+@[\w.-]+(?::\d+)?\/|[\w.-]+@[\w.-]+:)[^\s@?#]+$/.test(value)
      ? { ok: value }
      : {
          wrong: "must be the address of a git repository, by https without a password, or by ssh",
          allowed: 'such as "https://git.example.com/shop/api.git" or "ssh://git@git.example.com/shop/api.git"',
          secret: true,
        },
  );
export const digest = () => matches(/^sha256:[0-9a-f]{64}$/, "must be the digest of an image", '"sha256:" and 64 hexadecimal digits');
export const hex = (digits: number) => matches(new RegExp(`^[0-9a-f]{${digits}}$`), `must be ${digits} hexadecimal digits`);
export const commit = () => line((value) => commitProblems("", value));
export const time = () =>
  line(
    (value) =>
      /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z$/.test(value) && !Number.isNaN(Date.parse(value))
        ? []
        : [{ wrong: "must be a time in UTC" }],
    'such as "2026-11-20T10:00:00Z"',
  );

/** A day of the calendar. One without quotes Pulumi hands over as midnight of it. */
export const day = () =>
  field<string>(
    (value) => {
      const [, found = ""] = /^(\d{4}-\d\d-\d\d)(?:T00:00:00Z| 00:00:00 \+0000 UTC)?$/.exec(String(value)) ?? [];
      const time = Date.parse(`${found}T00:00:00Z`);
      return !Number.isNaN(time) && new Date(time).toISOString().startsWith(found) ? { ok: found } : { wrong: "must be a day" };
    },
    { allowed: 'such as "2027-06-30"' },
  );

/** One of many names: the message has the one that was probably meant, and not all of them. */
export const known = (names: readonly string[], wrong: string, where: string) =>
  line(
    (value) => {
      if (names.includes(value)) return [];
      const near = nearest(value, names);
      return [{ wrong, todo: near === undefined ? where : `did you mean "${near}"?` }];
    },
    undefined,
    { enum: names },
  );

export const duration = () =>
  line<Duration>(
    (value) => converts(() => inSeconds(value as Duration), 'must be a time such as "30 seconds"'),
    "a whole number of seconds, minutes, hours or days",
  );
/** A length of time as Go writes it, with `d` for days; above zero. */
export const goDuration = () =>
  line((value) => converts(() => goSeconds(value), 'must be a time such as "30s", as Go writes it'), "such as 500ms, 30s, 10m, 1h30m, 7d");
/** Some addresses, or one. */
export const network = () =>
  line((value) =>
    converts(() => parseSubnet(value.includes("/") ? value : `${value}/32`), 'must be an IPv4 address or subnet such as "203.0.113.0/24"'),
  );
/** The same, or of IPv6. */
export const anyNetwork = () =>
  line((value) => {
    const [address = "", bits = "128", ...rest] = value.split("/");
    if (isIPv6(address) && /^\d{1,3}$/.test(bits) && Number(bits) <= 128 && rest.length === 0) return [];
    return converts(() => parseSubnet(value.includes("/") ? value : `${value}/32`), "must be an address or a subnet");
  }, "such as 203.0.113.7, 203.0.113.0/24, 2001:db8::/32");
/** A size that may be below a megabyte. */
export const kilobytes = () =>
  line<Size>(
    (value) => converts(() => inKilobytes(value as Size), 'must be a size such as "1 KB"'),
    "a whole number of KB, MB or GB above zero",
  );
export const size = () =>
  line<Size>(
    (value) => converts(() => inMegabytes(value as Size), 'must be a size such as "50 MB"'),
    "a whole number of MB or GB above zero",
  );

/** A number in a range. Text of digits will do. */
function number(wrong: string, low: number, high: number, whole: boolean) {
  const allowed = `${low} to ${high}`;
  return field<number>(
    (value) => {
      const read = typeof value === "string" && /^\d+(?:\.\d+)?$/.test(value) ? Number(value) : value;
      const fits = typeof read === "number" && read >= low && read <= high && (!whole || Number.isInteger(read));
      return fits ? { ok: read } : { wrong };
    },
    { allowed, form: { type: ["number", "string"], minimum: low, maximum: high, pattern: "^[0-9]+(?:[.][0-9]+)?$" } },
  );
}

export const integer = (low: number, high: number) => number("must be a whole number", low, high, true);
export const amount = (low: number, high: number) => number("must be a number", low, high, false);
export const port = () => number(portProblems("", 0)[0]?.wrong ?? "", 1, 65_535, true);

export const flag = () =>
  field<boolean>(
    (value) => {
      if (value === true || value === "true") return { ok: true };
      return value === false || value === "false" ? { ok: false } : { wrong: "must be true or false" };
    },
    { wanted: "must be true or false", form: { enum: [true, false, "true", "false"] } },
  );

/** The same, or one word. */
export const flagOr = <const T extends string>(word: T) =>
  field<boolean | T>(
    (value) => {
      if (value === word) return { ok: word };
      if (value === true || value === "true") return { ok: true };
      return value === false || value === "false" ? { ok: false } : { wrong: `must be true, false or "${word}"` };
    },
    { form: { enum: [true, false, "true", "false", word] } },
  );

export function choice<const T extends string>(...values: readonly T[]) {
  return field<T>(
    (value) => {
      const found = values.find((one) => one === value);
      return found === undefined ? { wrong: "is none of the values allowed" } : { ok: found };
    },
    { allowed: values.join(", "), form: { enum: values } },
  );
}

/** A group of settings that may be left out; what is needed in it is then missing there, by its full path. */
export const group = <T extends z.ZodRawShape>(shape: T) => z.strictObject(shape).prefault({} as never);
