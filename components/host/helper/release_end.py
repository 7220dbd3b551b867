"""Ends an attempt, forwards or back: of this call, or of one that was cut short (kill, power cut) and left its journal.

Both ways may themselves be cut short and done again.
"""

import os

import assets
import drain
import environment
import front
import journal
import kinds
import locks
import paths
import pm2_found
import pm2_takeover
import probe
import redirect
import release_document
import reports
import workspace_services
from progress import say
from service_record import STARTING, SWITCHED


def settle(record, document):
    """What an earlier call left half done is put back, or brought to its end where the new instance served already.

    The caller of that call believes that it failed: asking for the former document again gives back the former instance.
    """
    attempt = record.attempt
    if not attempt:
        return
    with locks.hold(locks.HOST):
        journal.recover()
    switched = attempt["step"] == SWITCHED
    former = record.serving
    wants_former = document and former and release_document.specification(document) == release_document.specification(former["document"])
    if switched and not wants_former and kinds.runs(attempt["next"]):
        forward(record)
        told = "was cut short after %s got the traffic; it was brought to its end" % _name(attempt["next"])
    else:
        told = "was cut short and put back: %s" % "; ".join(roll_back(record) or ["nothing was left of it"])
    told = "a release of %s %s" % (record.service, told)
    say(told)
    reports.add(told)


def forward(record):
    """Brings an attempt to its end whose new instance serves, without anybody who read its result."""
    new, former = record.attempt["next"], record.serving
    front.show(record, new)
    if former and kinds.runs(former):
        record.data["long"] = drained(former, new["document"]["drain"], lambda: None)
        record.note(stopped=True)
        kinds.of(former).stop(former)
    complete(record, confirmed=False)


def complete(record, confirmed):
    """The new instance serves and stays; everything of the former goes. `confirmed`: somebody has read the result."""
    attempt, former = record.attempt, record.serving
    new = attempt["next"]
    document = new["document"]
    for kind in kinds.of_both(new, former):
        kind.settle(record, new, former)
    if pm2_found.is_one(former):
        pm2_takeover.complete(record, new, former)
    if former:
        environment.remove(former["environment"])
    if attempt["assets"]:
        record.data["assets"] = assets.settle(attempt["assets"], record.assets, document["assets"]["keep"])
    elif former and former["document"].get("assets"):
        assets.clear(former["document"]["assets"]["to"])
        record.data["assets"] = []
    if confirmed or not former or pm2_found.is_one(former):
        record.data.update(owner=attempt["owner"], floor=document["release"]["builtAt"] if confirmed else None)
    record.replace(new)
    record.save()


def roll_back(record):
    """The host as it was before the attempt. Returns what was taken away, in words."""
    attempt, former = record.attempt, record.serving
    new = attempt["next"]
    document = new["document"]
    told = []
    had_traffic = attempt["step"] != STARTING
    if attempt.get("diverted"):
        problem = pm2_takeover.give_back(record)
        if problem and kinds.runs(new):
            return _go_on_instead(record, problem)
        told.append("%s has its port again%s" % (_name(former), ", but it %s" % problem if problem else ""))
        redirect.off(record.service)
        attempt["stopped"] = had_traffic = False
    elif kinds.alone(new, former):
        told += _take_away(record, new)
        if had_traffic:
            # nginx may listen where the former is to listen itself.
            front.show(record, former)
            if pm2_found.is_one(former):
                pm2_takeover.bring_back(new)
    # It may have ended while its packages were exchanged below it.
    moved = workspace_services.put_back(new, former)
    told += moved
    # At boot a unit starts only if its alias named it when the power was cut.
    if former and (attempt["stopped"] or moved or (had_traffic and not kinds.runs(former))):
        problem = revive(former)
        if problem and had_traffic and kinds.runs(new):
            return _go_on_instead(record, problem)
        told.append("%s was started again%s" % (_name(former), ", but it %s" % problem if problem else ""))
    if had_traffic:
        with locks.hold(locks.HOST):
            front.show(record, former)
            record.note(step=STARTING)
        if kinds.runs(new):
            drained(new, document["drain"], lambda: None)
    told += _take_away(record, new)
    if attempt["assets"]:
        assets.take_back(attempt["assets"])
    if attempt["pulled"]:
        told += kinds.of(new).unfetch(record, new)
    record.replace(former)
    record.save()
    return told


def _go_on_instead(record, problem):
    """What served before does not come back, and the new instance is well."""
    new, former = record.attempt["next"], record.serving
    forward(record)
    told = "%s did not come back (%s), so %s keeps serving" % (_name(former), problem, _name(new))
    reports.add("a release of %s could not be put back: %s" % (record.service, told))
    return [told]


def drained(instance, seconds, going_on):
    """How many connections outlasted the drain of an instance that answers requests."""
    target = kinds.target(instance)
    return drain.wait(target, seconds, going_on) if target else 0


def _take_away(record, new):
    """Removes the new instance and its copy of the variables, and what its preparation left."""
    if kinds.runs(new):
        kinds.of(new).stop(new)
    told = kinds.of(new).take_away(record, new)
    if new["environment"] and os.path.lexists(paths.at(new["environment"])):
        environment.remove(new["environment"])
        told.append("its copy of the variables removed")
    return told


def revive(former):
    """Starts what was stopped for the attempt. Returns None, or what is wrong with it in words."""
    look = kinds.of(former).watch(former)
    state = look()
    if not state:
        return "is gone"
    if not state["running"]:
        say("starting %s again" % _name(former))
        kinds.of(former).start(former)
    return probe.until_works(former, lambda: None) or (None if kinds.runs(former) else "ended by itself")


def _name(instance):
    return kinds.of(instance).name(instance)
