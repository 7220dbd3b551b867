"""What the host shows of an instance: the nginx files that name its address, and what its kind has beside: a compose file, an alias."""

import container_instance
import locks
import unit_instance
from transaction import Transaction

_OWNER = "releases"


def show(record, instance):
    """Makes the host show `instance` of this service (None: nothing of it), or raises. Both kinds: the former may be of the other one."""
    with locks.hold(locks.HOST):
        _nginx(record.service, instance)
        container_instance.show(record, instance)
        unit_instance.show(record, instance)


def nginx_files(instance):
    """{path: text} with the instance's address filled in."""
    return {path: "".join(line.replace("@address@", instance["address"] or "") + "\n" for line in lines)
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
