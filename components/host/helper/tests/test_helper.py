import ast
import glob
import io
import json
import os
import subprocess
import sys
import unittest
from unittest import mock

from tests import OnHost

import first_contact
import helper
import paths
import progress
import runner
from errors import CallerGone, Failure

FOLDER = os.path.dirname(os.path.abspath(helper.__file__))


def sources():
    found = {}
    for path in glob.glob(FOLDER + "/*.py"):
        with open(path, encoding="utf-8") as file:
            found[os.path.basename(path)] = file.read()
    return found


def document(texts):
    return {"owner": "u", "revision": helper.digest(texts), "files": {name: text.split("\n")[:-1] for name, text in texts.items()}}


class Source(unittest.TestCase):
    def test_is_python_3_9(self):
        for name, text in sources().items():
            with self.subTest(name):
                ast.parse(text, feature_version=(3, 9))

    def test_no_module_hides_one_of_the_standard_library(self):
        self.assertEqual({name[:-3] for name in sources()} & set(getattr(sys, "stdlib_module_names", ())), set())

    def test_passes_its_own_check_and_refuses_what_it_does_not_know(self):
        def call(*arguments, text=""):
            return subprocess.run([sys.executable, "-I", "-B", FOLDER, *arguments], capture_output=True, text=True, input=text)
        self.assertEqual(call("selfcheck").stdout, "ok\n")
        self.assertEqual((call("fly", "apply").returncode, call("files").returncode), (2, 2))
        bad = call("files", "apply", text="{}")
        self.assertEqual((bad.returncode, bad.stdout), (1, ""))
        self.assertEqual(bad.stderr, "files apply: the document on stdin is refused\n  - owner: is missing\n  - files: is missing\n")
        self.assertEqual(call("guard", "read", text="{}").stderr, "guard read: this noun has no verb 'read'\n")


class Installing(OnHost):
    def setUp(self):
        super().setUp()
        self.answers[sys.executable] = ""

    @staticmethod
    def really(argv):
        ended = subprocess.run(argv, capture_output=True, text=True)
        return runner.Result(ended.returncode, ended.stdout, ended.stderr)

    def current(self):
        return os.readlink(self.root + paths.PROGRAM + "/current")

    def test_a_newer_one_replaces_it_and_the_former_is_kept(self):
        texts = sources()
        first = helper.apply(document(texts)).result["revision"]
        self.assertEqual(self.current(), "revisions/" + first)
        second = helper.apply(document({**texts, "guard.py": texts["guard.py"] + "# newer\n"})).result["revision"]
        third = helper.apply(document({**texts, "guard.py": texts["guard.py"] + "# newest\n"})).result["revision"]
        self.assertEqual(self.current(), "revisions/" + third)
        self.assertEqual(sorted(os.listdir(self.root + paths.PROGRAM + "/revisions")), sorted([second, third]))

    def test_one_that_does_not_work_never_replaces_it(self):
        # Here the newer one's own check is run for real: it imports its modules and touches nothing.
        self.answers[sys.executable] = lambda argv: self.really(argv) if argv[-1] == "selfcheck" else ""
        texts = sources()
        former = helper.apply(document(texts)).result["revision"]
        for broken, says in (({"guard.py": "def (\n"}, "guard.py: invalid syntax"), ({"guard.py": "import nothing_like_it\n"}, "does not pass its own check")):
            with self.assertRaisesRegex(Failure, says):
                helper.apply(document({**texts, **broken}))
            self.assertEqual(self.current(), "revisions/" + former)
            self.assertEqual(os.listdir(self.root + paths.PROGRAM + "/revisions"), [former])

    def test_a_document_that_was_changed_on_its_way_is_refused(self):
        wanted = document(sources())
        wanted["files"]["guard.py"].append("# more")
        with self.assertRaisesRegex(Failure, "revision: is not the SHA-256 of these files"):
            helper.apply(wanted)

    def test_a_caller_that_has_gone_gets_the_former_back(self):
        texts = sources()
        former = helper.apply(document(texts)).result["revision"]
        helper.apply(document({**texts, "guard.py": texts["guard.py"] + "# newer\n"})).undo()
        self.assertEqual(self.current(), "revisions/" + former)

    def test_what_belongs_around_it(self):
        helper.fit()
        self.assertEqual(self.text("/usr/local/lib/flowfleet/helper"), '#!/bin/sh\nexec /usr/bin/python3 -I /usr/local/lib/flowfleet/current "$@"\n')
        for name in ("settle", "releases"):
            self.assertIn("ExecStart=/usr/local/lib/flowfleet/helper boot %s\n" % name, self.text("/etc/systemd/system/flowfleet-%s.service" % name))
        self.assertIn("systemctl enable --quiet flowfleet-settle.service flowfleet-releases.service", self.commands)
        self.commands.clear()
        helper.fit()
        self.assertEqual(self.commands, [])


class FirstContact(OnHost):
    key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8g"

    def setUp(self):
        super().setUp()
        self.put("/usr/sbin/visudo", "", 0o755)
        for kind in ("ed25519", "rsa"):
            self.put("/etc/ssh/ssh_host_%s_key" % kind, "private", 0o600)
            self.put("/etc/ssh/ssh_host_%s_key.pub" % kind, "%s root@host\n" % self.key.replace("ed25519", kind, 1))
        user = mock.Mock(pw_uid=1000, pw_gid=1000, pw_dir="/home/deploy")
        for patch in (mock.patch("pwd.getpwnam", return_value=user), mock.patch("os.chown"), mock.patch.object(helper, "install", return_value="0123456789abcdef")):
            patch.start()
            self.addCleanup(patch.stop)
        self.answers["visudo"] = ""

    def apply(self, **more):
        return first_contact.apply({"owner": "b", "user": "deploy", "authorizedKeys": [self.key + " me"], "helper": {"revision": "", "files": {}}, **more})

    def test_says_the_same_each_time(self):
        self.put("/home/deploy/.ssh/authorized_keys", "# by hand\nssh-rsa AAAA other\n", 0o600)
        first = self.apply(sshPort=2222)
        tree = self.tree("/")
        self.assertEqual(self.apply(sshPort=2222), first)
        self.assertEqual(self.tree("/"), tree)
        self.assertEqual(first["hostKey"], self.key)
        self.assertEqual((first["port"], first["user"], first["helper"]), (2222, "deploy", "0123456789abcdef"))
        self.assertTrue(first["fingerprint"].startswith("SHA256:"))
        self.assertEqual(self.text("/home/deploy/.ssh/authorized_keys"), "# by hand\nssh-rsa AAAA other\n%s me\n" % self.key)
        self.assertEqual(self.text("/etc/sudoers.d/flowfleet"),
                         "deploy ALL=(root) NOPASSWD: /usr/local/lib/flowfleet/helper\n"
                         "Defaults!/usr/local/lib/flowfleet/helper !requiretty, !use_pty, env_keep += SSH_CONNECTION\n")
        self.assertEqual(tree["/etc/sudoers.d/flowfleet"][1], "0o100440")

    def test_exact_keys_end_a_rotation(self):
        self.put("/home/deploy/.ssh/authorized_keys", "ssh-rsa AAAA old\n", 0o600)
        self.apply(exactKeys=True)
        self.assertEqual(self.text("/home/deploy/.ssh/authorized_keys"), self.key + " me\n")

    def test_never_makes_new_host_keys_where_there_are_some(self):
        self.answers["ssh-keygen -l"] = "3072 SHA256:x (RSA)\n"
        self.apply()
        self.assertEqual([one for one in self.commands if one.startswith("ssh-keygen -q")], [])

    def test_a_line_that_visudo_refuses_is_not_installed(self):
        self.answers["visudo"] = runner.Result(1, "", "syntax error")
        with self.assertRaises(Failure):
            self.apply()
        self.assertFalse(os.path.exists(self.root + "/etc/sudoers.d/flowfleet"))

    def test_a_former_line_stays_when_visudo_refuses_the_new_one(self):
        self.put("/etc/sudoers.d/flowfleet", "former\n", 0o440)
        self.answers["visudo -c -q"] = lambda argv: "" if "-f" in argv else runner.Result(1, "", "bad permissions of another file")
        del self.answers["visudo"]
        with self.assertRaisesRegex(Failure, "the file is as it was"):
            self.apply()
        self.assertEqual(self.text("/etc/sudoers.d/flowfleet"), "former\n")

    def test_root_is_no_deploy_user(self):
        with self.assertRaisesRegex(Failure, "user: must not be root"):
            self.apply(user="root")


class Delivering(OnHost):
    def deliver(self, gone=(), sockets=(), patience=0.3):
        states = {"gone": iter(gone), "socket": iter(sockets)}
        self._patch(progress, "caller_gone", lambda: next(states["gone"], False))
        self._patch(progress, "_connection", ["src"] if sockets else None)
        last = list(sockets)[-1:] or [None]
        self._patch(progress, "_socket", lambda: next(states["socket"], last[0]))
        out = io.StringIO()
        with mock.patch("sys.stdout", out):
            progress.deliver({"b": 1, "a": "é"}, patience)
        return out.getvalue()

    def test_one_line_of_json(self):
        self.assertEqual(self.deliver(), '{"a": "é", "b": 1}\n')
        self.assertEqual(json.loads(self.deliver()), {"a": "é", "b": 1})

    def test_a_closed_pipe(self):
        with self.assertRaisesRegex(CallerGone, "was gone"):
            self.deliver(gone=[False, True])

    def test_bytes_that_are_acknowledged_late(self):
        self.assertTrue(self.deliver(sockets=[("ESTAB", "120"), ("ESTAB", "120"), ("ESTAB", "0")]))

    def test_a_connection_that_was_cut_without_a_word(self):
        with self.assertRaisesRegex(CallerGone, "was cut"):
            self.deliver(sockets=[("ESTAB", "120")])

    def test_a_pipe_shows_that_its_reader_left(self):
        reading, writing = os.pipe()
        script = ("import sys; sys.path.insert(0, %r); import progress; print(progress.caller_gone(), file=sys.stderr);"
                  "sys.stdin.readline(); print(progress.caller_gone(), file=sys.stderr)" % FOLDER)
        process = subprocess.Popen([sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=writing, stderr=subprocess.PIPE, text=True)
        os.close(writing)
        first = process.stderr.readline()
        os.close(reading)
        _, second = process.communicate("\n")
        self.assertEqual((first, second), ("False\n", "True\n"))


if __name__ == "__main__":
    unittest.main()
