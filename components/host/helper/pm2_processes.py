"""Which of PM2's processes are whose.

An instance has its processes by the file that holds their process number. PM2 keeps that when somebody restarts one with other variables,
which change even its namespace (`pm2 restart --update-env` from within another process does).
"""

import contextlib
import os
import re
import time

import environment
import ownership
import paths
import pm2
import pm2_files
from errors import Failure
from progress import say

# What a process is that runs, or comes back by itself in a moment.
RUNNING = ("online", "launching", "waiting restart", "one-launch-status")
# How long PM2 may take to end what it reloads, in seconds.
_PARKED = 60
MARK = "flowfleet."


def name(instance):
    found = names(instance["document"])
    return found[pm2_files.CANARY if instance.get("canary") else instance["slot"]]


def names(document):
    """What the processes of a service may be called, by slot."""
    base = document["pm2"]["name"]
    slots = {slot: base if document["pm2"]["way"] == "stop" else "%s-%s" % (base, slot) for slot in pm2_files.SLOTS}
    return {**slots, pm2_files.CANARY: base + "-canary"}


def file(instance):
    """Where the process number is written. PM2 adds a number of its own before the end of this name."""
    kind = "." + pm2_files.CANARY if instance.get("canary") else ""
    return "%s/.pm2/pids/%s%s.%s%s.pid" % (paths.at(instance["document"]["pm2"]["home"]), MARK, instance["document"]["service"], instance["id"], kind)


def of_service(document):
    """{id of an instance: its processes} of all instances of this service; `canary` is true of one that is tried out."""
    found = {}
    for one in pm2.processes(document["pm2"]):
        known = re.fullmatch(r"%s([0-9a-f]{8})(\.canary)?(-\d+)?\.pid" % re.escape("%s%s." % (MARK, document["service"])), one["file"])
        if known:
            found.setdefault(known.group(1), []).append({**one, "canary": bool(known.group(2))})
    return found


def own(instance):
    return [one for one in of_service(instance["document"]).get(instance["id"], []) if one["canary"] == bool(instance.get("canary"))]


def numbers(instance):
    """[(process number, seconds since it began)], as PM2 wrote them down: none of what somebody stopped. Asks nobody, so it is for what is asked often."""
    stem, found = file(instance)[:-len(".pid")], []
    folder = os.path.dirname(stem)
    # What a daemon wrote that was killed, or a machine that lost its power, nobody takes away.
    since = 0
    with contextlib.suppress(OSError):
        since = os.lstat(os.path.join(os.path.dirname(folder), "pm2.pid")).st_mtime
    for one in sorted(os.listdir(folder)) if os.path.isdir(folder) else []:
        if re.fullmatch(re.escape(os.path.basename(stem)) + r"-\d+\.pid", one):
            with contextlib.suppress(OSError, ValueError), open(os.open(os.path.join(folder, one), os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK), encoding="ascii") as opened:
                written = os.fstat(opened.fileno()).st_mtime
                if written >= since:
                    found.append((int(opened.read(20)), time.time() - written))
    return found


def count(instance):
    return 1 if instance.get("canary") else instance["document"]["pm2"]["instances"]


def hidden(instance):
    """The values of its variables, which nobody may see."""
    return environment.values(instance["environment"])


def drop(document, which):
    """Ends all processes of the instances whose id passes. Returns what they were called."""
    told = set()
    while gone := [one for id_, found in of_service(document).items() if which(id_) for one in found]:
        told |= {one["name"] for one in gone}
        say("deleting %s" % ", ".join(sorted(told)))
        _delete(document, gone)
        # PM2 starts the processes of one file one after the other, and goes on with that when the one that it waits for is deleted.
        if len(gone) < document["pm2"]["instances"]:
            time.sleep(1)
    return sorted(told)


def end(document, find):
    """Ends what `find()` finds."""
    until = time.monotonic() + _PARKED
    while gone := find():
        _delete(document, gone)
        if all(one["numbered"] for one in gone):
            return
        if time.monotonic() >= until:
            raise Failure("%s: PM2 did not end what it reloads within %d s; run again" % (gone[0]["name"], _PARKED))


def _delete(document, gone):
    # What takes too much memory is reloaded by PM2. It has no number while its successor starts; then PM2 ends it by itself.
    numbered = [one for one in gone if one["numbered"]]
    if numbered:
        pm2.delete(document["pm2"], numbered, document["stopTimeout"] * len(numbered) + 60)
    else:
        time.sleep(1)


class Watch:
    """Looks at an instance. Asking PM2 starts a program each time, so it is asked only when a process is not what it was."""

    def __init__(self, instance):
        self.instance, self.seen = instance, []

    def look(self):
        """None where it is gone, or {running, restarts, ending}."""
        if not (self.seen and all(pm2.alive(one["pid"]) for one in self.seen)):
            found = [one for one in own(self.instance) if one["numbered"]]
            self.seen = found if all(one["status"] == "online" for one in found) else []
            return self._state(found)
        return self._state(self.seen)

    def _state(self, found):
        if not found:
            # It was ended, and can be started again as long as its file is there.
            there = ownership.of(pm2_files.place(self.instance["document"]["service"], self.instance["slot"]))
            return {"running": False, "restarts": 0, "ending": "PM2 does not have it"} if there else None
        running = len(found) >= count(self.instance) and all(one["status"] in RUNNING for one in found)
        code = next((one["code"] for one in found if one["code"]), None)
        states = "it was started again" if running else ", ".join(sorted({str(one["status"]) for one in found}))
        ending = "exit status %s" % code if code else states
        # Before its first restart PM2 may wait.
        restarts = sum(one["restarts"] + (one["status"] == "waiting restart") for one in found)
        return {"running": running, "restarts": restarts, "ending": ending}
