import { folderOf, gitHost, sshAddress, treeStream } from "./git-server";

test.each(["git@github.com:acme/app.git", "ssh://git@github.com/acme/app.git", "https://github.com/acme/app"])(
  "%s has a host, a folder, and an address by ssh",
  (address) => {
    expect([gitHost(address), folderOf(address, ["github.com"]), sshAddress(address)]).toEqual([
      "github.com",
      "acme/app",
      "git@github.com:acme/app.git",
    ]);
  },
);

test.each(["git@github.com:../app.git", "git@github.com", "/srv/git/app.git"])("%s has none", (address) => {
  expect(() => gitHost(address)).toThrow(
    `repository ${address}: its address is no "git@<host>:<path>.git" and no "https://<host>/<path>.git"`,
  );
});

test("a repository of another host is refused, with the hosts that there are", () => {
  expect(() => folderOf("git@example.com:app.git", ["github.com"])).toThrow(
    "repository git@example.com:app.git: not of a host that this server answers to: github.com",
  );
});

test("a commit has these files and no others; what begins like a script can be run", () => {
  expect(treeStream({ "b.txt": "ö\n", "a.sh": "#!/bin/sh\n" })).toBe(`deleteall
M 100755 inline a.sh
data 10
#!/bin/sh

M 100644 inline b.txt
data 3
ö

done
`);
});
