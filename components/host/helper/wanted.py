"""How a path shall look in the end: a file, a link, a folder, or nothing. `Transaction` puts several of them in place as one change."""

import contextlib
import grp
import hashlib
import os
import pwd
import stat

import journal
import ownership
import paths
import takeover
from errors import Failure
from private_view import Change
from progress import say


class Wanted:
    """How one path shall look."""

    kind = ""

    def __init__(self, path):
        self.path, self.real = path, paths.at(path)
        self.temporary = None

    def problems(self):
        """Why the path may not be touched: empty, or one line."""
        found = ownership.digest(self.path)
        if not found or self.path in ownership.manifest():
            return []
        if found in ("directory", "special"):
            return ["%s: a folder or special file is in the place of a file" % self.path]
        if not self._is_foreign() or takeover.allows_path(self.path):
            return []
        return [_line("%s: exists and is neither ours nor an unmodified file of a package" % self.path, self.path)]

    def _is_foreign(self):
        return ownership.digest(self.path) and self.path not in ownership.manifest() and self.differs() and not ownership.is_packaged(self.path)

    def entry(self, transaction, former):
        """What the manifest says of the path from now on."""
        if self._is_foreign():
            # It does not come back when ours goes: who set it up by hand finds it there.
            takeover.keep(self.path)
            kept = None
        else:
            kept = former["original"] if former else ownership.keep_original(self.path)
        return {"owner": transaction.owner, "noun": transaction.noun, "kind": self.kind, "sha256": self.digest(), "original": kept}

    def plan(self, record):
        """Notes what `prepare` will make."""
        record.missing_folders(os.path.dirname(self.path))
        self.temporary = record.temporary(journal.hidden_name(self.real))

    def prepare(self):
        """Makes the new one under its hidden name."""

    def swap(self, record):
        record.move(self.path, self.temporary, self.digest())


class File(Wanted):
    kind = "file"

    def __init__(self, path, content, mode, user, group):
        super().__init__(path)
        self.content, self.mode, self.uid, self.gid = content, mode, _uid(user), _gid(group, user)

    def digest(self):
        return hashlib.sha256(self.content).hexdigest()

    def differs(self):
        if ownership.digest(self.path) != self.digest():
            return True
        found = os.lstat(self.real)
        return (stat.S_IMODE(found.st_mode), found.st_uid, found.st_gid) != (self.mode, self.uid, self.gid)

    def prepare(self):
        entry = ownership.of(self.path)
        if entry and entry["sha256"] != ownership.digest(self.path):
            say("%s: was changed by hand since Flowfleet wrote it; written anew" % self.path)
        with open(os.open(self.temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600), "wb") as file:
            file.write(self.content)
            file.flush()
            _own(file.fileno(), self.uid, self.gid)
            os.fchmod(file.fileno(), self.mode)
            os.fsync(file.fileno())

    def change(self):
        return Change(source=self.temporary)


class Link(Wanted):
    kind = "link"

    def __init__(self, path, target):
        super().__init__(path)
        self.target = target

    def digest(self):
        return "-> " + self.target

    def differs(self):
        return ownership.digest(self.path) != self.digest()

    def prepare(self):
        os.symlink(self.target, self.temporary)

    def change(self):
        return Change(target=self.target)


class Directory(Wanted):
    kind = "directory"

    def __init__(self, path, mode, user, group):
        super().__init__(path)
        self.mode, self.uid, self.gid = mode, _uid(user), _gid(group, user)

    def digest(self):
        return "directory"

    def differs(self):
        if not os.path.isdir(self.real):
            return True
        found = os.stat(self.real)
        return (stat.S_IMODE(found.st_mode), found.st_uid, found.st_gid) != (self.mode, self.uid, self.gid)

    def problems(self):
        found = ownership.digest(self.path)
        if found.startswith("-> ") and self.differs():
            return ["%s: is a link (%s), whose owner, mode or target is not to be changed. Put a folder in its place" % (self.path, found)]
        if not found or self.path in ownership.manifest() or (os.path.isdir(self.real) and not self.differs()):
            return []
        if os.path.isdir(self.real):
            if takeover.allows_path(self.path):
                return []
            state = os.stat(self.real)
            return [_line("%s: this folder is not ours and has mode %04o, user %d, group %d instead of %04o, %d, %d"
                          % (self.path, stat.S_IMODE(state.st_mode), state.st_uid, state.st_gid, self.mode, self.uid, self.gid), self.path)]
        return ["%s: exists and is no folder" % self.path]

    def entry(self, transaction, former):
        kept = former["original"] if former else (True if os.path.isdir(self.real) else None)
        return {"owner": transaction.owner, "noun": transaction.noun, "kind": self.kind, "sha256": "directory", "original": kept}

    def plan(self, record):
        record.missing_folders(self.path)

    def change(self):
        return Change(directory=True)

    def swap(self, record):
        record.attributes(self.path, self.mode, self.uid, self.gid)


class Gone(Wanted):
    kind = "gone"

    def problems(self):
        return []

    def digest(self):
        return ""

    def differs(self):
        return ownership.digest(self.path) not in ("", "directory", "special")

    def entry(self, transaction, former):
        return None

    def plan(self, record):
        pass

    def change(self):
        return Change()


class SetAside(Gone):
    """What somebody else made goes, and is kept."""

    def swap(self, record):
        takeover.keep(self.path)
        super().swap(record)


class GoneDirectory(Gone):
    """A folder goes only if we made it and it is empty in the end."""

    def differs(self):
        return os.path.isdir(self.real) and not os.path.islink(self.real)

    def swap(self, record):
        record.leave_folder(self.path)


def removal(path, entry):
    """What takes a path of ours away, and puts back what a package had there."""
    kept = entry["original"]
    if entry["kind"] == "directory":
        return Gone(path) if kept else GoneDirectory(path)
    if not kept:
        return Gone(path)
    back = Link(path, kept["target"]) if "target" in kept else File(path, ownership.original(path), kept["mode"], kept["uid"], kept["gid"])
    back.entry = lambda transaction, former: None
    return back


def _line(line, path):
    words = takeover.words_for(path)
    return "%s; %s" % (line, takeover.way_out(*words)) if words else line


def _own(handle, uid, gid):
    found = os.fstat(handle)
    if (found.st_uid, found.st_gid) != (uid, gid):
        os.fchown(handle, uid, gid)


def _uid(user):
    if isinstance(user, int):
        return user
    if user.isdigit():
        return int(user)
    try:
        return pwd.getpwnam(user).pw_uid
    except KeyError:
        raise Failure("user %s: does not exist on this host" % user) from None


def _gid(group, user):
    if group is None:
        with contextlib.suppress(KeyError):
            return pwd.getpwuid(_uid(user)).pw_gid
        return _uid(user)
    if isinstance(group, int):
        return group
    if group.isdigit():
        return int(group)
    try:
        return grp.getgrnam(group).gr_gid
    except KeyError:
        raise Failure("group %s: does not exist on this host" % group) from None
