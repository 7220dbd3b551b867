// The digest of each stack's plan: what production's job wants to be given. digests.js PLAN.json
const { stacks } = JSON.parse(require("node:fs").readFileSync(process.argv[2], "utf8"));
for (const { stack, digest } of stacks) console.log(`digest of the plan of ${stack}: ${digest}`);
