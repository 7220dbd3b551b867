"""The host's nginx: checked before it is told, and watched while it takes a new configuration."""

import re
import time

import host
import paths
import private_view
import runner
from errors import Failure

_TEST = ["nginx", "-t", "-q"]


def fitting(lines):
    """The lines of a file for nginx, without those that it cannot follow on a kernel without IPv6."""
    if host.has_ipv6():
        return lines
    return [line for line in lines if not re.match(r"\s*listen\s+\[", line)]


def check(changes):
    """`nginx -t` on a private copy of /etc/nginx with the changes in it. A Failure names who is to blame."""
    tried = private_view.run(["/etc/nginx"], changes, _TEST)
    if tried.ok:
        return
    found = runner.run(_TEST, check=False)
    if not found.ok:
        raise Failure("nginx: the configuration of this host was broken before this step, by %s. Nothing was changed. Mend or remove it, then run again\n%s"
                      % (culprit(found.err), runner.last_lines(found.err, 5)))
    raise Failure("nginx: refuses the new configuration because of %s. Nothing was changed\n%s" % (culprit(tried.err), runner.last_lines(tried.err, 5)))


def culprit(text):
    """The file and line that nginx complains about."""
    found = re.search(r"in (/\S+:\d+)", text)
    return found.group(1) if found else "what it says below"


def reload():
    """Reloads nginx (starts it where it does not run) and fails unless it took the configuration."""
    if not runner.succeeds(["systemctl", "is-active", "--quiet", "nginx"]):
        runner.run(["systemctl", "start", "nginx"], timeout=90)
        return
    before = _workers()
    runner.run(["systemctl", "reload", "nginx"], timeout=90)
    end = time.monotonic() + 10
    while time.monotonic() < end:
        if _workers() - before:
            return
        time.sleep(0.05)
    raise Failure("nginx: did not take the new configuration\n%s" % runner.last_lines(_last_errors(), 5))


def _workers():
    """The worker processes that take new connections."""
    main = runner.run(["systemctl", "show", "nginx", "--property", "MainPID", "--value"]).out.strip()
    listed = runner.run(["ps", "-o", "pid=,args=", "--ppid", main or "0"], check=False).out
    return {line.split()[0] for line in listed.splitlines() if "nginx: worker process" in line and "shutting down" not in line}


def _last_errors():
    try:
        with open(paths.at("/var/log/nginx/error.log"), "rb") as file:
            file.seek(0, 2)
            file.seek(max(0, file.tell() - 4000))
            return file.read().decode(errors="replace")
    except OSError:
        return ""
