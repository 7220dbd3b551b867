"""The checks that a set of files can ask for: each program's own, on a private copy of what it reads."""

import re

import nginx
import private_view
import runner
from errors import Failure


def _simple(trees, argv):
    def run(changes):
        result = private_view.run(trees, changes, argv)
        if not result.ok:
            raise Failure("%s: refuses the new files. Nothing was changed\n%s" % (argv[0], runner.last_lines(result.err + result.out, 10)))
    return run


def _systemd(changes):
    units = sorted({_unit(path) for path in changes if _unit(path) and changes[path].source})
    if units:
        result = private_view.run(["/etc/systemd"], changes, ["systemd-analyze", "verify", "--man=no", *_own_errors_only(), *units])
        if not result.ok:
            raise Failure("systemd: refuses the new units. Nothing was changed\n%s" % runner.last_lines(result.err, 10))


def _own_errors_only():
    found = re.search(r"systemd (\d+)", runner.run(["systemd-analyze", "--version"], check=False).out)
    return ["--recursive-errors=no"] if found and int(found.group(1)) >= 250 else []


def _unit(path):
    """The unit that a file under /etc/systemd/system is, or belongs to as a drop-in; templates cannot be verified by themselves."""
    found = re.match(r"/etc/systemd/system/([^/]+\.(?:service|timer|socket|path|mount|target))(\.d/[^/]+\.conf)?$", path)
    if not found or "@." in found.group(1):
        return None
    return found.group(1) if found.group(2) else path


def _docker(changes):
    version = runner.run(["dockerd", "--version"], check=False).out
    found = re.search(r"version (\d+)", version)
    if found and int(found.group(1)) >= 23:
        _simple(["/etc/docker"], ["dockerd", "--validate", "--config-file", "/etc/docker/daemon.json"])(changes)


BY_NAME = {
    "nginx": nginx.check,
    "sshd": _simple(["/etc/ssh"], ["sshd", "-t"]),
    "sudoers": _simple(["/etc/sudoers", "/etc/sudoers.d"], ["visudo", "-c"]),
    "systemd": _systemd,
    "fail2ban": _simple(["/etc/fail2ban"], ["fail2ban-client", "-t"]),
    "ufw": _simple(["/etc/ufw"], ["iptables-restore", "--test", "--noflush", "/etc/ufw/after.rules"]),
    "docker": _docker,
}
