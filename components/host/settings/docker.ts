import type { Lines } from "../../kernel/lines";
import { linesOf } from "../../kernel/lines";
import { distributionOf } from "../operating-system";
import type { OperatingSystem } from "../operating-system";
import type { Repository } from "../packages";

/** Docker's signing key for Debian and Ubuntu. */
const FINGERPRINT = "9DC858229FC7DD38854AE2D88D81803C0EBFCD88";
const VENDOR_PACKAGES = ["docker-ce", "docker-ce-cli", "containerd.io", "docker-buildx-plugin", "docker-compose-plugin"];

/** Where Docker Engine comes from. Its repository goes over to new major versions, over which `live-restore` is not supported, so its updates are a person's decision. */
export function dockerPackages(
  os: OperatingSystem,
  source: "vendor" | "distribution",
): { install: readonly string[]; repositories?: Record<string, Repository> } {
  const { id, codename, docker } = distributionOf(os);
  if (source === "distribution") return { install: docker };
  const uri = `https://download.docker.com/linux/${id}`;
  const repository = { uri, suite: codename, components: ["stable"], keyUrl: `${uri}/gpg`, fingerprint: FINGERPRINT };
  return { install: VENDOR_PACKAGES, repositories: { docker: repository } };
}

/** `live-restore` keeps containers running while the daemon restarts; the log limits are for containers that name none of their own. */
export const dockerText = (): Lines =>
  linesOf(
    JSON.stringify(
      {
        "live-restore": true,
        "log-driver": "json-file",
        "log-opts": { "max-file": "5", "max-size": "10m" },
        "no-new-privileges": true,
      },
      null,
      2,
    ),
  );
