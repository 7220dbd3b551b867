"""The noun `job`: a program that runs once, to its end, before what comes after it; such as the migrations of a release.

It is not run again for a rotated secret: its document names the file of variables, not what is in it.
"""

import document
import environment
import job_container
import job_unit
import locks
import runner
import signals
import store
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
_WAYS = {"container": job_container, "unit": job_unit}


def apply(wanted):
    """Runs it. A status other than 0, or no end within the deadline, is a Failure with the last lines it printed."""
    name, way = wanted["job"], _WAYS[wanted["run"]["type"]]
    with locks.hold("job-" + name):
        record = store.read(KIND, name, {})
        _sweep(name)
        fetched = way.fetch(wanted)
        try:
            _run(wanted, way)
        except BaseException:
            if fetched:
                with signals.held():
                    way.unfetch(wanted)
            raise
        store.write(KIND, name, {"owner": wanted["owner"], **way.finished(wanted, record, fetched)})
        say("%s: came to its end" % name)
    return {"job": name, "release": way.release(wanted)}


def remove(wanted):
    """What it did stays done; what it needed goes, if it is still this owner's own."""
    name = wanted["job"]
    with locks.hold("job-" + name):
        record = store.read(KIND, name)
        if record and record["owner"] != wanted["owner"]:
            return {"job": name, "removed": False}
        _sweep(name)
        for way in _WAYS.values():
            way.forget(record or {})
        store.remove(KIND, name)
    return {"job": name, "removed": True}


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
