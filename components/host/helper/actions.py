"""What is told about a change: reloads, restarts, units to enable; and what undoes each."""

import re
import time

import docker_daemon
import host
import nginx
import runner
from errors import Failure

VERBS = ("reload", "restart", "start", "enable")
PATTERN = r"audit|daemon-reload|sysctl|(%s) [A-Za-z0-9@._:-]+" % "|".join(VERBS)
# How long a service may take to find out that it cannot run, in seconds.
SETTLING = 0.3
SAYS = '"audit", "daemon-reload", "sysctl" or "reload|restart|start|enable UNIT"'


def opposites(action):
    """What would undo an action beyond doing it again, as words for systemctl. Asked before it is done, while one still sees how things were."""
    verb, _, unit = action.partition(" ")
    found = []
    if verb == "enable" and not runner.succeeds(["systemctl", "is-enabled", "--quiet", unit]):
        found.append("disable " + unit)
    if verb in VERBS and not runner.succeeds(["systemctl", "is-active", "--quiet", unit]):
        found.append("stop " + unit)
    return found


def perform(action):
    if action == "daemon-reload":
        runner.run(["systemctl", "daemon-reload"], timeout=90)
    elif action == "sysctl":
        _sysctl()
    elif action == "audit":
        _audit()
    elif action == "reload nginx":
        nginx.reload()
    elif action != "restart docker" or not docker_daemon.told():
        _systemctl(*action.split(" ", 1))


def take_back(opposite):
    """Does an opposite, while the unit's own file is still there. Best effort: returns the problem in words, or None."""
    found = runner.run(["systemctl", *opposite.split(" ")], timeout=120, check=False)
    return None if found.ok else "systemctl %s: exit status %d\n%s" % (opposite, found.code, runner.last_lines(found.err, 3))


def undo(action):
    """Tells services of the files that were put back. Best effort: returns the problem in words, or None."""
    try:
        if not action.startswith("enable "):
            perform(action)
    except Failure as problem:
        return str(problem)
    return None


def _systemctl(verb, unit):
    if verb == "enable":
        runner.run(["systemctl", "enable", "--now", "--quiet", unit], timeout=120)
        return
    if verb == "reload" and not runner.succeeds(["systemctl", "is-active", "--quiet", unit]):
        verb = "start"
    if verb == "restart":
        runner.run(["systemctl", "reset-failed", unit], check=False)
    runner.run(["systemctl", verb, unit], timeout=120)
    time.sleep(SETTLING)
    if runner.succeeds(["systemctl", "is-failed", "--quiet", unit]):
        log = runner.run(["journalctl", "-u", unit, "-n", "10", "--no-pager", "-o", "cat"], check=False).out
        raise Failure("%s: failed after its %s\n%s" % (unit, verb, runner.last_lines(log, 10)))


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


def _audit():
    """Has the kernel take the rules of /etc/audit/rules.d, and auditd write down what they find."""
    if runner.succeeds(["auditctl", "-s"]):
        runner.run(["systemctl", "enable", "--now", "--quiet", "auditd"], timeout=120)
        runner.run(["augenrules", "--load"])
    elif host.is_container():
        # Else it would stay there as a service that failed.
        runner.run(["systemctl", "disable", "--now", "--quiet", "auditd"], check=False, timeout=120)
        runner.run(["systemctl", "reset-failed", "auditd"], check=False)
        host.substitution("audit", "audit: rules written, not loaded (the kernel gives a container none)")
    else:
        raise Failure("audit: the kernel of this machine keeps no records (`auditctl -s` says why); boot one that does, or leave audit out")
