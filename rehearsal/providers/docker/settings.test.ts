import { cpusText } from "./container-facts";
import { dockerProvider } from ".";
import { settingsOf } from "./settings";
import { shellWords } from "./ssh-options";

const KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJbdaa26cG7mUFLZo2c2g1ZJU9vBlbJXC3z1ukmtjpGd";
const BASTION_KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAAAAA26cG7mUFLZo2c2g1ZJU9vBlbJXC3z1ukmtjpGd";
const PINNED = ["-o", "StrictHostKeyChecking=yes", "-o", "UserKnownHostsFile=/dev/null", "-o", "GlobalKnownHostsFile=/dev/null"];
const login = { dialErrorLimit: 3, perDialTimeout: 15 };
const of = (host: string, sshOpts: string[]) => settingsOf({ host, sshOpts: JSON.stringify(sshOpts) }).connection;

test("address, user, port and the pinned key", () => {
  const pinned = [...PINNED, "-o", `KnownHostsCommand=/bin/echo %H ${KEY}`, "-o", "ConnectTimeout=5", "-oIdentityAgent=/run/agent"];
  expect(of("ssh://deploy@203.0.113.7:2222", pinned)).toEqual({
    dialErrorLimit: 3,
    perDialTimeout: 5,
    host: "203.0.113.7",
    port: 2222,
    user: "deploy",
    hostKey: KEY,
    agentSocketPath: "/run/agent",
  });
  expect(of("ssh://[2001:db8::7]", ["-l", "deploy", "-p", "22022"])).toEqual({
    ...login,
    host: "2001:db8::7",
    port: 22022,
    user: "deploy",
  });
});
test("a bastion with a key of its own", () => {
  const proxy = `ssh -W '[%h]:%p' -l jump -p 2022 -o BatchMode=yes -o 'KnownHostsCommand=/bin/echo %%H ${BASTION_KEY}' 203.0.113.1`;
  expect(of("ssh://deploy@10.0.0.7", [...PINNED, "-o", `KnownHostsCommand=/bin/echo %H ${KEY}`, "-o", `ProxyCommand=${proxy}`])).toEqual({
    ...login,
    host: "10.0.0.7",
    port: 22,
    user: "deploy",
    hostKey: KEY,
    proxy: { ...login, host: "203.0.113.1", port: 2022, user: "jump", hostKey: BASTION_KEY },
  });
});
test.each<[string, string[], string]>([
  ["ssh://203.0.113.7", [], "docker provider: host: ssh://203.0.113.7: must name the user, ssh://USER@ADDRESS[:PORT]"],
  ["ssh://a@203.0.113.7/x", [], "docker provider: host: ssh://a@203.0.113.7/x: must be ssh://USER@ADDRESS[:PORT], without a path"],
  [
    "ssh://a@203.0.113.7",
    ["-i", "/key", "-o", "LocalForward=1 2", "-F", "-o", "KnownHostsCommand=/bin/cat /keys"],
    [
      "docker provider: sshOpts: -i: keys come from the SSH agent; ssh-add it there",
      "docker provider: sshOpts: LocalForward: the offline engine does not know this option of ssh",
      "docker provider: sshOpts: -F: the offline engine does not know this option of ssh",
      'docker provider: sshOpts: KnownHostsCommand: must be "/bin/echo %H TYPE KEY", the key that is pinned',
    ].join("\n"),
  ],
  [
    "ssh://a@203.0.113.7",
    ["-o", "ProxyCommand=nc %h %p"],
    'docker provider: sshOpts: ProxyCommand: must be "ssh -W %h:%p … USER@ADDRESS", got the program nc',
  ],
  [
    "ssh://a@203.0.113.7",
    ["-o", "ProxyCommand=ssh -W %h:%p 203.0.113.1"],
    "docker provider: sshOpts: ProxyCommand: must name the bastion's user, USER@ADDRESS",
  ],
])("%s %j", (host, options, message) => {
  expect(() => of(host, options)).toThrow(new Error(message));
});
test("logins of registries", () => {
  const registryAuth = JSON.stringify([
    { address: "https://registry.example.com/v2/", username: "u", password: "p" },
    { address: "open.example.com", authDisabled: true },
  ]);
  expect(settingsOf({ registryAuth }).registries).toEqual({
    "registry.example.com": { username: "u", password: "p", serveraddress: "registry.example.com" },
  });
  expect(() => settingsOf({ registryAuth: '[{"address":"registry.example.com"}]' })).toThrow(
    "docker provider: registryAuth of registry.example.com: must have username and password; the offline engine reads no Docker configuration",
  );
});
test("words as a shell has them", () => {
  expect(shellWords(`a 'b c' "d \\" e"f\\ g %%h`)).toEqual(["a", "b c", 'd " ef g', "%h"]);
});

const volume = {
  urn: "urn:pulumi:prod::flowfleet::docker:index/volume:Volume::v",
  name: "v",
  type: "docker:index/volume:Volume",
  preview: false,
  timeout: 0,
  signal: new AbortController().signal,
  log: () => undefined,
};
test.each<[string, string]>([
  [
    "ssh://deploy@203.0.113.7",
    "the offline engine does not log in to 203.0.113.7:22: it is none of the throwaway machines of this run. To change a real machine run: pulumi up --stack prod",
  ],
  [
    "unix:///var/run/docker.sock",
    "the offline engine does not use Docker at unix:///var/run/docker.sock: it reaches throwaway machines only, over SSH. For a real Docker run: pulumi up --stack prod",
  ],
])("what is not a throwaway machine is refused: %s", async (host, message) => {
  const provider = dockerProvider({ hosts: [{ address: "127.20.0.1", port: 22, hostKey: KEY }] });
  await provider.configure({ host });
  await expect(provider.create({ ...volume, inputs: { name: "v" } })).rejects.toThrow(new Error(message));
  await expect(provider.create({ ...volume, preview: true, inputs: { name: "v" } })).resolves.toMatchObject({ id: "" });
});

test.each([
  [2e9, "2.0"],
  [1.5e9, "1.5"],
  [0.25e9, "0.25"],
  [0.125e9, "0.125"],
  [10e9, "10."],
])("%d nanoseconds of CPU in a second are %s, as the official provider reads them back", (nanoCpus, text) => {
  expect(cpusText(nanoCpus)).toBe(text);
});
