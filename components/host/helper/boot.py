"""At boot: what a power cut left half done comes to its end, before anybody calls."""

import confirm
import journal
import locks
import release_end
import store
from errors import Failure
from progress import say
from service_record import KIND, Record


def settle():
    """Before services start: files, and settings that nobody confirmed, are put back."""
    with locks.hold(locks.HOST):
        journal.recover(services=False)
        confirm.expire_all(boot=True)


def releases():
    """Once docker runs: a release goes back, or on where the new instance served already. One that cannot keeps no other waiting."""
    left = []
    for service in store.names(KIND):
        try:
            with locks.hold("service-" + service):
                release_end.settle(Record(service), None)
        except (Failure, OSError) as problem:
            say("release of %s: %s" % (service, problem))
            left.append(service)
    if left:
        raise Failure("not brought to their end, the next release does it: %s" % ", ".join(left))
