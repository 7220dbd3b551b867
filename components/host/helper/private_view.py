"""Runs a check against how folders would look after a change, while the host keeps its own."""

import contextlib
import os
import shutil
import tempfile

import paths
import runner

_BIND = 'while [ "$1" != -- ]; do mount --bind "$1" "$2" || exit 125; shift 2; done; shift; exec "$@"'


def run(trees, changes, argv, timeout=60):
    """Runs argv with private copies of `trees` (files or folders) in their place, changed by `changes`.

    `changes` is {path: Change}: a `source` file whose content it gets, a `target` that it links to, or neither: it is gone.
    Returns a runner.Result.
    """
    base = paths.at("/run/flowfleet")
    os.makedirs(base, mode=0o700, exist_ok=True)
    folder = tempfile.mkdtemp(prefix="check-", dir=base)
    try:
        binds = []
        for number, tree in enumerate(tree for tree in trees if os.path.exists(paths.at(tree))):
            copy = os.path.join(folder, str(number))
            runner.run(["cp", "-a", "--", paths.at(tree), copy])
            for path, change in changes.items():
                if path == tree or path.startswith(tree + "/"):
                    _put(copy + path[len(tree):], change)
            binds += [copy, paths.at(tree)]
        return runner.run(["unshare", "--mount", "--propagation", "private", "/bin/sh", "-c", _BIND, "sh", *binds, "--", *argv], check=False, timeout=timeout)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


class Change:
    """What becomes of one path."""

    def __init__(self, source=None, target=None, directory=False):
        self.source, self.target, self.directory = source, target, directory


def _put(place, change):
    if change.directory:
        os.makedirs(place, exist_ok=True)
        return
    with contextlib.suppress(FileNotFoundError, NotADirectoryError):
        os.unlink(place)
    if change.source is not None:
        os.makedirs(os.path.dirname(place), exist_ok=True)
        shutil.copy2(change.source, place)
    elif change.target is not None:
        os.makedirs(os.path.dirname(place), exist_ok=True)
        os.symlink(change.target, place)
