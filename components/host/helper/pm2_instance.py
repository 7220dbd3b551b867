"""An instance of a service whose processes PM2 runs; see kinds.py.

Releases take turns in two slots, a and b, each with an ecosystem file of its own. How one follows another is its `way`:

    port     the processes of both run side by side, `<name>-a` and `<name>-b`, each slot on a port of its own
    reload   they run side by side on one port, which PM2's daemon shares among processes in cluster mode; one is tried out before
    stop     one after the other, `<name>`

What PM2 has saved is what a reboot brings back: it is saved when another instance is shown, and when anything was put back or taken away.
"""

import os
import re
import time

import ownership
import paths
import pm2
import pm2_canary
import pm2_document
import pm2_files
import pm2_found
import pm2_logs
import pm2_processes
import runner
import service_record
import source_users
import sources
import takeover
import working_copy
from errors import Failure
from pm2_logs import text as log  # noqa: F401 (one of the functions of a kind)
from pm2_processes import name
from progress import say

# How long a port of a process that has ended may stay in use, in seconds.
_CLOSING = 5


def is_one(instance):
    return "pm2" in instance["document"]


def taken(document):
    who, service = document["pm2"], document["service"]
    if not pm2.known(who):
        return ["pm2.user: there is no %s on this host; a Pm2Daemon makes it" % pm2.unit(who)]
    names, found = set(pm2_processes.names(document).values()), []
    for other in service_record.others(service):
        live = other.live()
        if live and is_one(live):
            theirs = live["document"]
            found += ["ports: %d belongs to the service %s" % (port, other.service) for port in document["ports"] if port in theirs["ports"]]
            shared = names & set(pm2_processes.names(theirs).values()) if theirs["pm2"]["home"] == who["home"] else ()
            found += ["pm2.name: %s belongs to the service %s" % (one, other.service) for one in sorted(shared)]
            found += ["pm2: %s belongs to the service %s" % (one, other.service) for one in sorted(_links(document) & _links(theirs))]
    if takeover.allows("pm2"):
        return found
    by_hand = pm2_found.look(document)
    found += ["pm2: %s, which Flowfleet did not start (%s)" % (one, takeover.way_out("pm2")) for one in (pm2_found.told(by_hand) if by_hand else [])]
    places = {*(pm2_files.place(service, slot) for slot in pm2_files.ALL), *_links(document)}
    found += ["pm2: %s exists and was not made by Flowfleet" % place for place in sorted(places) if ownership.digest(place) and not ownership.of(place)]
    return found


def fetch(record, new):
    document = new["document"]
    if not document["source"]:
        return
    if not sources.is_here(document["release"], document["source"]):
        record.note(pulled=True)
    folder = sources.bring(document["release"], document["source"], document["pullTimeout"])
    for inside in sorted(set(document["pm2"]["links"].values())):
        if not os.path.exists(paths.at(os.path.join(folder, inside))):
            raise Failure("pm2.links: %s is not in %s" % (inside, sources.shown(document["release"])))


def place(record, new):
    """The slot that its predecessor does not use, and the port of that slot."""
    document, former = new["document"], record.serving
    held = former["slot"] if former and is_one(former) else None
    new["slot"] = next(slot for slot in pm2_files.SLOTS if slot != held)
    if document["ports"]:
        own = document["pm2"]["way"] == "port"
        new["address"], new["port"] = "127.0.0.1", document["ports"][pm2_files.SLOTS.index(new["slot"]) if own else 0]
        if own:
            _refuse_listener(new)


def principal(new):
    """It reads them itself, when it starts."""
    return "%d:%d" % pm2.principal(new["document"]["pm2"])


def make(record, new):
    document = new["document"]
    filled = {"name": name(new), "release": paths.at(_folder(document)), "port": str(new.get("port") or ""), "environment": paths.at(new["environment"] or "")}
    text = "".join(re.sub(r"@(name|release|port|environment)@", lambda found: filled[found.group(1)], line) + "\n" for line in document["pm2"]["text"])
    text += '// What Flowfleet knows it by.\nmodule.exports.apps[0].pid_file = "%s";\n' % pm2_processes.file(new)
    pm2_files.write(record.service, new["slot"], text)
    facts = pm2.facts(document["pm2"], pm2_files.place(record.service, new["slot"]), pm2_processes.hidden(new))
    _refuse(facts, new)
    new.update(listen=facts[0]["listen"], logs=facts[0]["logs"])
    record.save()


def canary(new):
    """An instance that is tried out before the new one starts, where both would answer at one port; else None."""
    document = new["document"]
    if document["pm2"]["way"] != "reload" or not document["ports"]:
        return None
    log_file = "%s/.pm2/logs/%s-canary.log" % (document["pm2"]["home"], document["pm2"]["name"])
    one = {**new, "canary": True, "port": pm2_canary.spare_port(), "logs": [log_file]}
    texts = {"file": pm2_files.place(document["service"], new["slot"]), "name": name(one), "log": log_file, "process": pm2_processes.file(one)}
    pm2_canary.write(document["service"], texts, new["port"], one["port"])
    return one


def start(instance):
    document, who = instance["document"], instance["document"]["pm2"]
    # PM2 would take one of the same name for the one to start, with its folder and its variables.
    pm2_processes.end(document, lambda: [one for one in pm2.processes(who) if one["name"] == name(instance)])
    if "port" in instance and not (who["way"] == "reload" and _others_share(document)):
        _await_port(instance)
    pm2_logs.begin(instance)
    file = pm2_files.place(document["service"], pm2_files.CANARY if instance.get("canary") else instance["slot"])
    pm2.start(who, file, pm2_processes.hidden(instance), document["deadline"] + pm2_processes.count(instance) * instance["listen"] / 1000 + 60)
    _refuse_unready(instance, time.time() * 1000)


def stop(instance):
    pm2_processes.end(instance["document"], lambda: pm2_processes.own(instance))
    if instance.get("canary") and pm2_canary.RUDE in pm2_logs.text(instance):
        say("%s ends at once at SIGINT, so requests under way are lost when another release follows it. It should listen for SIGINT, and close its server" % name(instance))


def stay(_instance):
    """What PM2 saves decides what starts at boot."""


def watch(instance):
    # Before it had a place, nothing was made.
    return pm2_processes.Watch(instance).look if instance.get("slot") else lambda: None


def show(record, instance):
    """The links to its file and into its release, and what a reboot brings back."""
    links = {}
    if instance and is_one(instance):
        document = instance["document"]
        links = {path: os.path.normpath(os.path.join(_folder(document), inside)) for path, inside in document["pm2"]["links"].items()}
        links[document["pm2"]["file"]] = pm2_files.place(record.service, instance["slot"])
    pm2_files.show(record.service, links)
    if links:
        pm2.save(instance["document"]["pm2"])


def take_away(record, new):
    if not new.get("slot"):
        return []
    told = ["%s deleted from PM2" % one for one in pm2_processes.drop(new["document"], lambda one: one == new["id"])]
    for slot in (new["slot"], pm2_files.CANARY):
        told += pm2_files.remove(record.service, slot)
    pm2.save(new["document"]["pm2"])
    return told


def unfetch(record, new):
    document = new["document"]
    if not document["source"] or not sources.is_here(document["release"], document["source"]) or _folder(document) in _in_use(record, document, [record.serving]):
        return []
    sources.drop(document["release"], document["source"])
    return ["%s removed" % _folder(document)]


def settle(record, new, former):
    for document in [one["document"] for one in (new, former) if one and is_one(one)]:
        if pm2_processes.drop(document, lambda one: one != new["id"]) or former:
            pm2.save(document["pm2"])
        if document["source"]:
            sources.prune(document["source"], document["keep"], _in_use(record, document, [new]))
            working_copy.set_aside(document["source"]["directory"])
    for slot in pm2_files.ALL:
        if not (is_one(new) and slot == new["slot"]):
            pm2_files.remove(record.service, slot)


def clear(record, serving):
    document = serving["document"]
    pm2_processes.drop(document, lambda _: True)
    pm2.save(document["pm2"])
    for slot in pm2_files.ALL:
        pm2_files.remove(record.service, slot)
    if document["source"]:
        used = _in_use(record, document, [])
        sources.prune(document["source"], document["keep"] if used else 0, used)


def result(instance):
    return {"processes": name(instance), "port": instance.get("port"), "release": pm2_document.release(instance["document"])}


def trades_places(new, former):
    """Whether the former must be gone first, and nginx be told before the new one starts: the port of the one may be what nginx listens on for the other."""
    return is_one(new) and is_one(former) and new["document"]["pm2"]["way"] != former["document"]["pm2"]["way"]


def target(instance):
    """None where processes share their port with others: those end what they began when they are told to end."""
    return "%s:%d" % (instance["address"], instance["port"]) if "port" in instance and instance["document"]["pm2"]["way"] == "port" else None


def _links(document):
    return {document["pm2"]["file"], *document["pm2"]["links"]}


def _folder(document):
    return sources.folder(document["release"], document["source"]) if document["source"] else ""


def _refuse(facts, new):
    """What PM2 would understand differently from what the document says."""
    wanted = new["document"]["pm2"]
    if [one["name"] for one in facts] != [name(new)]:
        raise Failure("pm2.text: must have one app with the name %s, has %s" % (name(new), ", ".join(str(one["name"]) for one in facts) or "none"))
    if facts[0]["instances"] != wanted["instances"]:
        raise Failure("pm2.text: its app has instances: %s, but pm2.instances is %d" % (facts[0]["instances"], wanted["instances"]))
    if wanted["way"] == "reload" and not (str(facts[0]["mode"]).startswith("cluster") and facts[0]["ready"]):
        raise Failure('pm2.text: processes that share a port with those of another release need exec_mode: "cluster" and wait_ready: true')


def _refuse_unready(instance, now):
    """PM2 calls a process online as well when it did not say in time that it is ready. Each starts when the one before is online."""
    if instance["document"]["pm2"]["way"] != "reload" or instance.get("canary"):
        return
    found = sorted(pm2_processes.own(instance), key=lambda one: one["began"])
    ends = [*(one["began"] for one in found[1:]), now]
    # One that ended by itself is another matter.
    if not any(one["restarts"] for one in found) and any(end - one["began"] >= instance["listen"] for one, end in zip(found, ends)):
        raise Failure('%s: did not say within %g s that it is ready (process.send("ready"))%s' % (name(instance), instance["listen"] / 1000, pm2_logs.last_lines(instance)))


def _others_share(document):
    return any(not one["canary"] for found in pm2_processes.of_service(document).values() for one in found)


def _await_port(instance):
    end = time.monotonic() + _CLOSING
    while _listeners(instance["port"]) and time.monotonic() < end:
        time.sleep(0.25)
    _refuse_listener(instance)


def _refuse_listener(instance):
    """What listens there already would be taken for the new instance."""
    for found in _listeners(instance["port"]):
        raise Failure("ports: something listens on port %d of %s already (ss -ltnp shows what)" % (instance["port"], found))


def _listeners(port):
    found = [line.split()[3].rpartition(":")[0].strip("[]") for line in runner.run(["ss", "-Hltn", "sport", "=", ":%d" % port]).out.splitlines()]
    return [one for one in found if one.partition("%")[0] in ("127.0.0.1", "0.0.0.0", "*", "::", "::1")]


def _in_use(record, document, own):
    """The folders of the releases beside that of `document` that some other service or a site is at, or `own` instances."""
    directory = document["source"]["directory"]
    known = [one["document"] for one in own if one and is_one(one) and one["document"]["source"]]
    return source_users.folders(directory, [("service", record.service)]) | {_folder(one) for one in known if one["source"]["directory"] == directory}
