import { inSeconds } from "../kernel/duration";
import { pathProblems, portProblems } from "../kernel/names";
import { problemsOf } from "../kernel/refuse";
import type { Problem } from "../kernel/refuse";
import { inMegabytes, inNginxUnits } from "../kernel/size";
import { atLeast, durationProblems, secondOrMoreProblems, serviceNameProblems, variableProblems } from "../kernel/workload-problems";
import { timesOf } from "./common-specification";
import { longestStop } from "./interruption";
import type { Pm2ServiceArgs } from "./pm2-service";
import { buildProblems, healthProblems } from "./service-problems";
import { sourceProblems, sourceReleaseProblems } from "./source-problems";
import { insideProblems, lineProblems } from "./systemd-service-problems";

/** Everything that is wrong with the arguments of a service, without asking the machine. */
export const pm2ServiceProblems = (args: Pm2ServiceArgs): Problem[] => [
  ...serviceNameProblems(args),
  ...codeProblems(args),
  ...processProblems(args),
  ...variableProblems("environment", Object.keys(args.environment ?? {})),
  ...(args.port === undefined ? [] : portProblems("port", args.port)),
  ...healthProblems(args.health),
  ...durationProblems({
    deadline: args.deadline,
    drain: args.drain,
    stopTimeout: args.stopTimeout,
    keepAlive: args.keepAlive,
    pullTimeout: args.pullTimeout,
  }),
  ...problemsOf("limits/memory", () => inMegabytes(args.limits.memory)),
  ...problemsOf("maxBody", () => inNginxUnits(args.maxBody ?? "50 MB")),
  ...switchingProblems(args),
  ...atLeast("keep", args.keep ?? 1, 1),
];

const codeProblems = (args: Pm2ServiceArgs): Problem[] => [
  ...(args.source === undefined
    ? buildProblems(args.release)
    : [...sourceReleaseProblems(args.release), ...sourceProblems({ user: args.daemon.user, ...args.source })]),
  ...(args.file === undefined ? [] : pathProblems("file", args.file)),
  ...Object.entries(args.links ?? {}).flatMap(([path, target]) => [
    ...pathProblems(`links/${path}`, path),
    ...(target === "." ? [] : insideProblems(`links/${path}`, target)),
  ]),
];

const processProblems = ({ name, script, mode, interpreter = "node", instances = 1, cwd, ...args }: Pm2ServiceArgs): Problem[] => [
  ...(name === undefined || /^[a-z0-9][a-z0-9_-]{0,80}$/.test(name)
    ? []
    : [{ path: "name", wrong: 'must be lower-case letters, digits, hyphens and underscores such as "api-gateway"', got: name }]),
  ...(/^(?:all|\d+)$/.test(name ?? args.service)
    ? [
        {
          path: name === undefined ? "service" : "name",
          wrong: "means something else to PM2",
          got: name ?? args.service,
          todo: "give it another name",
        },
      ]
    : []),
  ...insideProblems("script", script),
  ...(args.arguments ?? []).flatMap((argument, index) => lineProblems(`arguments[${index}]`, argument)),
  ...(args.nodeArguments ?? []).flatMap((argument, index) => lineProblems(`nodeArguments[${index}]`, argument)),
  ...(cwd === undefined ? [] : insideProblems("cwd", cwd)),
  ...interpreterProblems(interpreter),
  ...(mode === "cluster" && interpreter !== "node"
    ? [{ path: "mode", wrong: "cluster mode is Node's own", got: interpreter, todo: 'choose mode "fork", or interpreter "node"' }]
    : []),
  ...(instances === 1 || (mode === "cluster" && Number.isInteger(instances) && instances > 1)
    ? []
    : [{ path: "instances", wrong: 'must be 1, or more in mode "cluster"', got: instances }]),
];

const interpreterProblems = (interpreter: string): Problem[] =>
  /^[A-Za-z0-9._-]+$/.test(interpreter) || pathProblems("", interpreter.replace(/^(?:\.\/)?(?!\/)/, "/")).length === 0
    ? []
    : [{ path: "interpreter", wrong: 'must be "node", "none", or a program such as "python3", ".venv/bin/python"', got: interpreter }];

const switchingProblems = (args: Pm2ServiceArgs): Problem[] => {
  const { switching, mode, environment = {}, port, instances = 1 } = args;
  switch (switching.by) {
    case "port":
      return [
        ...switching.ports.flatMap((one, index) => portProblems(`switching/ports[${index}]`, one)),
        ...(switching.variable === undefined
          ? lineProblems("switching/argument", switching.argument)
          : variableProblems("switching/variable", [switching.variable])),
        ...(switching.variable !== undefined && switching.variable in environment
          ? [{ path: `environment/${switching.variable}`, wrong: "is set by each release itself", todo: "leave it out" }]
          : []),
      ];
    case "reload":
      return [
        ...secondOrMoreProblems({ "switching/listenTimeout": switching.listenTimeout }),
        ...(mode === "cluster"
          ? []
          : [{ path: "switching/by", wrong: 'a rolling reload needs mode "cluster"', got: mode, todo: 'or switch by "port" or "stop"' }]),
        ...(port === undefined ? [{ path: "switching/by", wrong: "a rolling reload needs a port" }] : []),
      ];
    case "stop":
      return problemsOf("switching/downFor", () => {
        const { stopTimeout, deadline } = timesOf({ ...args, overlap: "never" });
        const most = longestStop({ stopTimeout, instances }) + deadline;
        if (inSeconds(switching.downFor) > most)
          throw new RangeError(
            `must not be above stopTimeout (of each process) and deadline together, ${most} seconds, got "${switching.downFor}"`,
          );
      });
    default:
      return switching satisfies never;
  }
};
