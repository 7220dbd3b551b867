"""Runs a command of the host."""

import os
import signal
import subprocess

from errors import Failure

ENVIRONMENT = {
    "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    "LC_ALL": "C.UTF-8",
    "HOME": "/root",
    "DEBIAN_FRONTEND": "noninteractive",
    # Ubuntu's servers have needrestart: after any package it would restart every service with an old library, nginx and sshd among them.
    "NEEDRESTART_SUSPEND": "1",
}


class Result:
    """What a command left: `code`, `out` and `err` as text."""

    def __init__(self, code, out="", err=""):
        self.code, self.out, self.err = code, out, err

    @property
    def ok(self):
        return self.code == 0


def run(argv, input=None, timeout=60, check=True, env=None):
    """Runs argv (never a shell line) and returns a Result.

    `input` is text for its stdin (the only way for a secret), `timeout` is in seconds, `env` is added to a small fixed
    environment. With `check` an exit status other than 0 is a Failure with the last lines it printed.
    """
    try:
        process = subprocess.Popen(
            argv, stdin=subprocess.PIPE if input is not None else subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, env={**ENVIRONMENT, **(env or {})}, start_new_session=True, cwd="/")
    except FileNotFoundError:
        if check:
            raise Failure("%s: not installed on this host" % argv[0]) from None
        return Result(127, "", "%s: not installed on this host" % argv[0])
    try:
        out, err = process.communicate(None if input is None else input.encode(), timeout=timeout)
    except subprocess.TimeoutExpired:
        _kill(process)
        raise Failure("%s: no end after %d s, stopped" % (shown(argv), timeout)) from None
    except BaseException:
        _kill(process)
        raise
    result = Result(process.returncode, out.decode(errors="replace"), err.decode(errors="replace"))
    if check and result.code != 0:
        raise Failure("%s: exit status %d\n%s" % (shown(argv), result.code, last_lines(result.err + result.out)))
    return result


def succeeds(argv, timeout=60):
    """Whether the command exists and exits with 0."""
    return run(argv, timeout=timeout, check=False).ok


def _kill(process):
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
    process.communicate()


def shown(argv):
    """The command for a message: without the long tail of arguments."""
    text = " ".join(argv)
    return text if len(text) <= 160 else text[:157] + "..."


def last_lines(text, count=20):
    """The last lines that say something, indented for a message."""
    lines = [line.rstrip() for line in text.splitlines() if line.strip()]
    return "\n".join("    " + line for line in lines[-count:])
