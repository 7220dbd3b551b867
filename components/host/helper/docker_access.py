"""The noun `docker-access`: who may talk to docker over SSH, and thereby is root here."""

import grp

import locks
import runner
import store
from document import user
from errors import Failure

SHAPE = {"user": user()}
KIND = "docker-access"
GROUP = "docker"


def apply(document):
    """Lets the user talk to docker, from their next login on."""
    name = document["user"]
    with locks.hold(locks.HOST):
        members = _members()
        if members is None:
            raise Failure("group %s: is not on this host; docker has to be installed first" % GROUP)
        added = name != "root" and name not in members
        if added:
            runner.run(["gpasswd", "--add", name, GROUP])
        known = store.read(KIND, name) or {"added": False}
        store.write(KIND, name, {"owner": document["owner"], "added": added or known["added"]})
    return {"user": name, "group": GROUP}


def remove(document):
    """Takes it back if it is still this owner's own, and only what was given here."""
    name = document["user"]
    with locks.hold(locks.HOST):
        record = store.read(KIND, name)
        if not record or record["owner"] != document["owner"]:
            return {"user": name, "removed": False}
        if record["added"] and name in (_members() or ()):
            runner.run(["gpasswd", "--delete", name, GROUP])
        store.remove(KIND, name)
    return {"user": name, "removed": True}


def _members():
    try:
        return grp.getgrnam(GROUP).gr_mem
    except KeyError:
        return None
