import type { Problem } from "../kernel/refuse";
import type { MainArgs } from "./nginx-server";

/** Everything that is wrong with the settings of a whole nginx. */
export const mainProblems = ({ workers = "auto", connections = 4096, compressible = [], logFormats = {} }: MainArgs): Problem[] => [
  ...(workers === "auto" ? [] : countProblems("main/workers", workers, 512)),
  ...countProblems("main/connections", connections, 1_000_000),
  ...compressible.flatMap((type, index) =>
    /^[a-z]+\/[a-z0-9.+-]+$/.test(type) && type !== "text/html"
      ? []
      : [
          {
            path: `main/compressible[${index}]`,
            wrong: 'must be a type of content such as "text/css", and text/html is compressed in any case',
            got: type,
          },
        ],
  ),
  ...Object.entries(logFormats).flatMap(([name, format]) => [
    ...(/^[a-z][a-z0-9_]*$/.test(name) && name !== "flowfleet" && name !== "combined"
      ? []
      : [
          {
            path: "main/logFormats",
            wrong: 'must be a name of lower-case letters such as "main", and neither nginx\'s own nor ours',
            got: name,
          },
        ]),
    ...(/^[^'\\\n]+$/.test(format)
      ? []
      : [{ path: `main/logFormats/${name}`, wrong: "must be one line without single quotes and backslashes", got: format }]),
  ]),
];

const countProblems = (path: string, value: number, most: number): Problem[] =>
  Number.isInteger(value) && value >= 1 && value <= most
    ? []
    : [{ path, wrong: "must be a whole number", got: value, allowed: `1 to ${most}` }];
