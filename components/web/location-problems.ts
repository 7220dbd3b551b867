import { isIP } from "node:net";
import { inSeconds } from "../kernel/duration";
import { pathProblems } from "../kernel/names";
import { problemsOf } from "../kernel/refuse";
import type { Problem } from "../kernel/refuse";
import type { FilesArgs, LocationArgs, ProxyArgs } from "./nginx-site";

/** Everything that is wrong with what answers below one path. */
export function locationProblems(path: string, location: LocationArgs, hidden: readonly string[]): Problem[] {
  const { rateLimit, allowFrom = [] } = location;
  const at = `locations/${path}`;
  const closed = hidden.find((one) => `${path.replace("= ", "")}/`.toLowerCase().startsWith(`${one}/`.toLowerCase()));
  return [
    ...(/^(?:\/(?:[A-Za-z0-9_.-]+\/)*|= (?:\/[A-Za-z0-9_.-]+)+\/?)$/.test(path)
      ? []
      : [{ path: at, wrong: 'must begin and end with a slash, such as "/api/", or be one path alone, such as "= /api/ws"' }]),
    ...(closed === undefined
      ? []
      : [{ path: at, wrong: `can never be asked for, since hidden names "${closed}"`, todo: "drop one of them" }]),
    ...("root" in location ? filesProblems(at, path, location) : proxyProblems(at, path, location)),
    ...(rateLimit
      ? [
          ...countProblems(`${at}/rateLimit/perSecond`, rateLimit.perSecond, 1),
          ...countProblems(`${at}/rateLimit/burst`, rateLimit.burst, 0),
          ...(rateLimit.zone === undefined || /^[a-z][a-z0-9_-]*$/.test(rateLimit.zone)
            ? []
            : [{ path: `${at}/rateLimit/zone`, wrong: 'must be a plain name such as "login"', got: rateLimit.zone }]),
        ]
      : []),
    ...networkProblems(`${at}/allowFrom`, allowFrom),
    ...headerProblems(`${at}/headers`, location.headers),
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

const proxyProblems = (at: string, path: string, { timeout = "60 seconds", prefixHeader }: ProxyArgs): Problem[] => [
  ...problemsOf(`${at}/timeout`, () => inSeconds(timeout)),
  ...(prefixHeader === undefined || (path.startsWith("/") && path.length > 1)
    ? []
    : [{ path: `${at}/prefixHeader`, wrong: "needs a location below the site's root", got: path, allowed: 'such as "/pgadmin/"' }]),
];

const filesProblems = (at: string, path: string, { root, index, fallback, immutable = [], olderFiles }: FilesArgs): Problem[] => [
  ...(path.startsWith("=") ? [{ path: at, wrong: "must be a prefix where files are served", got: path, allowed: 'such as "/"' }] : []),
  ...pathProblems(`${at}/root`, root),
  ...(index === undefined || /^[A-Za-z0-9_-][A-Za-z0-9_.-]*$/.test(index)
    ? []
    : [{ path: `${at}/index`, wrong: "must be the name of a file", got: index }]),
  ...(fallback === undefined ? [] : pathProblems(`${at}/fallback`, fallback)),
  ...immutable.flatMap((one, number) =>
    /^(?:\.[A-Za-z0-9]+|\/(?:[A-Za-z0-9_-][A-Za-z0-9_.-]*\/)+)$/.test(one)
      ? []
      : [{ path: `${at}/immutable[${number}]`, wrong: 'must be an ending such as ".js" or a folder such as "/_astro/"', got: one }],
  ),
  ...(olderFiles === undefined ? [] : pathProblems(`${at}/olderFiles`, olderFiles)),
  ...(olderFiles !== undefined && immutable.length === 0
    ? [{ path: `${at}/olderFiles`, wrong: "has nothing to stand in for", todo: "say in immutable which files never change" }]
    : []),
];

/** Locations that count together have one rate. */
export function zoneProblems(locations: Readonly<Record<string, LocationArgs>>): Problem[] {
  const rates = new Map<string, number>();
  return Object.entries(locations).flatMap(([path, { rateLimit }]) => {
    if (rateLimit?.zone === undefined) return [];
    const rate = rates.get(rateLimit.zone) ?? rateLimit.perSecond;
    rates.set(rateLimit.zone, rate);
    return rate === rateLimit.perSecond
      ? []
      : [
          {
            path: `locations/${path}/rateLimit/perSecond`,
            wrong: `must be that of the other locations of zone "${rateLimit.zone}"`,
            got: rateLimit.perSecond,
            allowed: String(rate),
          },
        ];
  });
}

/** Headers are the site's to say by other arguments, or nginx's own, where they are not free. */
const TAKEN = ["strict-transport-security", "cache-control", "retry-after", "vary", "content-type", "content-length", "connection"];

export const headerProblems = (at: string, headers: Readonly<Record<string, string>> = {}): Problem[] =>
  Object.entries(headers).flatMap(([name, value]) => [
    ...(/^[A-Za-z][A-Za-z0-9-]*$/.test(name) ? [] : [{ path: at, wrong: "must be the name of a header", got: name }]),
    ...(TAKEN.includes(name.toLowerCase()) ? [{ path: `${at}/${name}`, wrong: "is none that can be set here" }] : []),
    ...(/^[^"\\$\r\n]*$/.test(value)
      ? []
      : [{ path: `${at}/${name}`, wrong: "must be one line without double quotes, backslashes and dollar signs", got: value }]),
  ]);

export const networkProblems = (at: string, networks: readonly string[]): Problem[] =>
  networks.flatMap((from, index) =>
    isNetwork(from) ? [] : [{ path: `${at}[${index}]`, wrong: 'must be an address or a subnet such as "203.0.113.0/24"', got: from }],
  );
