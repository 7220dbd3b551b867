import { posix } from "node:path";
import { runOf } from "../host-document";
import { group, has, list, type Resource, shown, UNKNOWN, valueAt } from "../resource";

/** Settings, programs, devices and keys of a machine, and the sockets of what runs there: who has them is root on it. */
const AS_GOOD_AS_ROOT = [
  ..."/bin /boot /dev /etc /lib /lib64 /proc /root /run /sbin /sys /usr /var/run /var/spool/cron".split(" "),
  ...["containerd", "docker", "flowfleet"].map((of) => `/var/lib/${of}`),
];
/** What many an image wants to read: the time zone, and whose certificates are trusted. */
const HARMLESS = ["/etc/localtime", "/etc/timezone", "/etc/ssl/certs", "/usr/share"];
/** Homes, with the keys and profiles in them. */
const HOME = /^\/home(?:\/[^/]+(?:\/\..*)?)?$/;

const isBelow = (path: string, folder: string): boolean => path === folder || path.startsWith(folder === "/" ? folder : `${folder}/`);

export function isDangerous(source: string): boolean {
  // The name of a volume.
  if (!source.startsWith("/")) return false;
  const path = posix.resolve(source);
  if (HARMLESS.some((folder) => isBelow(path, folder))) return false;
  return HOME.test(path) || AS_GOOD_AS_ROOT.some((folder) => isBelow(path, folder) || isBelow(folder, path));
}

/** What a container, a volume or a release has of the machine. A volume may be a folder of the machine by another name. */
function sourcesOf(resource: Resource): Readonly<Record<string, readonly unknown[]>> {
  const { mounts, volumes, driverOpts } = resource.props;
  return {
    mounts: [
      ...list(mounts).flatMap((mount) => [group(mount)["source"], valueAt(group(mount), "volumeOptions.driverOptions.device")]),
      ...Object.values(group(runOf(resource)["mounts"])),
    ],
    volumes: list(volumes).map((volume) => group(volume)["hostPath"]),
    driverOpts: [group(driverOpts)["device"]],
  };
}

/** Folders and sockets by which whoever has them is root on the machine. */
export const dangerousSources = (resource: Resource): string[] =>
  Object.entries(sourcesOf(resource)).flatMap(([input, sources]) =>
    sources.flatMap((source) =>
      typeof source === "string" && isDangerous(source) ? [`${input}: ${source} is as good as root on the machine`] : [],
    ),
  );

/** What the baseline of Kubernetes' Pod Security Standards lets a container add; with another one it may leave its walls. */
const ADDABLE = new Set(
  "AUDIT_WRITE CHOWN DAC_OVERRIDE FOWNER FSETID KILL MKNOD NET_BIND_SERVICE SETFCAP SETGID SETPCAP SETUID SYS_CHROOT".split(" "),
);
const notAddable = (input: string, capabilities: unknown): string[] =>
  list(capabilities)
    .filter((one) => one !== UNKNOWN && !ADDABLE.has(String(one).replace(/^CAP_/, "")))
    .map((one) => `${input} must not have ${String(one)}`);

/** The same of a release or a job, which has no other privileges to begin with. */
export const addedTo = (resource: Resource): string[] => notAddable("capabilities", runOf(resource)["capabilities"]);

/** What a container may do beyond its own walls. */
export function privilegesOf({ props }: Resource): string[] {
  const options = list(props["securityOpts"]).filter((one) => /[=:](?:unconfined|disable|false)$/.test(String(one)));
  return [
    ...["networkMode", "pidMode", "ipcMode", "usernsMode", "cgroupnsMode"].flatMap((mode) =>
      props[mode] === "host" ? [`${mode} must not be "host"`] : [],
    ),
    ...(props["privileged"] === true ? ["privileged must not be true"] : []),
    ...(has(valueAt(props, "capabilities.drops"), (one) => one === "ALL") ? [] : ["capabilities.drops must have ALL; add what is needed"]),
    ...notAddable("capabilities.adds", valueAt(props, "capabilities.adds")),
    ...(has(props["securityOpts"], (one) => /^no-new-privileges(?:[=:]true)?$/.test(String(one)))
      ? []
      : ["securityOpts must have no-new-privileges"]),
    ...options.map((one) => `securityOpts must not have ${String(one)}`),
    ...list(props["devices"]).map((device) => `devices must be empty; ${shown(group(device)["hostPath"])} is the machine's`),
    ...(list(props["deviceCgroupRules"]).length === 0 ? [] : ["deviceCgroupRules must be empty"]),
  ];
}
