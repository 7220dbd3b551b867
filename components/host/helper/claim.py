"""First contact of a system with a machine: what is in the way there, all at once; else the system is registered as a tenant.

The host's own, which is the first step of all, also looks at what its systems are about to claim, so that nothing was touched by then, and tells
the host what its `takeOver` allows.
"""

import ipaddress

import crontabs
import document
import host
import lent
import locks
import occupied
import store
import takeover
import variables_before
from errors import Refused

_SYSTEM = {
    "stack": document.name(),
    "system": document.name(),
    "names": document.array(document.domain()),
    "ports": document.array(document.port()),
    "paths": document.array(document.path()),
    "containers": document.array(document.name()),
    "subnets": document.array(document.subnet()),
    # Path of a file of variables -> the names that are told to a service in any case.
    "variables": document.optional(document.table(document.path(), document.array(document.string(r"[A-Za-z_][A-Za-z0-9_]*", "the name of a variable")))),
}
SHAPE = {
    **_SYSTEM,
    "os": document.optional(document.array(document.string(), 1)),
    "size": document.optional(document.fields({"cpus": document.number(0), "memory": document.integer(1), "disk": document.optional(document.number(0)),
                                             "lenient": document.optional(document.boolean())})),
    # Of the host's own claim alone, which has `systems` in any case.
    "takeOver": document.optional(document.array(document.choice(*takeover.WORDS))),
    "files": document.optional(document.array(document.path())),
    "repositories": document.optional(document.table(document.string(r"https?://\S+", "a URL"), document.choice(*takeover.WORDS))),
    "systems": document.optional(document.array(document.fields(_SYSTEM))),
}

KIND = "claims"
_LISTS = ("names", "ports", "paths", "containers", "subnets")


def apply(wanted):
    with locks.hold(locks.HOST):
        mine, coming = record_name(wanted), wanted.get("systems", [])
        claims = {name: store.read(KIND, name) for name in store.names(KIND)}
        own = {name: claims.pop(name, {}) for name in (mine, *map(record_name, coming))}
        problems = machine_problems(wanted) + [problem for one in (wanted, *coming) for problem in others_problems(one, claims.values())]
        asked = {key: list(dict.fromkeys(value for one in (wanted, *coming) for value in one[key])) for key in _LISTS}
        # What a system had already is in use by itself by now.
        fresh = {key: [value for value in values if not any(value in claim.get(key, []) for claim in own.values())] for key, values in asked.items()}
        words = wanted.get("takeOver", []) if "systems" in wanted else takeover.words()
        if "systems" in wanted:
            crontabs.tell(asked["paths"])
        for one in (wanted, *coming):
            variables_before.tell(one["system"], one.get("variables", {}))
        problems += occupied.problems({**fresh, "files": wanted.get("files", []), "repositories": wanted.get("repositories", {})}, words)
        if problems:
            raise Refused("%s of stack %s cannot go onto this machine; nothing was changed. Remove what is in the way, or choose another"
                          % (" and ".join(one["system"] for one in (wanted, *coming)), wanted["stack"]), problems)
        note_size(wanted.get("size"))
        takeover.allow(words)
        if "pm2" not in words:
            lent.all_back()
        store.write(KIND, mine, {key: wanted[key] for key in ("owner", "stack", "system", *_LISTS)})
    return {"registered": mine}


def remove(wanted):
    with locks.hold(locks.HOST):
        name = record_name(wanted)
        claim = store.read(KIND, name)
        if claim and claim["owner"] == wanted["owner"]:
            store.remove(KIND, name)
            if "systems" in wanted:
                takeover.allow([])
                lent.all_back()
    return {}


def record_name(wanted):
    return "%s@%s" % (wanted["system"], wanted["stack"])


def machine_problems(wanted):
    """What the machine is not."""
    found = []
    if host.os_name() not in wanted.get("os", [host.os_name()]):
        found.append("os: this machine runs %s, the system needs one of %s" % (host.os_name(), ", ".join(wanted["os"])))
    size = wanted.get("size")
    return found + ["size.%s" % one for one in ([] if (size or {}).get("lenient") else size_problems(size))]


def note_size(size):
    """What a throwaway machine is short of, once it is not refused."""
    short = size_problems(size)
    if short and size.get("lenient"):
        host.substitution("size", "size: %s" % "; ".join(short))


def size_problems(size):
    """What a machine of this size is short of. Sizes are those that a machine is sold with, and what one sees of them is less."""
    if not size:
        return []
    found = []
    if host.cpus() < size["cpus"]:
        found.append("cpus: this machine has %d, the system needs %s" % (host.cpus(), size["cpus"]))
    # The kernel and the firmware keep their own part, 3 to 7 hundredths of a few GB, which is not counted.
    if host.memory() < size["memory"] * 0.9:
        found.append("memory: this machine has %d MB, the system needs %d MB" % (host.memory(), size["memory"]))
    # A disk is sold in powers of 1000, which is 7 hundredths less than in those of 1024. Of the rest, boot partitions take about 1 GB
    # and the file system's own tables 2 hundredths. The next smaller size that is sold is still told apart.
    if host.disk() < size.get("disk", 0) * 0.8:
        found.append("disk: the file system at / has %d GB, the system needs %s GB" % (host.disk(), size["disk"]))
    return found


def others_problems(wanted, others):
    """What other systems have registered."""
    found = []
    for claim in others:
        whose = "%s of stack %s" % (claim["system"], claim["stack"])
        for name in wanted["names"]:
            found += ["names: %s belongs to %s" % (name, whose)] if name in claim["names"] else []
        for port in wanted["ports"]:
            found += ["ports: %d belongs to %s" % (port, whose)] if port in claim["ports"] else []
        for path in wanted["paths"]:
            found += ["paths: %s is within %s of %s" % (path, other, whose) for other in claim["paths"] if _nested(path, other)]
        for prefix in wanted["containers"]:
            found += ["containers: names that begin with %s belong to %s" % (other, whose) for other in claim["containers"]
                      if prefix.startswith(other) or other.startswith(prefix)]
        for subnet in wanted["subnets"]:
            found += ["subnets: %s overlaps %s of %s" % (subnet, other, whose) for other in claim["subnets"]
                      if ipaddress.ip_network(subnet).overlaps(ipaddress.ip_network(other))]
    return found


def _nested(one, other):
    return one == other or one.startswith(other + "/") or other.startswith(one + "/")
