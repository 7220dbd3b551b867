"""The folder of a service in which somebody worked: a clone, from which processes run that were started by hand. Releases are built in a folder
within it, so it becomes root's; what was in it is set aside once nothing runs from there."""

import hashlib
import os
import stat

import lent
import ownership
import paths
import store
import takeover
from progress import say

KIND = "working-copies"
_MINE = ("releases",)


def claim(directory, gid=None):
    """Makes the folder root's, nothing in it. Those of the group `gid` may go on making files in it, and change none of ours.
    Without a word for it, and where it is root's, nothing is done."""
    looked = lent.looks(directory)
    if not looked or not takeover.allows("pm2") or not os.path.isdir(paths.at(directory)) or looked[1] in (0, os.getuid()) and not looked[0] & 0o022:
        return
    former = store.read(KIND, _name(directory))
    if gid is None and former and looked[1] in (0, os.getuid()) and looked[0] & stat.S_ISVTX:
        return  # it is lent, and only root can change what is root's
    store.write(KIND, _name(directory), former or {"directory": directory, "owner": looked[1]})
    owner = os.getuid()
    if gid is None:
        handle = os.open(paths.at(directory), os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
        try:
            os.fchown(handle, owner, os.getgid())
            os.fchmod(handle, 0o755)
        finally:
            os.close(handle)
    else:
        lent.lend(directory, gid, 0o1775, (0o755, owner, os.getgid()))


def owner(directory):
    """Whose folder it was when it was found (a uid); None where there is none."""
    looked, found = lent.looks(directory), store.read(KIND, _name(directory)) or {}
    return found.get("owner", looked and looked[1])


def set_aside(directory):
    """What was in a claimed folder is kept elsewhere, once no process runs from it."""
    if not store.read(KIND, _name(directory)):
        return
    names = [name for name in sorted(os.listdir(paths.at(directory))) if name not in _MINE and not ownership.of("%s/%s" % (directory, name))]
    users = _users(directory)
    if users:
        say("%s: what was there stays, because processes run from it: %s" % (directory, ", ".join(users)))
        return
    for name in names:
        takeover.set_aside("%s/%s" % (directory, name))
    if names:
        say("%s: what was there is in %s%s now" % (directory, takeover.FOLDER, directory))
    lent.settle(directory)
    store.remove(KIND, _name(directory))


def _users(directory):
    """Processes whose working folder it is, or is in it; not those of our releases."""
    found, top = [], os.path.realpath(paths.at(directory))
    for pid in sorted((int(name) for name in os.listdir("/proc") if name.isdigit()), key=int):
        try:
            place = os.readlink("/proc/%d/cwd" % pid)
            with open("/proc/%d/comm" % pid, encoding="utf-8", errors="replace") as file:
                name = file.read().strip()
        except OSError:
            continue
        # PM2's daemon was started somewhere, and needs nothing of it.
        if (place + "/").startswith(top + "/") and not place.startswith(top + "/releases/") and not name.startswith("PM2 v"):
            found.append("%s (%d)" % (name, pid))
    return found


def _name(directory):
    return hashlib.sha256(directory.encode()).hexdigest()[:16]
