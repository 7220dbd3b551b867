import { type Resource, Sealed, UNKNOWN } from "../../resource";
import type { data } from "../../rules/data";
import type { hosts } from "../../rules/hosts";
import type { named } from "../../rules/names";
import type { secrets } from "../../rules/secrets";
import { type Cases, container, HOST_KEY, resource, step, task, written } from "../case";

const strict = ["-o", "StrictHostKeyChecking=yes", "-o", `KnownHostsCommand=/bin/echo %H ${HOST_KEY}`];
const provider = (sshOpts: readonly string[]) =>
  resource("pulumi:providers:docker", { host: "ssh://deploy@203.0.113.10:22", sshOpts: JSON.stringify(sshOpts) });
const connected = (connection: unknown) => step("guard", {}, { connection });

const REDIRECT = `server {
  listen 80;
  listen [::]:80;
  location /.well-known/acme-challenge/ { root /var/lib/acme; }
  location / { return 301 https://$host$request_uri; }
}`;

export const hostCases: Cases<typeof hosts> = {
  "host-key-pinned": {
    breaks: [
      [connected({ host: "203.0.113.10", user: "deploy" }), "connection.hostKey must be the machine's public key"],
      [connected(new Sealed({ host: "203.0.113.10", user: "deploy", hostKey: "" })), "connection.hostKey must be"],
      [connected({ hostKey: HOST_KEY, proxy: { host: "203.0.113.9" } }), "connection.proxy.hostKey must be"],
      [provider(["-o", "StrictHostKeyChecking=no"]), "sshOpts must have StrictHostKeyChecking=yes"],
      [provider([...strict.slice(0, 2), "-o", "UserKnownHostsFile=/dev/null"]), "and a pinned key"],
    ],
    keeps: [step("guard", {}), connected(new Sealed({ hostKey: HOST_KEY })), connected({ hostKey: UNKNOWN }), provider(strict)],
  },
  "login-without-root": {
    breaks: [
      [connected({ user: "root", hostKey: HOST_KEY }), "connection.user must be a user who is not root"],
      [connected({ hostKey: HOST_KEY }), "connection.user must be a user who is not root"],
      [connected({ user: "deploy", password: new Sealed("hunter2hunter2") }), "connection.password must not be there"],
    ],
    keeps: [step("guard", {}), connected(UNKNOWN)],
  },
  "firewall-closed": {
    breaks: [
      [
        step("firewall", { allow: [{ port: 5432, protocol: "tcp" }], containers: "closed" }),
        "port 5432 is open to everybody; allowed: SSH, 80 and 443; say from where",
      ],
      [step("firewall", { allow: [{ port: 3000, protocol: "tcp" }], containers: "closed" }), "port 3000 is open to everybody"],
      [step("firewall", { allow: [{ port: 22, protocol: "udp" }], containers: "closed" }), "port 22 is open to everybody"],
      [
        step("firewall", { allow: [{ port: 5432, from: ["0.0.0.0/1", "128.0.0.0/1"] }], containers: "closed" }),
        "port 5432 is open to everybody",
      ],
      [step("firewall", { allow: [{ port: 5432, from: ["2000::/3"] }], containers: "closed" }), "port 5432 is open to everybody"],
      [
        step("firewall", { allow: [{ port: 2222 }], containers: "closed" }, { connection: new Sealed({ port: 2223, hostKey: HOST_KEY }) }),
        "port 2222 is open to everybody",
      ],
      [step("firewall", { allow: [{ port: 6379, from: ["0.0.0.0/0"] }], containers: "closed" }), "port 6379 is open to everybody"],
      [step("firewall", { allow: [], containers: "open" }), 'containers must be "closed"'],
    ],
    keeps: [
      step("firewall", {
        allow: [{ port: 22 }, { port: 80, protocol: "tcp" }, { port: 443 }, { port: 443, protocol: "udp" }],
        containers: "closed",
      }),
      step("firewall", { allow: [{ port: 2222 }], containers: "closed" }, { connection: new Sealed({ port: 2222, hostKey: HOST_KEY }) }),
      step("firewall", { allow: [{ port: 5432, from: ["203.0.113.0/24"] }], containers: "closed" }),
    ],
  },
  "docker-without-port": {
    breaks: [
      [resource("pulumi:providers:docker", { host: "tcp://203.0.113.10:2375" }), "host must be Docker's socket, over SSH; got \"tcp://203"],
      ...[
        ["/etc/docker/daemon.json", '{"hosts": ["unix:///run/docker.sock", "tcp://0.0.0.0:2375"]}'],
        ["/etc/systemd/system/docker.service.d/port.conf", "[Service]\nExecStart=\nExecStart=/usr/bin/dockerd -H tcp://127.0.0.1:2375"],
        ["/etc/systemd/system/docker.socket.d/port.conf", "[Socket]\nListenStream=2375"],
      ].map(([path = "", text = ""]): [Resource, string] => [
        written(path, text),
        `${path}: Docker must listen on its socket alone; whoever reaches its port is root`,
      ]),
    ],
    keeps: [
      provider(strict),
      resource("pulumi:providers:docker", { host: "unix:///run/docker.sock" }),
      written("/etc/docker/daemon.json", '{"hosts": ["fd://"]}'),
      written("/etc/systemd/system/docker.socket.d/mode.conf", "[Socket]\nListenStream=/run/docker.sock\nSocketMode=0660"),
      written("/opt/shop/settings.json", '{"statsd": "tcp://127.0.0.1:8125"}'),
    ],
  },
  "sites-over-tls": {
    breaks: [
      [written("/etc/nginx/sites/shop.conf", "server {\n  listen 80;\n  root /srv;\n}"), '"listen 80" is without TLS'],
      [written("/etc/nginx/sites/shop.conf", "  listen 8080;\n  return 301 https://shop;"), '"listen 8080" is without TLS'],
      [
        written("/etc/nginx/sites/shop.conf", `${REDIRECT}\nserver {\n  listen 80;\n  server_name shop.example.com;\n  root /srv;\n}`),
        '/etc/nginx/sites/shop.conf: "listen 80" is without TLS',
      ],
      [
        written(
          "/etc/nginx/sites/shop.conf",
          "server {\n  listen 443 ssl;\n}\nserver { listen 8080; location / { proxy_pass http://shop; } }",
        ),
        '/etc/nginx/sites/shop.conf: "listen 8080" is without TLS',
      ],
      [
        written(
          "/etc/nginx/sites/shop.conf",
          "server {\n  location /old { return 301 https://shop; }\n  location / { proxy_pass http://shop; }\n}",
        ),
        '/etc/nginx/sites/shop.conf: "listen 80" is without TLS',
      ],
      [
        written("/etc/nginx/sites/shop.conf", `http { server { listen 80; # ssl\n return 301 http://shop.example.com; } }`),
        '/etc/nginx/sites/shop.conf: "listen 80" is without TLS',
      ],
      [written("/etc/nginx/tls.conf", "http { ssl_protocols TLSv1.1 TLSv1.2; }"), "ssl_protocols TLSv1.1 TLSv1.2 must be TLSv1.2 and"],
      [written("/etc/nginx/tls.conf", "ssl_protocols TLSv1 TLSv1.2;"), "must be TLSv1.2 and TLSv1.3 only"],
      [step("release", { nginx: { "/etc/nginx/services/shop.conf": ["listen 0.0.0.0:3000;"] } }), '"listen 0.0.0.0:3000" is without TLS'],
    ],
    keeps: [
      written("/etc/nginx/sites/shop.conf", "listen 443 ssl;\nlisten [::]:443 ssl;"),
      written(
        "/etc/nginx/default.conf",
        "listen 80 default_server;\nlisten [::]:80 default_server;\nreturn 301 https://$host$request_uri;",
      ),
      written("/etc/nginx/services/shop.conf", "listen 127.0.0.1:3000;\nlisten 10.90.1.1:3000;\nlisten unix:/run/shop;"),
      written("/etc/nginx/tls.conf", "ssl_protocols TLSv1.2 TLSv1.3;"),
      written("/etc/other.conf", "listen 80;"),
      written("/etc/nginx/sites/shop.conf", `${REDIRECT}\nserver {\n  listen 443 ssl;\n  location / { proxy_pass http://shop; }\n}`),
      written("/etc/nginx/services/shop.conf", "upstream shop {\n  server 10.90.1.10:80;\n}"),
    ],
  },
  "secrets-private": {
    breaks: [
      [
        step("files", {}, { stdin: new Sealed(JSON.stringify({ files: { "/opt/shop/.env": { mode: "0644", text: [] } } })) }),
        '/opt/shop/.env: mode must be 0600, or 0640 for a group of its own; got "0644"',
      ],
    ],
    keeps: [
      step("files", {}, { stdin: new Sealed(JSON.stringify({ files: { "/opt/shop/.env": { mode: "0600", text: [] } } })) }),
      written("/opt/shop/public.conf", ""),
    ],
  },
};

const volume = resource("docker:index/volume:Volume", { name: "shop_data" }, { protect: true });
const backup = (name: string) =>
  written("/etc/flowfleet/backup/shop.json", JSON.stringify({ databases: { database: { container: name } } }));

export const dataCases: Cases<typeof data> = {
  "data-protected": {
    breaks: [
      [resource("docker:index/volume:Volume", { name: "shop_data" }), "it is not protected; set protect"],
      ...["rds/instance:Instance", "rds/cluster:Cluster", "ebs/volume:Volume"].map((type): [Resource, string] => [
        resource(`aws:${type}`),
        "it is not protected; set protect",
      ]),
    ],
    keeps: [volume],
  },
  "data-backed-up": {
    breaks: [
      [{ resource: volume, beside: [container()] }, 'no backup has what is in "shop_data"'],
      [{ resource: volume, beside: [container(), backup("another")] }, "no backup has"],
    ],
    keeps: [{ resource: volume, beside: [container(), backup("shop")] }, resource("docker:index/volume:Volume", { name: UNKNOWN })],
  },
  "data-version-known": {
    breaks: [[step("volume", { volume: "shop_data", engine: "postgres" }), "version is missing"]],
    keeps: [step("volume", { volume: "shop_data", engine: "postgres", version: "16.2" })],
  },
};

const TAGS = { Name: "shop", environment: "production", "managed-by": "flowfleet", project: "shop" };
export const nameCases: Cases<typeof named> = {
  "names-and-tags": {
    breaks: [
      [resource("aws:ec2/vpc:Vpc", { tags: { Name: "shop" } }), "tags lack environment, managed-by, project"],
      [resource("aws:s3/bucket:Bucket"), "tags lack Name"],
    ],
    keeps: [
      resource("aws:ec2/vpc:Vpc", { tags: TAGS }),
      resource("aws:ec2/vpc:Vpc", { tags: UNKNOWN }),
      resource("aws:ec2/vpc:Vpc", { tags: { ...TAGS, Name: UNKNOWN } }),
    ],
  },
  "machine-names": {
    breaks: [[container({ name: undefined }), "name is missing"]],
    keeps: [container(), volume],
  },
};

const TOKEN = new Sealed("correct-horse-battery");
export const secretCases: Cases<typeof secrets> = {
  "no-clear-secret": {
    breaks: [
      [resource("any:thing", { key: "-----BEGIN OPENSSH PRIVATE KEY-----\nabc" }), "key holds a private key in clear"],
      [resource("any:thing", { of: [{ id: "AKIAABCDEFGHIJKLMNOP" }] }), "of[0].id holds a key of AWS in clear"],
      [resource("any:thing", { url: "postgres://shop:hunter2@db.example.com/shop" }), "url holds an address with a password in clear"],
      [
        task({ environment: [{ name: "DATABASE_PASSWORD", value: "hunter2" }] }),
        "the variable DATABASE_PASSWORD is in clear; hand it over as a secret",
      ],
      [container({ envs: ["API_KEY=hunter2"] }), "the variable API_KEY is in clear"],
      [
        step("release", { environment: { JWT_SECRET: "hunter2" } }),
        "environment.JWT_SECRET is in clear, and its name is a secret's; mark it as one",
      ],
      ...["SMTP_PASS", "DB_PWD", "MYSQL_PASSWD", "KEY_PASSPHRASE", "N8N_ENCRYPTION_KEY", "AWS_SECRET_ACCESS_KEY", "db.password"].map(
        (name): [Resource, string] => [
          container({ envs: [`${name}=hunter2`] }),
          `the variable ${name} is in clear; hand it over as a secret`,
        ],
      ),
      ...["password", "masterPassword", "pwd", "apiKey", "accessToken", "privateKey", "secretString", "client-secret", "authToken"].map(
        (name): [Resource, string] => [
          resource("any:thing", { of: [{ [name]: "hunter2" }] }),
          `of[0].${name} is in clear, and its name is a secret's; mark it as one`,
        ],
      ),
      [resource("any:thing", { tokens: 1, secrets: ["hunter2"] }), "secrets[0] is in clear, and its name is a secret's; mark it as one"],
      [written("/opt/shop/.env", "NODE_ENV=production\nDATABASE_PASSWORD=hunter2"), "the variable DATABASE_PASSWORD is in clear"],
      [written("/etc/systemd/system/shop.service", '[Service]\nEnvironment="API_TOKEN=hunter2"'), "the variable API_TOKEN is in clear"],
      [written("/opt/shop/application.yml", "database:\n  password: hunter2"), "the variable password is in clear"],
      [resource("any:thing", { url: "redis://:hunter2@cache.example.com" }), "url holds an address with a password in clear"],
      [resource("any:thing", { of: "Server=db;User Id=shop;Password=hunter2;" }), "of holds a connection with a password in clear"],
      [resource("any:thing", { of: "host=db user=shop password=hunter2" }), "of holds a connection with a password in clear"],
      [resource("any:thing", { of: `xoxb-${"1".repeat(24)}` }), "of holds a token of Slack in clear"],
      [resource("any:thing", { of: `sk_live_${"a".repeat(24)}` }), "of holds a key of Stripe in clear"],
      [
        {
          resource: resource("any:thing", { command: "login correct-horse-battery" }),
          beside: [resource("any:other", { password: TOKEN })],
        },
        "command holds in clear what is marked as a secret elsewhere",
      ],
    ],
    keeps: [
      resource("any:thing", { key: new Sealed("-----BEGIN OPENSSH PRIVATE KEY-----\nabc"), url: "postgres://db.example.com/shop" }),
      container({ envs: ["API_KEY_FILE=/run/secrets/key", "PASSWORD=", "TOKEN=$TOKEN"] }),
      container({ envs: ["PWD=/srv", "COMPASS=north", "MONKEY=george", "PUBLIC_KEY=abc", "REDIS_URL=redis://cache:6379"] }),
      resource("any:thing", {
        creationToken: "files",
        httpTokens: "required",
        encryptionKey: "alias/shop",
        keyId: "key",
        secretName: "shop",
      }),
      resource("any:thing", { password: UNKNOWN, manageMasterUserPassword: true, tokenEndpoint: "https://login.example.com" }),
      written("/opt/shop/start.sh", "export DATABASE_PASSWORD=$(</run/secrets/password)\nTOKEN=\nAPI_KEY=@key@"),
      step("release", {}, { stdin: new Sealed(JSON.stringify({ environment: { JWT_SECRET: "hunter2" } })) }),
      { resource: resource("any:thing", { password: TOKEN }), beside: [resource("any:other", { password: TOKEN })] },
    ],
  },
};
