"""Processes of PM2 that run in the place of a service and were not made by Flowfleet: what a release takes over from. See kinds.py.

They are an instance of which only this is known: {found: {in: [{who, running, asleep, trusted}], ports, directory}}, `running` and `asleep`
being names in the PM2 of `who`, which may be our own, and `trusted` whether the kernel says that they are the service's. They are stopped,
not deleted, until the release is there for good: so that they can be started again, also after a reboot, which brings back what PM2 has
saved.
"""

import os
import re
import time

import occupied
import paths
import pm2
import pm2_daemons
import pm2_processes
import runner
import takeover
import working_copy
from errors import Failure, Refused
from progress import say

# How long they may take to listen again, and to end, in seconds.
_STARTING, _ENDING = 60, 300
# One that began so short a while ago, in ms, may not listen yet.
_YOUNG = 15000


def is_one(instance):
    return bool(instance) and "found" in instance["document"]


def look(document):
    """The instance that is there in the place of `document`'s service, or None."""
    wanted, groups, held = ports(document), [], set()
    own = {key: document["pm2"][key] for key in ("user", "home")}
    daemons = {one["folder"]: one for one in pm2_daemons.running()}
    main = daemons.pop(own["home"] + "/.pm2", {"pid": 0})["pid"]
    heard = listening() if daemons else None
    for who in [{**own, "pid": main}, *daemons.values()]:
        listed = _asked(who, document, wanted, heard)
        if not listed:
            continue
        heard = listening() if heard is None else heard
        facts = {"main": who.pop("pid"), "own": "folder" not in who, "listening": heard, "uid": pm2.principal(who)[0]}
        mine = [one for one in listed if _is_of(one, document, wanted, facts)]
        if mine:
            _refuse_elsewhere(who, mine, wanted, facts)
            awake = sorted({one["name"] for one in mine if one["status"] in pm2_processes.RUNNING})
            trusted = any(_is_proven(one, document, wanted, facts) for one in mine)
            groups.append({"who": who, "running": awake, "asleep": sorted({one["name"] for one in mine} - set(awake)), "trusted": trusted})
            held |= set().union(*(_ports_of(one, facts) for one in mine)) & set(wanted)
    if not groups:
        return None
    found = {"in": groups, "ports": sorted(held), "directory": document["source"] and document["source"]["directory"]}
    plain = {key: document[key] for key in ("service", "drain", "stopTimeout")}
    return {"document": {**plain, "found": found, "release": {}, "nginx": {}, "ports": [], "source": None, "overlap": "allowed", "deadline": _STARTING, "health": {"alive": 2}},
            "id": "found", "address": None, "user": None, "environment": None, "compose": None}


def _asked(who, document, wanted, heard):
    """The processes of a PM2. One of somebody else that has nothing here need not answer, and is asked only where it may be taken over."""
    here = "folder" not in who or _has_some(who, document, wanted, heard)
    if not here and not takeover.allows("pm2"):
        return []
    try:
        return [one for one in pm2.processes(who) if not one["file"].startswith(pm2_processes.MARK)]
    except (Failure, LookupError, TypeError, AttributeError) as problem:
        if here:
            raise
        say("PM2 of %s (%s) does not tell what it has; nothing that runs here is its: %s" % (who["user"], who["folder"], problem))
        return []


def _has_some(who, document, wanted, heard):
    """As far as the kernel knows."""
    tree = pm2_daemons.tree(who["pid"])
    source = document["source"]
    return any(tree & heard.get(port, set()) for port in wanted) or bool(source and pm2_daemons.places_of(who, [_top(source)]))


def ports(document):
    """Those that whoever asks for the service knows: nginx listens there for it, or it does so itself."""
    listens = occupied.listen_ports("\n".join(line for lines in document["nginx"].values() for line in lines))
    return sorted(listens if document["pm2"]["way"] == "port" else {*listens, *document["ports"]})


def settle(_record, _new, _former):
    """See pm2_takeover.complete."""


def told(instance):
    """For a person: [whose PM2 has what]."""
    return ["PM2 of %s runs %s" % (group["who"]["user"], ", ".join([*group["running"], *group["asleep"]])) for group in instance["document"]["found"]["in"]]


def name(instance):
    return " and ".join("%s in PM2 of %s" % (", ".join(group["running"] or group["asleep"]), group["who"]["user"]) for group in instance["document"]["found"]["in"])


def processes(instance, *kinds):
    """[(who, its processes now)] of those that are "running", "asleep" or both."""
    found = []
    for group in instance["document"]["found"]["in"]:
        names = {one for kind in kinds for one in group[kind]}
        listed = [one for one in pm2.processes(group["who"]) if one["name"] in names and not one["file"].startswith(pm2_processes.MARK)]
        found.append((group["who"], listed))
    return found


def stop(instance):
    for who, listed in processes(instance, "running"):
        awake = [one for one in listed if one["status"] in pm2_processes.RUNNING and one["numbered"]]
        if awake:
            pm2.stop(who, awake, _ENDING)
            pm2.save(who)


def start(instance):
    for who, listed in processes(instance, "running"):
        asleep = [one for one in listed if one["status"] not in pm2_processes.RUNNING]
        if asleep:
            pm2.restart(who, asleep, _ENDING)
            pm2.save(who)
    end = time.monotonic() + _STARTING
    while set(instance["document"]["found"]["ports"]) - set(listening()) and time.monotonic() < end:
        time.sleep(0.25)


def watch(instance):
    return lambda: _state(instance)


def log(_instance):
    return ""


def _state(instance):
    found = [one for _, listed in processes(instance, "running") for one in listed]
    wanted = {one for group in instance["document"]["found"]["in"] for one in group["running"]}
    if not found:
        return None
    awake = {one["name"] for one in found if one["status"] in pm2_processes.RUNNING}
    return {"running": awake == wanted, "restarts": 0, "ending": "stopped"}


def _is_of(one, document, wanted, facts):
    """By the folder that it runs in, or by its name and one of the ports; in our own PM2 a name is enough."""
    source = document["source"]
    if not facts["own"] and not _is_its_users(one, facts):
        return False
    if source and _is_within(one["cwd"], source["directory"]):
        return True
    if facts["own"]:
        return one["name"] in (document["pm2"]["name"], *pm2_processes.names(document).values())
    return one["name"] == document["pm2"]["name"] and bool(_ports_of(one, facts) & set(wanted))


def _is_its_users(one, facts):
    """PM2's word is that of its account: a process must be the account's, unless that is root's or the process has ended."""
    found = one["pid"] and pm2_daemons.whose(one["pid"])
    return not found or facts["uid"] in (0, found[0])


def _is_proven(one, document, wanted, facts):
    """Whether the kernel says so too: it is its account's, and has the service's port or runs in the folder that was the account's."""
    found, source = one["pid"] and pm2_daemons.whose(one["pid"]), document["source"]
    if not found or facts["uid"] not in (0, found[0]):
        return False
    if _ports_of(one, facts) & set(wanted):
        return True
    return bool(source) and _is_within(found[1], _top(source)) and facts["uid"] in (0, working_copy.owner(source["directory"]))


def _is_within(place, directory):
    return (place + "/").startswith(directory + "/") and not place.startswith(directory + "/releases/")


def _top(source):
    return os.path.realpath(paths.at(source["directory"]))


def _ports_of(one, facts):
    """Where it may listen: a process in cluster mode by its daemon, which does so for several services."""
    return {port for port, pids in facts["listening"].items() if pids & (pm2_daemons.tree(one["pid"]) | ({facts["main"]} if one["cluster"] else set()))}


def _refuse_elsewhere(who, mine, wanted, facts):
    problems = []
    for one in mine:
        at = _ports_of(one, facts)
        if one["status"] == "online" and time.time() * 1000 - one["began"] > _YOUNG and wanted and at and not at & set(wanted):
            problems.append("pm2: %s in PM2 of %s listens on %s, and not on %s as the configuration says. Make the two the same, there or here: whoever asks knows the old one"
                            % (one["name"], who["user"], _in_words(at), _in_words(wanted)))
    if problems:
        raise Refused("something is in the way; nothing was changed", sorted(set(problems)))


def _in_words(some):
    return " or ".join(map(str, sorted(some)))


def listening():
    """{port: {process numbers}} of all that listens."""
    found = {}
    for line in runner.run(["ss", "-Hltnp"]).out.splitlines():
        words = line.split()
        if len(words) >= 4:
            found.setdefault(int(words[3].rpartition(":")[2]), set()).update(map(int, re.findall(r"pid=(\d+)", line)))
    return found
