import { filesOf } from "../host-document";
import { type Resource, shown } from "../resource";

/** Files that say where Docker listens. */
const SETTINGS = /^\/etc\/(?:docker\/daemon\.json|default\/docker|systemd\/system\/docker\.(?:service|socket)(?:\.d\/.+)?)$/;

/** Where Docker listens on a port, or is asked by one: whoever reaches it is root on the machine. */
export function dockerPorts(resource: Resource): string[] {
  if (resource.type === "pulumi:providers:docker") {
    const { host } = resource.props;
    return typeof host === "string" && /^(?:tcp|https?):/.test(host) ? [`host must be Docker's socket, over SSH; got ${shown(host)}`] : [];
  }
  return filesOf(resource)
    .filter(({ path, text }) => SETTINGS.test(path) && /tcp:\/\/|^ListenStream=[^/]/m.test(text))
    .map(({ path }) => `${path}: Docker must listen on its socket alone; whoever reaches its port is root`);
}
