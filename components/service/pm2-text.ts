import type { Lines } from "../kernel/lines";
import { linesOf } from "../kernel/lines";
import { mapValues } from "../kernel/map-values";
import { ENVIRONMENT } from "./unit-text";

/** The helper puts the process's name, and the port of the release, in their places. */
const NAME = "@name@";
export const PORT = "@port@";

export interface EcosystemText {
  /** Of the service in PM2. */
  name: string;
  /** The release's, `@release@`, or that of a working copy. */
  folder: string;
  /** In the folder. */
  cwd: string | undefined;
  script: string;
  arguments: readonly string[];
  interpreter: string;
  nodeArguments: readonly string[];
  mode: "cluster" | "fork";
  instances: number;
  environment: Readonly<Record<string, string>>;
  /** Whether there are secret variables. */
  secrets: boolean;
  switching:
    | { by: "port"; variable?: string | undefined; argument?: string | undefined }
    /** Seconds. */
    | { by: "reload"; listenTimeout: number }
    | { by: "stop" };
  home: string;
  /** Folder; PM2's own if there is none. */
  logs: string | undefined;
  /** Megabytes. */
  memory: number;
  /** Seconds. */
  stopTimeout: number;
}

/** What PM2 is told of one service: the keys of its ecosystem file that we use. */
interface EcosystemApp {
  name: string;
  namespace?: string;
  script: string;
  args: readonly string[];
  interpreter: string;
  node_args?: readonly string[];
  cwd: string;
  exec_mode: "cluster" | "fork";
  instances: number;
  env: Record<string, string>;
  log_file?: string;
  out_file: string;
  error_file: string;
  /** One file for all processes. */
  merge_logs: true;
  max_memory_restart: string;
  autorestart: true;
  /** Milliseconds, as all of PM2's times. */
  exp_backoff_restart_delay: number;
  kill_timeout: number;
  wait_ready?: true;
  listen_timeout?: number;
  watch: false;
  vizion: false;
  pmx: false;
}

/**
 * The ecosystem file of one release. It holds no secret: whoever loads it, which PM2 does in the name of the account, reads them from a
 * file that is the account's alone. It is CommonJS whatever the application is.
 */
export const ecosystemText = (text: EcosystemText): Lines => [
  "// Written by Flowfleet for one release; the next one has another.",
  ...(text.secrets ? READ_SECRETS : []),
  ...linesOf(`const app = ${literal(appOf(text))};`),
  ...(text.secrets ? ["app.env = { ...app.env, ...secrets };"] : []),
  ...(text.switching.by === "port" && text.switching.variable !== undefined
    ? [`app.env[${JSON.stringify(text.switching.variable)}] = "${PORT}";`]
    : []),
  "module.exports = { apps: [app] };",
];

/** The file is a `SecretBundle`'s: a line for each variable, its value in quotes and without escapes. */
const READ_SECRETS: Lines = [
  'const { readFileSync } = require("node:fs");',
  "const secrets = Object.fromEntries(",
  `  readFileSync("${ENVIRONMENT}", "utf8")`,
  '    .split("\\n")',
  '    .filter((line) => line.includes("="))',
  '    .map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1).replace(/^([\'"])(.*)\\1$/, "$2")]),',
  ");",
];

function appOf(text: EcosystemText): EcosystemApp {
  const { switching, folder, cwd, interpreter, nodeArguments } = text;
  return {
    name: NAME,
    ...(switching.by === "stop" ? {} : { namespace: text.name }),
    script: plain(text.script),
    args: [...text.arguments.map(plain), ...portArguments(switching)],
    interpreter: /^[^/]+\//.test(interpreter) ? `${folder}/${interpreter.replace(/^\.\//, "")}` : interpreter,
    ...(nodeArguments.length === 0 ? {} : { node_args: nodeArguments.map(plain) }),
    cwd: cwd === undefined ? folder : `${folder}/${cwd}`,
    exec_mode: text.mode,
    instances: text.instances,
    env: mapValues(text.environment, plain),
    ...logsOf(text),
    merge_logs: true,
    max_memory_restart: `${text.memory}M`,
    autorestart: true,
    // Ever more slowly, up to every 15 seconds. Without it PM2 gives up soon, and a database may be away for longer.
    exp_backoff_restart_delay: 100,
    kill_timeout: text.stopTimeout * 1000,
    ...(switching.by === "reload" ? { wait_ready: true, listen_timeout: switching.listenTimeout * 1000 } : {}),
    watch: false,
    vizion: false,
    pmx: false,
  };
}

function portArguments(switching: EcosystemText["switching"]): string[] {
  if (switching.by !== "port" || switching.argument === undefined) return [];
  return switching.argument.endsWith("=") ? [`${switching.argument}${PORT}`] : [switching.argument, PORT];
}

/** PM2's own names, where it would write by itself. */
function logsOf({ name, home, logs }: EcosystemText): Pick<EcosystemApp, "log_file" | "out_file" | "error_file"> {
  const folder = logs ?? `${home}/.pm2/logs`;
  return {
    ...(logs === undefined ? {} : { log_file: `${folder}/${name}.log` }),
    out_file: `${folder}/${name}-out.log`,
    error_file: `${folder}/${name}-error.log`,
  };
}

/** What a person wrote, in which the helper is to find none of its own words: an escape of JSON takes the place of their first letter. */
const AT = "\u{E000}";
const plain = (text: string): string => text.replace(/@(?=(?:name|release|port|environment)@)/g, AT);

/** As a person would write it in JavaScript. */
const literal = (app: EcosystemApp): string =>
  JSON.stringify(app, null, 2)
    .replace(/^( *)"([A-Za-z_]\w*)":/gm, "$1$2:")
    .replaceAll(AT, "\\u0040");
