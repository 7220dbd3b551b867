import { goEnvOf, npmrcOf, pipConfOf } from "./client-settings";

test("pip: what means the same in a container, the environment over the files", () => {
  const files = `[global]
cert = /etc/ssl/own.pem
index-url = https://one.example.com/simple
find-links = /srv/wheels
timeout: 30

[global]
index-url = https://user:word@two.example.com/simple
`;
  expect(pipConfOf(files, { PIP_TIMEOUT: "180", PIP_CERT: "/x", PIP_TRUSTED_HOST: "two.example.com" })).toBe(`[global]
index-url = https://user:word@two.example.com/simple
timeout = 180
trusted-host = two.example.com
`);
});

test("npm: registries, logins and proxies, with variables put in", () => {
  const files = `fund=false
cafile=/etc/ssl/own.pem
registry=https://npm.example.com/
@acme:registry = https://acme.example.com/
//npm.example.com/:_authToken=\${NPM_TOKEN}
https-proxy=http://proxy.example.com:3128
`;
  expect(npmrcOf(files, { NPM_TOKEN: "word" })).toBe(`registry=https://npm.example.com/
@acme:registry=https://acme.example.com/
//npm.example.com/:_authToken=word
https-proxy=http://proxy.example.com:3128
`);
});

test("Go: where modules come from and how they are checked, the environment over the file", () => {
  const file = `GOFLAGS=-mod=mod
GOPROXY=https://go.example.com,direct
GOPRIVATE=acme.example.com/*
`;
  expect(goEnvOf(file, { GOPROXY: "https://other.example.com", GOSUMDB: "", GOROOT: "/x" })).toBe(`GOPROXY=https://other.example.com
GOPRIVATE=acme.example.com/*
`);
});

test("a machine without settings gives none", () => {
  expect([
    pipConfOf("[global]\n", {}),
    npmrcOf("fund=false\n", { npm_config_registry: "https://registry.npmjs.org/" }),
    goEnvOf("", {}),
  ]).toEqual(["", "", ""]);
});
