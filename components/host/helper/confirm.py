"""Settings that lock one out when they are wrong stay only when a second login proved them.

`files` arms a timer that takes its change back; `confirm apply`, which comes by a new login, stops it.
"""

import os
import re

import document
import journal
import locks
import paths
import reports
import runner
import store
from errors import Failure
from progress import Outcome, say

SHAPE = {"name": document.name(), "of": document.optional(document.string())}

KIND = "confirmations"


def settle_before(name):
    """A newer change of the same settings begins where the last confirmed one stood."""
    with locks.hold(locks.HOST):
        if store.read(KIND, name, {}).get("state") == "armed":
            say("%s: the last change was never confirmed; taking it back first" % name)
            _take_back(name, "a newer change came before it was confirmed")


def armed(change, name, within, result):
    """The outcome of a change that has to be confirmed: its timer runs before the result is delivered."""
    entry = change.keep()
    store.write(KIND, name, {"state": "armed", "journal": entry.data, "uptime": _uptime(), "within": within, "boot": _boot()})
    entry.let_go()
    try:
        _disarm(name)
        runner.run(["systemd-run", "--quiet", "--collect", "--unit", _unit(name), "--on-active=%ds" % within, "--timer-property=AccuracySec=1s",
                    paths.HELPER, "confirm", "expire", name])
    except BaseException:
        _take_back(name, "its timer could not be set")
        raise
    say("%s: taken back in %d s unless a second login confirms it" % (name, within))

    def undo():
        with locks.hold(locks.HOST):
            _disarm(name)
            _take_back(name, "its caller had gone")

    return Outcome(result, undo)


def unchanged(name):
    """The host has what is wanted, so what was taken back earlier is no longer missing."""
    with locks.hold(locks.HOST):
        if store.read(KIND, name, {}).get("state") == "taken back":
            store.remove(KIND, name)


def apply(wanted):
    """The second login."""
    name = wanted["name"]
    with locks.hold(locks.HOST):
        expire_all()
        record = store.read(KIND, name, {})
        state = record.get("state")
        if state == "taken back":
            raise Failure("%s: the new settings were taken back because %s; the host has the former ones. Mend what kept the second login out, "
                          "then set a new flowfleet:reapply so that the settings are written again" % (name, record["because"]))
        if state == "armed":
            _prove(name, record)
            _disarm(name)
            journal.Journal(None, (), record["journal"]).forget()
        store.write(KIND, name, {"state": "confirmed", "of": wanted.get("of", "")})
    return {"confirmed": name}


def expire(name):
    """The timer's own call. Nothing where it was confirmed in the last moment."""
    with locks.hold(locks.HOST):
        if store.read(KIND, name, {}).get("state") == "armed":
            _take_back(name, "no second login confirmed them in time")


def expire_all(boot=False):
    """Takes back whatever nobody confirmed in time: the timer does not outlive a reboot."""
    for name in store.names(KIND):
        record = store.read(KIND, name, {})
        if record.get("state") == "armed" and (boot or record["boot"] != _boot() or _uptime() - record["uptime"] > record["within"]):
            _take_back(name, "no second login confirmed them in time", services=not boot)


def _take_back(name, because, services=True):
    record = store.read(KIND, name)
    journal.Journal(None, (), record["journal"]).put_back(services)
    store.write(KIND, name, {"state": "taken back", "because": because})
    reports.add("%s: new settings were taken back because %s" % (name, because), [step["path"] for step in record["journal"]["steps"]])


def _prove(name, record):
    """A login that was there before the change proves nothing."""
    began = _login_began(os.getpid())
    if began is None:
        raise Failure("%s: this call did not come by SSH, so it proves nothing. Log in anew and run it again" % name)
    if began < record["uptime"]:
        raise Failure("%s: this login is older than the new settings, so it proves nothing. Log in anew and run it again" % name)


def _login_began(pid):
    """When (seconds of uptime) the process of sshd began that serves this login: the nearest one above us. None without one."""
    while pid > 1:
        try:
            with open("/proc/%d/stat" % pid, encoding="ascii", errors="replace") as file:
                name, rest = re.match(r"\d+ \((.*)\) (.*)", file.read(), re.S).groups()
        except (FileNotFoundError, AttributeError):
            return None
        words = rest.split()
        if name.startswith("sshd"):
            return _connection_began(int(words[1]), int(words[19]) / os.sysconf("SC_CLK_TCK"))
        pid = int(words[1])
    return None


def _connection_began(parent, began):
    """sshd has two processes for a login; the elder of the two is the connection. The listener above them is not."""
    try:
        with open("/proc/%d/cmdline" % parent, "rb") as file:
            title = file.read().decode(errors="replace")
        with open("/proc/%d/stat" % parent, encoding="ascii", errors="replace") as file:
            words = file.read().rpartition(") ")[2].split()
    except FileNotFoundError:
        return began
    if title.startswith("sshd") and "listener" not in title:
        return int(words[19]) / os.sysconf("SC_CLK_TCK")
    return began


def _disarm(name):
    runner.run(["systemctl", "stop", _unit(name) + ".timer"], check=False)
    runner.run(["systemctl", "reset-failed", _unit(name) + ".service", _unit(name) + ".timer"], check=False)


def _unit(name):
    return "flowfleet-confirm-" + name


def _uptime():
    with open("/proc/uptime", encoding="ascii") as file:
        return float(file.read().split()[0])


def _boot():
    """Differs from boot to boot. A container has the kernel's boot id, so its first process's start time is part of it."""
    with open("/proc/sys/kernel/random/boot_id", encoding="ascii") as file, open("/proc/1/stat", encoding="ascii", errors="replace") as first:
        return "%s/%s" % (file.read().strip(), first.read().rpartition(") ")[2].split()[19])
