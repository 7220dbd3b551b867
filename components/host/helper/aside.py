"""Containers made by hand that were set aside for ours: stopped, under another name, and never removed.

Until ours worked once, the way back is open: the container of before serves again, and the next run goes on from there. From then on the data
are ours, and only a person may go back.
"""

import containers
import runner
import store

KIND = "predecessors"
SUFFIX = "-before-flowfleet"


def kept_name(container):
    return container + SUFFIX


def record(container):
    return store.read(KIND, container)


def put(container, patience):
    """Stops it for good and takes its name. Each part may have been done before; of a part that is done now and fails nothing is left."""
    try:
        containers.stop(container, patience)
        _restart(container, "no")
        containers.rename(container, kept_name(container))
    except BaseException:
        _start(container if containers.look(container) else kept_name(container), record(container)["restart"])
        raise


def end(container, patience):
    """A kept one that serves again as the way back ends, so that ours can start."""
    kept = containers.facts(kept_name(container))
    if kept and kept["State"]["Running"]:
        _restart(kept_name(container), "no")
        containers.stop(kept_name(container), patience)


def served(container):
    """Ours works: its data are not those any more that the one of before left."""
    found = record(container)
    if found and not found["served"]:
        store.write(KIND, container, {**{key: value for key, value in found.items() if key != "wanted"}, "served": True})


def go_back(container):
    """The container of before serves again, if ours never did. Returns what was done, in words."""
    kept = kept_name(container)
    if not is_open(container) or containers.look(kept) is None:
        return ""
    if containers.look(container) is not None:
        containers.stop(container, 60)
    _start(kept, record(container)["restart"])
    return "The container of before, %s, serves again. Correct what is wrong and run again" % kept


def way_back(container):
    """How a person has the container of before serve again, in words. What they write meanwhile is in the same volume."""
    return "docker stop %s; docker start %s" % (container, kept_name(container))


def _start(container, restart):
    containers.start(container)
    _restart(container, restart)


def _restart(container, policy):
    runner.run(["docker", "update", "--restart", policy, container])


def is_open(container):
    """Whether the one of before may serve again by itself: ours has not worked yet."""
    found = record(container)
    return found is not None and not found["served"]
