"""The folder of a service in which somebody worked: a clone, from which processes run that were started by hand. Releases are built in a folder
within it, so it becomes root's; what was in it is set aside once nothing runs from there."""

import hashlib
import os
import re
import stat

import lent
import nginx_before
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
    """What was in a claimed folder is kept elsewhere, once nothing uses it; until then `again` tries."""
    record = store.read(KIND, _name(directory))
    if not record:
        return
    names = [name for name in sorted(os.listdir(paths.at(directory))) if name not in _MINE and not ownership.of("%s/%s" % (directory, name))]
    users = _users(directory, names)
    if users:
        if not record.get("left"):
            store.write(KIND, _name(directory), {**record, "left": True})
            say("%s: what was there stays, because something uses it: %s" % (directory, ", ".join(users)))
        return
    for name in names:
        takeover.set_aside("%s/%s" % (directory, name))
    if names:
        say("%s: what was there is in %s%s now" % (directory, takeover.FOLDER, directory))
    lent.settle(directory)
    store.remove(KIND, _name(directory))


def again():
    """Sets aside what something used when its turn came, such as a site of nginx that is taken over after its service."""
    for record in [store.read(KIND, name) or {} for name in store.names(KIND)]:
        if record.get("left"):
            set_aside(record["directory"])


def _users(directory, names):
    """What works in the folder, or with one of these names in it: processes and containers, but not those of our releases; and nginx."""
    found, top = [], os.path.realpath(paths.at(directory))
    named = re.compile(r"(?:%s)/(?:%s)(?![\w.-])" % ("|".join(map(re.escape, (top, directory))), "|".join(map(re.escape, names)) or "(?!)"))
    for pid in sorted(int(name) for name in os.listdir("/proc") if name.isdigit()):
        try:
            place = os.readlink("/proc/%d/cwd" % pid)
            name = _text("/proc/%d/comm" % pid).strip()
            told = _text("/proc/%d/cmdline" % pid) + _text("/proc/%d/maps" % pid)
            # What is mounted there, of which the fourth word is the place that it is of.
            if os.readlink("/proc/%d/ns/mnt" % pid) != os.readlink("/proc/self/ns/mnt"):
                told += "\n".join(line.split()[3] for line in _text("/proc/%d/mountinfo" % pid).splitlines())
        except OSError:
            continue
        # PM2's daemon was started somewhere, and needs nothing of it.
        stands = (place + "/").startswith(top + "/") and not place.startswith(top + "/releases/")
        if (stands or named.search(told)) and not name.startswith("PM2 v"):
            found.append("%s (%d)" % (name, pid))
    if os.path.isfile(paths.at(nginx_before.PLACE)) and named.search(_text(paths.at(nginx_before.PLACE))):
        found.append("nginx (%s)" % nginx_before.PLACE)
    return found


def _text(path):
    with open(path, encoding="utf-8", errors="replace") as file:
        return file.read()


def _name(directory):
    return hashlib.sha256(directory.encode()).hexdigest()[:16]
