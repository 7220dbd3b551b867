"""Several files changed as one: all of them and the services that read them, or nothing.

    change = Transaction(owner, "files")
    change.write("/etc/nginx/flowfleet/sites/shop.conf", text)
    change.check("nginx")
    change.after("reload nginx")
    change.commit()     # whatever is raised before its end has put everything back
    change.finish()     # or change.undo(), as long as finish() was not called

Each new file is made under a hidden name beside its place, synced, given its owner and mode, and renamed; what was there stays as a
second name beside it until `finish`, so that putting back needs no space on the disk. A journal on the disk lets the next helper put back
what a power cut left half done.
"""

import contextlib
import errno
import grp
import hashlib
import os
import pwd
import stat

import actions
import checks
import journal
import locks
import ownership
import paths
import signals
from errors import CallerGone, Failure, Refused
from private_view import Change
from progress import caller_gone, say


class Transaction:
    """A change of files by one owner. `changed` lists the paths that really changed, after `commit`."""

    def __init__(self, owner, noun=""):
        self.owner, self.noun = owner, noun
        self.changed = []
        self._wanted = {}
        self._checks, self._after = [], []
        self._journal = None

    def write(self, path, text, mode=0o644, user="root", group=None):
        """A file with this text (str or bytes)."""
        content = text.encode() if isinstance(text, str) else text
        self._wanted[path] = _File(path, content, mode, _uid(user), _gid(group, user))

    def link(self, path, target):
        """A symbolic link."""
        self._wanted[path] = _Link(path, target)

    def directory(self, path, mode=0o755, user="root", group=None):
        """A folder; folders above it are made with mode 0755 where they are missing."""
        self._wanted[path] = _Directory(path, mode, _uid(user), _gid(group, user))

    def remove(self, path):
        """Takes away what is still this owner's own, and puts back what a package had there. Another's path stays."""
        entry = ownership.of(path)
        if entry and entry["owner"] == self.owner:
            self._wanted[path] = _removal(path, entry)

    def prune(self):
        """Removes what this owner wrote earlier by the same noun and does not want any more."""
        for path in reversed(ownership.owned_by(self.owner, self.noun)):
            if path not in self._wanted:
                self.remove(path)

    def going(self):
        """The paths that this change removes."""
        return {path for path, wanted in self._wanted.items() if wanted.kind == "gone"}

    def check(self, *names):
        """Checks to run before anything is swapped: "nginx", "sshd", … (checks.BY_NAME)."""
        self._checks += [name for name in names if name not in self._checks]

    def after(self, *what):
        """What to do once the files are in place, in this order: "reload nginx", "daemon-reload", … Not done when nothing changed."""
        self._after += [one for one in what if one not in self._after]

    def commit(self):
        """Does it all under the host's lock. Returns the paths that changed."""
        with locks.hold(locks.HOST):
            journal.recover()
            try:
                self._refuse_foreign()
                pending = [wanted for wanted in self._wanted.values() if wanted.differs()]
                entries = {path: wanted.entry(self, ownership.of(path)) for path, wanted in self._wanted.items()}
                if pending:
                    self._swap(sorted(pending, key=lambda wanted: wanted.kind == "gone"), entries)
                else:
                    self._take_over(entries)
            except OSError as error:
                raise Failure(_in_words(error)) from None
            self.changed = sorted(wanted.path for wanted in pending)
        return self.changed

    def undo(self):
        """Puts everything back after `commit`, services too."""
        if self._journal:
            with signals.held(), locks.hold(locks.HOST):
                entry, self._journal = self._journal, None
                entry.put_back()

    def finish(self):
        """Lets go of what was there before; from now on it cannot be undone."""
        if self._journal:
            with signals.held():
                entry, self._journal = self._journal, None
                entry.forget()

    def keep(self):
        """Hands over the journal, for one who decides later (see confirm.py)."""
        entry, self._journal = self._journal, None
        return entry

    def _refuse_foreign(self):
        problems = [problem for wanted in self._wanted.values() for problem in wanted.problems()]
        if problems:
            raise Refused("paths are in the way that Flowfleet did not make; nothing was changed. Move them away, then run again", problems)

    def _take_over(self, entries):
        known = ownership.manifest()
        if any(known.get(path) != entry for path, entry in entries.items()):
            ownership.update(entries)

    def _swap(self, pending, entries):
        record = journal.Journal(self.owner, self._after)
        try:
            for wanted in pending:
                wanted.plan(record)
            record.save()
            record.make_folders()
            for wanted in pending:
                try:
                    wanted.prepare()
                except OSError as error:
                    error.filename = wanted.real
                    raise
            changes = {wanted.path: wanted.change() for wanted in pending}
            self._folders(pending, record, entries)
            for name in self._checks:
                checks.BY_NAME[name](changes)
            # Who puts things back does so whether or not somebody waits for it.
            if not signals.holding() and caller_gone():
                raise CallerGone("the caller was gone before anything was changed")
            record.remember({path: ownership.of(path) for path in entries})
            record.save()
            for wanted in pending:
                wanted.swap(record)
            for action in self._after:
                record.doing(action, actions.opposites(action))
                actions.perform(action)
            with signals.held():
                self._take_over(entries)
                self._journal = record
        except BaseException:
            with signals.held():
                self._journal = None
                record.put_back()
            raise


    def _folders(self, pending, record, entries):
        """Folders that were made on the way to a file are remembered, so that they go with the last file in them."""
        for path in record.data["folders"]:
            if path not in entries:
                entries[path] = {"owner": "", "noun": "on the way", "kind": "directory", "sha256": "directory", "original": None}
        going = {wanted.path for wanted in pending if wanted.kind == "gone"}
        for path in sorted(going):
            above = os.path.dirname(path)
            while (ownership.of(above) or {}).get("noun") == "on the way" and _holds_only(above, going):
                record.leave_folder(above)
                entries[above] = None
                going.add(above)
                above = os.path.dirname(above)


class _Wanted:
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
        if not self.differs() or ownership.is_packaged(self.path):
            return []
        return ["%s: exists and is neither ours nor an unmodified file of a package" % self.path]

    def entry(self, transaction, former):
        """What the manifest says of the path from now on."""
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


class _File(_Wanted):
    kind = "file"

    def __init__(self, path, content, mode, uid, gid):
        super().__init__(path)
        self.content, self.mode, self.uid, self.gid = content, mode, uid, gid

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


class _Link(_Wanted):
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


class _Directory(_Wanted):
    kind = "directory"

    def __init__(self, path, mode, uid, gid):
        super().__init__(path)
        self.mode, self.uid, self.gid = mode, uid, gid

    def digest(self):
        return "directory"

    def differs(self):
        if not os.path.isdir(self.real):
            return True
        found = os.stat(self.real)
        return (stat.S_IMODE(found.st_mode), found.st_uid, found.st_gid) != (self.mode, self.uid, self.gid)

    def problems(self):
        found = ownership.digest(self.path)
        if not found or self.path in ownership.manifest() or (os.path.isdir(self.real) and not self.differs()):
            return []
        if os.path.isdir(self.real):
            state = os.stat(self.real)
            return ["%s: this folder is not ours and has mode %04o, user %d, group %d instead of %04o, %d, %d"
                    % (self.path, stat.S_IMODE(state.st_mode), state.st_uid, state.st_gid, self.mode, self.uid, self.gid)]
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


class _Gone(_Wanted):
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


class _GoneDirectory(_Gone):
    """A folder goes only if we made it and it is empty in the end."""

    def differs(self):
        return os.path.isdir(self.real) and not os.path.islink(self.real)

    def swap(self, record):
        record.leave_folder(self.path)


def _removal(path, entry):
    kept = entry["original"]
    if entry["kind"] == "directory":
        return _Gone(path) if kept else _GoneDirectory(path)
    if not kept:
        return _Gone(path)
    back = _Link(path, kept["target"]) if "target" in kept else _File(path, ownership.original(path), kept["mode"], kept["uid"], kept["gid"])
    back.entry = lambda transaction, former: None
    return back


def _holds_only(folder, going):
    """Whether nothing is in a folder but what goes."""
    names = os.listdir(paths.at(folder)) if os.path.isdir(paths.at(folder)) else []
    return all("%s/%s" % (folder, name) in going for name in names)


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


def _in_words(error):
    place = paths.shown(str(error.filename)) if error.filename else "the host"
    if error.errno == errno.ENOSPC:
        return "%s: no space left on the disk. Everything is as it was" % place
    return "%s: %s. Everything is as it was" % (place, error.strerror)
