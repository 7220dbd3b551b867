"""Releases of services whose code is a working copy: real git, PM2 in a file."""

from tests import building
from tests.test_pm2_release import Pm2, document as service
from tests.test_workspace import DIRECTORY, Workspaces

import store
import workspace
import workspace_change
import workspace_services
from errors import Failure

UPSTREAMS = "/etc/nginx/flowfleet/services/%s.conf"


class Shared(Workspaces, Pm2):
    """Backend and frontend of one working copy, each down while it is replaced; `<half>/app.js` says how it behaves."""

    def setUp(self):
        super().setUp()
        self._patch(workspace_services.probe, "time", self.clock)
        self.first = self.committed("ok", "ok")
        self.up(self.first)
        self.ran_before = len(self.ran)

    def _run(self, argv, input=None, timeout=60, check=True, env=None):
        if argv[0] in ("find", "git"):
            return building.REAL(argv, input, timeout, check, env)
        return self.docker.run(argv, input, timeout, check, env)

    def _answered(self, argv, input=None, timeout=60, check=True, env=None):
        # PM2's own calls are as its user, too.
        if argv[0] == "setpriv":
            return self.docker.run(argv, input, timeout, check, env)
        if argv[:2] == ["systemctl", "show"] and not argv[-1].startswith("flowfleet-build"):
            return self.docker.run(argv, input, timeout, check, env)
        return super()._answered(argv, input, timeout, check, env)

    def committed(self, backend, frontend, **files):
        return self.commit({"backend/app.js": backend, "frontend/app.js": frontend, **files})

    def revision(self, commit):
        return "%s@%s" % (self.address, commit)

    def half(self, name, commit):
        found = service({"workspace": self.revision(commit), "directory": DIRECTORY, "builtAt": "2026-11-20T10:00:00Z"}, "stop", service="shop-" + name,
                        source=None, ports=[3000 if name == "backend" else 3001], nginx={UPSTREAMS % name: ["upstream shop-%s { server 127.0.0.1:@port@; }" % name]})
        lines = [line.replace("@release@", self.place + "/" + name) for line in found["pm2"]["text"]]
        found["pm2"].update(name=name + "-dev", text=lines, links={}, file="/etc/flowfleet/pm2/serving/%s.config.js" % name)
        return found

    def up(self, commit, *halves, moving=True, **more):
        """As an update does it: one after the other, and no further after a failure."""
        if moving:
            Workspaces.apply(self, commit=commit, **more)
        for name in halves or ("backend", "frontend"):
            Pm2.apply(self, self.half(name, commit))

    def breaks(self, commit, *halves, **more):
        with self.assertRaises(Failure) as caught:
            self.up(commit, *halves, **more)
        return str(caught.exception)

    def behaving(self):
        return sorted((one["name"], one["behaves"]) for one in self.docker.state["pm2"]["processes"])

    def well(self):
        self.assertEqual(self.behaving(), [("backend-dev", "ok"), ("frontend-dev", "ok")])
        self.assertEqual(self.state(), (self.first, "main", ""))


class Broken(Shared):
    def test_the_half_that_breaks_is_back_with_what_it_was_made_of(self):
        told = self.breaks(self.committed("bad", "ok"))
        self.assertRegex(told, r"^backend-dev: was not healthy within 60 s: http://127.0.0.1:3000/health answered 500\n")
        self.assertIn("\n  - %s is at %s again\n  - backend-dev was started again\n  - backend-dev serves as before" % (DIRECTORY, self.first[:12]), told)
        self.well()

    def test_also_where_it_had_ended_while_the_packages_came(self):
        broken = self.committed("bad", "ok")
        Workspaces.apply(self, commit=broken)
        self.docker.state["pm2"]["processes"] = [one for one in self.docker.state["pm2"]["processes"] if one["name"] != "backend-dev"]
        told = self.breaks(broken, "backend", moving=False)
        self.assertIn("\n  - backend-dev was started again\n  - backend-dev serves as before", told)
        self.well()

    def test_its_packages_and_its_build_are_those_of_before(self):
        Workspaces.apply(self, commit=self.first, build=[["npm", "run", "build"]])
        self.ran.clear()
        self.breaks(self.committed("bad", "ok"), build=[["npm", "run", "build"]])
        both = [(folder, command) for folder in ("/backend", "/frontend") for command in ("npm ci", "npm run build")]
        self.assertEqual(self.installed(), both + both)

    def test_one_that_goes_on_in_another_mode_has_its_build_of_the_commit_of_before(self):
        self.ran.clear()
        self.breaks(self.committed("ok2", "bad"), build=[["npm", "run", "build"]])
        both = [(folder, command) for folder in ("/backend", "/frontend") for command in ("npm ci", "npm run build")]
        self.assertEqual(self.installed(), both + both)
        self.well()

    def test_the_half_that_was_good_goes_back_with_the_other(self):
        told = self.breaks(self.committed("ok2", "bad"))
        self.assertIn("%s is at %s again" % (DIRECTORY, self.first[:12]), told)
        self.well()

    def test_the_former_commit_named_again_changes_nothing(self):
        self.breaks(self.committed("bad", "ok"))
        self.ran.clear()
        self.up(self.first)
        self.assertEqual(self.ran, [])
        self.well()

    def test_the_same_commit_again_is_brought_in_again(self):
        # Its update had moved the working copy, so another one begins with the release.
        broken = self.committed("ok2", "bad")
        self.breaks(broken)
        self.assertIn("frontend-dev: was not healthy", self.breaks(broken, "frontend", moving=False))
        self.well()
        self._patch(workspace_services.probe, "ask", lambda *_: None)
        self.up(broken, "frontend", moving=False)
        self.assertEqual((self.state()[0], self.behaving()), (broken, [("backend-dev", "ok2"), ("frontend-dev", "bad")]))

    def test_the_next_one_begins_from_there(self):
        self.breaks(self.committed("bad", "ok"))
        mended = self.committed("ok3", "ok3")
        self.up(mended)
        self.assertEqual((self.state()[0], self.behaving()), (mended, [("backend-dev", "ok3"), ("frontend-dev", "ok3")]))
        self.breaks(self.committed("bad", "ok"))
        self.assertEqual((self.state()[0], self.behaving()), (mended, [("backend-dev", "ok3"), ("frontend-dev", "ok3")]))

    def test_a_release_of_variables_moves_nothing(self):
        Workspaces.apply(self, commit=self.committed("ok2", "ok"))
        self.up(self.head())
        wanted = self.half("backend", self.head())
        wanted["pm2"]["text"] = [line.replace("/backend", "/gone") for line in wanted["pm2"]["text"]]
        self.put(DIRECTORY + "/gone/app.js", "bad")
        self.ran.clear()
        with self.assertRaises(Failure):
            Pm2.apply(self, wanted)
        self.assertEqual((self.ran, self.state()[0]), ([], self.head()))

    def test_cut_short_while_it_goes_back(self):
        broken = self.committed("bad", "ok")
        self._patch(workspace_services.workspace_change, "install", self.cut_after(workspace_change.install, 1))
        with self.assertRaises(KeyboardInterrupt):
            self.up(broken)
        self._patch(workspace_services.workspace_change, "install", self.real)
        self.assertNotIn("backend-dev", dict(self.behaving()))
        # At boot, or with the next call.
        self.breaks(broken, "backend", moving=False)
        self.well()

    def cut_after(self, real, times):
        self.real, calls = real, []

        def install(*arguments):
            calls.append(arguments)
            if len(calls) > times:
                raise KeyboardInterrupt
            real(*arguments)
        return install


class OfTheAgent(Shared):
    def changed_meanwhile(self, work):
        """The agent works while the new one is on trial."""
        real = self.docker.ask

        def ask(address, port, path, timeout):
            if self.state()[0] != self.first and not self.worked:
                self.worked = True
                work()
            return real(address, port, path, timeout)
        self.worked = False
        self._patch(workspace_services.probe, "ask", ask)

    def test_work_that_began_stays_and_the_message_says_what_starts(self):
        self.changed_meanwhile(lambda: self.put(DIRECTORY + "/a.txt", "mine"))
        broken = self.committed("bad", "ok")
        told = self.breaks(broken)
        self.assertIn("%s stays at %s, for it was changed meanwhile: what starts there is that" % (DIRECTORY, broken[:12]), told)
        self.assertIn("backend-dev was started again, but it answered 500", told)
        self.assertIn("backend-dev served before, and now it answered 500: run again once the reason is gone", told)
        self.assertEqual((self.state()[0], self.text(DIRECTORY + "/a.txt")), (broken, "mine"))

    def test_a_commit_stays(self):
        self.changed_meanwhile(lambda: self.work(**{"b.txt": "mine"}))
        self.breaks(self.committed("bad", "ok"))
        self.assertEqual(self.text(DIRECTORY + "/b.txt"), "mine")

    def test_the_former_commit_named_again_fails_while_what_stands_there_is_broken(self):
        self.changed_meanwhile(lambda: self.work(**{"b.txt": "mine"}))
        self.breaks(self.committed("bad", "ok"))
        with self.assertRaises(Failure) as caught:
            Workspaces.apply(self, commit=self.first)
        self.assertRegex(str(caught.exception), "^backend-dev: started again with what stands in %s, and answered 500\n" % DIRECTORY)

    def test_and_brings_it_up_once_the_agent_has_mended_it(self):
        self.changed_meanwhile(lambda: self.work(**{"b.txt": "mine"}))
        self.breaks(self.committed("bad", "ok"))
        self.work(**{"backend/app.js": "mended"})
        Workspaces.apply(self, commit=self.first)
        self.assertEqual(self.behaving(), [("backend-dev", "mended"), ("frontend-dev", "ok")])

    def test_files_that_git_does_not_know_stay_and_keep_nothing_from_going_back(self):
        self.changed_meanwhile(lambda: self.put(DIRECTORY + "/notes.md", "mine"))
        self.breaks(self.committed("bad", "ok"))
        self.assertEqual((self.state(), self.text(DIRECTORY + "/notes.md")), ((self.first, "main", "?? notes.md"), "mine"))


class Back(Shared):
    def test_the_former_commit_of_a_good_one_where_nobody_worked_since(self):
        self.up(self.committed("ok2", "ok2"))
        self.up(self.first)
        self.well()

    def test_not_where_somebody_did(self):
        self.up(self.committed("ok2", "ok2"))
        mine = self.work(**{"b.txt": "mine"})
        self.ran.clear()
        self.assertRegex(self.breaks(self.first), "^commit: %s is before " % self.first[:12])
        self.assertEqual((self.ran, self.state()[0], self.behaving()), ([], mine, [("backend-dev", "ok2"), ("frontend-dev", "ok2")]))

    def test_after_one_that_failed_what_was_deployed_counts_and_not_what_stood_there(self):
        pulled = self.committed("ok2", "ok2")
        ahead = self.committed("ok3", "ok3")
        self.inside("pull", "--quiet")
        self.breaks(self.committed("bad", "ok"))
        self.assertEqual(self.state()[0], ahead)
        self.up(pulled)
        self.assertEqual((self.state()[0], self.behaving()), (ahead, [("backend-dev", "ok3"), ("frontend-dev", "ok3")]))

    def test_a_call_whose_result_nobody_read_is_known_to_the_next(self):
        broken = self.committed("bad", "ok")
        self.assertTrue(workspace.apply(self.document(commit=broken)).finish)
        self.assertEqual(self.state()[0], broken)
        self.breaks(broken)
        self.well()

    def test_nor_is_it_forgotten_where_the_former_is_named(self):
        workspace.apply(self.document(commit=self.committed("bad", "ok")))
        self.up(self.first)
        self.well()

    def test_a_record_of_an_older_helper(self):
        record = store.read("workspaces", store.names("workspaces")[0])
        store.write("workspaces", store.names("workspaces")[0], {key: record[key] for key in ("owner", "directory", "asked", "commit", "head", "build")})
        broken = self.committed("bad", "ok")
        self.assertIn("backend-dev was started again, but it answered 500", self.breaks(broken))
        self.up(self.committed("ok2", "ok2"))
