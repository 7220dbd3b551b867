"""Old assets stay served: pages of an older release ask for files that the new container does not have.

The files of the newest `keep` releases lie in one folder of the host under their own names (they carry a hash of their content).
"""

import contextlib
import filecmp
import os
import shutil

import paths
import runner
from errors import Failure


def fetch(container, wanted):
    """Copies the container's files beside the folder; what `arrived` returns."""
    incoming = room(wanted["to"])
    found = runner.run(["docker", "cp", "%s:%s/." % (container, wanted["from"]), incoming], timeout=300, check=False)
    if not found.ok:
        raise Failure("assets.from: %s cannot be copied from the container\n%s" % (wanted["from"], runner.last_lines(found.err, 3)))
    return arrived(wanted["to"])


def room(to):
    """An empty folder beside the folder, for what arrives (its real place)."""
    incoming = paths.at(_incoming(to))
    shutil.rmtree(incoming, ignore_errors=True)
    os.makedirs(incoming, mode=0o755)
    return incoming


def arrived(to):
    """{to, names, fresh} of what is in that room now: all names, and those that the folder does not have yet."""
    incoming = paths.at(_incoming(to))
    names = sorted(os.path.relpath(os.path.join(folder, name), incoming) for folder, _, files in os.walk(incoming) for name in files)
    # A link could show any file of the host.
    names = [name for name in names if os.path.isfile(os.path.join(incoming, name)) and not os.path.islink(os.path.join(incoming, name))]
    return {"to": to, "names": names, "fresh": [name for name in names if not os.path.lexists(_place(to, name))]}


def add(fetched):
    """Adds the new names; nothing that is served already changes."""
    for name in fetched["fresh"]:
        _put(fetched["to"], name)


def take_back(fetched):
    """The folder as it was before `add`."""
    for name in fetched["fresh"]:
        _drop(fetched["to"], name)
    shutil.rmtree(paths.at(_incoming(fetched["to"])), ignore_errors=True)
    with contextlib.suppress(OSError):
        os.rmdir(paths.at(fetched["to"]))


def settle(fetched, releases, keep):
    """The release serves: its files win where a name has no hash, and what only releases before the newest `keep` had goes. Returns who had what."""
    incoming = paths.at(_incoming(fetched["to"]))
    for name in fetched["names"]:
        arrived, place = os.path.join(incoming, name), _place(fetched["to"], name)
        if os.path.exists(arrived) and not (os.path.exists(place) and filecmp.cmp(arrived, place, shallow=False)):
            _put(fetched["to"], name)
    shutil.rmtree(incoming, ignore_errors=True)
    kept = [names for names in releases if names != fetched["names"]][-(keep - 1):] if keep > 1 else []
    kept.append(fetched["names"])
    wanted = {name for names in kept for name in names}
    for name in {name for names in releases for name in names} - wanted:
        _drop(fetched["to"], name)
    return kept


def clear(to):
    """The service is gone: so is its folder."""
    shutil.rmtree(paths.at(_incoming(to)), ignore_errors=True)
    shutil.rmtree(paths.at(to), ignore_errors=True)


def _incoming(to):
    return to + ".incoming"


def _place(to, name):
    return os.path.join(paths.at(to), name)


def _put(to, name):
    arrived, place = os.path.join(paths.at(_incoming(to)), name), _place(to, name)
    if not os.path.exists(arrived):
        return  # an earlier call came as far as this one file
    os.makedirs(os.path.dirname(place), mode=0o755, exist_ok=True)
    os.chmod(arrived, 0o644)
    if os.getuid() == 0:
        os.chown(arrived, 0, 0)
    os.replace(arrived, place)


def _drop(to, name):
    with contextlib.suppress(FileNotFoundError):
        os.unlink(_place(to, name))
    folder = os.path.dirname(name)
    while folder:
        with contextlib.suppress(OSError):
            os.rmdir(_place(to, folder))
        folder = os.path.dirname(folder)
