"""A server that was set up by hand: what the host's `takeOver` allows to be taken over, and what was there, kept below /var/lib/flowfleet/before.

The words are the host's own and handed to it once (contact.py); whatever meets something foreign asks here. Nothing is deleted: a path that
changes hands is kept first, under its own name below the folder, readable for root alone. Both ways of keeping may be cut short at any
moment: the next call goes on.
"""

import contextlib
import errno
import hashlib
import os
import shutil
import stat
import time

import ownership
import paths
import store
from errors import Failure

WORDS = ("nginx", "pm2", "docker")

KIND, NAME = "takeover", "words"
KEPT = "kept"
FOLDER = paths.STATE + "/before"


# The first that a path begins with counts.
_WORDS_FOR = {
    **dict.fromkeys(("/etc/nginx/", "/etc/letsencrypt/", "/etc/systemd/system/nginx.service"), ("nginx",)),
    **dict.fromkeys(("/etc/docker/", "/etc/systemd/system/docker.", "/etc/systemd/system/containerd."), ("docker",)),
    "/etc/systemd/system/pm2-": ("pm2",),
    **dict.fromkeys(("/etc/", "/usr/", "/bin/", "/sbin/", "/lib/", "/lib64/", "/boot/", "/root/", "/run/", "/var/lib/", "/var/spool/", "/var/cache/"), ()),
}


def words():
    """What the host's configuration allows to be taken over."""
    return (store.read(KIND, NAME) or {}).get("words", [])


def allows(word):
    """Whether the host's configuration has the word."""
    return word in words()


def allow(wanted):
    """Records the host's words."""
    if sorted(wanted) != words():
        store.write(KIND, NAME, {"words": sorted(wanted)})


def words_for(path):
    """The words of which each allows to take over what is at a path: none for what no word is about, such as the settings of SSH or what packages install."""
    found = next((words for folder, words in _WORDS_FOR.items() if path.startswith(folder)), None)
    # An application's own: services under PM2 and containers read the same folder.
    return ("pm2", "docker") if found is None else found


def allows_path(path):
    return any(map(allows, words_for(path)))


def way_out(*words):
    """The end of a line about something that is in the way: what to do about it."""
    return "%s takes it over, or remove it by hand" % " or ".join("takeOver: [%s]" % word for word in words)


def keep(path):
    """Copies what is at a path, a whole folder too, and returns where (None: nothing is there). The same thing is kept once."""
    real = paths.at(path)
    if not os.path.lexists(real):
        return None
    last = kept(path)
    if last and _same(real, paths.at(last)):
        return last
    return _kept_at(path, lambda temporary: _copy(real, temporary))


def set_aside(path):
    """Moves what is at a path there and returns where (None: nothing is there). The path is gone in the end."""
    real = paths.at(path)
    leaving = os.path.join(os.path.dirname(real), ".%s.flowfleet-leaving" % os.path.basename(real))
    _delete(leaving)  # it was copied before it got this name
    if not os.path.lexists(real):
        return None
    if os.lstat(real).st_dev != _device():
        place = _kept_at(path, lambda temporary: _copy(real, temporary))
        os.rename(real, leaving)
        _delete(leaving)
        return place
    # Recorded first: once it is there, nobody can tell any more where it was.
    place = _free_place(path)
    _record(path, place)
    os.rename(real, paths.at(place))
    store.sync_folder(os.path.dirname(paths.at(place)))
    store.sync_folder(os.path.dirname(real))
    return place


def bring_back(path):
    """Copies what was kept last to its path again, if nothing is there now."""
    place, real = kept(path), paths.at(path)
    if place and not os.path.lexists(real):
        # In a folder that only root can enter: others may write in the one above.
        room = os.path.join(os.path.dirname(real), ".%s.flowfleet-back" % os.path.basename(real))
        _delete(room)
        os.mkdir(room, 0o700)
        _copy(paths.at(place), os.path.join(room, os.path.basename(real)))
        os.rename(os.path.join(room, os.path.basename(real)), real)
        os.rmdir(room)


def kept(path):
    """Where the last thing lies that was kept of a path; None where nothing was."""
    places = [place for place in (store.read(KEPT, _name(path)) or {}).get("places", []) if os.path.lexists(paths.at(place))]
    return places[-1] if places else None


def is_kept(path, real):
    """Whether what is at `real` is what was kept last of a path."""
    place = kept(path)
    return bool(place) and _same(real, paths.at(place))


def all_kept():
    """{path: [places]} of all that was kept on this host."""
    records = [store.read(KEPT, name) for name in store.names(KEPT)]
    return {record["path"]: record["places"] for record in records if record}


def _kept_at(path, make):
    place = _free_place(path)
    real = paths.at(place)
    temporary = os.path.join(os.path.dirname(real), ".%s.part" % os.path.basename(real))
    _delete(temporary)
    make(temporary)
    _record(path, place)
    os.rename(temporary, real)
    store.sync_folder(os.path.dirname(real))
    return place


def _free_place(path):
    """A second thing that is kept of a path gets a number. Folders on the way are root's alone."""
    folder = FOLDER
    for part in ["", *path.split("/")[1:-1]]:
        folder = "%s/%s" % (folder, part) if part else folder
        os.makedirs(paths.at(folder), mode=0o700, exist_ok=True)
    place, number = FOLDER + path, 1
    while os.path.lexists(paths.at(place)):
        number += 1
        place = "%s%s.%d" % (FOLDER, path, number)
    return place


def _record(path, place):
    record = store.read(KEPT, _name(path)) or {"path": path, "places": []}
    if place not in record["places"]:
        record["places"].append(place)
    store.write(KEPT, _name(path), {**record, "at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())})


def _name(path):
    return hashlib.sha256(path.encode()).hexdigest()[:32]


def _device():
    os.makedirs(paths.at(FOLDER), mode=0o700, exist_ok=True)
    return os.stat(paths.at(FOLDER)).st_dev


def _same(one, other):
    looks = [(stat.S_IMODE(found.st_mode), found.st_uid, found.st_gid) for found in (os.lstat(one), os.lstat(other))]
    if looks[0] != looks[1] or ownership.digest(paths.shown(one)) != ownership.digest(paths.shown(other)):
        return False
    if not os.path.isdir(one) or os.path.islink(one):
        return True
    names = [sorted(os.listdir(folder)) for folder in (one, other)]
    return names[0] == names[1] and all(_same(os.path.join(one, name), os.path.join(other, name)) for name in names[0])


def _copy(real, to):
    """With owners, modes and times. Sockets and pipes of running programs are nothing that one could keep. Whose it is may change it meanwhile:
    nothing is asked by its path twice, and no link is followed."""
    above, into = (os.open(os.path.dirname(one), os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC) for one in (real, to))
    try:
        _copy_at(above, os.path.basename(real), into, os.path.basename(to))
    except OSError as problem:
        if problem.errno != errno.ELOOP:
            raise
        raise Failure("%s: somebody changed it while it was copied (%s is a link by now); run again" % (paths.shown(real), problem.filename))
    finally:
        os.close(above)
        os.close(into)


def _copy_at(above, name, into, to):
    found = os.stat(name, dir_fd=above, follow_symlinks=False)
    if stat.S_ISLNK(found.st_mode):
        os.symlink(os.readlink(name, dir_fd=above), to, dir_fd=into)
        os.chown(to, found.st_uid, found.st_gid, dir_fd=into, follow_symlinks=False)
        os.utime(to, ns=(found.st_atime_ns, found.st_mtime_ns), dir_fd=into, follow_symlinks=False)
    elif stat.S_ISDIR(found.st_mode) or stat.S_ISREG(found.st_mode):
        with _opened(name, above, os.O_RDONLY | os.O_NONBLOCK) as one:
            found = os.fstat(one)
            if stat.S_ISDIR(found.st_mode):
                os.mkdir(to, 0o700, dir_fd=into)
                making = os.O_RDONLY | os.O_DIRECTORY
            elif stat.S_ISREG(found.st_mode):
                making = os.O_WRONLY | os.O_CREAT | os.O_EXCL
            else:
                return
            with _opened(to, into, making) as made:
                if stat.S_ISDIR(found.st_mode):
                    for inner in sorted(os.listdir(one)):
                        _copy_at(one, inner, made, inner)
                else:
                    with open(one, "rb", closefd=False) as source, open(made, "wb", closefd=False) as copy:
                        shutil.copyfileobj(source, copy)
                os.fchown(made, found.st_uid, found.st_gid)
                os.fchmod(made, stat.S_IMODE(found.st_mode))
                os.utime(made, ns=(found.st_atime_ns, found.st_mtime_ns))


@contextlib.contextmanager
def _opened(name, above, flags):
    handle = os.open(name, flags | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600, dir_fd=above)
    try:
        yield handle
    finally:
        os.close(handle)


def _delete(real):
    if os.path.isdir(real) and not os.path.islink(real):
        shutil.rmtree(real)
        return
    with contextlib.suppress(FileNotFoundError):
        os.unlink(real)
