"""The noun `release`: one service's container is replaced by another, and no request is lost; or the host is as it was.

Everything is written down in the service's record before it is done, and `release_end` ends it, forwards or back, in this call or in the next.
"""

import contextlib
import errno

import assets
import compose
import containers
import drain
import environment
import front
import images
import locks
import paths
import probe
import release_end
import release_room
import runner
import signals
from errors import CallerGone, Failure
from progress import Outcome, caller_gone, say
from release_document import SHAPE, plain, specification  # noqa: F401 (SHAPE is for the dispatcher)
from service_record import SWITCHED, SWITCHING, Record, exists


def apply(document):
    """Makes `document` what serves. A newer owner takes over a live instance that is like it, without a restart."""
    try:
        return _apply(document)
    except OSError as problem:
        raise Failure(_in_words(problem)) from problem


def _apply(document):
    with contextlib.ExitStack() as stack:
        stack.enter_context(locks.hold("service-" + document["service"]))
        record = Record(document["service"])
        release_end.settle(record, document)
        release_room.refuse_older(record, document)
        release_room.refuse_taken(document)
        outcome = (_keep if _serves(record, document) else _replace)(record, document)
        closing = stack.pop_all()
    return Outcome(outcome.result, undo=_within(closing, outcome.undo), finish=_within(closing, outcome.finish))


def remove(document):
    """Takes the service away if it is still this owner's own: first its traffic, then the container and all that came with it."""
    service = document["service"]
    with locks.hold("service-" + service):
        record = Record(service)
        if not exists(service) or (record.owner or record.attempt["owner"]) != document["owner"]:
            return {"service": service, "removed": False}
        release_end.settle(record, None)
        serving = record.serving
        if serving:
            front.show(record, None)
            name = containers.find(service, serving["id"])
            if name:
                drain.wait(serving["address"], serving["document"]["drain"], lambda: None)
                containers.stop(name, serving["document"]["stopTimeout"])
            _clear(record, serving)
    return {"service": service, "removed": True}


def _keep(record, document):
    """The serving container will do; what is shown of it may change."""
    former, serving = record.serving, {**record.serving, "document": plain(document)}
    front.show(record, serving)
    if front.nginx_files(former) != front.nginx_files(serving):
        say("%s serves already; nginx was told anew" % document["container"])

    def finish():
        record.data.update(owner=document["owner"], floor=document["release"]["builtAt"])
        record.replace(serving)
        record.save()

    return Outcome(_result(record, serving), undo=lambda: front.show(record, former), finish=finish)


def _replace(record, document):
    """Starts the new one, switches to it when it is healthy, lets the former one drain and stops it; removing it is for `finish`."""
    new = record.begin(plain(document), document["owner"])
    try:
        image = _pull(record, new)
        _prepare(record, new, image)
        _make_room(record, new)
        _start(record, new)
        _become_healthy(new)
        _switch(record, new)
        _retire(record, new)
    except BaseException as problem:
        with signals.held():
            _put_back(record, problem)
        raise
    return Outcome(_result(record, new), undo=lambda: release_end.roll_back(record), finish=lambda: release_end.complete(record, confirmed=True))


def _pull(record, new):
    name = new["document"]["release"]["image"]
    if not images.facts(name):
        record.note(pulled=True)
        images.pull(name, new["document"]["pullTimeout"])
    image = images.facts(name)
    if not image:
        raise Failure("image %s: was pulled, but docker does not know it" % name)
    _go_on()
    return image


def _prepare(record, new, image):
    """Everything that can be done before the former one is touched: address, user, own copy of the variables, container."""
    document = new["document"]
    new["address"] = release_room.free_address(record, document)
    new["user"] = images.principal(document["release"]["image"], document["user"], containers.identity(document["service"], new["id"]))
    if document.get("secrets"):
        new["environment"] = "%s/%s.%s.env" % (environment.FOLDER, document["service"], new["id"])
        record.save()
        environment.copy(document["secrets"]["file"], new["environment"], new["user"])
    new["compose"] = compose.service(document, image, new)
    record.save()
    labels = compose.labels(document, image, new["compose"])
    containers.create({"name": release_room.free_name(document), "service": new["compose"], "labels": labels})


def _make_room(record, new):
    """Two instances at once are not allowed for every service."""
    former = record.serving
    name = containers.find(record.service, former["id"]) if former else None
    if new["document"]["overlap"] == "never" and name and containers.look(name)["running"]:
        say("stopping %s, which must not run beside its successor" % name)
        record.note(stopped=True)
        containers.stop(name, former["document"]["stopTimeout"])


def _start(record, new):
    say("starting %s on %s" % (new["document"]["container"], new["address"]))
    containers.start(containers.find(record.service, new["id"]))


def _become_healthy(new):
    document, health = new["document"], new["document"]["health"]
    name = containers.find(document["service"], new["id"])

    def going_on():
        _go_on()
        state = containers.look(name)
        if not state or not state["running"]:
            raise Failure("%s: ended by itself before it was healthy%s%s" % (document["container"], _ending(state), _log(name, new)))

    last = probe.until_healthy(new["address"], document["port"], health["path"], health["timeout"], document["deadline"], going_on)
    if last:
        raise Failure("%s: was not healthy within %d s: http://%s:%d%s %s%s"
                      % (document["container"], document["deadline"], new["address"], document["port"], health["path"], last, _log(name, new)))
    say("%s is healthy" % document["container"])


def _switch(record, new):
    document = new["document"]
    name = containers.find(record.service, new["id"])
    containers.stay(name)
    if document.get("assets"):
        fetched = assets.fetch(name, document["assets"])
        record.note(assets=fetched)
        assets.add(fetched)
    with locks.hold(locks.HOST):
        _go_on()
        record.note(step=SWITCHING)
        front.show(record, new)
        record.note(step=SWITCHED)
    say("%s gets the requests" % document["container"])


def _retire(record, new):
    former = record.serving
    name = containers.find(record.service, former["id"]) if former else None
    record.data["long"] = 0
    if name and containers.look(name)["running"]:
        say("draining %s, at most %d s" % (name, new["document"]["drain"]))
        record.data["long"] = drain.wait(former["address"], new["document"]["drain"], _go_on)
        if record.long:
            say("%d connections of %s are longer than that and end now" % (record.long, name))
        record.note(stopped=True)
        containers.stop(name, former["document"]["stopTimeout"])
    _go_on()


def _put_back(record, problem):
    """After a failed attempt: the host as found, and a Failure that says why and what was done."""
    try:
        told = release_end.roll_back(record)
    except (Failure, OSError) as second:
        told = ["not everything could be put back (%s); the next call goes on with it" % second]
    served = record.serving["document"]["container"] if record.serving else None
    told = "".join("\n  - " + line for line in [*told, "%s serves as before" % served if served else "nothing served before, and nothing does now"])
    if isinstance(problem, OSError):
        raise Failure(_in_words(problem) + told) from problem
    if isinstance(problem, Failure):
        kind = CallerGone if isinstance(problem, CallerGone) else Failure
        raise kind("%s%s" % (problem, told)) from problem
    say("%s: ended before its time%s" % (record.service, told))


def _in_words(problem):
    what = "no space left on the disk" if problem.errno == errno.ENOSPC else problem.strerror
    # A write that fails does not know the name of its file.
    return "%s: %s" % (paths.shown(str(problem.filename)), what) if problem.filename else "%s (df -h shows where)" % what


def _serves(record, document):
    serving = record.serving
    if not serving or specification(serving["document"]) != specification(document) or serving["address"] not in document["addresses"]:
        return False
    name = containers.find(record.service, serving["id"])
    return bool(name and containers.look(name)["running"])


def _clear(record, serving):
    service = record.service
    for name in containers.of_service(service):
        containers.remove(name)
    environment.remove(serving["environment"])
    if serving["document"].get("assets"):
        assets.clear(serving["document"]["assets"]["to"])
    for image in record.pulled:
        images.remove(image)
    record.replace(None)
    record.save()


def _ending(state):
    if not state:
        return ": it is gone"
    return " (%sexit status %d)" % ("out of memory, " if state["killed"] else "", state["exit"])


def _log(name, instance):
    """Its last lines for a message, without the values of its variables."""
    text = environment.scrubbed(containers.logs(name), environment.values(instance["environment"]))
    return "\n  its last lines:\n%s" % runner.last_lines(text, 30) if text.strip() else "\n  it printed nothing"


def _go_on():
    if caller_gone():
        raise CallerGone("the caller is gone")


def _result(record, instance):
    release = instance["document"]["release"]
    return {"service": record.service, "container": instance["document"]["container"], "address": instance["address"],
            "release": {"image": release["image"], "builtAt": release["builtAt"]}, "drained": {"long": record.long}}


def _within(closing, step):
    def run():
        with closing:
            step()
    return run
