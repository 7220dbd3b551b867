"""PM2's daemons on this host that were started by hand, whoever's they are: `pm2 start` starts one for the account that calls it."""

import os
import pwd
import re

import ownership
import paths
import pm2
import runner
import takeover
from errors import Failure
from progress import say

_TITLE = re.compile(rb"PM2 v\S+: God Daemon \((/[^)]*)\)")
_UNITS = "/etc/systemd/system"


def running():
    """{user, home, folder, pid} of all daemons that run here, ours too, but none in a container."""
    found, here = {}, _namespace("self")
    for pid in (name for name in os.listdir("/proc") if name.isdigit()):
        try:
            with open("/proc/%s/cmdline" % pid, "rb") as file:
                title = _TITLE.match(file.read(4096))
            if title and _namespace(pid) == here:
                account = pwd.getpwuid(os.stat("/proc/" + pid).st_uid)
                folder = title.group(1).decode()
                found[folder] = {"user": account.pw_name, "home": account.pw_dir, "folder": folder, "pid": int(pid)}
        except (OSError, KeyError):
            continue  # it has just ended, or has no account
    return [found[folder] for folder in sorted(found)]


def below(folders):
    """[(daemon, the folders below one of these that its processes run in)], from the kernel alone: PM2 is not asked, which would write files of its own."""
    found, parents = [], _parents()
    for who in running():
        tree, new = set(), [who["pid"]]
        while new:
            one = new.pop()
            if one not in tree:
                tree.add(one)
                new += [child for child, parent in parents.items() if parent == one]
        places = sorted({place for place in map(_place, tree - {who["pid"]}) if any((place + "/").startswith(folder + "/") for folder in folders)})
        if places and not ownership.of("%s/%s" % (_UNITS, pm2.unit(who))):
            found.append((who, places))
    return found


def end(who):
    """Ends one that has nothing left, and what starts it at boot; what it still runs is named and stays. Returns whether it ended."""
    left = sorted({one["name"] for one in pm2.processes(who)})
    if left:
        say("PM2 of %s (%s) goes on with %s" % (who["user"], who["folder"], ", ".join(left)))
        return False
    for unit in units(who["folder"]):
        say("%s disabled; its file stays" % unit)
        runner.run(["systemctl", "disable", "--now", "--quiet", unit], check=False, timeout=180)
    if any(one["folder"] == who["folder"] for one in running()):
        try:
            pm2.kill(who)
        except Failure as problem:
            # It has nothing to run, now and at the next boot.
            say("PM2 of %s does not end: %s" % (who["user"], problem))
    say("PM2 of %s (%s) has nothing left and was ended" % (who["user"], who["folder"]))
    return True


def units(folder):
    """Units of `pm2 startup` that start the daemon of a folder, and none of ours."""
    found = []
    for name in sorted(os.listdir(paths.at(_UNITS))) if os.path.isdir(paths.at(_UNITS)) else []:
        place = "%s/%s" % (_UNITS, name)
        if re.fullmatch(r"pm2[\w@.-]*\.service", name) and not ownership.of(place) and os.path.isfile(paths.at(place)):
            with open(paths.at(place), encoding="utf-8", errors="replace") as file:
                if re.search(r'^Environment="?PM2_HOME=%s/?"?\s*$' % re.escape(folder), file.read(), re.M):
                    found.append(name)
    return found


def keep_dump(who):
    """What it had saved before anything of it was taken over."""
    dump = who["folder"] + "/dump.pm2"
    if not takeover.kept(dump):
        takeover.keep(dump)


def _parents():
    found = {}
    for pid in (name for name in os.listdir("/proc") if name.isdigit()):
        try:
            with open("/proc/%s/stat" % pid, encoding="ascii", errors="replace") as file:
                found[int(pid)] = int(file.read().rpartition(") ")[2].split()[1])
        except (OSError, IndexError):
            continue
    return found


def _place(pid):
    try:
        return os.readlink("/proc/%d/cwd" % pid)
    except OSError:
        return ""


def _namespace(pid):
    return os.readlink("/proc/%s/ns/pid" % pid)
