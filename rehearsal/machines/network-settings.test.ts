import { cannotWrite, networkSettingsUnit, wantsToWrite } from "./network-settings";

test("a throwaway server makes the settings of its own network writable at each boot, and no other", () => {
  expect(networkSettingsUnit).toBe(`[Unit]
Description=Let the settings of this server's own network be written
DefaultDependencies=no
Before=systemd-sysctl.service sysinit.target

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/usr/bin/mount --bind /proc/sys/net /proc/sys/net
ExecStart=/usr/bin/mount -o remount,bind,rw /proc/sys/net

[Install]
WantedBy=sysinit.target
`);
});

test.each([
  ["20.10.24+dfsg1", false],
  ["26.1.3", false],
  ["27.0.1", true],
  ["29.1.3", true],
])("whether Docker %s needs it: %s", (version, needs) => {
  expect(wantsToWrite(version)).toBe(needs);
});

test("where it cannot be done, the message says what to do", () => {
  expect(cannotWrite("29.1.3", "mount: /proc/sys/net: permission denied.\n"))
    .toBe(`This machine is a container whose /proc/sys/net is read-only, where Docker 29.1.3 starts no container, and it cannot be made writable: mount: /proc/sys/net: permission denied.
Start this machine with --cap-add=SYS_ADMIN, or with --security-opt=systempaths=unconfined, or use one that is no container.
What works without: npx flowfleet plan`);
});
