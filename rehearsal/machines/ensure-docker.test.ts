import { cannotInstall, cannotStart, unless } from "./ensure-docker";

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

describe("what is waited for while a daemon starts", () => {
  const forever = new Promise<string>(() => undefined);

  test("is given up at once when the daemon ends", async () => {
    let given: AbortSignal | undefined;
    const wait = (signal: AbortSignal): Promise<void> => {
      given = signal;
      return forever.then(() => undefined);
    };
    expect(await unless(Promise.resolve("exit status 1"), wait)).toBe("exit status 1");
    expect(given?.aborted).toBe(true);
  });

  test("is what counts when it comes first, a failure and Ctrl-C included", async () => {
    expect(await unless(forever, () => Promise.resolve())).toBeUndefined();
    await expect(unless(forever, () => Promise.reject(new Error("no answer")))).rejects.toThrow("no answer");
    const aborted = (signal: AbortSignal): Promise<void> => (signal.aborted ? Promise.reject(new Error("interrupted")) : Promise.resolve());
    await expect(unless(forever, aborted, AbortSignal.abort())).rejects.toThrow("interrupted");
  });
});
