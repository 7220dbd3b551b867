"""Keeps the owner of a machine from taking it apart while others live on it."""

import document
import locks
import store
from errors import Refused

SHAPE = {"stack": document.string()}

KIND = "guards"


def apply(wanted):
    """Notes whose guard it is: under a new name the older one may go, the machine being guarded still."""
    with locks.hold(locks.HOST):
        store.write(KIND, wanted["stack"], {"owner": wanted["owner"]})
    return {}


def remove(wanted):
    with locks.hold(locks.HOST):
        guard = store.read(KIND, wanted["stack"])
        if guard and guard["owner"] != wanted["owner"]:
            return {}
        others = [claim for claim in (store.read("claims", name) for name in store.names("claims")) if claim and claim["stack"] != wanted["stack"]]
        if others:
            raise Refused("other stacks live on this machine; nothing was removed. Destroy them first, or move them to another machine",
                          ["%s of stack %s" % (claim["system"], claim["stack"]) for claim in others])
        store.remove(KIND, wanted["stack"])
    return {}
