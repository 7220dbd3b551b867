"""Whose each path is. A newer step takes a path over; a step removes only what is still its own.

The manifest is one record: {path: {owner, noun, kind: file|link|directory, sha256, original}}. `original` says that the path held
something when we came (a package's file): its bytes are kept, so that they can come back.
"""

import hashlib
import os
import stat

import paths
import store

KIND, NAME = "ownership", "paths"
ORIGINALS = paths.STATE + "/originals"


def manifest():
    return store.read(KIND, NAME, {})


def of(path):
    """The entry of a path, or None."""
    return manifest().get(path)


def owned_by(owner, noun):
    """All paths that are one step's own, sorted."""
    return sorted(path for path, entry in manifest().items() if entry["owner"] == owner and entry["noun"] == noun)


def is_ours(path):
    """Whether some step of ours wrote this path, or a folder above it is wholly ours (state, program, certificates)."""
    return path in manifest() or any(path == ours or path.startswith(ours + "/") for ours in (paths.STATE, paths.PROGRAM, "/etc/flowfleet"))


def update(entries):
    """Sets the entries of some paths; None forgets one."""
    known = manifest()
    for path, entry in entries.items():
        if entry is None:
            known.pop(path, None)
        else:
            known[path] = entry
    store.write(KIND, NAME, known)


def digest(path):
    """What is at a path, in short: its content's sha256, "-> target" of a link, "directory", or "" for nothing."""
    real = paths.at(path)
    try:
        found = os.lstat(real)
    except (FileNotFoundError, NotADirectoryError):
        return ""
    if stat.S_ISLNK(found.st_mode):
        return "-> " + os.readlink(real)
    if stat.S_ISREG(found.st_mode):
        with open(real, "rb") as file:
            return hashlib.sha256(file.read()).hexdigest()
    return "directory" if stat.S_ISDIR(found.st_mode) else "special"


def is_packaged(path):
    """Whether the path is a package's configuration file as the package delivered it."""
    if os.path.islink(paths.at(path)):
        return False
    try:
        with open(paths.at(path), "rb") as file:
            content = hashlib.md5(file.read()).hexdigest()
    except OSError:
        return False
    return content in _delivered(path)


def _delivered(path):
    """The md5 sums that packages recorded for a path: dpkg's conffiles, and ucf's for those that a package's script puts there."""
    sums = set()
    for place, first in (("/var/lib/dpkg/status", 0), ("/var/lib/ucf/hashfile", 1)):
        try:
            with open(paths.at(place), encoding="utf-8", errors="replace") as file:
                for line in file:
                    words = line.split()
                    if len(words) >= 2 and words[first] == path:
                        sums.add(words[1 - first])
        except FileNotFoundError:
            pass
    return sums


def original_place(path):
    """Where the bytes are kept that were at a path before us."""
    return "%s/%s" % (ORIGINALS, hashlib.sha256(path.encode()).hexdigest()[:32])


def keep_original(path):
    """Keeps what is at a path now and returns how it looked; None where there is nothing to keep."""
    real = paths.at(path)
    try:
        found = os.lstat(real)
    except FileNotFoundError:
        return None
    looked = {"mode": stat.S_IMODE(found.st_mode), "uid": found.st_uid, "gid": found.st_gid}
    if stat.S_ISLNK(found.st_mode):
        return {**looked, "target": os.readlink(real)}
    with open(real, "rb") as file:
        store.write_file(paths.at(original_place(path)), file.read(), 0o600)
    return looked


def original(path):
    """The kept bytes."""
    with open(paths.at(original_place(path)), "rb") as file:
        return file.read()
