import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import * as coreflow from "../stacks/coreflow/guide";
import { VARIABLES as COREFLOW } from "../stacks/coreflow/variables";
import { ENVIRONMENTS } from "../stacks/flowmaster/guide";
import { ENVIRONMENTS as FLOWRA } from "../stacks/flowra/guide";
import { VARIABLES } from "../stacks/flowra/variables";
import { deployedStacks } from "./config/deployed-stacks";
import { KEYS } from "./config/schema";
import { readStackFile } from "./config/stack-file";
import { inspect } from "./config/stacks";

const ROOT = join(__dirname, "..");
const read = (file: string) => readFileSync(join(ROOT, file), "utf8");
const blocks = (text: string) =>
  [...text.matchAll(/^```(\S+) ?(.*)\n([\s\S]*?)^```$/gm)].map(([, language = "", about = "", body = ""]) => ({ language, about, body }));

describe("docs/systems/flowmaster.md", () => {
  const text = read("docs/systems/flowmaster.md");

  it("has the environments as the program has them", () => {
    const rows = [...text.matchAll(/^\| (\w+) \| `\w+` \| `(\w+)` \| (\S+) \| (\d+) \| (\d+) \| `(\S+)` \|$/gm)].map((row) => row.slice(1));
    expect(rows).toEqual(
      Object.entries(ENVIRONMENTS).map(([name, place]) => [
        name,
        place.branch,
        place.domain,
        String(place.frontendPort),
        String(place.backendPort),
        place.directory,
      ]),
    );
  });

  it("gives a successor for each of the guide's commands", () => {
    const found = blocks(text);
    const guide = found.filter(({ about }) => about === "guide").flatMap(({ body }) => body.trim().split("\n"));
    expect(guide).toEqual([
      "docker ps -a | grep flowmaster",
      "docker ps | grep flowmaster-staging",
      "docker logs flowmaster-staging-backend --tail 100 -f",
      "docker logs flowmaster-staging-frontend --tail 100 -f",
      "docker logs flowmaster-staging-backend --tail 50",
      "docker inspect flowmaster-staging-backend --format='{{.State.Health.Status}}'",
      "docker exec flowmaster-staging-backend curl -v http://localhost:8000/api/health",
      "sudo nginx -t",
      "sudo systemctl reload nginx",
      "cd /srv/flowmaster/staging",
      "docker compose -f docker-compose.staging.yml restart",
      "nano environments/.env.staging",
      "ssh root@91.98.159.56",
      "cd /srv/flowmaster/staging",
      "git fetch origin",
      "git checkout staging",
      "git pull origin staging",
      "docker compose -f docker-compose.staging.yml down",
      "docker compose -f docker-compose.staging.yml up -d --build",
    ]);
    found.forEach(({ about }, index) => {
      if (about === "guide")
        expect(found[index + 1]).toMatchObject({
          language: "sh",
          about: expect.stringMatching(/^(?:server|here)(?: needs=compose)?$/) as string,
        });
    });
  });
});

describe("docs/systems/flowra.md", () => {
  const text = read("docs/systems/flowra.md");

  it("has the environments as the program has them", () => {
    const rows = [...text.matchAll(/^\| (\w+) \| `\w+` \| `(\w+)` \| (\S+) \| (\S+) \| `(\S+)` \| `(\S+)` \| (\d+) CPU, (.+), (.+) \|$/gm)];
    expect(rows.map((row) => row.slice(1))).toEqual(
      Object.entries(FLOWRA).map(([name, { branch, domain, authDomain, composeFile, subnet, size }]) => [
        name,
        branch,
        domain,
        authDomain,
        composeFile,
        subnet,
        String(size.cpus),
        size.memory,
        size.disk,
      ]),
    );
  });

  it("gives a successor for each of the guide's commands, marked with where it runs", () => {
    const found = blocks(text);
    const guide = found.filter(({ about }) => about === "guide").flatMap(({ body }) => body.trim().split("\n"));
    expect(guide).toEqual([
      "docker-compose up -d",
      "docker-compose -f docker-compose.prod.yml up -d",
      "docker-compose ps",
      "docker-compose logs -f",
      "curl http://localhost:8080/health",
      "curl http://localhost:8080/ready",
      "sudo systemctl enable flowra-api",
      "sudo systemctl start flowra-api",
      "sudo systemctl status flowra-api",
      "make migrate-up",
      "./bin/migrator up",
      "./bin/api",
      "./bin/worker",
      "cat > .env << EOF",
      "export FLOWRA_LOG_LEVEL=debug",
      "docker-compose ps mongodb",
      "docker-compose logs mongodb",
      'mongosh "mongodb://admin:admin123@localhost:27017"',
      "docker network ls",
      "docker network inspect flowra-network",
      "docker-compose ps redis",
      "docker-compose logs redis",
      "redis-cli -h localhost -p 6379 ping",
      "curl http://localhost:8090/realms/flowra",
      "timedatectl status",
      'curl -i -N -H "Connection: Upgrade" \\',
      '  -H "Upgrade: websocket" \\',
      '  -H "Sec-WebSocket-Key: test" \\',
      '  -H "Sec-WebSocket-Version: 13" \\',
      "  http://localhost:8080/api/v1/ws",
      "docker stats",
      "curl http://localhost:8080/debug/pprof/heap > heap.prof",
      'mongosh flowra --eval "db.chats.getIndexes()"',
      'mongosh flowra --eval "db.setProfilingLevel(1, { slowms: 100 })"',
      "redis-cli --latency",
      'grep "duration_ms" /var/log/flowra/api.log | sort -t: -k2 -n | tail -20',
      'mongodump --uri="mongodb://admin:password@localhost:27017" --out=/backup/$(date +%Y%m%d)',
      'mongorestore --uri="mongodb://admin:password@localhost:27017" /backup/20260128',
      "cp /var/lib/redis/dump.rdb /backup/redis/dump.rdb.$(date +%Y%m%d)",
    ]);
    found.forEach(({ language, about }, index) => {
      if (language === "sh") expect(about).toMatch(/^(?:here|server(?: mode=(?:containers|systemd))?)$/);
      if (about === "guide") expect(found[index + 1]?.language).toBe("sh");
    });
  });
});

describe("the checklist in docs/systems/flowra.md", () => {
  it("names the tests of each point", () => {
    const parts = read("rehearsal/e2e/8-flowra-checklist.e2e.test.ts")
      .split(/^point\("/m)
      .slice(1);
    const points = parts.map((part) => [
      part.slice(0, part.indexOf('"')),
      ...[...part.matchAll(/^ {2}(?:test\(|\]\)\(\s*)"([^"]+)"/gm)].map(([, name]) => name),
    ]);
    const table = read("docs/systems/flowra.md").split("## The guide's checklist for production")[1] ?? "";
    const rows = [...table.matchAll(/^\| ([^|]+) \| [^|]+ \| ([^|]+) \|$/gm)].slice(1);
    expect(rows.map(([, point, tests = ""]) => [point, ...tests.split("; ")])).toEqual(points);
    expect(points.filter((point) => point.length < 2)).toEqual([]);
  });
});

describe("docs/systems/coreflow.md", () => {
  const text = read("docs/systems/coreflow.md");
  const committed = (parse(read("Pulumi.prod.yaml")) as { config: Record<string, Ports | undefined> }).config["flowfleet:coreflow"];

  it("has the environments as the program has them", () => {
    const rows = [...text.matchAll(/^\| (\w+) \| [^|]+ \| \w+ \| (\d+) \| (.+?) \| (.+?) \| `(\S+)` \| (\d) \|$/gm)];
    expect(rows.map((row) => row.slice(1))).toEqual(
      Object.entries(coreflow.ENVIRONMENTS).map(([name, { subnet, size, instances }]) => [
        name,
        String(size.cpus),
        size.memory,
        size.disk,
        subnet,
        String(instances),
      ]),
    );
  });

  it("has the guide's ports, those of production, and those of its releases", () => {
    const rows = [...text.matchAll(/^\| `([\w-]+)` \| (\d+) \| (\d+) \| ([\d, ]*)\| .*\|$/gm)].map((row) =>
      row.slice(1).map((cell) => cell.trim()),
    );
    const services = Object.entries(coreflow.SERVICES).map(([name, { port }]) => {
      const { port: here = port, switching = "port" } = committed?.services?.[name] ?? {};
      return [name, String(port), String(here), switching === "port" ? coreflow.slotsOf(here).join(", ") : ""];
    });
    const containers = Object.entries(coreflow.PORTS).map(([name, port]) => [
      name,
      String(port),
      String(committed?.ports?.[name] ?? port),
      "",
    ]);
    expect(rows).toEqual([...services, ...containers]);
    expect(new Set(rows.map(([, , here]) => here)).size).toBe(rows.length);
  });

  it("gives a successor for each of the guide's commands, marked with where it runs", () => {
    const found = blocks(text);
    const guide = found.filter(({ about }) => about === "guide").flatMap(({ body }) => body.trim().split("\n"));
    expect(guide).toEqual([
      "sudo apt update && sudo apt upgrade -y",
      "sudo apt install -y curl wget git nginx certbot python3-certbot-nginx",
      "curl -fsSL https://get.docker.com -o get-docker.sh",
      "sudo sh get-docker.sh",
      "sudo usermod -aG docker $USER",
      'sudo curl -L "https://github.com/docker/compose/releases/latest/download/docker-compose-$(uname -s)-$(uname -m)" -o /usr/local/bin/docker-compose',
      "sudo chmod +x /usr/local/bin/docker-compose",
      "curl -fsSL https://deb.nodesource.com/setup_18.x | sudo -E bash -",
      "sudo apt-get install -y nodejs",
      "sudo npm install -g pm2",
      "sudo mkdir -p /opt/coreflow/{apps,infra,logs,scripts}",
      "sudo chown -R $USER:$USER /opt/coreflow",
      "git clone https://github.com/JeanFSZ/core-flow-ws-cms-service.git cms-service",
      "git clone https://github.com/JeanFSZ/core-flow-ws-api-gateway.git api-gateway",
      "docker-compose up -d",
      "npm install",
      "npm run build",
      "pm2 start ecosystem.config.js",
      "sudo cp /opt/coreflow/infra/nginx/coreflow /etc/nginx/sites-available/",
      "sudo ln -s /etc/nginx/sites-available/coreflow /etc/nginx/sites-enabled/",
      "sudo nginx -t",
      "sudo systemctl reload nginx",
      "sudo certbot --nginx -d yourdomain.com",
      "cp /opt/coreflow/infra/env.example /opt/coreflow/.env",
      "nano /opt/coreflow/.env",
      "docker-compose ps",
      "pm2 status",
      "sudo systemctl status nginx",
      "df -h",
      "free -h",
      "tail -n 50 /opt/coreflow/logs/*.log | grep -i error",
      "docker exec coreflow-postgres pg_dump -U coreflow coreflow > $BACKUP_DIR/database_$DATE.sql",
      "tar -czf $BACKUP_DIR/apps_$DATE.tar.gz /opt/coreflow/apps",
      "tar -czf $BACKUP_DIR/logs_$DATE.tar.gz /opt/coreflow/logs",
      'find $BACKUP_DIR -name "*.sql" -mtime +7 -delete',
      'find $BACKUP_DIR -name "*.tar.gz" -mtime +7 -delete',
      "sudo ufw enable",
      "sudo ufw allow 22/tcp",
      "sudo ufw allow 80/tcp",
      "sudo ufw allow 443/tcp",
      "sudo ufw deny 3000:8080/tcp",
      "sudo certbot --nginx -d yourdomain.com -d www.yourdomain.com",
      "sudo certbot renew --dry-run",
      "sudo apt update && sudo apt upgrade -y",
      "docker-compose pull",
      "docker-compose up -d",
      "pm2 reload all",
    ]);
    found.forEach(({ language, about }, index) => {
      if (language === "sh") expect(about).toMatch(/^(?:here|server)$/);
      if (about === "guide") expect(found[index + 1]?.language).toBe("sh");
    });
  });
});

describe("docs/systems/flowstack.md", () => {
  it("shows settings where they belong", () => {
    const shown = [...read("docs/systems/flowstack.md").matchAll(/^( *)```yaml\n([\s\S]*?)^ *```$/gm)];
    expect(shown.length).toBeGreaterThan(2);
    for (const [, indent = "", body = ""] of shown) {
      const text = body.replaceAll(new RegExp(`^${indent}`, "gm"), "  ");
      expect(inspect("prod", `config:\n${text}`, () => undefined).problems.filter((line) => line.includes("is not known"))).toEqual([]);
      expect(Object.keys(parse(text) as object)).toEqual(["flowfleet:flowstack"]);
    }
  });
});

/** Of a stack file. */
interface Ports {
  services?: Record<string, { port?: number; switching?: string } | undefined>;
  ports?: Record<string, number>;
}

describe("docs/configuration.md", () => {
  const text = read("docs/configuration.md");

  it("has a section for each key, and Pulumi.yaml declares each with an empty or a real default", () => {
    expect([...text.matchAll(/^## `flowfleet:(\w+)`$/gm)].map(([, key]) => key)).toEqual(KEYS);
    const { config } = parse(read("Pulumi.yaml")) as { config: Record<string, { type: string; description: string; default: unknown }> };
    expect(Object.keys(config)).toEqual(KEYS);
    for (const declared of Object.values(config)) expect(Object.keys(declared)).toEqual(["type", "description", "default"]);
  });

  it("has every variable of Flowra, with its default", () => {
    const rows = [...text.matchAll(/^\| (`FLOWRA_[^|]+) \| ([^|]+) \| ([^|]*) \|$/gm)];
    const told = rows.flatMap(([, names = "", , defaults = ""]) => {
      const values = defaults.split(/[,;] (?=`)/).map((value) => /^`(.*)`$/.exec(value)?.[1]);
      return names.split(", ").map((name, index) => [name.replaceAll("`", ""), values[index]]);
    });
    expect(Object.fromEntries(told)).toEqual(
      Object.fromEntries(
        Object.entries(VARIABLES).map(([name, variable]) => [name, "default" in variable ? String(variable.default) : undefined]),
      ),
    );
  });

  it("has every variable of CoreFlow, with its default", () => {
    const part = text.split("## `flowfleet:coreflow`")[1]?.split("\n## ")[0] ?? "";
    const rows = [...part.matchAll(/^\| (`[A-Z][^|]+) \| ([^|]+) \| ([^|]*) \|$/gm)];
    const told = rows.flatMap(([, names = "", , defaults = ""]) => {
      const values = defaults.split(", ").map((value) => /^`(.*)`$/.exec(value)?.[1]);
      return names.split(", ").map((name, index) => [name.replaceAll("`", ""), values[index]] as const);
    });
    const table = Object.entries(COREFLOW).map(([name, variable]) => [name, "default" in variable ? variable.default : undefined]);
    expect(Object.fromEntries(told)).toEqual(Object.fromEntries(table));
  });

  it("has examples that are right", () => {
    const examples = blocks(text).filter(({ about }) => about.startsWith("example"));
    expect(examples.length).toBeGreaterThan(2);
    for (const { about, body } of examples) {
      const [, stack = "staging"] = about.split(" ");
      expect(inspect(stack, body, () => read(`infra/golden/releases/${stack}.yaml`)).problems).toEqual([]);
    }
  });

  it("has an example of pipelines whose roles are right for the committed stacks, with the boundary that it says", () => {
    const found = blocks(text);
    const at = found.findIndex(({ about, body }) => about === "example shared" && body.includes("flowfleet:state:"));
    const { aws } = (parse(found[at + 1]?.body ?? "") as Record<string, { aws?: object }>)["flowfleet:flowstack"] ?? {};
    const file = (stack: string, body = read(`Pulumi.${stack}.yaml`)) => ({ stack, ...readStackFile(body) });
    const [shared, prod, staging] = [file("shared", found[at]?.body), file("prod"), file("staging")];
    Object.assign((prod.raw["flowstack"] as { aws: object }).aws, aws);
    expect(Object.keys((shared.raw["state"] as { pipelines: object }).pipelines)).toEqual(["production"]);
    expect(deployedStacks([shared, prod, staging])).toEqual([]);
  });
});

describe("docs/reviews.md", () => {
  it("has an example for GitLab that fails where a rule is broken, as this repository's job does", () => {
    const example = blocks(read("docs/reviews.md")).find(({ body }) => body.includes("CI_PIPELINE_SOURCE"));
    const job = (text: string) => (parse(text) as { plan: { script: string[] } }).plan;
    expect(job(example?.body ?? "").script.at(-1)).toBe(job(read(".gitlab-ci.yml")).script.at(-1));
  });
});
