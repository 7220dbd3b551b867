"""The noun `container`: what is to hold for a container that works and what Pulumi's docker provider has no word for."""

import time

import aside
import compose_before
import containers
import neighbours
import predecessor
import runner
import volume
from document import fields, integer, name, optional, string
from errors import Failure

SHAPE = {
    "container": name(),
    # Only so that the step runs again for another container of this name.
    "id": string(),
    "pids": integer(1),
    # Where its data are, and of which version.
    "data": optional(fields(volume.SHAPE)),
    # Seconds within which it has to be healthy, where nobody else waits for it.
    "wait": optional(integer(1)),
}


# Seconds for which ZooKeeper has a broker in its books that has gone without a word, and some more.
_BOOKS = 40


def apply(document):
    """Limits the number of its processes, for as long as this container is there; and has it written down what is in its volume now."""
    container = document["container"]
    predecessor.go_on(container)
    if containers.look(container) is None:
        raise Failure("container %s: is not on this host" % container)
    runner.run(["docker", "update", "--pids-limit", str(document["pids"]), container])
    neighbours.settle()
    if "wait" in document:
        _wait(container, document["wait"])
    if "data" in document:
        volume.remember({"owner": document["owner"], **document["data"]})
    aside.served(container)
    compose_before.settle(container)
    return {"container": container, "pids": document["pids"]}


def _wait(container, seconds):
    """Until it is healthy. One that never is gives its place back to the one of before, if there is one."""
    end, patience = time.monotonic() + seconds, time.monotonic() + min(seconds, _BOOKS)
    while True:
        facts = containers.facts(container)
        state = facts["State"] if facts else {"Status": "gone", "Running": False}
        health = state.get("Health") or {}
        begun = time.monotonic()
        if state["Running"] and (health.get("Status") == "healthy" or _answers(container, facts, end - begun)):
            return
        given_up = health.get("Status") == "unhealthy" or state["Status"] == "exited"
        if time.monotonic() < patience and state["Status"] == "exited":
            # Docker tries a few times within seconds. What ends because others have to forget the one of before first needs longer.
            containers.start(container)
        # Where one of before could serve again, it need not wait for what Docker has given up.
        elif time.monotonic() >= end or (given_up and aside.is_open(container)):
            break
        # A check may take much of the machine, which the container needs to start.
        time.sleep(max(0.5, time.monotonic() - begun))
    probes = health.get("Log") or []
    parts = ["container %s: is not healthy within %d s: it is %s" % (container, seconds, health.get("Status", state["Status"]) if state["Running"] else state["Status"])]
    parts += ["last probe:\n%s" % runner.last_lines(probes[-1]["Output"], 5)] if probes and probes[-1]["Output"].strip() else []
    parts += ["last lines of its log:\n%s" % runner.last_lines(containers.logs(container))] if facts else []
    parts += list(filter(None, [aside.go_back(container)]))
    raise Failure("\n".join(parts))


def _answers(container, facts, seconds):
    """Its own check, which Docker asks for the first time only after a whole interval."""
    kind, *words = (facts["Config"].get("Healthcheck") or {}).get("Test") or ["NONE"]
    if kind not in ("CMD", "CMD-SHELL") or seconds < 1:
        return False
    argv = words if kind == "CMD" else ["/bin/sh", "-c", *words]
    try:
        return runner.run(["docker", "exec", container, *argv], check=False, timeout=min(20, int(seconds))).ok
    except Failure:
        return False
