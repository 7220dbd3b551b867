"""What happened on the host that the caller's state does not know. Told by every step until it was told to somebody who read it."""

import hashlib
import time

import store
from progress import say

KIND = "reports"


def add(title, details=()):
    """Records a report. The same one twice is one."""
    text = "\n  ".join([title, *details])
    name = "r-" + hashlib.sha256(text.encode()).hexdigest()[:12]
    store.write(KIND, name, {"text": text, "at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())})


def tell():
    """Says all reports. Returns their names, to be forgotten once the caller has read its result."""
    told = []
    for name in store.names(KIND):
        report = store.read(KIND, name)
        if report:
            say("report of this host, %s: %s" % (report["at"], report["text"]))
            told.append(name)
    return told


def forget(names):
    for name in names:
        store.remove(KIND, name)


def texts():
    return [(store.read(KIND, name) or {}).get("text", name) for name in store.names(KIND)]
