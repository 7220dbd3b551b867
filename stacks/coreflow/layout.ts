import type * as pulumi from "@pulumi/pulumi";
import { FileSet } from "../../components/host/file-set";
import type { Host } from "../../components/host/host";
import { FOLDER as NGINX } from "../../components/web/texts/server";
import { DATA_FOLDER, FOLDERS, PROJECT, USER } from "./guide";

export interface LayoutArgs {
  host: Host;
  directory: string;
  domain: string;
  /** Names of those that the services may write. */
  folders: readonly string[];
}

/** The guide's folders, and those that services write. Where it keeps a copy of what nginx has, here is a link to that, for people. */
export function layOut(name: string, { host, directory, domain, folders }: LayoutArgs, parent: pulumi.Resource): FileSet {
  const nginx = `${directory}/${FOLDERS.infra}/nginx`;
  const data = `${directory}/${DATA_FOLDER}`;
  const roots = [
    directory,
    ...[FOLDERS.apps, FOLDERS.infra].map((folder) => `${directory}/${folder}`),
    nginx,
    `${nginx}/sites-available`,
    data,
  ];
  const directories = {
    ...Object.fromEntries(roots.map((folder) => [folder, {}])),
    ...Object.fromEntries(folders.map((folder) => [`${data}/${folder}`, { mode: "0750", user: USER, group: USER }])),
  };
  const links = {
    [`${nginx}/nginx.conf`]: "/etc/nginx/nginx.conf",
    [`${nginx}/sites-available/${PROJECT}`]: `${NGINX}/sites/${domain}.conf`,
  };
  return new FileSet(name, { host, directories, files: {}, links }, { parent });
}
