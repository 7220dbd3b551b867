"""The noun `job`: a program that runs once, to its end, before what comes after it; such as the migrations of a release.

It is not run again for a rotated secret: its document names the file of variables, not what is in it.

An older build than the newest that came to its end here is left out: it would find what it does not know. That is so on a way back, be it
that the release failed after its migrations; and for a pipeline that comes late, whose services are refused then. With other variables, such
as another database, it runs: what it needs may not be there.
"""

import hashlib
import json
import time

import document
import environment
import job_container
import job_unit
import locks
import runner
import signals
import store
from release_document import built_at
from errors import CallerGone, Failure
from progress import caller_gone, say

_LIMITS = document.fields({"memory": document.integer(6), "cpus": document.number(0.01), "pids": document.integer(1)})

SHAPE = {
    "job": document.name(),
    "environment": document.table(document.string(r"[A-Za-z_][A-Za-z0-9_]*", "the name of a variable"), document.string(empty=True)),
    "secrets": document.nullable(document.fields({"file": document.path()})),
    "limits": _LIMITS,
    "deadline": document.integer(1),
    "run": document.variants("type", {"container": job_container.SHAPE, "unit": job_unit.SHAPE}),
}

KIND = "jobs"
EVERY = 0.5
# So many environments are remembered, the last ones.
_ENVIRONMENTS = 20
_WAYS = {"container": job_container, "unit": job_unit}


def apply(wanted):
    """Runs it. A status other than 0, or no end within the deadline, is a Failure with the last lines it printed."""
    name, way = wanted["job"], _WAYS[wanted["run"]["type"]]
    with locks.hold("job-" + name):
        record = store.read(KIND, name, {})
        result = {"job": name, "release": way.release(wanted)}
        stopped = _stopped_former(wanted)
        if stopped:
            raise Failure(stopped)
        _sweep(name)
        runs, mark = record.get("runs", []), _mark(wanted["environment"])
        newest = next((one["builtAt"] for one in runs if one["environment"] == mark), None)
        built = wanted["run"]["release"]["builtAt"]
        if newest and built_at(built) < built_at(newest):
            say("%s: not run: it was built at %s, and what a newer build did, of %s, stays done" % (name, built, newest))
            store.write(KIND, name, {**record, "owner": wanted["owner"]})
            return result
        fetched = way.fetch(wanted)
        try:
            _run(wanted, way)
        except BaseException:
            if fetched:
                with signals.held():
                    way.unfetch(wanted)
            raise
        runs = [*[one for one in runs if one["environment"] != mark], {"environment": mark, "builtAt": built}]
        store.write(KIND, name, {"owner": wanted["owner"], "runs": runs[-_ENVIRONMENTS:], **way.finished(wanted, record, fetched)})
        say("%s: came to its end" % name)
    return result


def remove(wanted):
    """What it did stays done; what it needed goes, if it is still this owner's own."""
    name = wanted["job"]
    with locks.hold("job-" + name):
        record = store.read(KIND, name)
        if record and record["owner"] != wanted["owner"]:
            return {"job": name, "removed": False}
        stopped = _stopped_former(wanted)
        if stopped:
            say(stopped)
        _sweep(name)
        for way in _WAYS.values():
            way.forget(record or {})
        store.remove(KIND, name)
    return {"job": name, "removed": True}


def _mark(variables):
    """By which the same variables are known again."""
    return hashlib.sha256(json.dumps(variables, sort_keys=True).encode()).hexdigest()


def _stopped_former(wanted):
    """What an earlier call started, and outlived it, comes to its end first, too: nobody stops half a migration before its time is over.

    Says in words if it had to be stopped then.
    """
    name, end, told = wanted["job"], time.monotonic() + wanted["deadline"], False
    while True:
        running = [way for way in _WAYS.values() if way.running(name)]
        if not running:
            return None
        if not told:
            say("%s: what an earlier call started still runs; waiting for its end, at most %d s" % (name, wanted["deadline"]))
            told = True
        if caller_gone():
            raise CallerGone("the caller was gone before it was started")
        if time.monotonic() >= end:
            for way in running:
                way.stop(name)
            return "%s: what an earlier call started did not end within %d s and was stopped" % (name, wanted["deadline"])
        time.sleep(EVERY)


def _run(wanted, way):
    name = wanted["job"]
    if caller_gone():
        raise CallerGone("the caller was gone before it was started")
    say("%s: running, at most %d s" % (name, wanted["deadline"]))
    try:
        # From here on a caller that goes away stops nothing: half a migration is worse than one whose result nobody reads.
        ending = way.run(wanted)
        if ending:
            raise Failure("%s: %s%s" % (name, ending, _log(wanted, way)))
    finally:
        with signals.held():
            _sweep(name)


def _sweep(name):
    """Takes away what a call left that was cut short, whichever way it ran."""
    for way in _WAYS.values():
        way.sweep(name)


def _log(wanted, way):
    """Its last lines for a message, without the values of its variables."""
    text = way.log(wanted["job"])
    if wanted["secrets"]:
        text = environment.scrubbed(text, environment.values(wanted["secrets"]["file"]))
    return "\n  its last lines:\n%s" % runner.last_lines(text, 30) if text.strip() else "\n  it printed nothing"
