"""Ends an attempt, forwards or back: of this call, or of one that was cut short (kill, power cut) and left its journal.

Both ways may themselves be cut short and done again.
"""

import os

import assets
import containers
import drain
import environment
import front
import images
import locks
import paths
import probe
import release_document
import reports
from progress import say
from service_record import STARTING, SWITCHED


def settle(record, document):
    """What an earlier call left half done is put back, or brought to its end where the new instance served already.

    The caller of that call believes that it failed: asking for the former document again gives back the former instance.
    """
    attempt = record.attempt
    if not attempt:
        return
    switched = attempt["step"] == SWITCHED
    former = record.serving
    wants_former = document and former and release_document.specification(document) == release_document.specification(former["document"])
    if switched and not wants_former and _runs(record.service, attempt["next"]):
        forward(record)
        told = "was cut short after %s got the traffic; it was brought to its end" % attempt["next"]["document"]["container"]
    else:
        told = "was cut short and put back: %s" % "; ".join(roll_back(record) or ["nothing was left of it"])
    told = "a release of %s %s" % (record.service, told)
    say(told)
    reports.add(told)


def forward(record):
    """Brings an attempt to its end whose new instance serves, without anybody who read its result."""
    new, former = record.attempt["next"], record.serving
    front.show(record, new)
    if former and _runs(record.service, former):
        record.data["long"] = drain.wait(former["address"], new["document"]["drain"], lambda: None)
        record.note(stopped=True)
        _stop(record.service, former)
    complete(record, confirmed=False)


def complete(record, confirmed):
    """The new instance serves and stays; everything of the former goes. `confirmed`: somebody has read the result."""
    attempt, former = record.attempt, record.serving
    new = attempt["next"]
    document = new["document"]
    name = containers.find(record.service, new["id"])
    for other in containers.of_service(record.service) if name else ():
        if other != name:
            containers.remove(other)
    if name and name != document["container"]:
        containers.rename(name, document["container"])
    if former:
        environment.remove(former["environment"])
    if attempt["assets"]:
        record.data["assets"] = assets.settle(attempt["assets"], record.assets, document["assets"]["keep"])
    elif former and former["document"].get("assets"):
        assets.clear(former["document"]["assets"]["to"])
        record.data["assets"] = []
    _prune_images(record, new, former)
    if confirmed or not former:
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
    if document["overlap"] == "never":
        told += _take_away(record.service, new)
    if former and attempt["stopped"]:
        problem = _revive(record.service, former)
        if problem and had_traffic and _runs(record.service, new):
            forward(record)
            told = ["%s did not come back (%s), so %s keeps serving" % (former["document"]["container"], problem, document["container"])]
            reports.add("a release of %s could not be put back: %s" % (record.service, told[0]))
            return told
        told.append("%s was started again%s" % (former["document"]["container"], ", but it %s" % problem if problem else ""))
    if had_traffic:
        with locks.hold(locks.HOST):
            front.show(record, former)
            record.note(step=STARTING)
        if _runs(record.service, new):
            drain.wait(new["address"], document["drain"], lambda: None)
    told += _take_away(record.service, new)
    if attempt["assets"]:
        assets.take_back(attempt["assets"])
    if attempt["pulled"] and images.facts(document["release"]["image"]):
        gone = images.remove(document["release"]["image"])
        told.append("image %s %s" % (document["release"]["image"], "removed" if gone else "stays, something else uses it"))
    record.replace(former)
    record.save()
    return told


def _take_away(service, new):
    """Removes the new instance's container and copy of the variables, and what its preparation left."""
    told = []
    if _runs(service, new):
        _stop(service, new)
    for name in containers.of_service(service, new["id"]):
        containers.remove(name)
        told.append("container %s removed" % name)
    if new["environment"] and os.path.lexists(paths.at(new["environment"])):
        environment.remove(new["environment"])
        told.append("its copy of the variables removed")
    return told


def _revive(service, former):
    """Starts what was stopped for the attempt. Returns None, or what is wrong with it in words."""
    name = containers.find(service, former["id"])
    if not name:
        return "is gone"
    if not containers.look(name)["running"]:
        say("starting %s again" % name)
        containers.start(name)
    document, health = former["document"], former["document"]["health"]
    return probe.until_healthy(former["address"], document["port"], health["path"], health["timeout"], document["deadline"], lambda: None)


def _runs(service, instance):
    name = containers.find(service, instance["id"])
    found = containers.look(name) if name else None
    return bool(found and found["running"])


def _stop(service, instance):
    name = containers.find(service, instance["id"])
    if name:
        containers.stop(name, instance["document"]["stopTimeout"])


def _prune_images(record, new, former):
    """The images of what serves and of what served before stay, for a quick way back."""
    kept = [one["document"]["release"]["image"] for one in (former, new) if one]
    known = record.pulled + ([kept[-1]] if record.attempt["pulled"] else [])
    for image in known:
        if image not in kept:
            images.remove(image)
    record.data["pulled"] = [image for image in dict.fromkeys(known) if image in kept]
