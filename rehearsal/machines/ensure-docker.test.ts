import { cannotInstall, cannotStart } from "./ensure-docker";

test("what is missing, why, what to do and what works without: in one message", () => {
  expect(cannotInstall(["docker.io", "openssh-client"], "only root may install packages"))
    .toBe(`A rehearsal needs Docker and an SSH client on this machine, and installing does not work here: only root may install packages.
Install by hand (https://docs.docker.com/engine/install/) or run this as root on Debian or Ubuntu.
What works without: npx flowfleet plan`);
});

test("an engine that does not answer is quoted", () => {
  expect(cannotStart("warning\npermission denied while trying to connect\n"))
    .toBe(`Docker is installed but does not answer: permission denied while trying to connect
Start it (systemctl start docker), or let this user use it: usermod -aG docker USER, then log in again; group docker equals root.
What works without: npx flowfleet plan`);
});
