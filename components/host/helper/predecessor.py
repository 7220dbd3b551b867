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
            if found is None and aside.record(container) is None:
                _refuse_alone(wanted)
            aside.end(container, wanted["stopTimeout"])
            return {"container": container, "kept": ""}
        _set_aside(wanted, found)
    return Outcome({"container": container, "kept": aside.kept_name(container)}, lambda: aside.go_back(container))


def _set_aside(wanted, found):
    container, kept = wanted["container"], aside.kept_name(wanted["container"])
    if not takeover.allows("docker"):
        raise Failure("container %s: exists already and is not ours; %s. Nothing was stopped" % (container, takeover.way_out("docker")))
    if containers.look(kept) is not None:
        raise Failure("container %s: was made by hand, and so was %s, which was set aside earlier. Nothing was stopped. Remove one of the two" % (container, kept))
    record = aside.record(container)
    # One that an earlier run stopped and did not get to rename was looked at by that.
    if record is None or record["served"] or found["State"]["Running"]:
        problems, more = predecessor_fit.look(wanted, found)
        if problems:
            raise Refused("container %s: cannot be taken over as it is; nothing was stopped" % container, problems)
        policy = found["HostConfig"]["RestartPolicy"]
        restart = "%s:%d" % (policy["Name"], policy["MaximumRetryCount"]) if policy.get("MaximumRetryCount") else policy["Name"] or "no"
        store.write(aside.KIND, container, {"owner": wanted["owner"], "served": False, "restart": restart, "networks": neighbours.known_by(found), **more})
    say("container %s: the one of before stops now, and stays as %s. Should ours not be made, it serves again by: %s"
        % (container, kept, aside.way_back(container)))
    aside.put(container, wanted["stopTimeout"])
    # The address of ours: none of ours can start on the volume while a person has this one serve again.
    network = wanted["network"]
    runner.run(["docker", "network", "connect", "--ip", network["address"], network["name"], kept], check=False)


def _refuse_alone(wanted):
    """A PostgreSQL whose administrator nobody can ask any more."""
    volume = next(iter(wanted["volumes"].values()), None)
    if wanted.get("engine") == "postgres" and not store.read("volumes", volume) and predecessor_fit.is_filled(volume):
        raise Failure("volume %s: was here before, with data of PostgreSQL, and no container %s is here that could be asked whose they are. Nothing was changed.\n"
                      "Start the one that worked with them (docker-compose up -d), and run again" % (volume, wanted["container"]))
