import type { Problem } from "../kernel/refuse";
import type { DataImage } from "./data-container";

export function pgAdminProblems({ version }: Pick<DataImage, "version">): Problem[] {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return major > 9 || (major === 9 && minor >= 16)
    ? []
    : [{ path: "image/version", wrong: "must be 9.16 or newer, the first one that starts without a capability", got: version }];
}

/** It stands in a program, and pgAdmin itself knows what else it takes for an address. */
export const emailProblems = (email: string): Problem[] =>
  /^[A-Za-z0-9._+-]+@[a-z0-9-]+(?:\.[a-z0-9-]+)+$/.test(email)
    ? []
    : [{ path: "email", wrong: "must be an address of mail", got: email, allowed: 'such as "ops@example.com"' }];
