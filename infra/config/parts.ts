import type { Raw } from "./raw";
import type { System } from "./systems";

/** What a system needs on its host. */
const NEEDED: Record<System, readonly (keyof typeof PARTS)[]> = {
  flowmaster: ["docker", "web"],
  flowra: ["docker", "web"],
  flowstack: ["docker", "web"],
  coreflow: ["docker", "web", "node"],
  flatlogic: ["node", "private"],
};
const PARTS = {
  docker: { key: "docker", what: "Docker", set: "{}" },
  node: { key: "node", what: "Node.js", set: "{}" },
  web: { key: "web", what: "nginx", set: "true" },
  private: { key: "web", what: "nginx, without any port that is open to the outside,", set: "private" },
} as const;

/** What the system needs and its host is not to have: the setting of the host, what it is, and what to set it to. */
export const lackingParts = (system: System, host: Raw): (typeof PARTS)[keyof typeof PARTS][] =>
  NEEDED[system].map((part) => PARTS[part]).filter(({ key, set }) => (set === "{}" ? host[key] === undefined : String(host[key]) !== set));
