"""A command as a systemd unit of its own, which ends with it, whatever it started."""

import runner
import signals
from errors import Failure

TOO_LONG = "took too long and was stopped"
# Not every kernel tells systemd why it killed a command.
NO_MEMORY = ("ended with no memory left", "ended with signal 9")


def run(unit, settings, variables, argv, deadline):
    """Runs it for at most `deadline` seconds. Returns (None, or how it ended in words; what it printed)."""
    words = ["systemd-run", "--quiet", "--wait", "--pipe", "--service-type=exec", "--unit", unit]
    for setting in [*settings, "RuntimeMaxSec=%d" % deadline, "TimeoutStopSec=10"]:
        words += ["--property", setting]
    for variable in variables.items():
        words += ["--setenv", "%s=%s" % variable]
    try:
        # systemd takes what follows a dollar sign for a variable. It ends the command in time by itself; ours is for one that does not.
        found = runner.run([*words, *(one.replace("$", "$$") for one in argv)], timeout=deadline + 60, check=False)
        if found.ok:
            return None, found.out + found.err
        return ending(unit), found.out + found.err
    except Failure:
        return TOO_LONG, ""
    finally:
        with signals.held():
            stop(unit)


def stop(unit):
    """Nothing of it is left."""
    runner.run(["systemctl", "stop", unit], check=False, timeout=120)
    runner.run(["systemctl", "reset-failed", unit], check=False)


def ending(unit):
    """How a unit that failed ended, in words."""
    shown = runner.run(["systemctl", "show", unit, "--property", "Result,ExecMainCode,ExecMainStatus"]).out
    found = dict(line.split("=", 1) for line in shown.splitlines() if "=" in line)
    if found.get("Result") == "timeout":
        return TOO_LONG
    if found.get("Result") == "oom-kill":
        return NO_MEMORY[0]
    return "ended with %s %s" % ("signal" if found.get("ExecMainCode") in ("2", "3") else "exit status", found.get("ExecMainStatus", "unknown"))
