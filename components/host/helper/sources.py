"""Releases that are built on this host from source: a commit of a git repository, or an archive with its digest.

Each has a folder of its own below `<directory>/releases`, named by its commit or sum and by how it is built, so that other commands for the
same commit are another release and what serves is never built anew. It is built in its place, for builds write their own path into
files; and it is complete only with a marker beside it, `.<name>.ready`. From then on nobody but root may change it.

The first key of a release says what it is: {"repository", "ref", "commit"} or {"archive", "sha256"}.
"""

import contextlib
import hashlib
import json
import os
import secrets
import shutil
import stat
import tempfile
import time

import archives
import build
import git
import locks
import paths
import signals
import store
import working_copy
from document import boolean, fields, integer, path
from errors import Failure

# The keys of a release of either kind, without when it was built; and how it is built.
GIT = {"repository": git.REPOSITORY, "ref": git.REF, "commit": git.COMMIT}
ARCHIVE = {"archive": archives.ARCHIVE, "sha256": archives.SHA256}
SOURCE = fields({
    "directory": path(), "commands": build.COMMANDS, "user": build.USER, "login": git.LOGIN, "submodules": boolean(), "environment": build.ENVIRONMENT,
    "limits": build.LIMITS, "timeout": integer(1),
})


def folder(release, source):
    """Where a release of `source` is, or will be."""
    made = {"commands": source["commands"], "environment": source["environment"]}
    if "commit" in release:
        made["submodules"] = source["submodules"]
    recipe = hashlib.sha256(json.dumps(made, sort_keys=True).encode()).hexdigest()
    return "%s/%s-%s" % (_all(source["directory"]), revision(release)[:16], recipe[:6])


def revision(release):
    """The whole commit, or the sum of the archive."""
    return release["commit"] if "commit" in release else release["sha256"]


def shown(release):
    """A release for a message."""
    if "commit" in release:
        return "%s at %s" % (release["repository"], release["commit"][:12])
    return release["archive"]


def is_here(release, source):
    """Whether it is here and complete."""
    place = folder(release, source)
    return os.path.isfile(_marker(place)) and os.path.isdir(paths.at(place))


def bring(release, source, pull_timeout):
    """Fetches within `pull_timeout` seconds and builds within the source's own, unless it is here, and returns its folder.

    It is there as a whole or not at all; a Failure names the command and its last lines.
    """
    place, directory = folder(release, source), source["directory"]
    with _lock(directory, pull_timeout + source["timeout"]):
        if not is_here(release, source):
            _refuse_loose(directory)
            os.makedirs(paths.at(_all(directory)), mode=0o755, exist_ok=True)
            _sweep(directory)
            try:
                _make(release, source, place, time.monotonic() + pull_timeout)
            except BaseException:
                with signals.held():
                    drop(release, source)
                raise
        # The order in which they were used last, for `prune`.
        os.utime(_marker(place))
    return place


def drop(release, source):
    """Gone, if it was here; so is the folder of all releases once it is empty."""
    _drop(folder(release, source))
    with contextlib.suppress(OSError):
        os.rmdir(paths.at(_all(source["directory"])))


def prune(source, keep, used):
    """Removes all releases of the source's directory but the `keep` that were used last; `used` are the folders of those that stay in any case."""
    directory = source["directory"]
    with _lock(directory, 300):
        every = paths.at(_all(directory))
        if not os.path.isdir(every):
            return
        _sweep(directory, used)
        names = [name for name in os.listdir(every) if not name.startswith(".")]
        newest = sorted(names, key=lambda name: _last_used("%s/%s" % (_all(directory), name)))[-keep:] if keep else []
        for name in set(names) - set(newest) - {os.path.basename(one) for one in used}:
            _drop("%s/%s" % (_all(directory), name))
        with contextlib.suppress(OSError):
            os.rmdir(every)


def _all(directory):
    return directory + "/releases"


def _marker(place):
    real = paths.at(place)
    return os.path.join(os.path.dirname(real), ".%s.ready" % os.path.basename(real))


def _last_used(place):
    try:
        return os.stat(_marker(place)).st_mtime_ns
    except FileNotFoundError:
        return 0


def _lock(directory, wait):
    return locks.hold("sources-" + hashlib.sha256(directory.encode()).hexdigest()[:12], wait)


def _refuse_loose(directory):
    """Root works below these folders. Who may change one of them could lead it elsewhere."""
    working_copy.claim(directory)
    place = ""
    for part in _all(directory).split("/")[1:]:
        place += "/" + part
        try:
            found = os.lstat(paths.at(place))
        except FileNotFoundError:
            return
        if not stat.S_ISDIR(found.st_mode):
            raise Failure("source.directory: %s is no folder of its own (a link, or a file); choose another directory, or move it away" % place)
        if found.st_uid not in (0, os.getuid()) or found.st_mode & 0o022 and not found.st_mode & stat.S_ISVTX:
            raise Failure("source.directory: %s may be changed by others than root (owner %d, mode %04o), who could lead a build elsewhere. "
                          "Give the folder to root (chown root:root %s; chmod go-w %s), or choose another directory" % (place, found.st_uid, found.st_mode & 0o7777, place, place))


def _make(release, source, place, end):
    real = paths.at(place)
    os.mkdir(real, 0o755)
    os.chmod(real, 0o755)
    if "commit" in release:
        git.checkout(release, source["login"], real, end, source["submodules"])
    else:
        with tempfile.TemporaryDirectory(prefix=".archive-", dir=os.path.dirname(real)) as work:
            archives.unpack_into(release, real, work, end)
    build.run(place, source, shown(release))
    # After a power cut the marker must not stand for files that the disk does not have yet.
    os.sync()
    store.write_file(_marker(place), store.encode({key: value for key, value in release.items() if key in (*GIT, *ARCHIVE)}), 0o644)


def _sweep(directory, used=()):
    """What earlier calls left that were cut short: folders without a marker, markers without a folder, and what has a hidden name."""
    every = paths.at(_all(directory))
    names = os.listdir(every)
    for name in names:
        place = "%s/%s" % (_all(directory), name)
        if not name.startswith("."):
            if not os.path.isfile(_marker(place)) and place not in used:
                build.stop(place)
                _drop(place)
        elif not (name.endswith(".ready") and name[1:-6] in names):
            _gone(os.path.join(every, name))


def _drop(place):
    # First what says that it is complete, then a name that nobody takes for a release: half of one must never run.
    real = paths.at(place)
    with contextlib.suppress(FileNotFoundError):
        os.unlink(_marker(place))
    hidden = os.path.join(os.path.dirname(real), ".%s.%s" % (os.path.basename(real), secrets.token_hex(4)))
    with contextlib.suppress(FileNotFoundError):
        os.rename(real, hidden)
    _gone(hidden)


def _gone(real):
    shutil.rmtree(real, ignore_errors=True)
    with contextlib.suppress(OSError):
        os.unlink(real)
