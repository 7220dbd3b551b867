"""The noun `registry`: root's login at a registry of images, by stdin."""

import store
from document import string
from errors import Failure
import locks
import runner

SHAPE = {
    "registry": string(r"[A-Za-z0-9.-]+(:[0-9]+)?", 'a registry such as "registry.example.com" or "localhost:5000"'),
    "user": string(),
    "password": string(secret=True),
}
KIND = "registries"


def apply(document):
    """Logs in, each time: a login that was good once may have been withdrawn."""
    registry = document["registry"]
    with locks.hold("registry"):
        argv = ["docker", "login", "--username", document["user"], "--password-stdin", registry]
        found = runner.run(argv, input=document["password"] + "\n", timeout=90, check=False)
        if not found.ok:
            told = runner.last_lines(found.err.replace(document["password"], "[REDACTED]"), 3)
            raise Failure("registry %s: the login of %s failed\n%s" % (registry, document["user"], told))
        store.write(KIND, _name(registry), {"owner": document["owner"]})
    return {"registry": registry, "user": document["user"]}


def remove(document):
    """Logs out if the login is still this owner's own."""
    registry = document["registry"]
    with locks.hold("registry"):
        record = store.read(KIND, _name(registry))
        if not record or record["owner"] != document["owner"]:
            return {"registry": registry, "removed": False}
        runner.run(["docker", "logout", registry])
        store.remove(KIND, _name(registry))
    return {"registry": registry, "removed": True}


def _name(registry):
    return registry.replace(":", "_")
