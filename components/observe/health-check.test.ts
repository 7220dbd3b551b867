import { Host } from "../host/host";
import { record } from "../host/recording";
import { HealthCheck } from "./health-check";
import type { HealthCheckArgs } from "./health-check";

const KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJKplS3GF5wEEgWD+yNtxCqWnO+0ZpBDi9CZMXXRXUcb";
const ARGS = {
  project: "shop",
  units: ["nginx.service"],
  containers: ["shop-postgres"],
  endpoints: { api: { port: 3000, path: "/health", timeout: "5 seconds" } },
} as const;

async function filesOf(more: Partial<HealthCheckArgs> = {}) {
  const { steps } = await record(
    () => new HealthCheck("it", { host: new Host("main", { address: "203.0.113.10", hostKey: KEY }), ...ARGS, ...more }),
  );
  return steps[0]?.document["files"] as Record<string, { text: string[] }>;
}
const wantedOf = (files: Record<string, { text: string[] }>): unknown =>
  JSON.parse(files["/etc/flowfleet/health/shop.json"]?.text.join("\n") ?? "");

it("looks every five minutes, and fails as long as something is wrong", async () => {
  const files = await filesOf();
  expect(wantedOf(files)).toEqual({
    units: ["nginx.service"],
    containers: ["shop-postgres"],
    endpoints: { api: { port: 3000, path: "/health", timeout: 5 } },
    pm2: null,
    disk: { folders: ["/"], most: 90 },
    memory: { least: 5 },
    logs: null,
  });
  expect(files["/etc/systemd/system/shop-health-check.service"]?.text).toEqual([
    "# Written by Flowfleet.",
    "[Unit]",
    "Description=Health of shop",
    "After=network.target docker.service",
    "OnFailure=shop-health-check-failed.service",
    "",
    "[Service]",
    "Type=oneshot",
    "ExecStart=/usr/local/lib/flowfleet/helper health check shop",
    "TimeoutStartSec=180",
    "Nice=10",
    "",
    "UMask=0077",
    "NoNewPrivileges=yes",
    "CapabilityBoundingSet=CAP_DAC_READ_SEARCH CAP_DAC_OVERRIDE CAP_CHOWN CAP_FOWNER CAP_SETUID CAP_SETGID",
    "ProtectSystem=full",
    "PrivateTmp=yes",
    "PrivateDevices=yes",
    "ProtectClock=yes",
    "ProtectHostname=yes",
    "ProtectKernelLogs=yes",
    "ProtectKernelModules=yes",
    "ProtectKernelTunables=yes",
    "ProtectControlGroups=yes",
    "RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX AF_NETLINK",
    "RestrictNamespaces=yes",
    "RestrictRealtime=yes",
    "RestrictSUIDSGID=yes",
    "LockPersonality=yes",
    "SystemCallArchitectures=native",
  ]);
  expect(files["/etc/systemd/system/shop-health-check.timer"]?.text).toEqual([
    "# Written by Flowfleet.",
    "[Unit]",
    "Description=Timer of Health of shop",
    "",
    "[Timer]",
    "OnActiveSec=300",
    "OnUnitInactiveSec=300",
    "",
    "[Install]",
    "WantedBy=timers.target",
  ]);
});

it("asks PM2 and counts errors in logs where it is told to", async () => {
  const logs = { files: ["/opt/shop/logs/*.log"], most: 20 };
  expect(wantedOf(await filesOf({ daemon: { user: "shop", home: "/opt/shop" }, logs }))).toMatchObject({
    pm2: { user: "shop", home: "/opt/shop" },
    logs,
  });
});
