import type * as pulumi from "@pulumi/pulumi";
import { FileSet } from "../../components/host/file-set";
import type { Host } from "../../components/host/host";
import { SystemUser } from "../../components/host/system-user";
import type { FlatlogicSettings } from "./settings";

/** The VM's user and its home, unless the platform made them. nginx has to pass through it to the page for outages. */
export function makeAccount(name: string, { host, settings }: { host: Host; settings: FlatlogicSettings }, parent: pulumi.Resource): void {
  const { account, user, home } = settings;
  if (account === "platform") return;
  new SystemUser(`${name}-user`, { host, user, home }, { parent });
  new FileSet(`${name}-home`, { host, directories: { [home]: { user, group: user, mode: "0711" } }, files: {} }, { parent });
}
