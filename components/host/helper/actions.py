"""What is told about a change: reloads, restarts, units to enable. Each knows how to be undone."""

import re
import time

import host
import nginx
import runner
from errors import Failure

VERBS = ("reload", "restart", "start", "enable")
PATTERN = r"daemon-reload|sysctl|(%s) [A-Za-z0-9@._:-]+" % "|".join(VERBS)
SAYS = '"daemon-reload", "sysctl" or "reload|restart|start|enable UNIT"'


def perform(action):
    """Does one action; returns what has to be done to undo it beyond doing it again: an action, or None."""
    if action == "daemon-reload":
        runner.run(["systemctl", "daemon-reload"], timeout=90)
    elif action == "sysctl":
        _sysctl()
    elif action == "reload nginx":
        nginx.reload()
    else:
        verb, unit = action.split(" ", 1)
        return _systemctl(verb, unit)
    return None


def undo(action, opposite):
    """Brings services back after the files were put back. Best effort: returns the problem in words, or None."""
    try:
        if opposite:
            runner.run(["systemctl", *opposite.split(" ")], timeout=120)
        elif not action.startswith("enable "):
            perform(action)
    except Failure as problem:
        return str(problem)
    return None


def _systemctl(verb, unit):
    opposite = None
    if verb == "enable":
        if not runner.succeeds(["systemctl", "is-enabled", "--quiet", unit]):
            opposite = "disable --now " + unit
        runner.run(["systemctl", "enable", "--now", "--quiet", unit], timeout=120)
    elif verb == "reload" and not runner.succeeds(["systemctl", "is-active", "--quiet", unit]):
        verb = "start"
        runner.run(["systemctl", "start", unit], timeout=120)
        opposite = "stop " + unit
    else:
        if verb == "restart":
            runner.run(["systemctl", "reset-failed", unit], check=False)
        runner.run(["systemctl", verb, unit], timeout=120)
    if verb in ("reload", "restart", "start"):
        time.sleep(0.3)
        if runner.succeeds(["systemctl", "is-failed", "--quiet", unit]):
            log = runner.run(["journalctl", "-u", unit, "-n", "10", "--no-pager", "-o", "cat"], check=False).out
            raise Failure("%s: failed after its %s\n%s" % (unit, verb, runner.last_lines(log, 10)))
    return opposite


def _sysctl():
    result = runner.run(["sysctl", "--system"], check=False)
    # procps reports a value that cannot be set on stderr and, depending on its version, by the exit status.
    problems = [line for line in result.err.splitlines() if re.search(r"^sysctl:.*(setting|permission denied|Read-only|cannot stat)", line, re.I)]
    if result.ok and not problems:
        return
    if host.is_container():
        host.substitution("sysctl", "kernel settings: written, not set (a container cannot set them)")
    else:
        raise Failure("sysctl: the kernel does not take these settings\n%s" % "\n".join("    " + line for line in problems[:10]))
