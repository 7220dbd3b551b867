"""What a timer looks at: units, containers, addresses, processes of PM2, disks, memory, and whether logs have many new errors. All that is wrong is told at once."""

import glob
import json
import os
import re
import stat
import time

import containers
import document
import locks
import paths
import pm2
import probe
import runner
import store
from errors import Failure
from progress import say

FOLDER = "/etc/flowfleet/health"
KIND = "health"
SHAPE = {
    "units": document.array(document.string(r"[A-Za-z0-9@._-]+", 'a unit such as "nginx.service"')),
    "containers": document.array(document.name()),
    # Who it is -> where it answers on 127.0.0.1.
    "endpoints": document.table(document.string(), document.fields({
        "port": document.port(), "path": document.string(r"/\S*", 'a path such as "/health"'), "timeout": document.integer(1)})),
    "pm2": document.nullable(document.fields({"user": document.user(), "home": document.path()})),
    # Percent that may be used; percent that must be available.
    "disk": document.fields({"folders": document.array(document.string(r"/|(/[^/\s]+)+", 'a folder such as "/"')), "most": document.integer(1, 100)}),
    "memory": document.fields({"least": document.integer(0, 99)}),
    # So many lines with the word error may be new at a time.
    "logs": document.nullable(document.fields({"files": document.array(document.string(r"/\S+", 'paths such as "/opt/shop/logs/*.log"')), "most": document.integer(0)})),
}
# Of each log, in bytes: what is before that is not looked at.
_MOST = 8 << 20
# What a change stops is back within that, in seconds.
PAUSE = 60


def check(name):
    """The timer's own call."""
    with open(paths.at("%s/%s.json" % (FOLDER, name)), encoding="utf-8") as file:
        wanted = document.checked(json.load(file), document.fields(SHAPE))
    before = store.read(KIND, name) or {}
    restarts, problems = _running(wanted, before)
    if problems and _is_being_changed():
        time.sleep(PAUSE)
        restarts, problems = _running(wanted, before)
    read, more = _logs(wanted, before.get("read"))
    problems += [*_disks(wanted), *_memory(wanted), *more]
    store.write(KIND, name, {"restarts": restarts, "read": read})
    if problems:
        raise Failure("%d of what was looked at is not well\n  - %s" % (len(problems), "\n  - ".join(problems)))
    say("%s: all is well" % name)


def _running(wanted, before):
    """How often each process was restarted, and all that does not run as it should."""
    restarts, found = _processes(wanted, before.get("restarts", {}))
    return restarts, [*_units(wanted), *_containers(wanted), *_endpoints(wanted), *found]


def _is_being_changed():
    """Whether a helper is at work or was a moment ago, as while a container changes hands: between two steps nobody holds a lock."""
    folder = paths.at(paths.LOCKS)
    names = [name for name in os.listdir(folder) if not name.startswith("backup-")] if os.path.isdir(folder) else []
    return any(locks.is_held(name) or time.time() - os.stat(os.path.join(folder, name)).st_mtime < PAUSE for name in names)


def _units(wanted):
    states = {unit: runner.run(["systemctl", "is-active", unit], check=False).out.strip() or "unknown" for unit in wanted["units"]}
    return ["%s is %s (systemctl status %s)" % (unit, state, unit) for unit, state in states.items() if state != "active"]


def _containers(wanted):
    problems = []
    for name in wanted["containers"]:
        try:
            state = (containers.facts(name) or {"State": {"Status": "gone"}})["State"]
        except Failure as problem:
            return [*problems, str(problem).splitlines()[0]]
        health = (state.get("Health") or {}).get("Status", "healthy")
        if state["Status"] != "running" or health == "unhealthy":
            problems.append("container %s is %s (docker logs %s)" % (name, health if state["Status"] == "running" else state["Status"], name))
    return problems


def _endpoints(wanted):
    asked = {who: probe.ask("127.0.0.1", at["port"], at["path"], at["timeout"]) for who, at in wanted["endpoints"].items()}
    return ["%s %s at http://127.0.0.1:%d%s" % (who, problem, wanted["endpoints"][who]["port"], wanted["endpoints"][who]["path"]) for who, problem in asked.items() if problem]


def _processes(wanted, before):
    """How often each was restarted by PM2, and what is wrong. Where the daemon is away its unit says so: to ask would start it."""
    who = wanted["pm2"]
    if not who or runner.run(["systemctl", "is-active", pm2.unit(who)], check=False).out.strip() != "active":
        return before, []
    restarts, problems = {}, []
    for one in pm2.processes(who):
        key = "%s %s" % (one["name"], one["id"])
        restarts[key] = one["restarts"]
        if one["status"] not in ("online", "launching"):
            problems.append("process %s of PM2 is %s" % (key, one["status"]))
        elif one["restarts"] > before.get(key, one["restarts"]):
            problems.append("process %s of PM2 was restarted %d times since the last look" % (key, one["restarts"] - before[key]))
    return restarts, problems


def _disks(wanted):
    problems = []
    for folder in wanted["disk"]["folders"]:
        found = os.statvfs(paths.at(folder))
        for what, every, free, usable in (("disk", found.f_blocks, found.f_bfree, found.f_bavail), ("inodes", found.f_files, found.f_ffree, found.f_favail)):
            there = every - free + usable
            used = 100 * (every - free) / there if there else 0
            if used > wanted["disk"]["most"]:
                problems.append("%s of %s: %d%% used, %d%% may be" % (what, folder, used, wanted["disk"]["most"]))
    return problems


def _memory(wanted):
    with open(paths.at("/proc/meminfo"), encoding="ascii") as file:
        found = {line.split(":")[0]: int(line.split()[1]) for line in file if len(line.split()) > 1}
    available = 100 * found["MemAvailable"] / found["MemTotal"]
    least = wanted["memory"]["least"]
    return ["memory: %d%% available, %d%% must be" % (available, least)] if available < least else []


def _logs(wanted, before):
    """Up to where each log was read, and what is wrong. Lines are counted, not shown: nobody knows what is in them."""
    if not wanted["logs"]:
        return None, []
    read, errors = {}, 0
    for real in sorted({real for files in wanted["logs"]["files"] for real in glob.glob(paths.at(files))}):
        found = _new(real, (before or {}).get(paths.shown(real)), before is None)
        if found:
            read[paths.shown(real)], text = found
            errors += sum(1 for line in text.splitlines() if re.search(rb"\berror\b", line, re.IGNORECASE))
    most = wanted["logs"]["most"]
    return read, ["logs: %d new lines with errors in %s, %d may be" % (errors, ", ".join(wanted["logs"]["files"]), most)] if errors > most else []


def _new(real, before, first):
    """([number of the file, its end], what came since); None where it is no plain file, for the folder is somebody else's."""
    try:
        handle = os.open(real, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return None
    with open(handle, "rb") as file:
        state = os.fstat(handle)
        if not stat.S_ISREG(state.st_mode):
            return None
        start = state.st_size if first else before[1] if before and before[0] == state.st_ino and before[1] <= state.st_size else 0
        file.seek(max(start, state.st_size - _MOST))
        return [state.st_ino, state.st_size], file.read(_MOST)
