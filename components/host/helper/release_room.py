"""What a release may take on a host: its turn, its files for nginx, its names."""

import kinds
from errors import Failure, Refused
from release_document import built_at
from service_record import others


def refuse_older(record, document):
    """A pipeline that comes late must not undo what a newer one did."""
    release = document["release"]
    if not record.serving or not record.floor or release.get("rollback"):
        return
    if built_at(release["builtAt"]) < built_at(record.floor):
        raise Failure("release.builtAt: %s is older than what serves, which was built at %s. Add `rollback: true` to the release if that is meant"
                      % (release["builtAt"], record.floor))


def refuse_taken(document):
    """What is another service's, or was not made by Flowfleet, is never touched."""
    problems = []
    for other in others(document["service"]):
        live = other.live()
        for path in sorted(set(document["nginx"]) & set(live["document"]["nginx"] if live else ())):
            problems.append("nginx: %s belongs to the service %s" % (path, other.service))
    problems += kinds.of({"document": document}).taken(document)
    if problems:
        raise Refused("something is in the way of %s; nothing was changed" % document["service"], problems)
