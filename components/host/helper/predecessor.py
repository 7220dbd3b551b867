"""The noun `predecessor`: a container made by hand, whose name and volumes one of ours gets. It is looked at first, whether its data fit, and
stops last, right before ours is made; it stays under another name, with its settings.

Where there is none, or ours is there already, nothing is done.
"""

import aside
import containers
import document
import locks
import neighbours
import predecessor_fit
import runner
import store
import takeover
from errors import Failure, Refused
from progress import Outcome, say

SHAPE = {
    "container": document.name(),
    # Of ours, to whom the data have to belong.
    "user": document.string(r"[0-9]+:[0-9]+", 'the numbers of a user and a group such as "999:999"'),
    # Path in the container -> docker's name of the volume.
    "volumes": document.table(document.path(), document.string()),
    "engine": document.optional(document.choice("postgres", "redis", "kafka", "zookeeper")),
    # By which those who use it log in, before and after.
    "login": document.optional(document.fields({"password": document.string(secret=True), "role": document.optional(document.name()),
                                                "database": document.optional(document.name())})),
    # Where ours is to be.
    "network": document.fields({"name": document.name(), "address": document.address()}),
    "stopTimeout": document.integer(1),
    # Of what ours is made: the step runs again before another one is made, which would start beside one of before that serves again.
    "of": document.string(),
}


def apply(wanted):
    container = wanted["container"]
    with locks.hold("container-" + container):
        found = containers.facts(container)
        if found is None or containers.is_ours(found["Config"]["Labels"] or {}):
            _refuse_beside(wanted, found)
            if found is None and aside.record(container) is None:
                _refuse_alone(wanted)
            _end(wanted)
            return {"container": container, "kept": ""}
        _set_aside(wanted, found)
    return Outcome({"container": container, "kept": aside.kept_name(container)}, lambda: aside.go_back(container))


def go_on(container):
    """Ours is there, though an earlier run had to go back: that one ends, and ours runs."""
    if not aside.is_open(container):
        return
    _end(aside.record(container)["wanted"])
    ours = containers.facts(container)
    if ours and not ours["State"]["Running"]:
        containers.start(container)


def _set_aside(wanted, found):
    container, kept = wanted["container"], aside.kept_name(wanted["container"])
    if not takeover.allows("docker"):
        raise Failure("container %s: exists already and is not ours; %s. Nothing was stopped" % (container, takeover.way_out("docker")))
    if containers.look(kept) is not None:
        raise Failure("container %s: was made by hand, and so was %s, which was set aside earlier. Nothing was stopped. Remove one of the two" % (container, kept))
    record, more = aside.record(container), _fit(wanted, found)
    # One that an earlier run stopped and did not get to rename has another policy by now.
    if record is None or record["served"] or found["State"]["Running"]:
        policy = found["HostConfig"]["RestartPolicy"]
        restart = "%s:%d" % (policy["Name"], policy["MaximumRetryCount"]) if policy.get("MaximumRetryCount") else policy["Name"] or "no"
        record = {"owner": wanted["owner"], "served": False, "restart": restart, "networks": neighbours.known_by(found)}
    store.write(aside.KIND, container, {**record, **more})
    say("container %s: the one of before stops now, and stays as %s. Should ours not be made, it serves again by: %s"
        % (container, kept, aside.way_back(container)))
    if wanted.get("engine") == "kafka":
        neighbours.await_zookeeper(found)
    aside.put(container, wanted["stopTimeout"])
    _keep_off(wanted)


def _end(wanted):
    """One of before that serves again ends before ours starts on its data. It is looked at anew: it wrote meanwhile, and something else may be wanted now."""
    container = wanted["container"]
    found = containers.facts(aside.kept_name(container))
    if found is None:
        return
    if aside.is_open(container):
        store.write(aside.KIND, container, {**aside.record(container), **_fit(wanted, found)})
    elif found["State"]["Running"]:
        _fit(wanted, found)
    aside.end(container, wanted["stopTimeout"])
    _keep_off(wanted)


def _fit(wanted, found):
    """Refuses one that does not fit; returns what is to be remembered of one that does. Nobody can ask one that we stopped, but as it was asked it is."""
    record, state = aside.record(wanted["container"]), found["State"]
    asked = aside.is_open(wanted["container"]) and not state["Running"] and record["started"] == state["StartedAt"]
    problems, more = predecessor_fit.look(wanted, found, asked)
    if problems:
        raise Refused("container %s: cannot be taken over as it is; nothing was stopped" % found["Name"].lstrip("/"), problems)
    # With its secrets, for the step after ours, which may have to look again; until ours worked (aside.served).
    return {**more, "started": state["StartedAt"], "wanted": {key: value for key, value in wanted.items() if key not in ("owner", "of")}}


def _keep_off(wanted):
    """The kept one gets the address of ours: none of ours can start on the volume while a person has it serve again."""
    container, kept, network = wanted["container"], aside.kept_name(wanted["container"]), wanted["network"]
    place = containers.facts(kept)["NetworkSettings"]["Networks"].get(network["name"])
    if place and (place.get("IPAMConfig") or {}).get("IPv4Address") == network["address"]:
        return
    try:
        if place:
            runner.run(["docker", "network", "disconnect", network["name"], kept])
        runner.run(["docker", "network", "connect", "--ip", network["address"], network["name"], kept])
    except BaseException:
        aside.go_back(container)
        raise


def _refuse_beside(wanted, ours):
    """Others on a volume that ours, None or its facts, is about to have: they would go on beside it."""
    container = wanted["container"]
    has = {mount.get("Name") for mount in ours["Mounts"]} if ours and ours["State"]["Running"] else set()
    others = predecessor_fit.beside(set(wanted["volumes"].values()) - has, {container, aside.kept_name(container)})
    way = "Stop it" if ours else "If it is the one to be taken over: docker rename %s " + container + "; else stop it, and have nothing start it again"
    if others:
        raise Refused("container %s: cannot be made; nothing was stopped" % container,
                      ["volumes: %s is in use by container %s. %s" % (volume, other, way.replace("%s", other)) for volume, other in others])


def _refuse_alone(wanted):
    """A PostgreSQL whose administrator nobody can ask any more; a Redis that nobody can tell to write the log that ours reads."""
    volume, container = next(iter(wanted["volumes"].values()), None), wanted["container"]
    if volume is None or store.read("volumes", volume):
        return
    problem = ""
    if wanted.get("engine") == "postgres" and predecessor_fit.is_filled(volume):
        problem = "data of PostgreSQL, and no container %s is here that could be asked whose they are" % container
    elif wanted.get("engine") == "redis" and predecessor_fit.has_snapshot_alone(volume):
        problem = "a snapshot of Redis and no log of writes, which is all that ours reads; no container %s is here that could write one" % container
    if problem:
        raise Failure("volume %s: was here before, with %s. Nothing was changed.\nStart the one that worked with them (docker-compose up -d), and run again" % (volume, problem))
