import type * as pulumi from "@pulumi/pulumi";
import { FileSet } from "../../components/host/file-set";
import type { Host } from "../../components/host/host";
import { FOLDER as NGINX } from "../../components/web/texts/server";
import { FOLDERS, PROJECT } from "./guide";

export interface LayoutArgs {
  host: Host;
  directory: string;
  domain: string;
}

/** The guide's folders. Where it keeps a copy of what nginx has, here is a link to that, for people. */
export function layOut(name: string, { host, directory, domain }: LayoutArgs, parent: pulumi.Resource): FileSet {
  const nginx = `${directory}/${FOLDERS.infra}/nginx`;
  const folders = [
    directory,
    ...[FOLDERS.apps, FOLDERS.infra].map((folder) => `${directory}/${folder}`),
    nginx,
    `${nginx}/sites-available`,
  ];
  const links = {
    [`${nginx}/nginx.conf`]: "/etc/nginx/nginx.conf",
    [`${nginx}/sites-available/${PROJECT}`]: `${NGINX}/sites/${domain}.conf`,
  };
  return new FileSet(name, { host, directories: Object.fromEntries(folders.map((folder) => [folder, {}])), files: {}, links }, { parent });
}
