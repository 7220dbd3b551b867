"""An instance of a service that is a systemd unit of an unpacked archive; see kinds.py.

Releases take turns in two slots, `<service>-a.service` and `<service>-b.service`. The alias `<service>.service` is the one that serves:
what a person calls it by, and what starts at boot. (systemd takes no alias from a plain name to an instance of a template.)
"""

import os
import re
import time

import archives
import ownership
import paths
import runner
import service_record
import store
import units
from errors import Failure
from progress import say
from transaction import Transaction

SLOTS = ("a", "b")
_OWNER = "releases"
_UNITS = "/etc/systemd/system"


def alias(service):
    return service + ".service"


def name(instance):
    return _unit(instance["document"]["service"], instance["slot"])


def taken(document):
    service = document["service"]
    found = []
    for other in service_record.others(service):
        live = other.live()
        used = live["document"]["addresses"] if live and "unit" in live["document"] else []
        found += ["addresses: %s belongs to the service %s" % (address, other.service) for address in document["addresses"] if address in used]
    places = [_place(alias(service)), *(_place(_unit(service, slot)) for slot in SLOTS), *document["unit"]["links"]]
    found += ["unit: %s exists and was not made by Flowfleet" % place for place in places if ownership.digest(place) and not ownership.of(place)]
    return found


def fetch(record, new):
    release, unit = new["document"]["release"], new["document"]["unit"]
    if not archives.is_here(release, unit["directory"]) or _came_for_a_job(release):
        record.note(pulled=True)
    folder = archives.unpack(release, unit["directory"], new["document"]["pullTimeout"])
    for inside in sorted(set(unit["links"].values())):
        if not os.path.exists(paths.at("%s/%s" % (folder, inside))):
            raise Failure("unit.links: %s is not in %s" % (inside, release["archive"]))
    program = paths.at("%s/%s" % (folder, unit["executable"]))
    if not (os.path.isfile(program) and os.access(program, os.X_OK)):
        raise Failure("unit.executable: %s is not in %s, or is no program" % (unit["executable"], release["archive"]))


def place(record, new):
    """The slot that its predecessor does not use, and the address of that slot."""
    document, former = new["document"], record.serving
    held = former["slot"] if former and "unit" in former["document"] else None
    new["slot"], new["began"] = next(slot for slot in SLOTS if slot != held), round(time.time(), 3)
    if document["addresses"]:
        new["address"] = document["addresses"][SLOTS.index(new["slot"])]
        _refuse_listener(new["address"], document["port"])


def principal(_new):
    """systemd reads it, before it becomes the service's user."""
    return "0:0"


def make(record, new):
    document = new["document"]
    _refuse_own_address(new)
    filled = {"release": archives.folder(document["release"], document["unit"]["directory"]), "address": new["address"], "environment": new["environment"]}
    text = "".join(re.sub(r"@(release|address|environment)@", lambda found: filled[found.group(1)] or "", line) + "\n" for line in document["unit"]["text"])
    change = Transaction(_OWNER, "unit " + name(new))
    change.write(_place(name(new)), text)
    change.check("systemd")
    change.after("daemon-reload")
    change.commit()
    change.finish()


def start(instance):
    # Files may have been put back at boot, after systemd had read them.
    runner.run(["systemctl", "daemon-reload"], timeout=90)
    runner.run(["systemctl", "reset-failed", name(instance)], check=False)
    runner.run(["systemctl", "start", name(instance)], timeout=120)


def stop(instance):
    runner.run(["systemctl", "stop", name(instance)], timeout=instance["document"]["stopTimeout"] + 60)


def stay(_instance):
    """The alias decides what starts at boot."""


def watch(instance):
    # Before it had a place, nothing was made.
    return lambda: units.look(name(instance)) if instance.get("slot") else None


def log(instance):
    return units.log(name(instance), instance["began"])


def show(record, instance):
    """The alias, its start at boot, and the links into the release."""
    service = record.service
    change = Transaction(_OWNER, "links " + service)
    if instance and "unit" in instance["document"]:
        document = instance["document"]
        folder = archives.folder(document["release"], document["unit"]["directory"])
        change.link(_place(alias(service)), _place(name(instance)))
        change.link("%s/multi-user.target.wants/%s" % (_UNITS, alias(service)), _place(alias(service)))
        for path, inside in document["unit"]["links"].items():
            change.link(path, "%s/%s" % (folder, inside))
    change.prune()
    change.after("daemon-reload")
    change.commit()
    change.finish()


def take_away(record, new):
    return _drop(record.service, new["slot"]) if new.get("slot") else []


def unfetch(record, new):
    document = new["document"]
    folder = archives.folder(document["release"], document["unit"]["directory"])
    if document["release"]["sha256"] in _in_use(record, document["unit"]["directory"], [record.serving]):
        return []
    if not archives.is_here(document["release"], document["unit"]["directory"]):
        return []
    archives.remove(document["release"], document["unit"]["directory"])
    return ["%s removed" % folder]


def settle(record, new, former):
    own = new["slot"] if "unit" in new["document"] else None
    for slot in SLOTS:
        if slot != own:
            _drop(record.service, slot)
    for one in (new, former):
        if one and "unit" in one["document"]:
            document = one["document"]
            archives.prune(document["unit"]["directory"], document["keep"], _in_use(record, document["unit"]["directory"], [new]))


def clear(record, serving):
    for slot in SLOTS:
        _drop(record.service, slot)
    directory = serving["document"]["unit"]["directory"]
    used = _in_use(record, directory, [])
    archives.prune(directory, serving["document"]["keep"] if used else 0, used)


def result(instance):
    release = instance["document"]["release"]
    return {"unit": name(instance), "release": {key: release[key] for key in ("archive", "sha256", "builtAt")}}


def _unit(service, slot):
    return "%s-%s.service" % (service, slot)


def _place(unit):
    return "%s/%s" % (_UNITS, unit)


def _drop(service, slot):
    """Stops a slot and takes its file away."""
    unit = _unit(service, slot)
    if not ownership.of(_place(unit)):
        return []
    say("removing %s" % unit)
    runner.run(["systemctl", "stop", unit], check=False, timeout=300)
    change = Transaction(_OWNER, "unit " + unit)
    change.prune()
    change.after("daemon-reload")
    change.commit()
    change.finish()
    runner.run(["systemctl", "reset-failed", unit], check=False)
    return ["unit %s removed" % unit]


def _came_for_a_job(release):
    """Whether the last run of a job, such as the migrations of this release, brought it."""
    return any(store.read("jobs", name, {}).get("fetched") == release["sha256"] for name in store.names("jobs"))


def _in_use(record, directory, own):
    """The sums of the archives below `directory` that some service runs, or `own` instances."""
    others = [one for other in service_record.others(record.service) for one in (other.serving, (other.attempt or {}).get("next"))]
    known = [one["document"] for one in [*others, *own] if one and "unit" in one["document"]]
    return {document["release"]["sha256"] for document in known if document["unit"]["directory"] == directory}


def _refuse_listener(address, port):
    """What listens there already would be taken for the new instance."""
    for line in runner.run(["ss", "-Hltn", "sport", "=", ":%d" % port]).out.splitlines():
        place = line.split()[3].rpartition(":")[0].strip("[]")
        if place.partition("%")[0] in (address, "0.0.0.0", "*", "::"):
            raise Failure("addresses: something listens on port %d of %s already (ss -ltnp shows what)" % (port, place))


def _refuse_own_address(new):
    """systemd lets the file of variables win over the unit's own."""
    variable = new["document"]["unit"]["addressVariable"]
    if not variable or not new["environment"]:
        return
    with open(paths.at(new["environment"]), encoding="utf-8", errors="replace") as file:
        if any(line.startswith(variable + "=") for line in file):
            raise Failure("secrets.file: sets %s, which each release sets to its own address; leave it out" % variable)
