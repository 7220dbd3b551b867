"""The noun `container`: what is to hold for a container that works and what Pulumi's docker provider has no word for."""

import containers
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
}


def apply(document):
    """Limits the number of its processes, for as long as this container is there; and has it written down what is in its volume now."""
    container = document["container"]
    if containers.look(container) is None:
        raise Failure("container %s: is not on this host" % container)
    runner.run(["docker", "update", "--pids-limit", str(document["pids"]), container])
    if "data" in document:
        volume.remember({"owner": document["owner"], **document["data"]})
    return {"container": container, "pids": document["pids"]}
