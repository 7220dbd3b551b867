"""How a release takes over from processes that were started by hand (see pm2_found.py), without a request that is lost.

They have the port that everybody knows until they end. So the kernel leads new connections to the release before: the way `port` to its own
port, the way `reload` to the process of it that is tried out, as the others will have that port. What the old ones have begun comes to
its end, they are stopped, nginx or the release itself takes the port, and the connections go there. The way `stop` needs nothing of this.

    attempt["diverted"]   the port that new connections are led to
"""

import grp
import os
import pwd
import re

import drain
import front
import kinds
import lent
import locks
import paths
import pm2
import pm2_daemons
import pm2_found
import redirect
import release_end
import store
import takeover
import working_copy
from progress import say
from service_record import STARTING

_LOG = re.compile(r'\b(?:log|out|error)_file"?: "(/[^"]+)"')


def adopt(record, document):
    """What was started by hand is what serves, until a release has taken over from it."""
    if record.serving and not pm2_found.is_one(record.serving):
        return
    found = pm2_found.look(document) if "pm2" in document and takeover.allows("pm2") else None
    record.data["serving"] = found
    if found:
        say("%s: takes over from %s" % (record.service, pm2_found.name(found)))


def make_way(record, new):
    """Both accounts can work with the same folders from now on; what PM2 had saved is kept."""
    if not pm2_found.is_one(record.serving):
        return
    found = record.serving["document"]["found"]
    for group, (who, listed) in zip(found["in"], pm2_found.processes(record.serving, "running", "asleep")):
        if "folder" not in who:
            continue
        pm2_daemons.keep_dump(who)
        uid, gid = pm2.principal(who)
        # A group is all that can be lent to.
        others = _others_of(who["user"], gid)
        if others:
            say("The group of %s is that of %s as well, so its processes do not get what is %s's now; they cannot be started again until the release serves"
                % (who["user"], ", ".join(others), record.service))
        if others or not group["trusted"]:
            continue
        if found["directory"]:
            working_copy.claim(found["directory"], gid)
        _lend_logs(new["document"]["pm2"], gid, {os.path.dirname(file) for one in listed for file in one["logs"]})
        secrets = new["document"].get("secrets")
        if secrets and _could_read(secrets["file"], uid, gid):
            mode, *whose = lent.looks(secrets["file"])
            if not mode & 0o040:
                lent.lend(secrets["file"], gid, 0o640, (mode, *whose))


def takes_over(record, new):
    """Whether the port that everybody knows has to be left by others before `new` gets it, and has not been."""
    former = record.serving
    return pm2_found.is_one(former) and bool(former["document"]["found"]["ports"]) and not kinds.alone(new, former) and not record.attempt.get("diverted")


def divert(record, to, going_on):
    """New connections go to the instance `to`; the old processes end what they began, and stop."""
    former = record.serving
    found, name = former["document"]["found"], pm2_found.name(former)
    record.note(diverted=kinds.port(to))
    redirect.on(record.service, found["ports"], kinds.port(to))
    say("%s gets the requests; draining %s, at most %d s" % (kinds.of(to).name(to), name, to["document"]["drain"]))
    record.data["long"] = drain.served(found["ports"], to["document"]["drain"], going_on)
    if record.long:
        say("%d connections of %s are longer than that and end now" % (record.long, name))
    record.note(stopped=True)
    pm2_found.stop(former)


def straighten(record, going_on):
    """Connections go straight where they lead: the new one serves at the port that everybody knows."""
    to = record.attempt.get("diverted")
    if to:
        redirect.off(record.service)
        if _canary(record.attempt["next"]):
            drain.served([to], record.attempt["next"]["document"]["drain"], going_on)


def give_back(record):
    """The old processes have their port again. Returns what is wrong with them in words, or None."""
    attempt, former = record.attempt, record.serving
    new, found = attempt["next"], former["document"]["found"]
    if attempt["diverted"] in pm2_found.listening():
        redirect.on(record.service, found["ports"], attempt["diverted"])
    with locks.hold(locks.HOST):
        front.show(record, former)
        record.note(step=STARTING)
    bring_back(new)
    if _canary(new):
        kinds.of(new).stop(new)
    problem = release_end.revive(former)
    if not problem:
        redirect.off(record.service)
        drain.served([attempt["diverted"]], new["document"]["drain"], lambda: None)
        redirect.sweep()
    return problem


def bring_back(new):
    """The files by which they were started, which links of the release were in the place of."""
    for path in (new["document"]["pm2"]["file"], *new["document"]["pm2"]["links"]):
        takeover.bring_back(path)


def complete(record, new, former):
    """The release is there for good: nothing is left of the old processes but what is kept."""
    redirect.off(record.service)
    canary = _canary(new)
    if canary:
        kinds.of(canary).stop(canary)
        pm2.save(new["document"]["pm2"])
    for who, listed in pm2_found.processes(former, "running", "asleep"):
        if listed:
            pm2.delete(who, [one for one in listed if one["numbered"]], 300)
            pm2.save(who)
        if "folder" in who and (pm2_daemons.end(who) or not _is_needed(who)):
            lent.back(pm2.principal(who)[1])
    # What was led away meanwhile has mostly ended by now.
    redirect.sweep()


def _is_needed(who):
    """Whether something that is left may be of a service that is still to be taken over: it runs in what a system on this host has claimed."""
    claimed = [path for name in store.names("claims") for path in (store.read("claims", name) or {}).get("paths", [])]
    return any((one["cwd"] + "/").startswith(path + "/") for one in pm2.processes(who) for path in claimed)


def _others_of(user, gid):
    """Who else is in a group."""
    try:
        members = grp.getgrgid(gid).gr_mem
    except KeyError:
        members = []
    return sorted({*members, *(one.pw_name for one in pwd.getpwall() if one.pw_gid == gid)} - {user})


def _could_read(path, uid, gid):
    """Whether an account could read what was there before."""
    place = takeover.kept(path)
    looked = place and lent.looks(place)
    if not looked:
        return False
    mode, owner, group = looked
    return uid in (0, owner) or bool(mode & 0o004) or group == gid and bool(mode & 0o040)


def _canary(new):
    """The process that was tried out, where it has the requests meanwhile."""
    return {**new, "canary": True, "logs": []} if new["document"]["pm2"]["way"] == "reload" and new["document"]["ports"] else None


def _lend_logs(own, gid, folders):
    """The files of the folder that both write their logs to: ours from now on, and the old account's group goes on. PM2's own folder is none."""
    uid, own_gid = pm2.principal(own)
    both = {os.path.dirname(file) for file in _LOG.findall("\n".join(own["text"]))} & folders
    for folder in sorted(one for one in both if not (one + "/").startswith(own["home"] + "/.pm2/")):
        looked = lent.looks(folder)
        if not looked or looked[1] != uid or not os.path.isdir(paths.at(folder)):
            continue
        if looked[2] != gid:
            lent.lend(folder, gid, looked[0] | 0o070, looked)
        for name in sorted(os.listdir(paths.at(folder))):
            file = "%s/%s" % (folder, name)
            found = lent.looks(file)
            if found and not os.path.isdir(paths.at(file)) and found[2] == gid and found[1] != uid:
                lent.lend(file, gid, 0o660, (0o640, uid, own_gid))
