import { isIPv4 } from "node:net";
import { inSeconds } from "../kernel/duration";
import { isEverybody } from "../kernel/everybody";
import { hostNameProblems, pathProblems, portProblems } from "../kernel/names";
import { problemsOf } from "../kernel/refuse";
import type { Problem } from "../kernel/refuse";
import { inKilobytes, inNginxUnits } from "../kernel/size";
import type { Size } from "../kernel/size";
import { headerProblems, locationProblems, networkProblems, zoneProblems } from "./location-problems";
import type { CorsArgs, NginxSiteArgs } from "./nginx-site";

/** Everything that is wrong with a site by itself. */
export const siteProblems = (args: NginxSiteArgs): Problem[] => {
  const { domain, aliases = [], locations, maxBody = "1 MB", compression = "off", hsts = {}, cors, hidden = [] } = args;
  return [
    ...hostNameProblems("domain", domain),
    ...aliases.flatMap((alias, index) => hostNameProblems(`aliases[${index}]`, alias)),
    ...doorProblems(args),
    ...("/" in locations ? [] : [{ path: "locations", wrong: "must say what serves the rest", todo: 'add "/"' }]),
    ...Object.entries(locations).flatMap(([path, location]) => locationProblems(path, location, hidden)),
    ...zoneProblems(locations),
    ...problemsOf("maxBody", () => inNginxUnits(maxBody)),
    ...(compression === "off" ? [] : compressionProblems(compression)),
    ...problemsOf("hsts/maxAge", () => inSeconds(hsts.maxAge ?? "730 days")),
    ...(cors ? corsProblems(cors) : []),
    ...hidden.flatMap((path, index) =>
      /^(?:\/[A-Za-z0-9_.-]+)+$/.test(path)
        ? []
        : [{ path: `hidden[${index}]`, wrong: 'must be a path without a slash at its end, such as "/metrics"', got: path }],
    ),
    ...headerProblems("headers", args.headers),
    ...(args.errorPage && "file" in args.errorPage ? pathProblems("errorPage/file", args.errorPage.file) : []),
    ...(args.clientAddress ? clientAddressProblems(args.clientAddress) : []),
    ...(args.logFormat === undefined || /^[a-z][a-z0-9_]*$/.test(args.logFormat)
      ? []
      : [{ path: "logFormat", wrong: "must be the name of a format that NginxServer was given", got: args.logFormat }]),
  ];
};

/** By a certificate that names all names, or on a loopback port. */
function doorProblems(args: NginxSiteArgs): Problem[] {
  const names = [args.domain, ...(args.aliases ?? [])];
  if (args.listen) {
    const { port, address = "127.0.0.1" } = args.listen;
    return [
      ...portProblems("listen/port", port),
      ...(isIPv4(address) && address.startsWith("127.")
        ? []
        : [{ path: "listen/address", wrong: "must be one that only this machine reaches", got: address, allowed: "127.0.0.0/8" }]),
    ];
  }
  const { certificate } = args;
  return names
    .filter((name) => !certificate.names.some((known) => covers(known, name)))
    .map((name) => ({
      path: "certificate",
      wrong: name === args.domain ? "does not name the domain" : "does not name an alias",
      got: certificate.names,
      allowed: name,
    }));
}

export const BELIEVES_EVERYBODY = "believes everybody, so that no limit would hold";

const clientAddressProblems = ({ from, header }: { from: readonly string[]; header: string }): Problem[] => [
  ...(from.length > 0
    ? []
    : [{ path: "clientAddress/from", wrong: "must name who is believed", todo: "add its addresses, or drop clientAddress" }]),
  ...networkProblems("clientAddress/from", from),
  ...from.flatMap((network, index) =>
    isEverybody(network) ? [{ path: `clientAddress/from[${index}]`, wrong: BELIEVES_EVERYBODY, got: network }] : [],
  ),
  ...(/^[A-Za-z][A-Za-z0-9-]*$/.test(header) ? [] : [{ path: "clientAddress/header", wrong: "must be the name of a header", got: header }]),
];

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
