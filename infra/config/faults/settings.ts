import type { Fault } from "./fault";

/** Values of settings, certificates and secrets. */
export const SETTINGS: readonly Fault[] = [
  {
    name: "an environment that is none",
    from: "environment: demo",
    to: "environment: qa",
    lines: [
      'Pulumi.demo.yaml:39:5 flowfleet:flowmaster.environment: is none of the values allowed; got "qa"; allowed: production, staging, demo, development, local',
    ],
  },
  {
    name: "a domain with a scheme",
    from: "domain: coreflow.example.com",
    to: "domain: https://coreflow.example.com",
    lines: [
      'Pulumi.demo.yaml:95:5 flowfleet:coreflow.domain: must be a bare lower-case name such as "shop.example.com"; got "https://coreflow.example.com"',
    ],
  },
  {
    name: "a size in other letters",
    from: "50 MB",
    to: "50mb",
    lines: [
      'Pulumi.demo.yaml:44:5 flowfleet:flowmaster.maxBody: must be a size such as "50 MB"; got "50mb"; allowed: a whole number of MB or GB above zero',
    ],
  },
  {
    name: "a number that is none",
    from: "workers: 4",
    to: "workers: many",
    lines: ['Pulumi.demo.yaml:47:7 flowfleet:flowmaster.backend.workers: must be a whole number; got "many"; allowed: 1 to 64'],
  },
  {
    name: "a number that is out of range",
    from: "workers: 4",
    to: "workers: 400",
    lines: ["Pulumi.demo.yaml:47:7 flowfleet:flowmaster.backend.workers: must be a whole number; got 400; allowed: 1 to 64"],
  },
  {
    name: "a number in the place of text",
    from: "user: flowmaster\n        database: flowmaster\n        password: {secure: v1:x}\n      postgres",
    to: "user: 7\n        database: flowmaster\n        password: {secure: v1:x}\n      postgres",
    lines: ["Pulumi.demo.yaml:51:9 flowfleet:flowmaster.databases.arango.user: must be text; put it in quotes; got 7"],
  },
  {
    name: "a domain with a password",
    from: "domain: coreflow.example.com",
    to: "domain: https://me:canary@coreflow.example.com",
    lines: [
      'Pulumi.demo.yaml:95:5 flowfleet:coreflow.domain: must be a bare lower-case name such as "shop.example.com"; got "https://…@coreflow.example.com"',
    ],
  },
  {
    name: "a domain with a password that is too long to be shown whole",
    from: "domain: coreflow.example.com",
    to: `domain: //me:${"canary".repeat(20)}@coreflow.example.com`,
    lines: [
      'Pulumi.demo.yaml:95:5 flowfleet:coreflow.domain: must be a bare lower-case name such as "shop.example.com"; got "//…@coreflow.example.com"',
    ],
  },
  {
    name: "a password in the place of another setting's name",
    from: "name: coreflow",
    to: "name: https://canary@coreflow",
    lines: [
      'Pulumi.demo.yaml:94:7 flowfleet:coreflow.host.name: must be lower-case letters, digits and hyphens such as "flowmaster-staging"; got "https://…@coreflow"',
      'Pulumi.demo.yaml:94:7 flowfleet:coreflow.host.name: is no host of this stack; got "https://…@coreflow"; allowed: flowra, coreflow, flatlogic; declare it in "flowfleet:hosts", or name the stack that owns it in "flowfleet:coreflow.host.stack"',
    ],
  },
  {
    name: "a secret in clear text",
    from: "openai: {secure: v1:x}",
    to: "openai: sk-canary",
    lines: [
      "Pulumi.demo.yaml:64:7 flowfleet:flowmaster.apiKeys.openai: is a secret and not encrypted; change the secret, then set it again: pulumi config set --stack demo --secret --path 'flowfleet:flowmaster.apiKeys.openai'",
    ],
  },
  {
    name: "a secret that is empty",
    from: "openai: {secure: v1:x}",
    to: 'openai: ""',
    lines: ["Pulumi.demo.yaml:64:7 flowfleet:flowmaster.apiKeys.openai: must be text that is not empty"],
  },
  {
    name: "a secret that is encrypted and empty",
    from: "openai: {secure: v1:x}",
    to: 'openai: {secure: ""}',
    lines: ["Pulumi.demo.yaml:64:7 flowfleet:flowmaster.apiKeys.openai: is encrypted, and nothing is in it; set it again"],
  },
  {
    name: "a secret whose mark is misspelt",
    from: "openai: {secure: v1:x}",
    to: "openai: {secur: v1:canary}",
    lines: [
      'Pulumi.demo.yaml:64:7 flowfleet:flowmaster.apiKeys.openai: must be text or {secure: …}, which is encrypted; did you mean "secure"?',
    ],
  },
  {
    name: "a number in the place of a secret",
    from: "openai: {secure: v1:x}",
    to: "openai: 20261122",
    lines: ["Pulumi.demo.yaml:64:7 flowfleet:flowmaster.apiKeys.openai: must be text; put it in quotes, and encrypt it"],
  },
  {
    name: "a time that is none",
    from: "    maxBody: 50 MB",
    to: "    apiTimeout: soon",
    lines: [
      'Pulumi.demo.yaml:44:5 flowfleet:flowmaster.apiTimeout: must be a time such as "30 seconds"; got "soon"; allowed: a whole number of seconds, minutes, hours or days',
    ],
  },
  {
    name: "a challenge that is none",
    from: "        type: http",
    to: "        type: dns",
    lines: [
      'Pulumi.demo.yaml:98:9 flowfleet:coreflow.certificate.challenge.type: is none of the values allowed; got "dns"; allowed: http, rfc2136, cloudflare, files, self-signed',
    ],
  },
  {
    name: "a DNS server that is missing",
    from: "        type: http",
    to: "        type: rfc2136",
    lines: [
      "Pulumi.demo.yaml:97:7 flowfleet:coreflow.certificate.challenge.server: is missing; must be a bare address or name, without scheme, user or port",
      "Pulumi.demo.yaml:97:7 flowfleet:coreflow.certificate.challenge.keyName: is missing",
    ],
    missing: ["flowfleet:coreflow.certificate.challenge.secret@97:7"],
  },
  {
    name: "a certificate that is none",
    from: "        type: http",
    to: "        type: files\n        key: {secure: v1:x}\n        certificate: |\n          -----BEGIN CERTIFICATE-----\n          MIIB\n          -----END CERTIFICATE-----",
    lines: [
      'Pulumi.demo.yaml:100:9 flowfleet:coreflow.certificate.challenge.certificate: is no certificate; allowed: PEM text, "-----BEGIN CERTIFICATE-----" and what follows',
    ],
  },
  {
    name: "a certificate of other names",
    from: "        type: http",
    to: "        type: files\n        key: {secure: v1:x}\n        certificate: |\n          -----BEGIN CERTIFICATE-----\n          MIIBrjCCAVOgAwIBAgIUdhn2Vd2cPIGah4KtTM/Ty+yVNigwCgYIKoZIzj0EAwIw\n          HDEaMBgGA1UEAwwRb3RoZXIuZXhhbXBsZS5jb20wIBcNMjYxMTIxMjEwNDM2WhgP\n          MjEyNjEwMjgyMTA0MzZaMBwxGjAYBgNVBAMMEW90aGVyLmV4YW1wbGUuY29tMFkw\n          EwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE3pmNh+rNNV8WKHB9eJve+5GlH40mm/+G\n          bTFuTBPJ3/iGOU37IoAR/XUXhhTl88xSMvzqNxbiZzZ7s/jHUNOzkKNxMG8wHQYD\n          VR0OBBYEFPyr6X0BLVQGOeGlnS7cWflC/PhNMB8GA1UdIwQYMBaAFPyr6X0BLVQG\n          OeGlnS7cWflC/PhNMA8GA1UdEwEB/wQFMAMBAf8wHAYDVR0RBBUwE4IRb3RoZXIu\n          ZXhhbXBsZS5jb20wCgYIKoZIzj0EAwIDSQAwRgIhAJBAE1xvDc9KVz7XU5SZm/xE\n          wBBRZVESknewwQdI/FunAiEA0N8f4jWCz/RViQ4pBNO2L+q/+9LDhZoE6z30HRmN\n          f4g=\n          -----END CERTIFICATE-----",
    lines: [
      'Pulumi.demo.yaml:100:9 flowfleet:coreflow.certificate.challenge.certificate: does not name coreflow.example.com; got "other.example.com"',
      'Pulumi.demo.yaml:100:9 flowfleet:coreflow.certificate.challenge.certificate: does not name www.coreflow.example.com; got "other.example.com"',
    ],
  },
  {
    name: "a variable that the stack decides",
    from: "      FLOWRA_SERVER_PORT: 8080",
    to: "      FLOWRA_MONGODB_URI: mongodb://localhost",
    lines: [
      "Pulumi.demo.yaml:74:7 flowfleet:flowra.variables.FLOWRA_MONGODB_URI: is decided by the stack: the stack runs MongoDB and makes the account; leave it out",
    ],
  },
  {
    name: "a variable that is misspelt",
    from: "SUBDOMAIN: shop",
    to: "SUBDOMIAN: shop",
    lines: [
      'Pulumi.demo.yaml:114:5 flowfleet:flatlogic.variables.SUBDOMAIN: is missing; must be lower-case letters, digits and hyphens such as "flowmaster-staging"',
      'Pulumi.demo.yaml:117:7 flowfleet:flatlogic.variables.SUBDOMIAN: is not known; allowed: NODE_ENV, PORT, ALLOWED_ORIGINS, AUTH_REFRESH_TOKEN_RETENTION_MS, SECRET_KEY, DB_HOST, DB_PORT, DB_NAME, DB_USER, DB_PASS, GOOGLE_CLIENT_ID, GOOGLE_CLIENT_SECRET, MS_CLIENT_ID, MS_CLIENT_SECRET, SMTP_HOST, SMTP_PORT, SMTP_USER, SMTP_PASS, EMAIL_USER, EMAIL_PASS, MAIL_FROM, MAIL_FROM_NAME, PROJECT_UUID, PROJECT_ID, CABLE_URL, GEMINI_MODEL, SUBDOMAIN, BASE_DOMAIN, FULL_DOMAIN, HOST_FQDN, FRONT_PORT, SENTRY_DSN, CF_TUNNEL_TOKEN; did you mean "SUBDOMAIN"?',
    ],
  },
  {
    name: "events that would be lost",
    from: "      FLOWRA_SERVER_PORT: 8080",
    to: "      FLOWRA_EVENTBUS_TYPE: inmemory",
    lines: [
      'Pulumi.demo.yaml:74:7 flowfleet:flowra.variables.FLOWRA_EVENTBUS_TYPE: would lose events: API and worker are separate processes, and two releases overlap, so what one keeps in memory no other sees; got "inmemory"; allowed: redis',
    ],
  },
  {
    name: "a timeout that is too short",
    from: "      FLOWRA_SERVER_PORT: 8080",
    to: "      FLOWRA_WEBSOCKET_PING_INTERVAL: 2m",
    lines: [
      'Pulumi.demo.yaml:73:5 flowfleet:flowra.variables.FLOWRA_WEBSOCKET_PONG_TIMEOUT: must be longer than variables.FLOWRA_WEBSOCKET_PING_INTERVAL, which is 2m; got "60s"',
    ],
  },
  {
    name: "a volume of two databases",
    from: "redis: redis_data",
    to: "redis: mongodb_data",
    lines: [
      'Pulumi.demo.yaml:76:7 flowfleet:flowra.volumes.redis: is the volume of volumes.mongodb, too; got "mongodb_data"; allowed: a volume for each',
    ],
  },
  {
    name: "more than the machine has",
    from: "    volumes:\n      redis: redis_data",
    to: "    sizes: {mongodb: {limits: {memory: 7 GB}}}",
    lines: [
      'Pulumi.demo.yaml:75:5 flowfleet:flowra.sizes: limits of memory are more than the 8192 MB of "flowfleet:hosts.flowra.size": api 2 x 1024 + worker 2 x 512 + migrator 256 + mongodb 7168 + redis 512 + keycloak 1536 + keycloak-db 512 + the machine itself 512 = 13568 MB; make some of them smaller, or the machine larger',
    ],
  },
  {
    name: "everybody as an origin",
    from: "- https://app.example.com",
    to: '- "*"',
    lines: [
      'Pulumi.demo.yaml:72:11 flowfleet:flowra.cors.origins[0]: must be an origin, without a path; got "*"; allowed: such as "https://app.example.com"',
    ],
  },
  {
    name: "the guide's ports, which clash",
    from: "        port: 3003",
    to: "        port: 3001",
    lines: [
      "Pulumi.demo.yaml:101:9 flowfleet:coreflow.services.coreflow-dashboard.port: port 3001 is already taken by flowfleet:coreflow.services.cms-service.port; choose another on one of the two sides",
    ],
  },
  {
    name: "a network that was shut down",
    from: "BLOCKCHAIN_CHAIN_ID: 137",
    to: "BLOCKCHAIN_CHAIN_ID: 80001",
    lines: [
      "Pulumi.demo.yaml:106:7 flowfleet:coreflow.variables.BLOCKCHAIN_CHAIN_ID: is Polygon Mumbai, which was shut down in April 2024; got 80001; its successor is Amoy, 80002; Polygon itself is 137",
    ],
  },
  {
    name: "a variable that is missing",
    from: "      SANITY_PROJECT_ID: coreflow\n",
    to: "",
    lines: ["Pulumi.demo.yaml:104:5 flowfleet:coreflow.variables.SANITY_PROJECT_ID: is missing"],
  },
  {
    name: "secrets that are missing",
    from: "        database: flowmaster\n        password: {secure: v1:x}\n      redis:\n        host: redis.example.com\n        password: {secure: v1:x}",
    to: "        database: flowmaster\n      redis:\n        host: redis.example.com",
    lines: [],
    missing: ["flowfleet:flowmaster.databases.postgres.password@54:7", "flowfleet:flowmaster.databases.redis.password@58:7"],
  },
];
