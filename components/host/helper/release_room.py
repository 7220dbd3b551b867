"""What a release may take on a host: its turn, its name, its files for nginx, an address."""

import containers
import networks
from errors import Failure, Refused
from release_document import built_at
from service_record import others


def refuse_older(record, document):
    """A pipeline that comes late must not undo what a newer one did."""
    release = document["release"]
    if not record.serving or not record.floor or release.get("rollback"):
        return
    floor = {"release": {"builtAt": record.floor}}
    if built_at(document) < built_at(floor):
        raise Failure("release.builtAt: %s is older than what serves, which was built at %s. Add `rollback: true` to the release if that is meant"
                      % (release["builtAt"], record.floor))


def refuse_taken(document):
    """What is another service's, or was not made by Flowfleet, is never touched."""
    problems = []
    for other in others(document["service"]):
        live = other.live()
        for path in sorted(set(document["nginx"]) & set(live["document"]["nginx"] if live else ())):
            problems.append("nginx: %s belongs to the service %s" % (path, other.service))
    for name in (document["container"], _beside(document)):
        found = containers.look(name)
        if found and found["labels"].get(containers.SERVICE) != document["service"]:
            problems.append("container: %s exists and does not belong to this service" % name)
    if problems:
        raise Refused("something is in the way of %s; nothing was changed" % document["service"], problems)


def free_address(record, document):
    network = networks.look(document["network"])
    if not network:
        raise Failure("network %s: does not exist on this host; a ContainerNetwork makes it" % document["network"])
    own = record.serving["address"] if record.serving else None
    free = [address for address in document["addresses"] if address != own and address not in network["containers"]]
    if free:
        return free[0]
    if document["overlap"] == "never" and own in document["addresses"]:
        return own
    taken = ", ".join("%s by %s" % (address, network["containers"].get(address, "the serving one")) for address in document["addresses"])
    raise Failure("addresses: none is free in network %s: %s is in use" % (document["network"], taken))


def free_name(document):
    """Its name, or the one it bears until the former one is gone."""
    if not containers.look(document["container"]):
        return document["container"]
    containers.remove(_beside(document))
    return _beside(document)


def _beside(document):
    return document["container"] + "-next"
