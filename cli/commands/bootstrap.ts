import type { Command } from "commander";

export interface BootstrapFlags {
  port: string;
  user: string;
  hostKey?: string;
  authorizedKey: string[];
  onlyTheseKeys?: boolean;
  identity?: string;
  cloudInit?: boolean;
  json?: boolean;
}

/** `flowfleet bootstrap`: the first contact with a real server. */
export function addBootstrap(program: Command): void {
  program
    .command("bootstrap")
    .description(
      "Prepare a server for Flowfleet: deploy user, helper, one sudoers line; prints the host key to pin. A second run changes nothing.",
    )
    .argument("[login]", "root@ADDRESS the first time; the deploy user works from then on")
    .option("--port <number>", "of the server's sshd", "22")
    .option("--user <name>", "the deploy user that is made", "deploy")
    .option(
      "--host-key <key>",
      "the server's host key, e.g. as its provider's console shows it; without it you are asked to compare the fingerprint",
    )
    .option(
      "--authorized-key <file>",
      "public key that may log in as the deploy user; repeatable (default: the keys of the SSH agent)",
      (file: string, files: string[]) => [...files, file],
      [],
    )
    .option("--only-these-keys", "take every other key of the deploy user away (the last step of a rotation)")
    .option("--identity <file>", "private key to log in with (default: the SSH agent)")
    .option("--cloud-init", "print the same as cloud-init user data for a server that is yet to be made")
    .option("--json", "print the result as JSON")
    .addHelpText("after", "\nExample:\n  flowfleet bootstrap root@203.0.113.10\n  flowfleet bootstrap --cloud-init > user-data.yaml")
    .action(async (login: string | undefined, flags: BootstrapFlags) => {
      const { bootstrapServer } = require("../bootstrap") as typeof import("../bootstrap");
      await bootstrapServer(login, flags);
    });
}
