"""The noun `release`: one service's instance is replaced by another, and no request is lost; or the host is as it was.

Everything is written down in the service's record before it is done, and `release_end` ends it, forwards or back, in this call or in the next.
"""

import contextlib
import errno

import assets
import containers
import environment
import front
import kinds
import locks
import paths
import pm2_takeover
import probe
import redirect
import release_end
import release_room
import signals
import workspace_services
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
        redirect.sweep()
        pm2_takeover.adopt(record, document)
        outcome = (_keep if _serves(record, document) else _replace)(record, document)
        closing = stack.pop_all()
    return Outcome(outcome.result, undo=_within(closing, outcome.undo), finish=_within(closing, outcome.finish))


def remove(document):
    """Takes the service away if it is still this owner's own: first its traffic, then the instance and all that came with it."""
    service = document["service"]
    with locks.hold("service-" + service):
        record = Record(service)
        if not exists(service) or (record.owner or record.attempt["owner"]) != document["owner"]:
            return {"service": service, "removed": False}
        release_end.settle(record, None)
        serving = record.serving
        if serving:
            front.show(record, None)
            if kinds.runs(serving):
                release_end.drained(serving, serving["document"]["drain"], lambda: None)
                kinds.of(serving).stop(serving)
            _clear(record, serving)
    return {"service": service, "removed": True}


def _keep(record, document):
    """The serving instance will do; what is shown of it may change."""
    former, serving = record.serving, {**record.serving, "document": plain(document)}
    front.show(record, serving)
    if front.nginx_files(former) != front.nginx_files(serving):
        say("%s serves already; nginx was told anew" % kinds.of(serving).name(serving))

    def finish():
        record.data.update(owner=document["owner"], floor=document["release"]["builtAt"])
        record.replace(serving)
        record.save()

    return Outcome(_result(record, serving), undo=lambda: front.show(record, former), finish=finish)


def _replace(record, document):
    """Starts the new one, switches to it when it is healthy, lets the former one drain and stops it; removing it is for `finish`."""
    new = record.begin(plain(document), document["owner"])
    try:
        pm2_takeover.make_way(record, new)
        kinds.of(new).fetch(record, new)
        workspace_services.bring(new)
        _go_on()
        _prepare(record, new)
        _try_out(record, new)
        _make_room(record, new)
        _start(new)
        _become_healthy(new)
        alone = kinds.alone(new, record.serving)
        if not alone:
            _stay_healthy(new)
        if pm2_takeover.takes_over(record, new):
            pm2_takeover.divert(record, new, _go_on)
        _switch(record, new)
        if alone:
            # Nobody else serves: it must not be kept from the requests.
            _stay_healthy(new)
        pm2_takeover.straighten(record, _go_on)
        _retire(record, new)
    except BaseException as problem:
        with signals.held():
            _put_back(record, problem)
        raise
    return Outcome(_result(record, new), undo=lambda: release_end.roll_back(record), finish=lambda: release_end.complete(record, confirmed=True))


def _prepare(record, new):
    """Everything that can be done before the former one is touched: address, own copy of the variables, the instance itself."""
    document, kind = new["document"], kinds.of(new)
    kind.place(record, new)
    new["user"] = kind.principal(new)
    if document.get("secrets"):
        new["environment"] = "%s/%s.%s.env" % (environment.FOLDER, document["service"], new["id"])
    record.save()
    if document.get("secrets"):
        environment.copy(document["secrets"]["file"], new["environment"], new["user"])
    kind.make(record, new)


def _try_out(record, new):
    """Of some, one process that nobody sees must be healthy before the others start. It has the requests meanwhile if the port has to be left by others."""
    canary = kinds.canary(new)
    if canary:
        _start(canary)
        _become_healthy(canary)
        _stay_healthy(canary)
        if pm2_takeover.takes_over(record, new):
            pm2_takeover.divert(record, canary, _go_on)
        else:
            kinds.of(canary).stop(canary)


def _make_room(record, new):
    """Two instances at once are not allowed for every service."""
    former = record.serving
    if former and kinds.alone(new, former) and kinds.runs(former):
        say("stopping %s, which must not run beside its successor" % kinds.of(former).name(former))
        record.note(stopped=True)
        kinds.of(former).stop(former)
    if kinds.trades_places(new, former):
        with locks.hold(locks.HOST):
            record.note(step=SWITCHING)
            front.show(record, new)


def _start(new):
    kind = kinds.of(new)
    say("starting %s%s" % (kind.name(new), " on " + (kinds.target(new) or new["address"]) if new["address"] else ""))
    kind.start(new)


def _become_healthy(new):
    kind = kinds.of(new)
    look = kind.watch(new)

    def going_on():
        _go_on()
        state = look()
        if not state or not state["running"] or state["restarts"]:
            raise Failure("%s: ended by itself before it was healthy%s%s" % (kind.name(new), _ending(state), _log(new)))

    last = probe.until_works(new, going_on)
    if last:
        raise Failure("%s: was not healthy within %d s: %s" % (kind.name(new), new["document"]["deadline"], _answer(new, last)))
    say("%s is healthy" % kind.name(new))


def _stay_healthy(new):
    """Some answer and end right after that, when their database refuses them. What must only be alive was watched long enough."""
    if "alive" in new["document"]["health"]:
        return
    kind = kinds.of(new)
    look = kind.watch(new)

    def going_on():
        _go_on()
        _refuse_ended(new, look())

    last = probe.still_works(new, going_on)
    if last:
        raise Failure("%s: was healthy, and is not any more: %s" % (kind.name(new), _answer(new, last)))


def _answer(new, said):
    return "http://%s:%d%s %s%s" % (new["address"], kinds.port(new), new["document"]["health"]["path"], said, _log(new))


def _switch(record, new):
    document, kind = new["document"], kinds.of(new)
    kind.stay(new)
    if document.get("assets"):
        fetched = assets.fetch(containers.find(record.service, new["id"]), document["assets"])
        record.note(assets=fetched)
        assets.add(fetched)
    with locks.hold(locks.HOST):
        _go_on()
        record.note(step=SWITCHING)
        front.show(record, new)
        record.note(step=SWITCHED)
    _refuse_ended(new, kinds.of(new).watch(new)())
    say("%s %s" % (kind.name(new), "gets the requests" if kinds.port(new) else "is in charge"))


def _retire(record, new):
    former = record.serving
    if not record.attempt.get("diverted"):
        record.data["long"] = 0
    if former and kinds.runs(former):
        name = kinds.of(former).name(former)
        if kinds.target(former):
            say("draining %s, at most %d s" % (name, new["document"]["drain"]))
        record.data["long"] = release_end.drained(former, new["document"]["drain"], _go_on)
        if record.long:
            say("%d connections of %s are longer than that and end now" % (record.long, name))
        _refuse_ended(new, kinds.of(new).watch(new)())
        record.note(stopped=True)
        kinds.of(former).stop(former)
    _go_on()


def _refuse_ended(new, state):
    """Until its predecessor is stopped there is a way back: from one that was healthy and ended since, or that PM2's daemon did not bring back after its own end."""
    if not state or not state["running"]:
        raise Failure("%s: was healthy, and runs no more%s" % (kinds.of(new).name(new), _log(new)))
    if state["restarts"]:
        raise Failure("%s: was healthy, and ended by itself since%s%s" % (kinds.of(new).name(new), _ending(state), _log(new)))


def _put_back(record, problem):
    """After a failed attempt: the host as found, and a Failure that says why and what was done."""
    try:
        told = release_end.roll_back(record)
    except (Failure, OSError) as second:
        told = ["not everything could be put back (%s); the next call goes on with it" % second]
    told = "".join("\n  - " + line for line in [*told, _what_serves(record)])
    if isinstance(problem, OSError):
        raise Failure(_in_words(problem) + told) from problem
    if isinstance(problem, Failure):
        kind = CallerGone if isinstance(problem, CallerGone) else Failure
        raise kind("%s%s" % (problem, told)) from problem
    say("%s: ended before its time%s" % (record.service, told))


def _what_serves(record):
    if not record.serving:
        return "nothing served before, and nothing does now"
    served = kinds.of(record.serving).name(record.serving)
    try:
        problem = None if kinds.runs(record.serving) else "does not run"
        if not problem and kinds.port(record.serving):
            health = record.serving["document"]["health"]
            problem = probe.ask(record.serving["address"], kinds.port(record.serving), health["path"], health["timeout"])
    except (Failure, OSError):
        problem = "does not run"
    return "%s served before, and now it %s: run again once the reason is gone" % (served, problem) if problem else "%s serves as before" % served


def _in_words(problem):
    what = "no space left on the disk" if problem.errno == errno.ENOSPC else problem.strerror
    # A write that fails does not know the name of its file.
    return "%s: %s" % (paths.shown(str(problem.filename)), what) if problem.filename else "%s (df -h shows where)" % what


def _serves(record, document):
    serving = record.serving
    if not serving or specification(serving["document"]) != specification(document):
        return False
    return ("addresses" not in document or serving["address"] in (document["addresses"] or [None])) and kinds.runs(serving)


def _clear(record, serving):
    kinds.of(serving).clear(record, serving)
    environment.remove(serving["environment"])
    if serving["document"].get("assets"):
        assets.clear(serving["document"]["assets"]["to"])
    record.replace(None)
    record.save()


def _ending(state):
    if not state:
        return ": it is gone"
    return " (%s)" % state["ending"]


def _log(instance):
    """Its last lines for a message, without the values of its variables."""
    return environment.last_lines(kinds.of(instance).log(instance), instance["environment"])


def _go_on():
    if caller_gone():
        raise CallerGone("the caller is gone")


def _result(record, instance):
    return {"service": record.service, "address": instance["address"], **kinds.of(instance).result(instance), "drained": {"long": record.long}}


def _within(closing, step):
    def run():
        with closing:
            step()
    return run
