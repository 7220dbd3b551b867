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
                account = pwd.getpwuid(whose(pid)[0])
                folder = title.group(1).decode()
                # Anybody may call a process so.
                if os.path.normpath(folder) == folder and account.pw_uid in (0, os.lstat(folder).st_uid):
                    found[folder] = {"user": account.pw_name, "home": account.pw_dir, "folder": folder, "pid": int(pid)}
        except (OSError, KeyError, TypeError, UnicodeDecodeError):
            continue  # it has just ended, or has no account, or no folder
    return [found[folder] for folder in sorted(found)]


def below(folders):
    """[(daemon, the folders below one of these that its processes run in)], from the kernel alone: PM2 is not asked, which would write files of its own."""
    found = []
    for who in running():
        places = places_of(who, folders)
        if places and not ownership.of("%s/%s" % (_UNITS, pm2.unit(who))):
            found.append((who, places))
    return found


def places_of(who, folders):
    """The folders below one of these that a daemon's processes run in."""
    found = {(whose(pid) or (0, ""))[1] for pid in tree(who["pid"]) - {who["pid"]}}
    return sorted(place for place in found if any((place + "/").startswith(folder + "/") for folder in folders))


def tree(pid):
    """A process and all that come from it."""
    found, new, parents = set(), [pid] if pid else [], _parents()
    while new:
        one = new.pop()
        if one not in found:
            found.add(one)
            new += [child for child, parent in parents.items() if parent == one]
    return found


def whose(pid):
    """(uid, working folder) of a process, from the kernel; None of one that is gone."""
    try:
        with open("/proc/%s/status" % pid, encoding="ascii", errors="replace") as file:
            uid = next(int(line.split()[1]) for line in file if line.startswith("Uid:"))
        return uid, os.readlink("/proc/%s/cwd" % pid)
    except (OSError, StopIteration):
        return None


def end(who):
    """Ends one that has nothing left, and what starts it at boot; what it still runs is named and stays. Returns whether nothing was left."""
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
            say("PM2 of %s (%s) has nothing left, but does not end: %s" % (who["user"], who["folder"], problem))
            return True
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


def _namespace(pid):
    return os.readlink("/proc/%s/ns/pid" % pid)
