import { readFileSync } from "node:fs";
import { join } from "node:path";
import { DEFAULTS, NAMES, PORTS, SCRIPTS } from "../stacks/flatlogic/guide";
import { VARIABLES } from "../stacks/flatlogic/variables";
import { inspect } from "./config/stacks";

const ROOT = join(__dirname, "..");
const read = (file: string) => readFileSync(join(ROOT, file), "utf8");
const blocks = (text: string) =>
  [...text.matchAll(/^```(\S+) ?(.*)\n([\s\S]*?)^```$/gm)].map(([, language = "", about = "", body = ""]) => ({ language, about, body }));

describe("docs/systems/flatlogic.md", () => {
  const text = read("docs/systems/flatlogic.md");

  it("has processes, commands and ports as the program has them", () => {
    const rows = [...text.matchAll(/^\| `(\w+)` \| `([\w-]+)` \| `npm run ([\w:]+)[^`]*` \| `(\w+)` \| (\d+) \|$/gm)].map((row) =>
      row.slice(1),
    );
    const ports = { frontend: String(PORTS.frontend), backend: "3000" };
    expect(rows).toEqual(
      (["development", "compiled"] as const).flatMap((mode) =>
        (["frontend", "backend"] as const).map((half) => [mode, NAMES[mode][half], SCRIPTS[mode][half], half, ports[half]]),
      ),
    );
    expect(text).toContain(`/home/${DEFAULTS.user}\``);
  });

  it("gives a successor for each of the guide's commands, marked with where it runs", () => {
    const found = blocks(text);
    const guide = found.filter(({ about }) => about === "guide").flatMap(({ body }) => body.trim().split("\n"));
    expect([...guide].sort()).toEqual(
      [
        "cd ~/executor/workspace/backend && npm ci",
        "cd ~/executor/workspace/frontend && npm ci",
        "cd ~/executor/workspace/backend && npm run db:reset",
        "pm2 restart backend-dev frontend-dev --update-env",
        "30 3 * * * cd ~/executor/workspace/backend && npm run db:cleanup-tokens >> ~/token-cleanup.log 2>&1",
        "sudo cp ~/executor/workspace/nginx.conf /etc/nginx/nginx.conf",
        "sudo nginx -t && sudo nginx -s reload",
        'curl -s -o /dev/null -w "front %{http_code}\\n" http://127.0.0.1:3001/',
        'curl -s -o /dev/null -w "api %{http_code}\\n" http://127.0.0.1:3000/api-docs/',
        "pm2 status",
        "pm2 logs backend-dev --lines 50",
        "cd ~/executor/workspace/frontend && npm ci && npm run build",
        "pm2 delete frontend-dev 2>/dev/null || true",
        "FRONT_PORT=3001 pm2 start npm --name frontend --update-env -- run start",
        "cd ~/executor/workspace/backend && npm ci && npm run build",
        "pm2 delete backend-dev 2>/dev/null || true",
        "NODE_ENV=dev_stage pm2 start npm --name backend --update-env -- run start:production",
        "pm2 save",
      ].sort(),
    );
    found.forEach(({ language, about }, index) => {
      if (language === "sh") expect(about).toMatch(/^(?:here|server(?: mode=(?:development|compiled))?)$/);
      if (about === "guide") expect(found[index + 1]?.language).toBe("sh");
    });
  });
});

describe("docs/configuration.md", () => {
  const part = read("docs/configuration.md").split("## `flowfleet:flatlogic`")[1]?.split("\n## ")[0] ?? "";

  it("has every variable of the Flatlogic VM, with its default", () => {
    const rows = [...part.matchAll(/^\| (`[A-Z][A-Z_]+`(?:, `[A-Z_]+`)*) \| [^|]+ \| ([^|]*?) ?\|$/gm)];
    const told = rows.flatMap(([, names = "", defaults = ""]) =>
      names.split(", ").map((name) => [name.replaceAll("`", ""), [...defaults.matchAll(/`([^`]+)`/g)].map(([, value]) => value)] as const),
    );
    expect(told.map(([name]) => name).sort()).toEqual(Object.keys(VARIABLES).sort());
    const defaults = Object.fromEntries(told);
    for (const [name, variable] of Object.entries(VARIABLES)) {
      if ("default" in variable) expect(defaults[name]).toContain(String(variable.default));
    }
  });

  it("has an example that is right", () => {
    const [example] = blocks(part);
    const { problems, missingSecrets } = inspect("dev", example?.body ?? "", () => read("infra/golden/releases/dev.yaml"));
    expect([problems, missingSecrets]).toEqual([[], []]);
  });
});
