"""The noun `container`: what is to hold for a running container and what Pulumi's docker provider has no word for."""

import containers
import runner
from document import integer, name, string
from errors import Failure

SHAPE = {
    "container": name(),
    # Only so that the step runs again for another container of this name.
    "id": string(),
    "pids": integer(1),
}


def apply(document):
    """Limits the number of its processes, for as long as this container is there."""
    container = document["container"]
    if containers.look(container) is None:
        raise Failure("container %s: is not on this host" % container)
    runner.run(["docker", "update", "--pids-limit", str(document["pids"]), container])
    return {"container": container, "pids": document["pids"]}
