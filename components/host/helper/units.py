"""What is asked about a systemd unit."""

import runner

_ASKED = ("LoadState", "ActiveState", "NRestarts", "Result", "ExecMainStatus")


def look(unit):
    """None where systemd knows no such unit, or {running, restarts, ending} of it."""
    told = runner.run(["systemctl", "show", "--property", ",".join(_ASKED), unit]).out
    found = dict(line.split("=", 1) for line in told.splitlines() if "=" in line)
    if found.get("LoadState", "not-found") == "not-found":
        return None
    status, running = found.get("ExecMainStatus", "0"), found.get("ActiveState") == "active"
    ending = {
        "oom-kill": "out of memory", "exit-code": "exit status " + status, "signal": "killed by signal " + status, "core-dump": "killed by signal " + status,
    }.get(found.get("Result"), "it was started again" if running else "result " + found.get("Result", "unknown"))
    return {"running": running, "restarts": int(found.get("NRestarts") or 0), "ending": ending}


def log(unit, since, count=30):
    """Its last lines, and those of systemd about it, since a time in seconds."""
    runner.run(["journalctl", "--sync"], check=False)
    argv = ["journalctl", "--no-pager", "--quiet", "--output", "cat", "--lines", str(count), "--since", "@%.3f" % since, "--unit", unit]
    return runner.run(argv, check=False).out
