"""Keeps the owner of a machine from taking it apart while others live on it."""

import document
import store
from errors import Refused

SHAPE = {"stack": document.string()}


def apply(_wanted):
    return {}


def remove(wanted):
    others = [claim for claim in (store.read("claims", name) for name in store.names("claims")) if claim and claim["stack"] != wanted["stack"]]
    if others:
        raise Refused("other stacks live on this machine; nothing was removed. Destroy them first, or move them to another machine",
                      ["%s of stack %s" % (claim["system"], claim["stack"]) for claim in others])
    return {}
