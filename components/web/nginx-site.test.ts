import { Host } from "../host/host";
import type { HostArgs } from "../host/host";
import { record } from "../host/recording";
import { Certificate } from "./certificate";
import { CLOUDFLARE_RANGES } from "./cloudflare-ranges";
import { NginxSite } from "./nginx-site";
import type { LocalSiteArgs, PublicSiteArgs } from "./nginx-site";
import { siteText } from "./texts/site";

const KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJKplS3GF5wEEgWD+yNtxCqWnO+0ZpBDi9CZMXXRXUcb";
const main = (args: Partial<HostArgs> = {}) => new Host("main", { address: "203.0.113.10", hostKey: KEY, ...args });
const FRONTEND = { upstream: "shop-frontend", assets: { path: "/assets/", root: "/var/lib/flowfleet/assets/shop-frontend" } };
const BACKEND = { upstream: "shop-backend" };
const FILE = { mode: "0644", user: "root", group: "root" };

const certificateOn = (host: Host, names: string[], name = "certificate") =>
  new Certificate(name, { host, names, challenge: { type: "self-signed" }, certificate: name });
const made = (args: Partial<PublicSiteArgs>, names = ["shop.example.com"]) =>
  record(() => {
    const host = main();
    return new NginxSite("shop", {
      host,
      domain: "shop.example.com",
      certificate: certificateOn(host, names),
      locations: { "/": { to: FRONTEND } },
      ...args,
    });
  });

it("is two files, checked and served after its certificate is there", async () => {
  const { steps } = await made({
    maxBody: "50 MB",
    compression: { level: 6 },
    hsts: { includeSubDomains: true },
    locations: { "/": { to: FRONTEND }, "/api/": { to: BACKEND, timeout: "1 hour", streaming: true } },
  });
  expect(steps.map(({ name }) => name)).toEqual(["certificate-issue", "shop-site-files"]);
  const { owner, ...document } = steps[1]?.document ?? {};
  expect(owner).toBe("urn:pulumi:test::flowfleet::flowfleet:web:NginxSite$flowfleet:host:FileSet::shop-site");
  expect(document).toEqual({
    files: {
      "/etc/nginx/flowfleet/names/shop.example.com.map": { ...FILE, text: ["shop.example.com shop.example.com;"] },
      "/etc/nginx/flowfleet/sites/shop.example.com.conf": {
        ...FILE,
        text: siteText({
          domain: "shop.example.com",
          fullchain: "/etc/flowfleet/certificates/certificate/fullchain.pem",
          privateKey: "/etc/flowfleet/certificates/certificate/privkey.pem",
          maxBody: "50 MB",
          compression: { level: 6, minimum: "1 KB" },
          hsts: { maxAge: "730 days", includeSubDomains: true },
          locations: [
            { path: "/", timeout: "60 seconds", streaming: false, ...FRONTEND },
            { path: "/api/", timeout: "1 hour", streaming: true, ...BACKEND },
          ],
        }),
      },
    },
    check: ["nginx"],
    after: ["reload nginx"],
  });
});

it("hands limits, origins and closed paths on to its text", async () => {
  const rateLimit = { perSecond: 10, burst: 20 };
  const { steps } = await made({
    cors: { origins: ["https://app.example.com"] },
    hidden: ["/metrics"],
    locations: { "/": { to: BACKEND, rateLimit }, "= /api/ws": { to: BACKEND, allowFrom: ["203.0.113.7"] } },
  });
  const common = { timeout: "60 seconds", streaming: false, ...BACKEND } as const;
  expect(steps[1]?.document).toMatchObject({
    files: {
      "/etc/nginx/flowfleet/sites/shop.example.com.conf": {
        text: siteText({
          domain: "shop.example.com",
          fullchain: "/etc/flowfleet/certificates/certificate/fullchain.pem",
          privateKey: "/etc/flowfleet/certificates/certificate/privkey.pem",
          maxBody: "1 MB",
          compression: { level: 5, minimum: "1 KB" },
          hsts: { maxAge: "730 days", includeSubDomains: false },
          cors: { origins: ["https://app.example.com"], headers: ["authorization", "content-type", "x-request-id"] },
          hidden: ["/metrics"],
          locations: [
            { path: "/", rateLimit, ...common },
            { path: "= /api/ws", allowFrom: ["203.0.113.7"], ...common },
          ],
        }),
      },
    },
  });
});

it("is refused where a limit, an origin or a closed path cannot be right", async () => {
  await expect(
    made({
      cors: { origins: ["*", "https://app.example.com/", "HTTPS://app.example.com", "https://ok.example.com:8443"], headers: ["a b"] },
      hidden: ["metrics", "/debug/", "/", "/api"],
      locations: {
        "/": {
          to: BACKEND,
          rateLimit: { perSecond: 0.5, burst: -1 },
          allowFrom: ["office", "203.0.113.0/33", "2001:db8::/129", "2001:db8::1"],
        },
        "= /API/ws": { to: BACKEND },
        "= ws": { to: BACKEND },
      },
    }),
  ).rejects.toThrow(
    "shop/locations///rateLimit/perSecond: must be a whole number; got 0.5; allowed: 1 to 1000000\n" +
      "shop/locations///rateLimit/burst: must be a whole number; got -1; allowed: 0 to 1000000\n" +
      ["office", "203.0.113.0/33", "2001:db8::/129"]
        .map(
          (got, index) => `shop/locations///allowFrom[${index}]: must be an address or a subnet such as "203.0.113.0/24"; got "${got}"\n`,
        )
        .join("") +
      'shop/locations/= /API/ws: can never be asked for, since hidden names "/api"; drop one of them\n' +
      'shop/locations/= ws: must begin and end with a slash, such as "/api/", or be one path alone, such as "= /api/ws"\n' +
      ["*", "https://app.example.com/", "HTTPS://app.example.com"]
        .map(
          (got, index) =>
            `shop/cors/origins[${index}]: must be one origin as browsers send it: scheme, lower-case name and, unless it is the scheme's own, ` +
            `port; got "${got}"; allowed: such as "https://app.example.com"\n`,
        )
        .join("") +
      'shop/cors/headers[0]: must be the name of a header; got "a b"\n' +
      ["metrics", "/debug/", "/"]
        .map((got, index) => `shop/hidden[${index}]: must be a path without a slash at its end, such as "/metrics"; got "${got}"`)
        .join("\n"),
  );
});

it("has an address that a preview knows", async () => {
  const { outputs } = await made({});
  expect(outputs["shop"]).toEqual({ url: "https://shop.example.com" });
});

it("is covered by a wildcard, but only one label deep", async () => {
  await expect(made({}, ["*.example.com"])).resolves.toBeDefined();
  await expect(made({ domain: "a.shop.example.com" }, ["*.example.com"])).rejects.toThrow(
    'shop/certificate: does not name the domain; got ["*.example.com"]; allowed: a.shop.example.com',
  );
});

it("is refused with everything that is wrong at once", async () => {
  await expect(
    made({
      domain: "https://shop",
      locations: { "/api": { to: BACKEND, timeout: "soon" as "1 hour" } },
      maxBody: "0 MB",
      compression: { level: 10 },
      hsts: { maxAge: "2 years" as "2 days" },
    }),
  ).rejects.toThrow(
    'shop/domain: must be a bare lower-case name such as "shop.example.com"; got "https://shop"\n' +
      'shop/certificate: does not name the domain; got ["shop.example.com"]; allowed: https://shop\n' +
      'shop/locations: must say what serves the rest; add "/"\n' +
      'shop/locations//api: must begin and end with a slash, such as "/api/", or be one path alone, such as "= /api/ws"\n' +
      'shop/locations//api/timeout: must be a whole number of seconds, minutes, hours or days such as "5 minutes", got "soon"\n' +
      'shop/maxBody: must be a size above zero such as "50 MB", got "0 MB"\n' +
      "shop/compression/level: must be one of gzip's levels; got 10; allowed: 1 to 9\n" +
      'shop/hsts/maxAge: must be a whole number of seconds, minutes, hours or days such as "5 minutes", got "2 years"',
  );
});

it("is refused where another site of the host has its domain", async () => {
  await expect(
    record(() => {
      const host = main();
      for (const name of ["one", "two"]) {
        const certificate = certificateOn(host, ["shop.example.com"], `${name}-certificate`);
        new NginxSite(name, { host, domain: "shop.example.com", certificate, locations: { "/": { to: FRONTEND } } });
      }
    }),
  ).rejects.toThrow('two/domain: domain shop.example.com on host "main" is already used by "one"; choose another');
});

describe("with more than one name, files of the machine and somebody in front", () => {
  const args = {
    aliases: ["www.shop.example.com"],
    errorPage: { text: "<p>Back soon</p>\n" },
    locations: {
      "/": { root: "/srv/shop/dist", immutable: [".js"] },
      "/api/": { to: BACKEND, rateLimit: { zone: "api", perSecond: 10, burst: 20 } },
    },
  } as const;

  it("names all of them, and writes its page beside itself", async () => {
    const { steps } = await made({ ...args, clientAddress: { from: CLOUDFLARE_RANGES, header: "CF-Connecting-IP" } }, [
      "shop.example.com",
      "www.shop.example.com",
    ]);
    expect(steps[1]?.document).toMatchObject({
      files: {
        "/etc/nginx/flowfleet/names/shop.example.com.map": {
          text: ["shop.example.com shop.example.com;", "www.shop.example.com www.shop.example.com;"],
        },
        "/etc/nginx/flowfleet/sites/shop.example.com.unavailable.html": { text: ["<p>Back soon</p>"] },
        "/etc/nginx/flowfleet/sites/shop.example.com.conf": {
          text: siteText({
            domain: "shop.example.com",
            aliases: args.aliases,
            fullchain: "/etc/flowfleet/certificates/certificate/fullchain.pem",
            privateKey: "/etc/flowfleet/certificates/certificate/privkey.pem",
            maxBody: "1 MB",
            compression: { level: 5, minimum: "1 KB" },
            hsts: { maxAge: "730 days", includeSubDomains: false },
            errorPage: "/etc/nginx/flowfleet/sites/shop.example.com.unavailable.html",
            clientAddress: { from: CLOUDFLARE_RANGES, header: "CF-Connecting-IP" },
            locations: [
              { path: "/", root: "/srv/shop/dist", index: "index.html", immutable: [".js"], precompressed: false },
              {
                path: "/api/",
                timeout: "60 seconds",
                streaming: false,
                rateLimit: { zone: "api", perSecond: 10, burst: 20 },
                ...BACKEND,
              },
            ],
          }),
        },
      },
    });
  });

  it("is refused where an alias is on no certificate, or zones, names and files contradict each other", async () => {
    await expect(
      made({
        ...args,
        headers: { "Cache-Control": "no-store", "X-Frame-Options": 'DENY"' },
        clientAddress: { from: ["0.0.0.0/1", "128.0.0.0/1"], header: "X Forwarded" },
        logFormat: "Main",
        locations: {
          "/": { root: "srv", immutable: ["js"], fallback: "index.html", index: "a/b" },
          "= /status": { root: "/srv/status", olderFiles: "/srv/older" },
          "/api/": { to: BACKEND, rateLimit: { zone: "api", perSecond: 10, burst: 20 } },
          "/v2/": { to: BACKEND, rateLimit: { zone: "api", perSecond: 5, burst: 20 } },
          "= /login": { to: BACKEND, prefixHeader: "X-Script-Name", rateLimit: { zone: "Log in", perSecond: 1, burst: 0 } },
        },
      }),
    ).rejects.toThrow(
      [
        'shop/certificate: does not name an alias; got ["shop.example.com"]; allowed: www.shop.example.com',
        'shop/locations///root: must be an absolute path of plain characters such as "/srv/shop"; got "srv"',
        'shop/locations///index: must be the name of a file; got "a/b"',
        'shop/locations///fallback: must be an absolute path of plain characters such as "/srv/shop"; got "index.html"',
        'shop/locations///immutable[0]: must be an ending such as ".js" or a folder such as "/_astro/"; got "js"',
        'shop/locations/= /status: must be a prefix where files are served; got "= /status"; allowed: such as "/"',
        "shop/locations/= /status/olderFiles: has nothing to stand in for; say in immutable which files never change",
        'shop/locations/= /login/prefixHeader: needs a location below the site\'s root; got "= /login"; allowed: such as "/pgadmin/"',
        'shop/locations/= /login/rateLimit/zone: must be a plain name such as "login"; got "Log in"',
        'shop/locations//v2//rateLimit/perSecond: must be that of the other locations of zone "api"; got 5; allowed: 10',
        "shop/headers/Cache-Control: is none that can be set here",
        'shop/headers/X-Frame-Options: must be one line without double quotes, backslashes and dollar signs; got "DENY\\""',
        'shop/clientAddress/from[0]: believes everybody, so that no limit would hold; got "0.0.0.0/1"',
        'shop/clientAddress/from[1]: believes everybody, so that no limit would hold; got "128.0.0.0/1"',
        'shop/clientAddress/header: must be the name of a header; got "X Forwarded"',
        'shop/logFormat: must be the name of a format that NginxServer was given; got "Main"',
      ].join("\n"),
    );
  });

  it("is refused where another site has its alias or its zone", async () => {
    const two = record(() => {
      const host = main();
      for (const [name, aliases] of [
        ["one.example.com", ["www.example.com"]],
        ["two.example.com", ["www.example.com"]],
      ] as const) {
        const certificate = certificateOn(host, [name, ...aliases], name);
        new NginxSite(name, { host, domain: name, certificate, ...args, aliases });
      }
    });
    await expect(two).rejects.toThrow(
      'two.example.com/aliases[0]: domain www.example.com on host "main" is already used by "one.example.com"; choose another\n' +
        'two.example.com/locations: rate-limit zone api on host "main" is already used by "one.example.com"; choose another',
    );
  });
});

describe("on a port of the machine", () => {
  const local = (args: Partial<LocalSiteArgs> = {}) =>
    record(
      () =>
        new NginxSite("preview", {
          host: main(),
          domain: "shop.example.dev",
          listen: { port: 8080 },
          errorPage: { file: "/home/shop/502.html" },
          locations: { "/": { to: FRONTEND } },
          ...args,
        }),
    );

  it("is one file, and needs no certificate", async () => {
    const { steps, outputs } = await local();
    expect(steps).toHaveLength(1);
    expect(steps[0]?.document).toMatchObject({
      check: ["nginx"],
      files: {
        "/etc/nginx/flowfleet/sites/shop.example.dev.conf": {
          text: siteText({
            domain: "shop.example.dev",
            listen: { address: "127.0.0.1", port: 8080 },
            maxBody: "1 MB",
            compression: { level: 5, minimum: "1 KB" },
            hsts: { maxAge: "730 days", includeSubDomains: false },
            errorPage: "/home/shop/502.html",
            locations: [{ path: "/", timeout: "60 seconds", streaming: false, ...FRONTEND }],
          }),
        },
      },
    });
    expect(Object.keys((steps[0]?.document as { files: object }).files)).toHaveLength(1);
    expect(outputs["preview"]).toEqual({ url: "https://shop.example.dev" });
  });

  it("is refused on an address that others reach, or where something else listens", async () => {
    await expect(local({ listen: { port: 0, address: "203.0.113.10" } })).rejects.toThrow(
      "preview/listen/port: must be a port; got 0; allowed: 1 to 65535\n" +
        'preview/listen/address: must be one that only this machine reaches; got "203.0.113.10"; allowed: 127.0.0.0/8',
    );
    const both = record(() => {
      const host = main();
      host.reserve("localPort", "port 8080", "payments");
      new NginxSite("preview", { host, domain: "shop.example.dev", listen: { port: 8080 }, locations: { "/": { to: FRONTEND } } });
    });
    await expect(both).rejects.toThrow('preview/listen/port: port 8080 on host "main" is already used by "payments"; choose another');
  });
});
