"""Files and folders of ours that processes which were started by hand still need while they are taken over: their account's group may use them
until then. How each looks afterwards is recorded first."""

import contextlib
import os
import stat

import paths
import store

KIND = "lent"


def lend(path, gid, mode, then):
    """The group may use it from now on, with this mode; `then` is (mode, uid, gid) of later, the owner's from now on."""
    record = store.read(KIND, str(gid)) or {}
    store.write(KIND, str(gid), {**record, path: list(then)})
    _become(path, mode, then[1], gid)


def back(gid):
    """Takes all back that was lent to a group."""
    for path, (mode, uid, group) in sorted((store.read(KIND, str(gid)) or {}).items()):
        with contextlib.suppress(FileNotFoundError):
            _become(path, mode, uid, group)
    store.remove(KIND, str(gid))


def settle(path):
    """Takes one back, from whatever group."""
    for gid in store.names(KIND):
        record = store.read(KIND, gid) or {}
        if path in record:
            with contextlib.suppress(FileNotFoundError):
                _become(path, *record.pop(path))
            store.write(KIND, gid, record)


def all_back():
    """Takes all back that was lent to anybody."""
    for gid in store.names(KIND):
        back(gid)


def looks(path):
    """(mode, uid, gid) of a file or folder that is no link; None of anything else."""
    try:
        found = os.lstat(paths.at(path))
    except (FileNotFoundError, NotADirectoryError):
        return None
    if not (stat.S_ISDIR(found.st_mode) or (stat.S_ISREG(found.st_mode) and found.st_nlink == 1)):
        return None
    return stat.S_IMODE(found.st_mode), found.st_uid, found.st_gid


def _become(path, mode, uid, gid):
    """Never what a link in its place leads to, nor what has a second name: who may write in the folder above could have put it there."""
    try:
        handle = os.open(paths.at(path), os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except FileNotFoundError:
        raise
    except OSError:
        return
    try:
        found = os.fstat(handle)
        if stat.S_ISDIR(found.st_mode) or (stat.S_ISREG(found.st_mode) and found.st_nlink == 1):
            if (found.st_uid, found.st_gid) != (uid, gid):
                os.fchown(handle, uid, gid)
            os.fchmod(handle, mode)
    finally:
        os.close(handle)
