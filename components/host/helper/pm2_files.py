"""The ecosystem files of a service: one for each slot, and one for what is tried out. A person's link leads to the one that serves."""

import ownership
from transaction import Transaction

SLOTS = ("a", "b")
CANARY = "canary"
ALL = (*SLOTS, CANARY)
FOLDER = "/etc/flowfleet/pm2"
_OWNER = "releases"


def place(service, slot):
    return "%s/%s-%s.config.js" % (FOLDER, service, slot)


def script(service):
    """What node loads before a process that is tried out."""
    return "%s/%s-canary.cjs" % (FOLDER, service)


def write(service, slot, text, script_=None):
    change = Transaction(_OWNER, _noun(service, slot))
    change.write(place(service, slot), text)
    if script_:
        change.write(script(service), script_)
    change.commit()
    change.finish()


def remove(service, slot):
    """Gone, if it was here; in words."""
    if not ownership.of(place(service, slot)):
        return []
    change = Transaction(_OWNER, _noun(service, slot))
    change.prune()
    change.commit()
    change.finish()
    return ["%s removed" % place(service, slot)]


def show(service, links):
    """Makes these the links of the service that follow what serves: {path: target}."""
    change = Transaction(_OWNER, "pm2 links " + service)
    for path, target in links.items():
        change.link(path, target)
    change.prune()
    change.commit()
    change.finish()


def _noun(service, slot):
    return "pm2 %s-%s" % (service, slot)
