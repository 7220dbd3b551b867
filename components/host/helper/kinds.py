"""What an instance of a service is: a container, a systemd unit, or processes of PM2. A release asks the module of its kind, and all have the same functions
(processes that were started by hand, pm2_found.py, only those of a predecessor):

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
import pm2_found
import pm2_instance
import unit_instance

ALL = (container_instance, unit_instance, pm2_instance)


def of(instance):
    return pm2_found if pm2_found.is_one(instance) else pm2_instance if "pm2" in instance["document"] else unit_instance if "unit" in instance["document"] else container_instance


def of_both(one, other):
    """The kinds of two instances, of which one may be None."""
    return list(dict.fromkeys(of(instance) for instance in (one, other) if instance))


def runs(instance):
    found = of(instance).watch(instance)()
    return bool(found and found["running"])


def alone(new, former):
    """Whether `former`, which may be None, must end before `new` starts."""
    return new["document"]["overlap"] == "never" or trades_places(new, former)


def trades_places(new, former):
    """Whether nginx listens for the one where the other is to listen itself."""
    return bool(former and pm2_instance.trades_places(new, former))


def canary(new):
    """An instance that is tried out before `new` starts, in place of it; None: nothing is."""
    return pm2_instance.canary(new) if pm2_instance.is_one(new) else None


def port(instance):
    """The one it answers at; None where it answers no requests."""
    return instance.get("port") or instance["document"].get("port")


def target(instance):
    """Where connections go that are to this instance and to no other, as `ss` takes it; None where nothing tells."""
    return pm2_instance.target(instance) if pm2_instance.is_one(instance) else instance["address"] if port(instance) else None
