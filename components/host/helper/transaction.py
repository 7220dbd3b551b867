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

import errno
import os

import actions
import checks
import journal
import locks
import ownership
import paths
import signals
import wanted
from errors import CallerGone, Failure, Refused
from progress import caller_gone


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
        self._wanted[path] = wanted.File(path, content, mode, user, group)

    def link(self, path, target):
        """A symbolic link."""
        self._wanted[path] = wanted.Link(path, target)

    def directory(self, path, mode=0o755, user="root", group=None):
        """A folder; folders above it are made with mode 0755 where they are missing."""
        self._wanted[path] = wanted.Directory(path, mode, user, group)

    def remove(self, path):
        """Takes away what is still this owner's own, and puts back what a package had there. Another's path stays."""
        entry = ownership.of(path)
        if entry and entry["owner"] == self.owner:
            self._wanted[path] = wanted.removal(path, entry)

    def put(self, one):
        """A path that looks in a way of its own: one of wanted.py's."""
        self._wanted[one.path] = one

    def prune(self):
        """Removes what this owner wrote earlier by the same noun and does not want any more."""
        for path in reversed(ownership.owned_by(self.owner, self.noun)):
            if path not in self._wanted:
                self.remove(path)

    def going(self):
        """The paths that this change removes."""
        return {path for path, one in self._wanted.items() if one.kind == "gone"}

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
                pending = [one for one in self._wanted.values() if one.differs()]
                entries = {path: one.entry(self, ownership.of(path)) for path, one in self._wanted.items()}
                if pending:
                    self._swap(sorted(pending, key=lambda one: one.kind == "gone"), entries)
                else:
                    self._take_over(entries)
            except OSError as error:
                raise Failure(_in_words(error)) from None
            self.changed = sorted(one.path for one in pending)
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
        problems = [problem for one in self._wanted.values() for problem in one.problems()]
        if problems:
            raise Refused("paths are in the way that Flowfleet did not make; nothing was changed. Move them away, then run again", problems)

    def _take_over(self, entries):
        known = ownership.manifest()
        if any(known.get(path) != entry for path, entry in entries.items()):
            ownership.update(entries)

    def _swap(self, pending, entries):
        record = journal.Journal(self.owner, self._after)
        try:
            for one in pending:
                one.plan(record)
            record.save()
            record.make_folders()
            for one in pending:
                try:
                    one.prepare()
                except OSError as error:
                    error.filename = one.real
                    raise
            changes = {one.path: one.change() for one in pending}
            self._folders(pending, record, entries)
            for name in self._checks:
                checks.BY_NAME[name](changes)
            # Who puts things back does so whether or not somebody waits for it.
            if not signals.holding() and caller_gone():
                raise CallerGone("the caller was gone before anything was changed")
            record.remember({path: ownership.of(path) for path in entries})
            record.save()
            for one in pending:
                one.swap(record)
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
        going = {one.path for one in pending if one.kind == "gone"}
        for path in sorted(going):
            above = os.path.dirname(path)
            while (ownership.of(above) or {}).get("noun") == "on the way" and _holds_only(above, going):
                record.leave_folder(above)
                entries[above] = None
                going.add(above)
                above = os.path.dirname(above)


def _holds_only(folder, going):
    """Whether nothing is in a folder but what goes."""
    names = os.listdir(paths.at(folder)) if os.path.isdir(paths.at(folder)) else []
    return all("%s/%s" % (folder, name) in going for name in names)


def _in_words(error):
    place = paths.shown(str(error.filename)) if error.filename else "the host"
    if error.errno == errno.ENOSPC:
        return "%s: no space left on the disk. Everything is as it was" % place
    return "%s: %s. Everything is as it was" % (place, error.strerror)
