import { isIP } from "node:net";
import { inSeconds } from "../kernel/duration";
import { hostNameProblems } from "../kernel/names";
import { problemsOf } from "../kernel/refuse";
import type { Problem } from "../kernel/refuse";
import { inKilobytes, inNginxUnits } from "../kernel/size";
import type { Size } from "../kernel/size";
import type { CorsArgs, LocationArgs, NginxSiteArgs } from "./nginx-site";

/** Everything that is wrong with a site by itself. */
export const siteProblems = (args: NginxSiteArgs): Problem[] => {
  const { domain, certificate, locations, maxBody = "1 MB", compression = "off", hsts = {}, cors, hidden = [] } = args;
  return [
    ...hostNameProblems("domain", domain),
    ...(certificate.names.some((known) => covers(known, domain))
      ? []
      : [{ path: "certificate", wrong: "does not name the domain", got: certificate.names, allowed: domain }]),
    ...("/" in locations ? [] : [{ path: "locations", wrong: "must say what serves the rest", todo: 'add "/"' }]),
    ...Object.entries(locations).flatMap(([path, location]) => locationProblems(path, location, hidden)),
    ...problemsOf("maxBody", () => inNginxUnits(maxBody)),
    ...(compression === "off" ? [] : compressionProblems(compression)),
    ...problemsOf("hsts/maxAge", () => inSeconds(hsts.maxAge ?? "730 days")),
    ...(cors ? corsProblems(cors) : []),
    ...hidden.flatMap((path, index) =>
      /^(?:\/[A-Za-z0-9_.-]+)+$/.test(path)
        ? []
        : [{ path: `hidden[${index}]`, wrong: 'must be a path without a slash at its end, such as "/metrics"', got: path }],
    ),
  ];
};

function locationProblems(
  path: string,
  { timeout = "60 seconds", rateLimit, allowFrom = [] }: LocationArgs,
  hidden: readonly string[],
): Problem[] {
  const at = `locations/${path}`;
  const closed = hidden.find((one) => `${path.replace("= ", "")}/`.toLowerCase().startsWith(`${one}/`.toLowerCase()));
  return [
    ...(/^(?:\/(?:[A-Za-z0-9_.-]+\/)*|= (?:\/[A-Za-z0-9_.-]+)+\/?)$/.test(path)
      ? []
      : [{ path: at, wrong: 'must begin and end with a slash, such as "/api/", or be one path alone, such as "= /api/ws"' }]),
    ...(closed === undefined
      ? []
      : [{ path: at, wrong: `can never be asked for, since hidden names "${closed}"`, todo: "drop one of them" }]),
    ...problemsOf(`${at}/timeout`, () => inSeconds(timeout)),
    ...(rateLimit
      ? [
          ...countProblems(`${at}/rateLimit/perSecond`, rateLimit.perSecond, 1),
          ...countProblems(`${at}/rateLimit/burst`, rateLimit.burst, 0),
        ]
      : []),
    ...allowFrom.flatMap((from, index) =>
      isNetwork(from)
        ? []
        : [{ path: `${at}/allowFrom[${index}]`, wrong: 'must be an address or a subnet such as "203.0.113.0/24"', got: from }],
    ),
  ];
}

const countProblems = (path: string, value: number, least: number): Problem[] =>
  Number.isInteger(value) && value >= least && value <= 1_000_000
    ? []
    : [{ path, wrong: "must be a whole number", got: value, allowed: `${least} to 1000000` }];

function isNetwork(text: string): boolean {
  const [, address = "", bits] = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(text) ?? [];
  const family = isIP(address);
  return family !== 0 && !address.includes("%") && Number(bits ?? 0) <= (family === 4 ? 32 : 128);
}

const corsProblems = ({ origins, headers = [] }: CorsArgs): Problem[] => [
  ...origins.flatMap((origin, index) =>
    /^[a-z][a-z0-9+.-]*:\/\/[a-z0-9.-]+(?::\d{1,5})?$/.test(origin) && origin.length <= 100
      ? []
      : [
          {
            path: `cors/origins[${index}]`,
            wrong: "must be one origin as browsers send it: scheme, lower-case name and, unless it is the scheme's own, port",
            got: origin,
            allowed: 'such as "https://app.example.com"',
          },
        ],
  ),
  ...headers.flatMap((header, index) =>
    /^[A-Za-z0-9-]+$/.test(header) ? [] : [{ path: `cors/headers[${index}]`, wrong: "must be the name of a header", got: header }],
  ),
];

const compressionProblems = ({ level = 5, minimum = "1 KB" }: { level?: number; minimum?: Size }): Problem[] => [
  ...([1, 2, 3, 4, 5, 6, 7, 8, 9].includes(level)
    ? []
    : [{ path: "compression/level", wrong: "must be one of gzip's levels", got: level, allowed: "1 to 9" }]),
  ...problemsOf("compression/minimum", () => inKilobytes(minimum)),
];

/** Whether a name on a certificate holds for the domain: itself, or a star in the place of its first label. */
const covers = (known: string, domain: string) => known === domain || known === domain.replace(/^[^.]+/, "*");
