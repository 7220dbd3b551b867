"""What the host shows of an instance: the nginx files that name its address, and what its kind has beside: a compose file, an alias, a list of processes."""

import re

import kinds
import locks
from transaction import Transaction

_OWNER = "releases"


def show(record, instance):
    """Makes the host show `instance` of this service (None: nothing of it), or raises. All kinds: the former may be of another one."""
    with locks.hold(locks.HOST):
        _nginx(record.service, instance)
        for kind in kinds.ALL:
            kind.show(record, instance)


def nginx_files(instance):
    """{path: text} with the instance's address and port filled in."""
    filled = {"address": instance["address"] or "", "port": str(kinds.port(instance) or "")}
    return {path: "".join(re.sub("@(address|port)@", lambda found: filled[found.group(1)], line) + "\n" for line in lines)
            for path, lines in instance["document"]["nginx"].items()}


def _nginx(service, instance):
    change = Transaction(_OWNER, "release " + service)
    for path, text in (nginx_files(instance) if instance else {}).items():
        change.write(path, text)
    change.prune()
    change.check("nginx")
    change.after("reload nginx")
    change.commit()
    # What it was before is rendered again from the record where it has to come back.
    change.finish()
