import contextlib
import errno
import hashlib
import os
import signal
import subprocess
import sys
import unittest
from unittest import mock

from tests import OnHost

import checks
import journal
import locks
import ownership
import reports
import runner
import signals
import store
from errors import Failure, Interrupted, Refused
from transaction import Transaction


class Committing(OnHost):
    def commit(self, owner, files, noun="files", **more):
        change = Transaction(owner, noun)
        for path, text in files.items():
            change.write(path, text)
        change.check(*more.get("check", ()))
        change.after(*more.get("after", ()))
        change.prune()
        change.commit()
        change.finish()
        return change

    def test_writes_with_mode_and_leaves_no_other_name_behind(self):
        change = Transaction("a", "files")
        change.write("/etc/app/secret", "hush\n", 0o600)
        change.link("/etc/app/link", "secret")
        change.directory("/etc/app/data", 0o750)
        self.assertEqual(change.commit(), ["/etc/app/data", "/etc/app/link", "/etc/app/secret"])
        change.finish()
        tree = self.tree()
        self.assertEqual(sorted(tree), ["/etc/app", "/etc/app/data", "/etc/app/link", "/etc/app/secret"])
        self.assertEqual(tree["/etc/app/secret"][:2], (b"hush\n", "0o100600"))
        self.assertEqual(tree["/etc/app/link"][0], "secret")
        self.assertEqual(tree["/etc/app/data"][1], "0o40750")
        self.assertEqual(store.names("transactions"), [])

    def test_a_link_in_the_place_of_a_folder_leads_nobody_elsewhere(self):
        def folder():
            change = Transaction("a", "files")
            change.directory("/home/app/.pm2", 0o700)
            return change
        done = folder()
        done.commit()
        done.finish()
        os.mkdir(self.root + "/etc/other", 0o755)
        os.rmdir(self.root + "/home/app/.pm2")
        os.symlink(self.root + "/etc/other", self.root + "/home/app/.pm2")
        with self.assertRaises(Refused) as caught:
            folder().commit()
        self.assertEqual(caught.exception.problems, [
            "/home/app/.pm2: is a link (-> %s/etc/other), whose owner, mode or target is not to be changed. Put a folder in its place" % self.root])
        # Nor when it was put there a moment ago.
        with self.assertRaises(OSError):
            journal.Journal("a", []).attributes("/home/app/.pm2", 0o700, os.getuid(), os.getgid())
        self.assertEqual(os.stat(self.root + "/etc/other").st_mode & 0o777, 0o755)

    def test_unchanged_content_reloads_nothing(self):
        self.commit("a", {"/etc/x": "1"}, after=["restart x"])
        self.commands.clear()
        self.assertEqual(self.commit("a", {"/etc/x": "1"}, after=["restart x"]).changed, [])
        self.assertEqual([one for one in self.commands if "restart" in one], [])

    def test_a_changed_mode_is_a_change(self):
        self.commit("a", {"/etc/x": "1"})
        os.chmod(self.root + "/etc/x", 0o666)
        self.assertEqual(self.commit("a", {"/etc/x": "1"}).changed, ["/etc/x"])
        self.assertEqual(self.tree()["/etc/x"][1], "0o100644")

    def test_all_foreign_paths_are_refused_in_one_error(self):
        self.put("/etc/x", "by hand")
        self.put("/etc/y", "by hand")
        before = self.tree()
        with self.assertRaises(Refused) as caught:
            self.commit("a", {"/etc/x": "1", "/etc/y": "2", "/etc/z": "3"})
        self.assertEqual([problem.split(":")[0] for problem in caught.exception.problems], ["/etc/x", "/etc/y"])
        self.assertEqual(self.tree(), before)

    def test_an_unmodified_conffile_is_taken_and_comes_back(self):
        self.put("/etc/x", "packaged\n", 0o640)
        self.put("/var/lib/dpkg/status", "Package: x\nConffiles:\n /etc/x %s\n" % hashlib.md5(b"packaged\n").hexdigest())
        self.commit("a", {"/etc/x": "ours\n"})
        self.assertEqual(self.text("/etc/x"), "ours\n")
        self.commit("a", {})
        self.assertEqual(self.tree()["/etc/x"][:2], (b"packaged\n", "0o100640"))
        self.assertEqual(ownership.manifest(), {})

    def test_folders_made_on_the_way_go_with_the_last_file_in_them(self):
        self.commit("a", {"/etc/app/one/x": "1"})
        self.commit("b", {"/etc/app/y": "1"})
        self.commit("a", {})
        self.assertEqual(sorted(self.tree()), ["/etc/app", "/etc/app/y"])
        self.commit("b", {})
        self.assertEqual(self.tree(), {})
        self.assertEqual(ownership.manifest(), {})

    def test_a_file_of_ucf_is_a_package_file_too(self):
        self.put("/etc/x", "packaged\n")
        self.put("/var/lib/ucf/hashfile", "%s  /etc/x\n" % hashlib.md5(b"packaged\n").hexdigest())
        self.assertTrue(ownership.is_packaged("/etc/x"))

    def test_a_newer_owner_takes_over_and_the_former_removes_nothing(self):
        self.commit("old", {"/etc/x": "1"})
        self.assertEqual(self.commit("new", {"/etc/x": "1"}).changed, [])
        self.commit("old", {})
        self.assertEqual(self.text("/etc/x"), "1")
        self.commit("new", {})
        self.assertFalse(os.path.exists(self.root + "/etc/x"))

    def test_what_an_owner_no_longer_wants_goes(self):
        self.commit("a", {"/etc/x": "1", "/etc/y": "2"})
        self.commit("a", {"/etc/y": "2"})
        self.assertEqual(sorted(self.tree()), ["/etc/y"])

    def test_a_failing_check_changes_nothing(self):
        self.commit("a", {"/etc/x": "1"})
        before = self.tree()
        with mock.patch.dict(checks.BY_NAME, {"no": mock.Mock(side_effect=Failure("bad"))}), self.assertRaisesRegex(Failure, "bad"):
            self.commit("a", {"/etc/x": "2", "/etc/new/y": "2"}, check=["no"])
        self.assertEqual(self.tree(), before)

    def test_a_failing_reload_puts_everything_back_and_tells_the_service_again(self):
        self.commit("a", {"/etc/x": "1", "/etc/gone": "1"})
        before, manifest = self.tree(), ownership.manifest()
        self.answers["systemctl restart x"] = lambda argv: runner.Result(1, "", "no") if self.text("/etc/x") == "2" else ""
        with self.assertRaisesRegex(Failure, "systemctl: exit status 1"):
            self.commit("a", {"/etc/x": "2", "/etc/new/y": "2"}, after=["restart x"])
        self.assertEqual(self.tree(), before)
        self.assertEqual(ownership.manifest(), manifest)
        self.assertEqual(self.commands.count("systemctl restart x"), 2)
        self.assertEqual(store.names("transactions"), [])

    def test_a_full_disk_leaves_all_as_it_was(self):
        self.commit("a", {"/etc/x": "1"})
        before = self.tree()
        with mock.patch("os.fsync", side_effect=OSError(errno.ENOSPC, "No space left on device", self.root + "/etc/x")):
            with self.assertRaisesRegex(Failure, "/etc/x: no space left on the disk. Everything is as it was"):
                self.commit("a", {"/etc/x": "2", "/etc/new/y": "2"})
        self.assertEqual(self.tree(), before)

    def test_any_step_may_be_the_one_that_fails(self):
        self.commit("a", {"/etc/x": "1", "/etc/y": "1"})
        before = self.tree()
        for name in ("link", "rename", "unlink", "mkdir", "symlink"):
            for nth in range(1, 12):
                real, count = getattr(os, name), [0]

                def failing(*args, _real=real, _count=count, _nth=nth, **kwargs):
                    _count[0] += 1
                    if _count[0] == _nth:
                        raise OSError(errno.EIO, "Input/output error")
                    return _real(*args, **kwargs)

                change = Transaction("a", "files")
                change.write("/etc/x", "2")
                change.write("/etc/new/z", "2")
                change.link("/etc/l", "x")
                change.prune()
                with self.subTest(name=name, nth=nth):
                    with contextlib.suppress(Failure), mock.patch("os." + name, failing):
                        change.commit()
                    change.undo()
                    self.assertEqual(self.tree(), before)

    def test_undo_after_commit(self):
        self.commit("a", {"/etc/x": "1", "/etc/y": "1"})
        before, manifest = self.tree(), ownership.manifest()
        change = Transaction("b", "files")
        change.write("/etc/x", "2")
        change.write("/etc/z/z", "2")
        change.commit()
        self.assertEqual(self.text("/etc/x"), "2")
        change.undo()
        self.assertEqual(self.tree(), before)
        self.assertEqual(ownership.manifest(), manifest)

    def test_undo_leaves_what_somebody_changed_meanwhile_and_reports_it(self):
        self.commit("a", {"/etc/x": "1"})
        change = Transaction("a", "files")
        change.write("/etc/x", "2")
        change.commit()
        self.put("/etc/x", "by hand")
        change.undo()
        self.assertEqual(self.text("/etc/x"), "by hand")
        self.assertIn("/etc/x: was changed by somebody else meanwhile", reports.texts()[0])

    def test_a_signal_puts_everything_back(self):
        self.commit("a", {"/etc/x": "1"})
        before = self.tree()
        for number in signals.CAUGHT:
            former = signal.getsignal(number)
            self.addCleanup(signal.signal, number, former)
        signals.install()
        self.answers["systemctl restart x"] = lambda argv: os.kill(os.getpid(), signal.SIGTERM) if self.text("/etc/x") == "2" else ""
        with self.assertRaises(Interrupted):
            self.commit("a", {"/etc/x": "2"}, after=["restart x"])
        self.assertEqual(self.tree(), before)

    def test_the_next_helper_puts_back_what_was_cut_short(self):
        self.commit("a", {"/etc/x": "1"})
        before, manifest = self.tree(), ownership.manifest()
        script = """if True:
            import os, sys
            sys.path.insert(0, %r)
            import paths; paths.ROOT = %r
            import journal
            from transaction import Transaction
            real = journal.Journal.move
            def move(self, path, temporary, digest):
                real(self, path, temporary, digest)
                if path == "/etc/w/y":
                    os._exit(9)
            journal.Journal.move = move
            change = Transaction("a", "files")
            change.write("/etc/x", "2"); change.write("/etc/w/y", "2"); change.write("/etc/z", "2")
            change.commit()
        """ % (os.path.dirname(os.path.abspath(journal.__file__)), self.root)
        ended = subprocess.run([sys.executable, "-c", script], capture_output=True)
        self.assertEqual(ended.returncode, 9, ended.stderr)
        self.assertEqual(self.text("/etc/x"), "2")
        with locks.hold(locks.HOST):
            journal.recover()
        self.assertEqual(self.tree(), before)
        self.assertEqual(ownership.manifest(), manifest)
        self.assertIn("was cut short and put back", reports.texts()[0])

    def test_a_journal_that_another_helper_lets_go_of_meanwhile_is_no_error(self):
        with mock.patch.object(store, "names", return_value=["t-finished-just-now"]):
            self.commit("a", {"/etc/x": "1"})
        self.assertEqual(self.text("/etc/x"), "1")

    def test_killed_at_any_moment_the_next_helper_puts_back(self):
        self.commit("a", {"/etc/x": "1", "/etc/y": "1", "/etc/d/z": "1"})
        before, manifest = self.tree(), ownership.manifest()
        for number in range(1, 200):
            child = os.fork()
            if child == 0:
                self._ended_at(number)
            ended = os.waitpid(child, 0)[1]
            with self.subTest(number), locks.hold(locks.HOST):
                journal.recover()
                self.assertEqual(self.tree(), before)
                self.assertEqual(ownership.manifest(), manifest)
                self.assertEqual(store.names("transactions"), [])
            if os.waitstatus_to_exitcode(ended) == 0:
                break
        self.assertGreater(number, 25)

    @staticmethod
    def _ended_at(number):
        """In a child: a change that ends with the number-th call to the file system; 0 where it gets to its end, not finished."""
        count = [0]

        def counted(real):
            def call(*args, **kwargs):
                count[0] += 1
                if count[0] == number:
                    os._exit(9)
                return real(*args, **kwargs)
            return call

        for name in ("open", "link", "rename", "unlink", "mkdir", "symlink", "chmod", "fchmod", "fsync", "rmdir"):
            setattr(os, name, counted(getattr(os, name)))
        change = Transaction("a", "files")
        change.write("/etc/x", "2")
        change.write("/etc/new/w", "2")
        change.directory("/etc/new/v", 0o700)
        change.link("/etc/l", "x")
        change.prune()
        change.commit()
        os._exit(0)

    def test_a_folder_goes_with_its_owner_only_when_empty(self):
        change = Transaction("a", "files")
        change.directory("/etc/d")
        change.write("/etc/d/x", "1")
        change.commit()
        change.finish()
        self.put("/etc/d/theirs", "1")
        self.commit("a", {})
        self.assertEqual(sorted(self.tree()), ["/etc/d", "/etc/d/theirs"])


if __name__ == "__main__":
    unittest.main()
