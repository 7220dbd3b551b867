import { capabilitiesOf } from "./capabilities";

test("a machine with everything gives a server all but the clock, modules and what no server needs", () => {
  const all = capabilitiesOf("000001ffffffffff");
  expect(all).toContain("SYS_ADMIN");
  expect(all).toContain("SYS_RESOURCE");
  expect(all).not.toContain("SYS_TIME");
  expect(all).not.toContain("SYS_MODULE");
  expect(all).not.toContain("SYS_RAWIO");
});

test("what the machine lacks is not asked for", () => {
  const withoutResource = (0x1ff_ffff_ffffn & ~(1n << 24n)).toString(16);
  expect(capabilitiesOf(withoutResource)).toEqual(capabilitiesOf("1ffffffffff").filter((name) => name !== "SYS_RESOURCE"));
});

test("Docker's own default set is read bit by bit", () => {
  expect(capabilitiesOf("00000000a80425fb")).toEqual([
    "CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "SETGID", "SETUID", "SETPCAP", "NET_BIND_SERVICE", "NET_RAW", "SYS_CHROOT", "MKNOD",
    "AUDIT_WRITE", "SETFCAP",
  ]); // prettier-ignore
});
