"""What a transaction did so far, on the disk, so that it can be put back: by itself, or by the next helper after a power cut."""

import contextlib
import fcntl
import os
import secrets
import stat

import actions
import ownership
import paths
import reports
import store
from progress import say

KIND = "transactions"


def hidden_name(real):
    """A name beside a path that no program takes for one of its files."""
    return os.path.join(os.path.dirname(real), ".%s.flowfleet-%s" % (os.path.basename(real), secrets.token_hex(4)))


class Journal:
    """The steps of one transaction. Its file is locked while its process lives."""

    def __init__(self, owner, after, data=None, name=None):
        self.name = name or "t-" + secrets.token_hex(6)
        self.data = data or {"owner": owner, "after": list(after), "opposites": {}, "temporaries": [], "folders": [], "left": [], "steps": [], "entries": {}}
        self._handle = None

    def save(self):
        """Writes the journal down: before the first file is made, then before each step."""
        store.write(KIND, self.name, self.data)
        if self._handle is not None:
            os.close(self._handle)
        self._handle = os.open(paths.at(store.place(KIND, self.name)), os.O_RDONLY | os.O_CLOEXEC)
        fcntl.flock(self._handle, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def temporary(self, real):
        """Notes a name that is about to be made."""
        self.data["temporaries"].append(paths.shown(real))
        return real

    def missing_folders(self, path):
        """Notes the folders of a path, itself included, that are missing and about to be made."""
        if path not in ("", "/") and path not in self.data["folders"] and not os.path.isdir(paths.at(path)):
            self.missing_folders(os.path.dirname(path))
            self.data["folders"].append(path)

    def make_folders(self):
        for path in self.data["folders"]:
            os.mkdir(paths.at(path), 0o755)
            os.chmod(paths.at(path), 0o755)

    def leave_folder(self, path):
        """A folder that nobody wants any more: it goes in the end, if it is empty by then."""
        self.data["left"].append(path)

    def remember(self, entries):
        """The manifest's entries as they were."""
        self.data["entries"] = entries

    def move(self, path, temporary, digest):
        """Puts `temporary` (or nothing) at a path and keeps what was there under a hidden name beside it."""
        real = paths.at(path)
        backup = None
        if os.path.lexists(real):
            backup = hidden_name(real)
        self.data["steps"].append({"do": "move", "path": path, "backup": backup and paths.shown(backup), "digest": digest})
        self.save()
        if backup:
            os.link(real, backup, follow_symlinks=False)
        if temporary:
            os.rename(temporary, real)
        elif backup:
            os.unlink(real)
        store.sync_folder(os.path.dirname(real))

    def attributes(self, path, mode, uid, gid):
        with _folder(path) as handle:
            found = os.fstat(handle)
            self.data["steps"].append({"do": "attributes", "path": path, "mode": stat.S_IMODE(found.st_mode), "uid": found.st_uid, "gid": found.st_gid})
            self.save()
            if (found.st_uid, found.st_gid) != (uid, gid):
                os.fchown(handle, uid, gid)
            os.fchmod(handle, mode)

    def doing(self, action, opposites):
        """An action that is about to be done, and what undoes it."""
        self.data["opposites"][action] = opposites
        self.save()

    def put_back(self, services=True):
        """Everything as it was: files, folders, manifest, services. What somebody changed meanwhile stays and is reported.
        Without `services` (at boot, before they run) nothing is reloaded."""
        problems = list(filter(None, map(actions.take_back, self._opposites(services))))
        for step in reversed(self.data["steps"]):
            try:
                _BACK[step["do"]](step, problems)
            except OSError as error:
                problems.append("%s: could not be put back: %s" % (step["path"], error.strerror))
        self._clean()
        for path in reversed(self.data["folders"]):
            with contextlib.suppress(OSError):
                os.rmdir(paths.at(path))
        if self.data["entries"]:
            known = ownership.manifest()
            if any(known.get(path) != entry for path, entry in self.data["entries"].items()):
                ownership.update(self.data["entries"])
        for action in self.data["after"]:
            if services and self.data["opposites"].get(action) == []:
                problems += filter(None, [actions.undo(action)])
        self._drop()
        for problem in problems:
            say("putting back: " + problem)
        if problems:
            # On a full disk there is no room for a report; it was said.
            with contextlib.suppress(OSError):
                reports.add("a step of %s could not be put back completely" % self.data["owner"], problems)

    def _opposites(self, services):
        """What undoes the actions, the last one first. At boot nothing runs yet; what is not enabled any more will not."""
        undoing = [one for action in reversed(self.data["after"]) for one in self.data["opposites"].get(action) or []]
        return [one if services else "--no-reload " + one for one in undoing if services or one.startswith("disable ")]

    def let_go(self):
        """Another record has the data from now on, for one who decides later."""
        self._drop()

    def forget(self):
        """The change stays: drops what was kept for putting back."""
        for step in self.data["steps"]:
            if step.get("backup"):
                with contextlib.suppress(FileNotFoundError):
                    os.unlink(paths.at(step["backup"]))
        self._clean()
        for path in sorted(self.data["left"], key=len, reverse=True):
            with contextlib.suppress(OSError):
                os.rmdir(paths.at(path))
        self._drop()

    def _clean(self):
        for path in self.data["temporaries"]:
            with contextlib.suppress(FileNotFoundError):
                os.unlink(paths.at(path))

    def _drop(self):
        store.remove(KIND, self.name)
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None


def _move_back(step, problems):
    path, backup = step["path"], step["backup"]
    real, kept = paths.at(path), backup and paths.at(backup)
    now = ownership.digest(path)
    has_kept = bool(kept) and os.path.lexists(kept)
    untouched = bool(backup) and (not has_kept or _same(kept, real))
    if now and now != step["digest"] and not untouched:
        problems.append("%s: was changed by somebody else meanwhile, left as it is" % path)
        if has_kept:
            os.unlink(kept)
        return
    if has_kept:
        os.rename(kept, real)
        # Two names of one file: rename does nothing then, and the second name would stay.
        with contextlib.suppress(FileNotFoundError):
            os.unlink(kept)
    elif now and not backup:
        os.unlink(real)
    if os.path.isdir(os.path.dirname(real)):
        store.sync_folder(os.path.dirname(real))


def _same(one, other):
    return os.path.lexists(other) and os.path.samestat(os.lstat(one), os.lstat(other))


def _attributes_back(step, _problems):
    if ownership.digest(step["path"]) == "directory":
        with _folder(step["path"]) as handle:
            os.fchown(handle, step["uid"], step["gid"])
            os.fchmod(handle, step["mode"])


@contextlib.contextmanager
def _folder(path):
    """A handle of it. Never of what a link in its place leads to: the folder above may be somebody's home."""
    handle = os.open(paths.at(path), os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        yield handle
    finally:
        os.close(handle)


_BACK = {"move": _move_back, "attributes": _attributes_back}


def recover(services=True):
    """Puts back what a helper left half done that ended without a chance to do so itself (power cut, SIGKILL). Under the host's lock."""
    for name in store.names(KIND):
        try:
            handle = os.open(paths.at(store.place(KIND, name)), os.O_RDONLY | os.O_CLOEXEC)
        except FileNotFoundError:
            continue  # finished just now: letting go of a journal takes no lock
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            continue  # its process lives: committed, the result not read yet
        finally:
            os.close(handle)
        data = store.read(KIND, name)
        if data is None:
            continue
        say("a step of %s was cut short; putting back what it did" % data["owner"])
        Journal(None, (), data, name).put_back(services)
        reports.add("a step of %s was cut short and put back" % data["owner"], [step["path"] for step in data["steps"]])
