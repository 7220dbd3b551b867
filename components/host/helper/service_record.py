"""What the host remembers of a service: what serves, and how far an attempt to replace it has come.

It is the journal of a release too: each step is written down before it is done, so that the next call can end what this one could not.

    owner    whose the live instance is
    floor    when the newest release was built whose result somebody read; older ones are refused
    serving  None or an instance: {document, id, address, user, environment: path of its copy, compose: its description}, and what its kind
             adds: a slot, a port of its own
    attempt  None or {step, owner, next: an instance, stopped: whether `serving` was stopped for it, pulled: an image only for it, assets}
    pulled   images that came for this service
    assets   the names of old assets by release, see assets.py
    long     how many connections the last drain had to cut
"""

import os
import secrets

import paths
import store

KIND = "services"
STARTING, SWITCHING, SWITCHED = "starting", "switching", "switched"
_NEW = {"owner": None, "floor": None, "serving": None, "attempt": None, "pulled": [], "assets": [], "long": 0}


class Record:
    """One service's record; nothing is on the disk before `save`."""

    def __init__(self, service):
        self.service = service
        self.data = {**_NEW, **(store.read(KIND, service) or {})}

    def __getattr__(self, key):
        try:
            return self.__dict__["data"][key]
        except KeyError:
            raise AttributeError(key) from None

    def begin(self, document, owner):
        """Writes down an attempt and returns its instance, of which nothing is there yet."""
        new = {"document": document, "id": secrets.token_hex(4), "address": None, "user": None, "environment": None, "compose": None}
        self.data["attempt"] = {"step": STARTING, "owner": owner, "next": new, "stopped": False, "pulled": False, "assets": None}
        self.save()
        return new

    def note(self, **facts):
        """Writes down something about the attempt."""
        self.attempt.update(facts)
        self.save()

    def save(self):
        # What was started by hand is looked for anew each time.
        if self.attempt or (self.serving and "found" not in self.serving["document"]):
            store.write(KIND, self.service, self.data)
        else:
            store.remove(KIND, self.service)

    def live(self):
        """The instance that nginx names: None where there is none."""
        return self.attempt["next"] if self.attempt and self.attempt["step"] == SWITCHED else self.serving

    def replace(self, serving):
        """Ends the attempt: this is what serves now."""
        self.data.update(serving=serving, attempt=None)


def exists(service):
    return os.path.exists(paths.at(store.place(KIND, service)))


def names():
    return store.names(KIND)


def others(service):
    """The records of all other services of this host."""
    return [Record(name) for name in names() if name != service]
