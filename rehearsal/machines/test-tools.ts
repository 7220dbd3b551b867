/** What unit and integration tests start beside Node.js. */
import { aptInstall, canInstall } from "./apt-install";
import { isThere } from "./is-there";

/** Each with its package. */
const PACKAGES = {
  python3: "python3",
  git: "git",
  openssl: "openssl",
  "ssh-keygen": "openssh-client",
  ip: "iproute2",
  iptables: "iptables",
  nft: "nftables",
  ps: "procps",
};

/** As root on Debian and Ubuntu, what is missing is installed; everywhere else it is an error that tells what to do. */
export default async function installTestTools(): Promise<void> {
  const there = await Promise.all(Object.keys(PACKAGES).map(isThere));
  const missing = Object.values(PACKAGES).filter((_, index) => !there[index]);
  if (missing.length === 0) return;
  const refusal = await canInstall();
  if (refusal)
    throw new Error(`The tests need ${missing.join(", ")}, and installing does not work here: ${refusal}. Install them by hand.`);
  await aptInstall(missing, { report: (line) => void process.stderr.write(`${line}\n`) });
}
