import os

from tests import building
from tests.building import Building

import runner
import store
import workspace
import workspace_change
import workspace_git
from document import checked, fields, string
from errors import CallerGone, Failure, Refused

DIRECTORY = "/home/agent/executor/workspace"
LOCK = '{"name": "%s", "version": "1.0.0", "lockfileVersion": 3, "packages": {"": {"name": "%s", "version": "1.0.0"}}}'
PACKAGE = '{"name": "%s", "version": "1.0.0", "scripts": {"preinstall": "%s"}}'
# npm itself takes a second each time; the tests of sources have it.
NPM = """#!/bin/sh
case "$1" in
  ci) rm -rf node_modules; sh -c "$(sed -n 's/.*"preinstall": "\\([^"]*\\)".*/\\1/p' package.json)" && mkdir node_modules ;;
  run) printf x > built ;;
esac
"""


def package(folder, preinstall="true"):
    return {folder + "/package.json": PACKAGE % (folder, preinstall), folder + "/package-lock.json": LOCK % (folder, folder)}


class Workspaces(Building):
    def setUp(self):
        super().setUp()
        self.repository(**{"a.txt": "one", ".gitignore": "node_modules\nbuilt\n", **package("backend"), **package("frontend")})
        self.first = self.head()
        os.makedirs(self.root + "/home/agent/executor")
        self.put("/bin/npm", NPM, 0o755)
        self._patch(runner, "ENVIRONMENT", {**runner.ENVIRONMENT, "PATH": "%s/bin:%s" % (self.root, runner.ENVIRONMENT["PATH"])})
        self.place = self.root + DIRECTORY
        _patched = self._answered
        # In the place of a change of user, which only root may make.
        self._patch(runner, "run", lambda argv, *more, **also: _patched(argv[argv.index("--") + 1:] if argv[0] == "setpriv" and "--" in argv else argv, *more, **also))

    def _run(self, argv, input=None, timeout=60, check=True, env=None):
        if argv[0] == "find":
            return building.REAL(argv, input, timeout, check, env)
        return super()._run(argv, input, timeout, check, env)

    def document(self, **more):
        return {"owner": "urn:a", "directory": DIRECTORY, "repository": self.address, "ref": "main", "commit": None, "user": "agent", "login": None,
                "install": ["backend", "frontend"], "build": [], "timeout": 60, **more}

    def apply(self, **more):
        outcome = workspace.apply(self.document(**more))
        if outcome.finish:
            outcome.finish()
        return outcome.result

    def fails(self, **more):
        with self.assertRaises(Failure) as caught:
            workspace.apply(self.document(**more))
        return str(caught.exception)

    def inside(self, *words):
        return self.git(self.place, *words).strip()

    def state(self):
        return self.inside("rev-parse", "HEAD"), self.inside("branch", "--show-current"), self.inside("status", "--porcelain")

    def installed(self):
        return [(settings["WorkingDirectory"][len(DIRECTORY):], " ".join(words[2:])) for words, settings, _ in self.ran]

    def work(self, **files):
        """A commit of the agent's own."""
        for name, text in files.items():
            self.put("%s/%s" % (DIRECTORY, name), text)
        self.inside("add", "--all")
        self.inside("commit", "--quiet", "-m", "mine")
        return self.state()[0]


class Moving(Workspaces):
    def test_cloned_and_installed(self):
        self.assertEqual(self.apply(), {"directory": DIRECTORY, "head": self.first, "changed": True})
        self.assertEqual(self.state(), (self.first, "main", ""))
        self.assertEqual((self.inside("remote", "get-url", "origin"), self.inside("rev-parse", "origin/main", "@{upstream}").split()), (self.address, [self.first] * 2))
        self.assertEqual(self.installed(), [("/backend", "npm ci"), ("/frontend", "npm ci")])
        self.assertEqual(self.ran[0][1]["User"], "agent")
        self.assertEqual(os.listdir(self.root + workspace_change.MIRRORS), [])

    def test_the_same_again_does_not_look_at_it(self):
        self.apply()
        mine = self.work(**{"a.txt": "mine"})
        self.put(DIRECTORY + "/a.txt", "and more")
        self.commit({"a.txt": "two"})
        self.ran.clear()
        self.assertEqual(self.apply(), {"directory": DIRECTORY, "head": mine, "changed": False})
        self.assertEqual((self.ran, self.text(DIRECTORY + "/a.txt")), ([], "and more"))

    def test_another_commit_is_brought_in_before_its_packages_and_its_build(self):
        self.apply(commit=self.first)
        self.put(DIRECTORY + "/notes.md", "nobody knows this file")
        second = self.commit({"a.txt": "two"})
        self.ran.clear()
        self.assertEqual(self.apply(commit=second, build=[["npm", "run", "build"]])["head"], second)
        self.assertEqual((self.text(DIRECTORY + "/a.txt"), self.text(DIRECTORY + "/notes.md"), self.text(DIRECTORY + "/backend/built")), ("two", "nobody knows this file", "x"))
        self.assertEqual(self.installed(), [("/backend", "npm ci"), ("/backend", "npm run build"), ("/frontend", "npm ci"), ("/frontend", "npm run build")])

    def test_another_build_is_made_of_what_stands_there_and_moves_nothing(self):
        self.apply(commit=self.first)
        mine = self.work(**{"a.txt": "mine"})
        self.put(DIRECTORY + "/a.txt", "and more")
        self.commit({"a.txt": "two"})
        self.ran.clear()
        build = [["npm", "run", "build"]]
        self.assertEqual(self.apply(commit=self.first, build=build), {"directory": DIRECTORY, "head": mine, "changed": True})
        self.assertEqual(self.installed(), [("/backend", "npm ci"), ("/backend", "npm run build"), ("/frontend", "npm ci"), ("/frontend", "npm run build")])
        self.assertEqual(self.text(DIRECTORY + "/a.txt"), "and more")
        self.ran.clear()
        self.assertEqual([self.apply(commit=self.first, build=one)["changed"] for one in (build, [], build)], [False, False, True])
        self.assertEqual(len(self.ran), 4)

    def test_another_build_that_fails_leaves_what_was_needed_before(self):
        self.apply(commit=self.first)
        self.ran.clear()
        self.assertRegex(self.fails(commit=self.first, build=[["false"]]), "^install: false ended with exit status 1 in %s/backend" % DIRECTORY)
        self.assertEqual(self.installed(), [("/backend", "npm ci"), ("/backend", "false"), ("/backend", "npm ci"), ("/frontend", "npm ci")])
        self.ran.clear()
        self.assertEqual((self.apply(commit=self.first)["changed"], self.ran), (False, []))

    def test_where_that_fails_too_the_next_call_installs_it(self):
        self.apply(commit=self.first)
        npm = self.text("/bin/npm")
        self.put("/bin/npm", "#!/bin/sh\nrm -rf node_modules\nexit 7\n", 0o755)
        self.fails(commit=self.first, build=[["npm", "run", "build"]])
        self.assertIn("%s: what it needs could not be installed again: install: npm ci ended with exit status 7 in %s/backend. "
                      "Run npm ci in backend, frontend there once the reason is gone" % (DIRECTORY, DIRECTORY), self.said)
        self.put("/bin/npm", npm, 0o755)
        self.ran.clear()
        self.assertEqual(self.apply(commit=self.first)["changed"], True)
        self.assertEqual(self.installed(), [("/backend", "npm ci"), ("/frontend", "npm ci")])
        self.assertEqual(self.apply(commit=self.first)["changed"], False)

    def test_a_commit_without_a_file_that_is_needed_is_refused_before_anything_is_moved(self):
        self.apply(commit=self.first)
        second = self.commit({"a.txt": "two"})
        self.ran.clear()
        needs = {"a.txt": "x", "frontend/scripts/serve.mjs": "Vite would refuse the flag --hostname"}
        with self.assertRaises(Refused) as caught:
            workspace.apply(self.document(commit=second, needs=needs))
        self.assertEqual(str(caught.exception), "%s stays as it is\n  - needs: frontend/scripts/serve.mjs is not in %s: Vite would refuse the flag --hostname"
                         % (DIRECTORY, second[:12]))
        self.assertEqual((self.state()[0], self.ran), (self.first, []))

    def test_another_branch(self):
        self.apply()
        mine = self.work(**{"b.txt": "mine"})
        next_ = self.commit({"a.txt": "next"}, branch="next")
        self.apply(ref="next")
        self.assertEqual(self.state(), (next_, "next", ""))
        self.assertEqual(self.inside("rev-parse", "main"), mine)
        self.apply(ref="main")
        self.assertEqual(self.state()[:2], (mine, "main"))

    def test_one_before_the_deployed_is_refused_for_nothing_would_move(self):
        self.apply(commit=self.first)
        second = self.commit({"a.txt": "two"})
        self.apply(commit=second)
        third = self.commit({"a.txt": "three"})
        self.apply(commit=third)
        before, record = self.state(), workspace_change.read(DIRECTORY)
        self.ran.clear()
        told = "commit: %s is before %s, which was deployed to %s and stays: nothing would move, for work there is never reset. " \
               "Revert in the repository what is to go, and name the commit that reverts it"
        self.assertEqual(self.fails(commit=self.first), told % (self.first[:12], third[:12], DIRECTORY)
                         + "; or name %s, from before the last step, with rollback: true" % second[:12])
        self.assertEqual((self.ran, self.state(), workspace_change.read(DIRECTORY)), ([], before, record))
        self.assertEqual(self.apply(commit=third)["changed"], False)
        self.assertEqual(self.apply(commit=second)["head"], second)
        self.assertEqual(self.fails(commit=self.first), told % (self.first[:12], second[:12], DIRECTORY))

    def test_so_is_the_former_one_once_the_agent_has_gone_on(self):
        self.apply(commit=self.first)
        second = self.commit({"a.txt": "two"})
        self.apply(commit=second)
        mine = self.work(**{"b.txt": "mine"})
        self.ran.clear()
        self.assertRegex(self.fails(commit=self.first), "^commit: %s is before %s, .* name the commit that reverts it$" % (self.first[:12], second[:12]))
        self.assertEqual((self.ran, self.state()[0]), ([], mine))
        self.assertEqual(self.apply(commit=second), {"directory": DIRECTORY, "head": mine, "changed": False})

    def test_one_after_the_deployed_that_the_agent_has_already_moves_nothing(self):
        self.apply(commit=self.first)
        second = self.commit({"a.txt": "two"})
        self.inside("pull", "--quiet")
        mine = self.work(**{"b.txt": "mine"})
        self.ran.clear()
        self.assertEqual(self.apply(commit=second), {"directory": DIRECTORY, "head": mine, "changed": True})
        self.assertEqual(len(self.ran), 2)

    def test_a_checkout_that_was_there_and_is_ahead_stays(self):
        self.commit({"a.txt": "two"})
        self.git(self.root, "clone", "--quiet", self.address, self.place)
        mine = self.work(**{"b.txt": "mine"})
        self.assertEqual([self.apply(commit=self.first) for _ in range(2)],
                         [{"directory": DIRECTORY, "head": mine, "changed": changed} for changed in (True, False)])

    def test_a_checkout_that_was_there_is_taken_over(self):
        self.git(self.root, "clone", "--quiet", self.address, self.place)
        second = self.commit({"a.txt": "two"})
        self.assertEqual(self.apply()["head"], second)

    def test_nobody_reads_the_result(self):
        self.apply()
        second = self.commit({"a.txt": "two"})
        self.assertIsNone(workspace.apply(self.document(commit=second)).undo)
        self.ran.clear()
        self.assertEqual(self.apply(commit=second), {"directory": DIRECTORY, "head": second, "changed": True})
        self.assertEqual(len(self.ran), 2)

    def test_its_end_leaves_the_workspace(self):
        self.apply()
        self.assertEqual(workspace.read(self.document()), {"directory": DIRECTORY, "head": self.first})
        workspace.remove(self.document(owner="urn:b"))
        self.assertEqual(len(store.names("workspaces")), 1)
        workspace.remove(self.document())
        self.assertEqual((store.names("workspaces"), self.state()), ([], (self.first, "main", "")))


class OfTheAgent(Workspaces):
    def setUp(self):
        super().setUp()
        self.apply()
        self.second = self.commit({"a.txt": "two"})
        self.ran.clear()

    def refused(self, told, **more):
        before, files = self.state(), self.tree(DIRECTORY + "/backend")
        self.assertRegex(self.fails(commit=self.second, **more), told)
        self.assertEqual((self.state(), self.tree(DIRECTORY + "/backend"), self.ran), (before, files, []))

    def test_uncommitted_work(self):
        self.put(DIRECTORY + "/a.txt", "mine")
        self.refused("^directory: %s has uncommitted changes in a.txt, which are never touched. Commit or discard them there, then run again$" % DIRECTORY)
        self.assertEqual(self.text(DIRECTORY + "/a.txt"), "mine")

    def test_commits_of_its_own(self):
        self.work(**{"b.txt": "mine"})
        self.refused("^directory: the branch main of %s has commits of its own and is not behind %s: it cannot be moved forward" % (DIRECTORY, self.second[:12]))

    def test_no_branch(self):
        self.inside("checkout", "--quiet", "--detach")
        self.refused(r"is at the commit %s without a branch. Switch to one there \(git switch main\)" % self.first[:12])

    def test_a_file_that_git_does_not_know_in_the_place_of_one_that_comes(self):
        self.second = self.commit({"new.txt": "theirs"})
        self.put(DIRECTORY + "/new.txt", "mine")
        self.refused("^directory: %s could not be moved forward to %s. Do what git says there, then run again\n"
                     "    error: The following untracked working tree files would be overwritten"
                     % (DIRECTORY, self.second[:12]))
        self.assertEqual(self.text(DIRECTORY + "/new.txt"), "mine")

    def test_something_else_in_its_place(self):
        self.put("/home/agent/other/file", "x")
        self.assertEqual(self.fails(directory="/home/agent/other"), "directory: /home/agent/other exists and is no checkout of git. Move it away, then run again")

    def test_its_hooks_do_not_run(self):
        self.put(DIRECTORY + "/.git/hooks/post-merge", "#!/bin/sh\ntouch %s/ran\n" % self.root, 0o755)
        self.apply(commit=self.second)
        self.assertFalse(os.path.exists(self.root + "/ran"))


class Failing(Workspaces):
    def test_packages_that_cannot_be_installed_take_it_back(self):
        self.apply()
        self.commit({**package("frontend", "echo no space; exit 7")})
        self.ran.clear()
        told = self.fails(commit=self.head())
        self.assertRegex(told, r"^install: npm ci ended with exit status 7 in %s/frontend\n  its last lines:\n" % DIRECTORY)
        self.assertEqual(self.state(), (self.first, "main", ""))
        self.assertEqual(self.installed(), [("/backend", "npm ci"), ("/frontend", "npm ci"), ("/backend", "npm ci"), ("/frontend", "npm ci")])
        self.assertEqual(self.apply()["changed"], False)

    def test_but_not_over_work_that_began_meanwhile(self):
        self.apply()
        second = self.commit({**package("frontend", "echo mine > ../a.txt; exit 7")})
        self.fails(commit=second)
        self.assertEqual((self.state()[0], self.text(DIRECTORY + "/a.txt")), (second, "mine\n"))
        self.assertIn("%s: stays at %s, for it was changed meanwhile" % (DIRECTORY, second[:12]), self.said)

    def test_back_from_another_branch(self):
        self.apply()
        self.commit({**package("frontend", "exit 7")}, branch="next")
        self.fails(ref="next")
        self.assertEqual(self.state(), (self.first, "main", ""))

    def test_a_clone_that_fails_leaves_nothing(self):
        self._patch(workspace_git.Tree, "_follow", lambda *_: self.fail_now())
        with self.assertRaisesRegex(Failure, "now"):
            workspace.apply(self.document())
        self.assertEqual((os.listdir(self.root + "/home/agent/executor"), os.listdir(self.root + workspace_change.MIRRORS)), ([], []))

    @staticmethod
    def fail_now():
        raise Failure("now")

    def test_what_is_not_in_the_repository(self):
        self.assertEqual(self.fails(ref="nope"), "ref: %s has no nope" % self.address)
        self.assertEqual(self.fails(commit="0" * 40), "commit: main of %s has no commit %s; was it pushed?" % (self.address, "0" * 40))
        self.assertFalse(os.path.exists(self.place))
        self.assertEqual(self.fails(install=["none"]), "install: %s/none/package-lock.json does not exist, which npm ci needs" % DIRECTORY)

    def test_the_caller_goes_away(self):
        self._patch(workspace_change, "caller_gone", lambda: True)
        with self.assertRaises(CallerGone):
            workspace.apply(self.document())
        self.assertFalse(os.path.exists(self.place))


class Documents(Workspaces):
    def test_documents(self):
        shape = fields({"owner": string(), **workspace.SHAPE})
        fine = self.document(repository="https://git.example.com/shop", install=[".", "backend"], commit="0" * 40)
        checked(fine, shape)
        for wrong in ({"user": "root"}, {"install": ["../x"]}, {"install": ["/x"]}, {"ref": "-x"}, {"commit": "main"}):
            with self.assertRaises(Refused):
                checked({**fine, **wrong}, shape)
