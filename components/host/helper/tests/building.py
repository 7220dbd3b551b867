"""What the tests of builds share: a real git, repositories on this machine's disk, and a systemd-run that runs its command here and now."""

import os
import pwd
import re
import subprocess

from tests import OnHost

import build
import git
import paths
import runner

REAL = runner.run


class Building(OnHost):
    def setUp(self):
        super().setUp()
        self._patch(runner, "run", self._answered)
        self._patch(os, "sync", lambda: None)
        self._patch(git, "PROTOCOLS", ("file",))
        self._patch(git, "ADDRESS", re.compile(r"(?P<https>(?!))?(?P<ssh>(?!))?(?P<short>(?!))?file:///\S+"))
        self._patch(build, "look", lambda user: pwd.getpwuid(os.getuid()))
        self.ran, self.ending = [], "Result=exit-code\nExecMainCode=1\nExecMainStatus=%d\n"

    def repository(self, name="shop", **files):
        """A bare repository with one commit; {path: text}. Returns its address."""
        place = "%s/git/%s" % (self.root, name)
        os.makedirs(place)
        self.git(place, "init", "--quiet", "--bare", "--initial-branch=main", place + ".git")
        self.git(place, "clone", "--quiet", place + ".git", place)
        self.git(place, "checkout", "--quiet", "-b", "main")
        self.address = "file://%s.git" % place
        self.commit(files, name)
        return self.address

    def commit(self, files, name="shop", branch="main"):
        """Another commit of it. Returns its number."""
        place = "%s/git/%s" % (self.root, name)
        self.git(place, "checkout", "--quiet", "-B", branch)
        for path, text in files.items():
            file = os.path.join(place, path)
            os.makedirs(os.path.dirname(file), exist_ok=True)
            with open(file, "w", encoding="utf-8") as opened:
                opened.write(text)
        self.git(place, "add", "--all")
        self.git(place, "commit", "--quiet", "--allow-empty", "-m", "x")
        self.git(place, "push", "--quiet", "--force", "origin", branch)
        return self.head(name)

    def head(self, name="shop"):
        return self.git("%s/git/%s" % (self.root, name), "rev-parse", "HEAD").strip()

    @staticmethod
    def git(place, *words):
        who = ["-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "protocol.file.allow=always", "-c", "core.hooksPath=/dev/null"]
        return subprocess.run(["git", "-C", place, *who, *words], check=True, capture_output=True, text=True, env={**os.environ, "GIT_CONFIG_GLOBAL": "/dev/null"}).stdout

    def _answered(self, argv, input=None, timeout=60, check=True, env=None):
        if argv[0] == "git":
            self.commands.append(" ".join(argv))
            return REAL(argv, input, timeout, check, env)
        if argv[0] == "systemd-run":
            return self._systemd(argv)
        if argv[:2] == ["systemctl", "show"]:
            return runner.Result(0, self.ending % self.code if "%d" in self.ending else self.ending)
        return self._run(argv, input, timeout, check, env)

    def _systemd(self, argv):
        self.commands.append(" ".join(argv))
        words, settings, variables = argv[1:], {}, {}
        while words[0].startswith("--"):
            word = words.pop(0)
            if word in ("--property", "--setenv", "--unit"):
                key, _, value = words.pop(0).partition("=")
                {"--property": settings, "--setenv": variables, "--unit": {}}[word][key] = value
        self.ran.append((words, settings, variables))
        command = [one.replace("$$", "$") for one in words]
        found = subprocess.run(command, cwd=paths.at(settings["WorkingDirectory"]), env={**variables, "HOME": paths.at(variables["HOME"])},
                               capture_output=True, text=True, stdin=subprocess.DEVNULL)
        self.code = found.returncode
        return runner.Result(found.returncode, found.stdout, found.stderr)
