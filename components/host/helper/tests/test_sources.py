import os
import pathlib
import subprocess

from tests.building import Building
from tests.fake_docker import Clock
from tests.fake_systemd import archive

import archives
import build
import git
import sources
from document import checked, fields
from errors import CallerGone, Failure, Refused

PACKAGE = '{"name": "shop", "version": "1.0.0", "scripts": {"build": "node build.js"}}'
LOCK = '{"name": "shop", "version": "1.0.0", "lockfileVersion": 3, "packages": {"": {"name": "shop", "version": "1.0.0"}}}'
PROGRAM = "require('fs').mkdirSync('dist'); require('fs').writeFileSync('dist/main.js', 'built with ' + process.env.LEVEL + ' in ' + process.cwd())"
APP = {"package.json": PACKAGE, "package-lock.json": LOCK, "build.js": PROGRAM}


def source(**more):
    return {"directory": "/opt/shop/api", "commands": [["npm", "ci"], ["npm", "run", "build"]], "user": "builder", "login": None, "submodules": False,
            "environment": {"LEVEL": "one"}, "limits": {"memory": 1024, "cpus": 2, "pids": 512}, "timeout": 900, **more}


def plain(**more):
    return source(commands=[], environment={}, **more)


class Sources(Building):
    def release(self, commit=None, **more):
        return {"repository": self.address, "ref": "main", "commit": commit or self.head(), "builtAt": "2026-11-20T10:00:00Z", **more}

    def bring(self, release, how):
        return sources.bring(release, how, 60)

    def fails(self, release, how):
        with self.assertRaises(Failure) as caught:
            self.bring(release, how)
        self.assertFalse(sources.is_here(release, how))
        return str(caught.exception)

    def left(self, directory="/opt/shop/api"):
        """All that is in the folder of releases."""
        place = self.root + directory + "/releases"
        return sorted(os.listdir(place)) if os.path.isdir(place) else []


class Built(Sources):
    def test_a_commit_is_built_in_its_place_and_then_nobody_may_change_it(self):
        self.repository(**APP)
        release = self.release()
        place = self.bring(release, source())
        self.assertRegex(place, "^/opt/shop/api/releases/%s-[0-9a-f]{6}$" % release["commit"][:16])
        self.assertEqual(self.text(place + "/dist/main.js"), "built with one in " + self.root + place)
        self.assertEqual(self.left(), [".%s.ready" % os.path.basename(place), os.path.basename(place)])
        self.assertTrue(sources.is_here(release, source()))
        self.assertEqual({what[1][-3:] for what in self.tree(place).values()}, {"755", "644"})
        self.assertFalse(os.path.exists(self.root + place + "/.git"))

    def test_the_build_gets_nothing_of_the_host(self):
        self.repository(**APP)
        place = self.bring(self.release(), source())
        words, settings, variables = self.ran[0]
        self.assertEqual(words, ["/usr/bin/env", "--", "npm", "ci"])
        self.assertEqual((settings["User"], settings["WorkingDirectory"], settings["MemoryMax"], settings["CPUQuota"], settings["TasksMax"]),
                         ("builder", place, "1024M", "200%", "512"))
        self.assertEqual((settings["ReadWritePaths"].split()[0], settings["InaccessiblePaths"]), (place, "-/etc/flowfleet -/var/lib/flowfleet"))
        self.assertEqual((variables["LEVEL"], variables["HOME"].rpartition("/")[0]), ("one", "/var/cache/flowfleet"))
        self.assertNotIn("EnvironmentFile", settings)

    def test_the_same_again_builds_nothing_and_other_commands_are_another_release(self):
        self.repository(**APP)
        first = self.bring(self.release(), source())
        self.commands.clear()
        self.assertEqual(self.bring(self.release(builtAt="2026-11-21T10:00:00Z", rollback=True), source(timeout=1)), first)
        self.assertEqual(self.commands, [])
        other = self.bring(self.release(), source(environment={"LEVEL": "two"}))
        self.assertNotEqual(other, first)
        self.assertTrue(self.text(first + "/dist/main.js").startswith("built with one"))
        self.assertTrue(self.text(other + "/dist/main.js").startswith("built with two"))

    def test_a_build_that_fails_says_which_command_and_leaves_nothing(self):
        self.repository(**{**APP, "build.js": "console.error('no such module: left-pad'); process.exit(3)"})
        told = self.fails(self.release(), source())
        self.assertRegex(told, r"^source.commands: npm run build ended with exit status 3 in /opt/shop/api/releases/\S+\n  its last lines:\n(.*\n)*    no such module: left-pad")
        self.assertEqual(self.left(), [])
        self.ending = "Result=timeout\n"
        self.assertIn("npm run build took too long and was stopped; all commands together have 900 s (source.timeout)", self.fails(self.release(), source()))
        self.ending = "Result=oom-kill\n"
        self.assertIn("npm run build ended with no memory left, perhaps for want of memory: it has 1024 MB (source.limits.memory) in ", self.fails(self.release(), source()))

    def test_what_was_cut_short_is_swept(self):
        self.repository(**APP)
        whole = self.bring(self.release(), source())
        os.unlink(self.root + sources._marker(whole)[len(self.root):])
        self.put("/opt/shop/api/releases/.git-x/y", "")
        self.assertFalse(sources.is_here(self.release(), source()))
        self.bring(self.release(), source())
        self.assertEqual(self.left(), [".%s.ready" % os.path.basename(whole), os.path.basename(whole)])
        self.assertIn("systemctl stop " + build.unit(whole), self.commands)

    def test_the_caller_goes_away_between_commands(self):
        self.repository(**APP)
        self._patch(build, "caller_gone", lambda: len(self.ran) == 1)
        with self.assertRaises(CallerGone):
            self.bring(self.release(), source())
        self.assertEqual((len(self.ran), self.left()), (1, []))

    def test_an_archive(self):
        content, sha256 = archive(*((name, text, 0o644) for name, text in APP.items()))
        self._patch(archives, "_fetch", lambda url, place, end: pathlib.Path(place).write_bytes(content) and sha256)
        release = {"archive": "https://releases.example.com/shop.tar.gz", "sha256": sha256, "builtAt": "2026-11-20T10:00:00Z"}
        place = self.bring(release, source())
        self.assertTrue(os.path.basename(place).startswith(sha256[:16]))
        self.assertTrue(self.text(place + "/dist/main.js").startswith("built with one"))
        sources.drop(release, source())
        self.assertEqual(self.left(), [])


class Sealed(Sources):
    def test_nobody_gets_into_a_folder_while_it_changes_hands(self):
        # Its builder could put a link in the place of what it has already.
        place = self.root + "/opt/handed"
        os.makedirs(place + "/a/b", 0o755)
        given = []
        self._patch(build, "_own", lambda real, uid, gid: given.append((os.path.relpath(real, place), os.stat(place).st_mode & 0o777)))
        build.hand_over(place, build.look("builder"))
        self.assertEqual(given, [("a", 0o700), ("a/b", 0o700), (".", 0o700)])

    def seal(self, command):
        self.repository(**{"a.txt": "1"})
        return self.bring(self.release(), source(commands=[["sh", "-c", command]]))

    def test_a_second_name_of_a_file_outside_is_cut_off(self):
        self.put("/home/builder/own", "mine", 0o600)
        place = self.seal("ln %s/home/builder/own own && chmod 6777 a.txt && mkfifo pipe && ln -s /etc/hostname away" % self.root)
        self.assertEqual(os.stat(self.root + "/home/builder/own").st_mode & 0o7777, 0o600)
        self.assertEqual(self.text(place + "/own"), "mine")
        self.assertEqual({path[len(place):]: mode for path, (_, mode, _, _) in self.tree(place).items()},
                         {"/a.txt": "0o100755", "/own": "0o100644", "/away": "0o120777"})

    @staticmethod
    def _who(real):
        found = os.lstat(real)
        return found.st_uid, found.st_gid

    def test_root_has_it_all(self):
        place = self.seal("mkdir -p b/c && touch b/c/d")
        self.assertEqual({self._who(self.root + path) for path in self.tree(place)}, {(0, 0)} if os.getuid() == 0 else {(os.getuid(), os.getgid())})


class OfRepositories(Sources):
    def test_an_older_commit_that_no_branch_names_any_more(self):
        self.repository(**{"a.txt": "1"})
        old = self.head()
        self.commit({"a.txt": "2"})
        self.assertEqual(self.text(self.bring(self.release(old), plain()) + "/a.txt"), "1")
        self.assertEqual(self.text(self.bring(self.release(), plain()) + "/a.txt"), "2")

    def test_a_server_that_gives_no_single_commits(self):
        self.repository(**{"a.txt": "0"})
        old = self.head()
        for number in range(60):
            self.git(self.root + "/git/shop", "commit", "--quiet", "--allow-empty", "-m", str(number))
        self.commit({"a.txt": "2"})
        real = git.environment
        older = {"GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "protocol.version", "GIT_CONFIG_VALUE_0": "0"}
        self._patch(git, "environment", lambda *who: {**real(*who), **older})
        self.assertEqual(self.text(self.bring(self.release(old), plain()) + "/a.txt"), "0")
        self.assertTrue(any(" --unshallow " in command for command in self.commands))

    def test_what_is_not_there(self):
        self.repository(**{"a.txt": "1"})
        self.assertEqual(self.fails(self.release("0" * 40), plain()),
                         "release.commit: main of %s has no commit %s; was it pushed?" % (self.address, "0" * 40))
        self.assertEqual(self.fails(self.release("0" * 40, ref="nope"), plain()), "release.ref: %s has no nope" % self.address)
        self.assertIn("is not there, or nobody but its own people may read it", self.fails({**self.release(), "repository": self.address + "x"}, plain()))
        self.assertEqual(self.left(), [])

    def test_what_may_pass_is_asked_again(self):
        clock = Clock()
        self._patch(git, "time", clock)
        self._patch(git, "_problem", lambda *_: git._Again("not now"))
        self.repository(**{"a.txt": "1"})
        self.assertEqual(self.fails({**self.release(), "repository": self.address + "x"}, plain()), "not now")
        self.assertEqual(clock.now, 1007.0)

    def test_nothing_of_the_repository_runs(self):
        self.repository(**{"a.txt": "1", ".gitattributes": "* filter=evil\n"})
        touch = "touch %s/ran" % self.root
        self.put("/gitconfig", '[filter "evil"]\nsmudge = %s; cat\nrequired = true\n[core]\nfsmonitor = %s\n' % (touch, touch))
        os.environ["GIT_CONFIG_SYSTEM"] = os.environ["GIT_CONFIG_GLOBAL"] = self.root + "/gitconfig"
        for name in ("GIT_CONFIG_SYSTEM", "GIT_CONFIG_GLOBAL"):
            self.addCleanup(os.environ.pop, name)
        self.put("/git/shop.git/hooks/post-checkout", "#!/bin/sh\n%s\n" % touch, 0o755)
        self.assertEqual(self.text(self.bring(self.release(), plain()) + "/a.txt"), "1")
        self.assertFalse(os.path.exists(self.root + "/ran"))

    def test_only_transports_that_are_meant(self):
        self.repository(**{"a.txt": "1"})
        self._patch(git, "PROTOCOLS", ("https", "ssh"))
        self.assertIn("transport 'file' not allowed", self.fails(self.release(), plain()))

    def test_large_files_that_are_elsewhere(self):
        self.repository(**{".gitattributes": "*.bin filter=lfs\n", "a.bin": "version https://git-lfs.github.com/spec/v1\n", "b.bin": "whole"})
        self.assertIn("keeps a.bin in Git LFS, which is not fetched", self.fails(self.release(), plain()))

    def with_submodule(self, address):
        self.repository("part", **{"b.txt": "2"})
        self.repository(**{"a.txt": "1"})
        place = self.root + "/git/shop"
        self.git(place, "submodule", "--quiet", "add", "--name", "the part", "../part.git", "vendor/part")
        self.git(place, "config", "-f", ".gitmodules", "submodule.the part.url", address)
        return self.commit({})

    def test_submodules_if_asked_for(self):
        self.with_submodule("../part.git")
        place = self.bring(self.release(), plain(submodules=True))
        self.assertEqual((self.text(place + "/a.txt"), self.text(place + "/vendor/part/b.txt")), ("1", "2"))
        self.assertFalse(os.path.exists(self.root + place + "/vendor/part/.git"))
        place = self.bring(self.release(), plain())
        self.assertEqual(os.listdir(self.root + place + "/vendor/part"), [])

    def test_submodules_from_elsewhere_are_refused(self):
        self.with_submodule("git://git.example.com/part")
        self.assertIn("has a submodule vendor/part whose address git://git.example.com/part is neither https nor ssh",
                      self.fails(self.release(), plain(submodules=True)))
        self.assertEqual(self.left(), [])

    def test_addresses_of_submodules(self):
        for base, address, whole in (
            ("https://git.example.com/acme/shop.git", "../part.git", "https://git.example.com/acme/part.git"),
            ("https://git.example.com/acme/shop.git/", "../../else/part", "https://git.example.com/else/part"),
            ("git@git.example.com:acme/shop.git", "../part.git", "git@git.example.com:acme/part.git"),
            ("git@git.example.com:acme/shop.git", "../../part.git", "git@git.example.com:part.git"),
            ("https://git.example.com/acme/shop", "./part", "https://git.example.com/acme/shop/part"),
            ("https://git.example.com/acme/shop", "ext::sh -c id", "ext::sh -c id"),
            ("https://git.example.com/acme/shop", "https://other.example.com/part", "https://other.example.com/part"),
        ):
            self.assertEqual(git.absolute(base, address), whole)

    def test_a_link_on_the_way_to_a_submodule(self):
        os.makedirs(self.root + "/x")
        os.symlink("/etc", self.root + "/x/vendor")
        for inside in ("vendor/part", "../part", ".git/x"):
            with self.assertRaisesRegex(Failure, "the path of the submodule %s is refused" % inside):
                git._folder(self.root + "/x", inside)


class Rooms(Sources):
    def test_the_last_used_and_those_in_use_stay(self):
        self.repository(**{"a.txt": "0"})
        releases = []
        for number in range(6):
            releases.append(self.release(self.commit({"a.txt": str(number)})))
            place = self.bring(releases[-1], plain())
            os.utime(sources._marker(place), (number, number))
        sources.prune(plain(), 3, [sources.folder(releases[0], plain())])
        self.assertEqual([sources.is_here(release, plain()) for release in releases], [True, False, False, True, True, True])
        self.bring(releases[0], plain())
        sources.prune(plain(), 2, [])
        self.assertEqual([sources.is_here(release, plain()) for release in releases], [True, False, False, False, False, True])
        sources.prune(plain(), 0, [])
        sources.prune(plain(), 0, [])
        self.assertEqual(os.listdir(self.root + "/opt/shop/api"), [])

    def test_folders_that_others_may_change_are_refused(self):
        self.repository(**{"a.txt": "1"})
        os.makedirs(self.root + "/opt/shop")
        os.chmod(self.root + "/opt/shop", 0o775)
        self.assertRegex(self.fails(self.release(), plain()), r"^source.directory: /opt/shop may be changed by others than root \(owner \d+, mode 0775\)")
        os.chmod(self.root + "/opt/shop", 0o755)
        os.symlink("/etc", self.root + "/opt/shop/api")
        self.assertRegex(self.fails(self.release(), plain()), "^source.directory: /opt/shop/api is no folder of its own")


class OverSsh(Sources):
    LOGIN = {"key": "/etc/flowfleet/git/git.example.com.key", "knownHosts": "/etc/flowfleet/git/known_hosts"}

    def setUp(self):
        super().setUp()
        self._patch(git, "ADDRESS", OverSsh.ADDRESS)

    ADDRESS = git.ADDRESS

    def test_the_key_is_named_and_never_read(self):
        self.put(self.LOGIN["key"], "PRIVATE")
        found = git.environment(self.LOGIN, "git@git.example.com:acme/shop.git")
        self.assertEqual(found["GIT_SSH_COMMAND"], (
            "ssh -F /dev/null -o BatchMode=yes -o StrictHostKeyChecking=yes -o GlobalKnownHostsFile=/dev/null -o IdentitiesOnly=yes -o IdentityAgent=none "
            "-o ConnectTimeout=20 -o ServerAliveInterval=15 -o UpdateHostKeys=no -o UserKnownHostsFile={0}/etc/flowfleet/git/known_hosts "
            "-i {0}/etc/flowfleet/git/git.example.com.key").format(self.root))
        self.put("/etc/flowfleet/git/other.example.com.key", "PRIVATE")
        self.assertTrue(git.environment(self.LOGIN, "ssh://git@other.example.com:2222/x")["GIT_SSH_COMMAND"].endswith("/other.example.com.key"))
        self.assertTrue(git.environment(None, "https://git.example.com/x")["GIT_SSH_COMMAND"].endswith("UserKnownHostsFile=/dev/null -o PubkeyAuthentication=no"))

    def test_what_ssh_says_in_words(self):
        wanted = {"repository": "git@git.example.com:acme/shop.git", "ref": "main"}
        for told, words in (
            ("Host key verification failed.\nfatal: Could not read from remote repository.",
             "source.login: git.example.com showed another host key than /etc/flowfleet/git/known_hosts has for it"),
            ("git@git.example.com: Permission denied (publickey).",
             "source.login: git@git.example.com:acme/shop.git does not accept the deploy key /etc/flowfleet/git/git.example.com.key"),
            ("ssh: connect to host git.example.com port 22: Connection timed out", "release.repository: git@git.example.com:acme/shop.git could not be fetched\n    ssh: connect"),
        ):
            found = subprocess.CompletedProcess([], 128)
            found.err = told
            self.assertIn(words, str(git._problem(found, wanted, self.LOGIN)))

    def test_a_host_without_a_known_key_is_refused(self):
        with self.assertRaisesRegex(Failure, "^source.login: git@git.example.com:acme/shop.git is reached by ssh, so the host key of git.example.com must be known"):
            git._fetch(self.root, {"repository": "git@git.example.com:acme/shop.git", "ref": "main"}, None, ["x"], 10**9)


class Documents(Sources):
    ADDRESS = git.ADDRESS

    def test_releases_and_sources(self):
        fine = {"repository": "git@github.com:acme/shop.git", "ref": "release/1.4@beta", "commit": "0" * 40}
        for address in ("https://github.com/acme/shop.git", "https://git.example.com:8443/shop", "ssh://git@git.example.com:2222/shop.git", fine["repository"]):
            checked({**fine, "repository": address}, fields(sources.GIT))
        for address in ("http://a.example.com/x", "https://me:secret@a.example.com/x", "file:///srv/x", "ext::sh", "git@-oProxyCommand=x:y", "git@a.example.com:-x", "/srv/x"):
            with self.assertRaises(Refused):
                checked({**fine, "repository": address}, fields(sources.GIT))
        for ref in ("-x", "a..b", "a b", "+main", "a:b", "@{1}"):
            with self.assertRaises(Refused):
                checked({**fine, "ref": ref}, fields(sources.GIT))
        checked(source(login={"key": None, "knownHosts": "/etc/k"}), sources.SOURCE)
        for wrong in ({"user": "root"}, {"environment": {"HOME": "/x"}}, {"commands": [[]]}, {"limits": {"memory": 1, "cpus": 1, "pids": 100}}):
            with self.assertRaises(Refused):
                checked(source(**wrong), sources.SOURCE)


if __name__ == "__main__":
    import unittest
    unittest.main()
