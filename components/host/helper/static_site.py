"""The noun `static`: a site of files that nginx serves, built from source; one link names the release that is shown.

The link is switched in one rename, so that a request sees one release or the other. Pages of an older release ask for files that the new one does
not have any more; those lie in a folder beside, under the paths that they have in the site (their names carry a hash of their content).
"""

import contextlib
import os
import shutil

import assets
import document
import locks
import ownership
import paths
import real_folder
import release_document
import signals
import source_users
import sources
import store
import takeover
import working_copy
from errors import CallerGone, Failure
from progress import Outcome, caller_gone, say
from transaction import Transaction

_BUILD = {"builtAt": release_document.BUILT_AT, "rollback": document.optional(document.boolean())}
_GIT, _ARCHIVE = document.fields({**sources.GIT, **_BUILD}), document.fields({**sources.ARCHIVE, **_BUILD})


def _release(value, path, problems):
    (_GIT if isinstance(value, dict) and "repository" in value else _ARCHIVE)(value, path, problems)


SHAPE = {
    "service": document.name(),
    "release": _release,
    "source": sources.SOURCE,
    "from": release_document.INSIDE,
    "link": document.path(),
    # The folder in `from` whose files never change under their name.
    "immutable": document.nullable(release_document.INSIDE),
    "assets": document.nullable(document.fields({"to": document.path(), "keep": document.integer(1)})),
    "health": document.fields({"file": release_document.INSIDE}),
    "keep": document.integer(1),
    "pullTimeout": document.optional(document.integer(1)),
}
KIND = source_users.SITES
_OWNER = "statics"
_NEW = {"owner": None, "floor": None, "serving": None, "assets": []}


def apply(wanted):
    """Builds the release unless it is here, and shows it."""
    with contextlib.ExitStack() as stack:
        stack.enter_context(locks.hold("static-" + wanted["service"]))
        record = {**_NEW, **(store.read(KIND, wanted["service"]) or {})}
        _refuse(record, wanted)
        came = not sources.is_here(wanted["release"], wanted["source"])
        try:
            folder = sources.bring(wanted["release"], wanted["source"], wanted.get("pullTimeout", 600))
            _check(wanted, folder)
            outcome = _show(record, wanted, folder, came)
        except BaseException:
            if came:
                with signals.held():
                    sources.drop(wanted["release"], wanted["source"])
            raise
        closing = stack.pop_all()
    return Outcome(outcome.result, undo=_within(closing, outcome.undo), finish=_within(closing, outcome.finish))


def remove(wanted):
    """Takes the site away if it is still this owner's own: its link, its old assets, and the releases that nobody else shows."""
    service = wanted["service"]
    with locks.hold("static-" + service):
        record = store.read(KIND, service)
        if not record or record["owner"] != wanted["owner"]:
            return {"service": service, "removed": False}
        _link(service, None, None).finish()
        if record["serving"]["assets"]:
            assets.clear(record["serving"]["assets"]["to"])
        store.remove(KIND, service)
        source = record["serving"]["source"]
        used = source_users.folders(source["directory"])
        sources.prune(source, record["serving"]["keep"] if used else 0, used)
    return {"service": service, "removed": True}


def _refuse(record, wanted):
    release, floor = wanted["release"], record["floor"]
    if record["serving"] and floor and not release.get("rollback") and release_document.built_at(release["builtAt"]) < release_document.built_at(floor):
        raise Failure("release.builtAt: %s is older than what is shown, which was built at %s. Add `rollback: true` to the release if that is meant"
                      % (release["builtAt"], floor))
    found = ownership.of(wanted["link"])
    if not found and ownership.digest(wanted["link"]) and not takeover.allows_path(wanted["link"]):
        raise Failure("link: %s exists and was not made by Flowfleet; %s (mv %s %s.before)"
                      % (wanted["link"], takeover.way_out(*takeover.words_for(wanted["link"])), wanted["link"], wanted["link"]))
    if found and found["noun"] != _noun(wanted["service"]):
        raise Failure("link: %s belongs to something else on this host (%s)" % (wanted["link"], found["noun"]))
    for name in store.names(KIND):
        other = store.read(KIND, name)["serving"]
        if name != wanted["service"] and other["assets"] and wanted["assets"] and other["assets"]["to"] == wanted["assets"]["to"]:
            raise Failure("assets.to: %s belongs to the site %s" % (wanted["assets"]["to"], name))


def _check(wanted, folder):
    """What nginx shall show is there, and nothing in it leads elsewhere."""
    top = os.path.join(paths.at(folder), wanted["from"])
    if not os.path.isdir(top):
        raise Failure("from: %s has no folder %s after its build" % (sources.shown(wanted["release"]), wanted["from"]))
    if not os.path.isfile(os.path.join(top, wanted["health"]["file"])):
        raise Failure("health.file: %s has no file %s/%s after its build" % (sources.shown(wanted["release"]), wanted["from"], wanted["health"]["file"]))
    inside = os.path.realpath(paths.at(folder)) + os.sep
    for place, folders, files in os.walk(top):
        for name in folders + files:
            link = os.path.join(place, name)
            if os.path.islink(link) and not os.path.realpath(link).startswith(inside):
                raise Failure("from: %s links to %s, which is not in the release: everybody could read it" % (paths.shown(link), os.readlink(link)))


def _show(record, wanted, folder, came):
    service = wanted["service"]
    if caller_gone():
        raise CallerGone("the caller is gone")
    former, link, target = record["serving"], wanted["link"], "%s/%s" % (folder, wanted["from"])
    by_hand = _assets_by_hand(record, wanted)
    kept = _keep_assets(wanted, folder)
    exchanged = real_folder.is_in_the_way(link)

    def take_back():
        for one in filter(None, (kept, by_hand)):
            assets.take_back(one)

    try:
        if kept:
            assets.add(kept)
        if exchanged:
            real_folder.exchange(link, target, _OWNER, _noun(service))
        change = _link(service, link, target)
    except BaseException:
        with signals.held():
            if exchanged:
                real_folder.undo(link)
            take_back()
        raise
    if change.changed or exchanged:
        say("%s shows %s" % (service, sources.shown(wanted["release"])))

    def undo():
        change.undo()
        if exchanged:
            real_folder.undo(link)
        take_back()
        if came and folder not in source_users.folders(wanted["source"]["directory"]):
            sources.drop(wanted["release"], wanted["source"])

    def finish():
        change.finish()
        real_folder.finish(link)
        record.update(owner=wanted["owner"], floor=wanted["release"]["builtAt"], serving=release_document.plain(wanted))
        if former and former["assets"] and (not kept or former["assets"]["to"] != kept["to"]):
            assets.clear(former["assets"]["to"])
            record["assets"] = []
        if kept:
            record["assets"] = assets.settle(kept, record["assets"], wanted["assets"]["keep"])
        store.write(KIND, service, record)
        for source in {one["source"]["directory"]: one["source"] for one in (former or wanted, wanted)}.values():
            sources.prune(source, wanted["keep"], source_users.folders(source["directory"]))
        working_copy.set_aside(wanted["source"]["directory"])

    release = {key: value for key, value in wanted["release"].items() if key != "rollback"}
    return Outcome({"service": service, "folder": folder, "release": release, "changed": bool(change.changed) or exchanged}, undo, finish)


def _assets_by_hand(record, wanted):
    """Pages of a site that was there before ask for its files, too. What came with them, to take it back."""
    link = wanted["link"]
    place = real_folder.place(link)
    if not place or not wanted["assets"] or not wanted["immutable"] or record["serving"]:
        return None
    # From what is kept: the folder itself is somebody else's, who could lead root to what nobody may read.
    kept = paths.at(takeover.keep(link) if place == link else takeover.kept(link))
    there = os.path.join(kept, wanted["immutable"])
    if os.path.lexists(there) and os.path.realpath(there) != os.path.join(os.path.realpath(kept), wanted["immutable"]):
        raise Failure("link: %s/%s is or is below a link, and everybody could read what it leads to. Put a folder in its place, then run again" % (link, wanted["immutable"]))
    if not os.path.isdir(there):
        return None
    shutil.copytree(there, os.path.join(assets.room(wanted["assets"]["to"]), wanted["immutable"]), symlinks=True)
    came = assets.arrived(wanted["assets"]["to"])
    assets.add(came)
    record["assets"] = assets.settle(came, [], 1)
    return came


def _keep_assets(wanted, folder):
    if not wanted["assets"] or not wanted["immutable"]:
        return None
    arriving, room = os.path.join(paths.at(folder), wanted["from"], wanted["immutable"]), assets.room(wanted["assets"]["to"])
    if os.path.isdir(arriving):
        shutil.copytree(arriving, os.path.join(room, wanted["immutable"]), symlinks=True)
    else:
        # Astro makes none for pages without scripts and with little style. Those of older releases stay.
        say("immutable: %s has no folder %s/%s after its build: no file of it is kept for pages that are open"
            % (sources.shown(wanted["release"]), wanted["from"], wanted["immutable"]))
    return assets.arrived(wanted["assets"]["to"])


def _link(service, link, target):
    """The link of a site, and none that it had elsewhere; without `link` it has none."""
    change = Transaction(_OWNER, _noun(service))
    if link:
        change.link(link, target)
    change.prune()
    change.commit()
    return change


def _noun(service):
    return "static " + service


def _within(closing, step):
    def run():
        with closing:
            step()
    return run
