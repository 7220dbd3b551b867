import type { Repository } from "../packages";

/** NodeSource's signing key for its repositories of Node.js. */
const FINGERPRINT = "6F71F525282841EEDAF851B42F59B5F99B1BE0B4";
/** The long-term release of Node.js that production gets. */
const MAJOR = 24;

/** What runs the processes of `Pm2Service`s. Needs Node.js 18 or newer. */
export const PM2 = { package: "pm2", version: "7.0.4" };

/** What fetches the code that runs in it. */
const FETCHING = ["git", "openssh-client"];

/** Where Node.js and npm come from. The vendor's repository is the same for every distribution, has one major version, and its package has npm in it. */
export function nodePackages(source: "vendor" | "distribution"): { install: readonly string[]; repositories?: Record<string, Repository> } {
  if (source === "distribution") return { install: ["nodejs", "npm", ...FETCHING] };
  const uri = "https://deb.nodesource.com";
  const keyUrl = `${uri}/gpgkey/nodesource-repo.gpg.key`;
  const repository = {
    uri: `${uri}/node_${MAJOR}.x`,
    suite: "nodistro",
    components: ["main"],
    keyUrl,
    fingerprint: FINGERPRINT,
    unattended: true,
  };
  return { install: ["nodejs", ...FETCHING], repositories: { node: repository } };
}
