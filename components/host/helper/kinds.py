"""What an instance of a service is, a container or a systemd unit. A release asks the module of its kind, and both have the same functions:

    name(instance)                what a person calls it
    taken(document)               what is in the way of it on this host, in words
    fetch(record, new)            brings its image or archive
    place(record, new)            gives it an address (and a slot) that nobody uses
    principal(new)                "uid:gid" of who reads its copy of the secret variables
    make(record, new)             all of it, but it does not run yet
    start(instance), stop(instance)
    stay(instance)                from now on it comes back after a reboot
    watch(instance)               a function that looks at it: None where it is gone, or {running, restarts: by itself, ending: in words}
    log(instance)                 its last lines
    show(record, instance)        what else than nginx names the instance that serves; None or one of another kind: nothing does
    take_away(record, new)        it is gone, running or not; what was there, in words
    unfetch(record, new)          what `fetch` brought is gone; in words
    settle(record, new, former)   `new` serves for good: nothing of this kind is left of its predecessors
    clear(record, serving)        the service goes: nothing is left of it
    result(instance)              what the caller is told of it
"""

import container_instance
import unit_instance


def of(instance):
    return unit_instance if "unit" in instance["document"] else container_instance


def of_both(one, other):
    """The kinds of two instances, of which one may be None."""
    return list(dict.fromkeys(of(instance) for instance in (one, other) if instance))


def runs(instance):
    found = of(instance).watch(instance)()
    return bool(found and found["running"])
