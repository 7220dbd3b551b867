import { Host } from "../host/host";
import { record } from "../host/recording";
import { Backup } from "./backup";
import type { BackupArgs } from "./backup";

const KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJKplS3GF5wEEgWD+yNtxCqWnO+0ZpBDi9CZMXXRXUcb";
const ARGS = {
  project: "shop",
  directory: "/opt/backups/shop",
  schedule: "*-*-* 02:30:00",
  databases: { database: { container: "shop-postgres", database: "shop", role: "owner" } },
  folders: { apps: { path: "/opt/shop/apps", without: ["node_modules"] }, logs: { path: "/opt/shop/logs" } },
};
const made = (more: Partial<BackupArgs> = {}) =>
  record(() => new Backup("it", { host: new Host("main", { address: "203.0.113.10", hostKey: KEY }), ...ARGS, ...more }));

it("is a timer by which the helper reads what is wanted, and an alert for when it fails", async () => {
  const { steps } = await made({ onFailure: ["page@%n.service"] });
  const files = steps[0]?.document["files"] as Record<string, { text: string[]; mode: string }>;
  expect(Object.keys(files)).toEqual([
    "/etc/flowfleet/backup/shop.json",
    "/etc/systemd/system/shop-backup.service",
    "/etc/systemd/system/shop-backup-failed.service",
    "/etc/systemd/system/shop-backup.timer",
  ]);
  expect(JSON.parse(files["/etc/flowfleet/backup/shop.json"]?.text.join("\n") ?? "")).toEqual({
    directory: "/opt/backups/shop",
    keep: 7,
    databases: { database: { container: "shop-postgres", user: "owner", database: "shop" } },
    folders: { apps: { path: "/opt/shop/apps", without: ["node_modules"] }, logs: { path: "/opt/shop/logs", without: [] } },
  });
  const unit = files["/etc/systemd/system/shop-backup.service"]?.text ?? [];
  expect(unit).toEqual(
    expect.arrayContaining([
      "ExecStart=/usr/local/lib/flowfleet/helper backup run shop",
      "OnFailure=shop-backup-failed.service page@%n.service",
      "TimeoutStartSec=21600",
    ]),
  );
  expect(files["/etc/systemd/system/shop-backup.timer"]?.text).toEqual(
    expect.arrayContaining(["OnCalendar=*-*-* 02:30:00", "Persistent=yes"]),
  );
  expect(steps[0]?.document).toMatchObject({
    check: ["systemd"],
    after: ["daemon-reload", "restart shop-backup.timer", "enable shop-backup.timer"],
  });
});

it("refuses what the machine would only refuse at night", async () => {
  await expect(made({ directory: "backups", folders: { database: { path: "/opt/shop/.." } } })).rejects.toThrow(
    /directory: [\s\S]*folders\.database\.path: [\s\S]*folders\.database: a database has this name, so their files would have the same/,
  );
});
