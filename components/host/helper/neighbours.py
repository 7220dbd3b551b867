"""Containers of before that still run find ours under the names that they know: ours is in their network, too, for as long as one of them runs.

A broker goes on that way while its ZooKeeper changes hands, and can be stopped in order afterwards; and what Compose runs besides, which nobody
takes over, still has its database.
"""

import time

import containers
import runner
import store
from progress import say

KIND = "predecessors"


def known_by(facts):
    """{network: [names]} by which a container is found by those beside it. Docker's own first network knows no names."""
    found = {}
    for network, place in facts["NetworkSettings"]["Networks"].items():
        names = [name for name in place.get("Aliases") or [] if not facts["Id"].startswith(name)]
        if network not in ("bridge", "host", "none"):
            found[network] = sorted(names)
    return found


def settle():
    """Joins ours to the networks in which somebody of before runs, and takes it out of the others."""
    for container in store.names(KIND):
        for network, names in store.read(KIND, container)["networks"].items():
            joined = _joined(container, network)
            if joined is False and _others(network):
                runner.run(["docker", "network", "connect", *[word for name in names for word in ("--alias", name)], network, container])
            elif joined and not _others(network):
                runner.run(["docker", "network", "disconnect", network, container], check=False)


def await_zookeeper(broker, seconds=60):
    """
    A broker that ends while it looks for its ZooKeeper, which has just changed hands, stays in that one's books until its session is over,
    18 s: until then ours of the same number ends as soon as it starts.
    """
    end = time.monotonic() + seconds
    while broker["State"]["Running"]:
        inside = ["nsenter", "--target", str(broker["State"]["Pid"]), "--net", "ss", "-Htn", "state", "established", "dport", "=", ":2181"]
        if runner.run(inside, check=False).out.strip():
            return
        if time.monotonic() >= end:
            say("container %s: is not connected to a ZooKeeper within %d s" % (broker["Name"].lstrip("/"), seconds))
            return
        time.sleep(0.5)


def _joined(container, network):
    """None where ours does not run."""
    facts = containers.facts(container)
    if not facts or not facts["State"]["Running"] or not containers.is_ours(facts["Config"]["Labels"] or {}):
        return None
    return network in facts["NetworkSettings"]["Networks"]


def _others(network):
    """Whether containers that are not ours run in a network."""
    listed = runner.run(["docker", "ps", "--filter", "network=" + network, "--format", "{{.Names}}\t{{.Labels}}"]).out
    return any(not containers.are_ours(line.partition("\t")[2]) for line in listed.splitlines())
