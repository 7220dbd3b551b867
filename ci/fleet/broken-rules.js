// Mandatory rules that a plan breaks, a line each, with exit status 3: GitLab has no check beside the comment. broken-rules.js PLAN.json
const { stacks } = JSON.parse(require("node:fs").readFileSync(process.argv[2], "utf8"));
for (const { stack, violations } of stacks)
  for (const { level, exception, rule, urn = "", message } of violations)
    if (level === "mandatory" && exception === undefined) {
      console.error(`${stack}: ${rule}:${urn && ` ${urn.split("::").slice(3).join("::")}:`} ${message}`);
      process.exitCode = 3;
    }
