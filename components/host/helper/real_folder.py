"""A folder that somebody made, in the place of a link of ours: both are exchanged in one step of the kernel, so that who asks for a file finds
one or the other. The folder then has a hidden name beside the link, and is kept elsewhere from the start."""

import ctypes
import os
import shutil

import ownership
import paths
import store
import takeover
from errors import Failure

_HERE, _EXCHANGE = -100, 2


def is_in_the_way(path):
    """Whether a folder that is not ours is there, which may be taken over."""
    return ownership.digest(path) == "directory" and not ownership.of(path) and takeover.allows_path(path)


def place(path):
    """Where the folder is now: at its path, or under its hidden name; None where there is none."""
    if is_in_the_way(path):
        return path
    return _hidden(path) if os.path.isdir(paths.at(_hidden(path))) and not os.path.islink(paths.at(_hidden(path))) else None


def exchange(path, target, owner, noun):
    """Puts a link to `target` there. Cut short, it is not there yet, or is; `undo` and `finish` know which."""
    real, hidden = paths.at(path), paths.at(_hidden(path))
    takeover.keep(path)
    if os.path.islink(hidden):
        os.unlink(hidden)
    os.symlink(target, hidden)
    _swap(hidden, real)
    ownership.update({path: {"owner": owner, "noun": noun, "kind": "link", "sha256": "-> " + target, "original": None}})


def undo(path):
    """The folder is at its path again."""
    hidden = paths.at(_hidden(path))
    if os.path.isdir(hidden) and not os.path.islink(hidden):
        _swap(hidden, paths.at(path))
        ownership.update({path: None})
    if os.path.islink(hidden):
        os.unlink(hidden)


def finish(path):
    """The link stays. What somebody wrote into the folder since it was kept is kept as well, under the hidden name."""
    hidden = paths.at(_hidden(path))
    if os.path.isdir(hidden) and not os.path.islink(hidden):
        if takeover.is_kept(path, hidden):
            shutil.rmtree(hidden)
        else:
            takeover.set_aside(_hidden(path))


def _hidden(path):
    folder, name = os.path.split(path)
    return "%s/.%s.flowfleet-before" % (folder, name)


def _swap(one, other):
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.renameat2(_HERE, os.fsencode(one), _HERE, os.fsencode(other), _EXCHANGE):
        raise Failure("%s: cannot be exchanged with a link (%s). Move it away, then run again" % (paths.shown(other), os.strerror(ctypes.get_errno())))
    store.sync_folder(os.path.dirname(other))
