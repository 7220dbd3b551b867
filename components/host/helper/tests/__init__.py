"""Tests of the helper on a host of its own: a folder that stands for /."""

import os
import shutil
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

import actions
import paths
import progress
import runner


class OnHost(unittest.TestCase):
    """Each test gets an empty root, commands that are recorded instead of run, and silence on stderr."""

    def setUp(self):
        # In memory: every file is synced, and hundreds of helpers are killed.
        self._patch(tempfile, "tempdir", "/dev/shm" if os.path.isdir("/dev/shm") else None)
        self.root = tempfile.mkdtemp(prefix="flowfleet-helper-")
        self.addCleanup(shutil.rmtree, self.root, ignore_errors=True)
        self.commands, self.said = [], []
        self.answers = {"systemctl is-failed": runner.Result(1)}
        self._patch(paths, "ROOT", self.root)
        self._patch(progress, "caller_gone", lambda: False)
        self._patch(runner, "run", self._run)
        for module in list(sys.modules.values()):
            if getattr(module, "say", None) is progress.say and module is not progress:
                self._patch(module, "say", self.said.append)
            if getattr(module, "caller_gone", None) is not None and module is not progress:
                self._patch(module, "caller_gone", lambda: False)
        self._patch(progress, "say", self.said.append)
        self._patch(actions, "SETTLING", 0)
        for folder in ("/etc", "/var/lib", "/run"):
            os.makedirs(self.root + folder)

    def _patch(self, module, name, value):
        former = getattr(module, name)
        setattr(module, name, value)
        self.addCleanup(setattr, module, name, former)

    def _run(self, argv, input=None, timeout=60, check=True, env=None):
        from errors import Failure
        self.commands.append(" ".join(argv))
        answer = next((answer for start, answer in self.answers.items() if " ".join(argv).startswith(start)), "")
        answer = answer(argv) if callable(answer) else answer
        result = answer if isinstance(answer, runner.Result) else runner.Result(0, answer)
        if check and not result.ok:
            raise Failure("%s: exit status %d\n%s" % (argv[0], result.code, result.err))
        return result

    @staticmethod
    def _bytes(real):
        with open(real, "rb") as file:
            return file.read()

    def put(self, path, text, mode=0o644):
        os.makedirs(os.path.dirname(self.root + path), exist_ok=True)
        with open(self.root + path, "w", encoding="utf-8") as file:
            file.write(text)
        os.chmod(self.root + path, mode)

    def text(self, path):
        with open(self.root + path, encoding="utf-8") as file:
            return file.read()

    def tree(self, top="/etc"):
        """All paths below `top` with what they hold: what "as it was" is compared by."""
        found = {}
        for folder, folders, files in os.walk(self.root + top):
            for name in folders + files:
                real = os.path.join(folder, name)
                state = os.lstat(real)
                held = os.readlink(real) if os.path.islink(real) else "folder" if os.path.isdir(real) else self._bytes(real)
                found[real[len(self.root):]] = (held, oct(state.st_mode), state.st_uid, state.st_gid)
        return found
