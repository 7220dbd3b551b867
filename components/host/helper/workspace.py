"""The noun `workspace`: a checkout that belongs to whoever works in it, such as an agent, and to nobody here.

It is touched only when the configured ref or commit is another than at the last time, and then only moved forward. Uncommitted work and commits
of its own are never touched: that is a Failure which says what to do. A lost connection moves nothing back; the next call goes on.
"""

import hashlib
import os
import tempfile
import time

import build
import document
import git
import locks
import paths
import runner
import signals
import store
import transient
import workspace_git
from errors import CallerGone, Failure, Refused
from progress import Outcome, caller_gone, say

SHAPE = {
    "directory": document.path(),
    "repository": git.REPOSITORY,
    "ref": git.REF,
    "commit": document.nullable(git.COMMIT),
    "user": build.USER,
    "login": git.LOGIN,
    # The folders in which `npm ci` runs after a pull, and after it the commands of `build`; "." is the workspace itself.
    "install": document.array(document.string(r"\.|(?!.*(^|/)\.\.?(/|$))[^/\s]+(/[^/\s]+)*", 'a folder of the workspace such as "backend"')),
    "build": build.COMMANDS,
    # Files without which a commit is refused -> why, before anything is moved.
    "needs": document.optional(document.table(document.string(r"(?!.*(^|/)\.\.?(/|$))[^/\s]+(/[^/\s]+)*", "a file of the workspace"), document.string())),
    # For each command.
    "timeout": document.integer(1),
    "environment": document.optional(build.ENVIRONMENT),
    "limits": document.optional(build.LIMITS),
    "pullTimeout": document.optional(document.integer(1)),
}
KIND = "workspaces"
MIRRORS = "/var/cache/flowfleet/workspaces"
_LIMITS = {"memory": 2048, "cpus": 2, "pids": 1024}


def apply(wanted):
    """Brings the configured commit in, if it is another than at the last time, and installs what it needs."""
    name, directory = _name(wanted["directory"]), wanted["directory"]
    with locks.hold("workspace-" + name):
        record, tree = store.read(KIND, name), workspace_git.Tree(directory, build.look(wanted["user"]))
        if record and record["asked"] == _asked(wanted) and tree.exists():
            # Another build is one of what stands there now, whoever brought it; nothing is moved for it.
            built = wanted["build"] not in (record.get("build", []), [])
            if built:
                _install(wanted)
            store.write(KIND, name, {**record, "owner": wanted["owner"], "build": wanted["build"]})
            return Outcome({"directory": directory, "head": tree.head(), "changed": built})
        tree.refuse_foreign()
        former = tree.position() if tree.exists() else None
        with _mirror(wanted, tree) as (mirror, commit):
            _refuse_gone()
            position = _move(wanted, tree, mirror, commit, former)
        try:
            _install(wanted)
        except BaseException:
            with signals.held():
                _back(wanted, tree, position, former)
            raise
        head = tree.head()

    def finish():
        store.write(KIND, name, {"owner": wanted["owner"], "directory": directory, "asked": _asked(wanted), "commit": commit, "head": head, "build": wanted["build"]})

    return Outcome({"directory": directory, "head": head, "changed": True}, finish=finish)


def remove(wanted):
    """Forgets it. The workspace stays."""
    name = _name(wanted["directory"])
    with locks.hold("workspace-" + name):
        record = store.read(KIND, name)
        if record and record["owner"] == wanted["owner"]:
            store.remove(KIND, name)
    return {"directory": wanted["directory"], "removed": False}


def read(wanted):
    """Where it is now."""
    tree = workspace_git.Tree(wanted["directory"], build.look(wanted["user"]))
    return {"directory": wanted["directory"], "head": tree.head() if tree.exists() else None}


def _refuse_lacking(wanted, mirror, commit):
    lacking = ["needs: %s is not in %s: %s" % (file, commit[:12], why) for file, why in wanted.get("needs", {}).items() if not git.holds(mirror, commit, file)]
    if lacking:
        raise Refused("%s stays as it is" % wanted["directory"], lacking)


def _name(directory):
    return hashlib.sha256(directory.encode()).hexdigest()[:16]


def _asked(wanted):
    return {"repository": wanted["repository"], "ref": wanted["ref"], "commit": wanted["commit"]}


class _mirror:
    """A repository with what was fetched, for the workspace's user to fetch from: the deploy key stays root's."""

    def __init__(self, wanted, tree):
        self.wanted, self.tree = wanted, tree

    def __enter__(self):
        os.makedirs(paths.at(MIRRORS), mode=0o711, exist_ok=True)
        self.folder = tempfile.TemporaryDirectory(dir=paths.at(MIRRORS))
        try:
            place = os.path.join(self.folder.name, "git")
            commit = git.mirror(self.wanted, self.wanted["login"], place, time.monotonic() + self.wanted.get("pullTimeout", 600))
            # From then on it is the user's, where root runs git no more.
            _refuse_lacking(self.wanted, place, commit)
            build.hand_over(self.folder.name, self.tree.account)
        except BaseException as problem:
            self.folder.cleanup()
            if type(problem) is Failure:
                # Its keys are one deeper in the documents of releases.
                raise Failure(str(problem).removeprefix("release.").removeprefix("source.")) from None
            raise
        return place, commit

    def __exit__(self, *_):
        self.folder.cleanup()


def _move(wanted, tree, mirror, commit, former):
    """Moves the workspace forward; where there is none, makes it. Returns where it is then."""
    if former is None:
        say("%s: cloning %s" % (wanted["directory"], wanted["repository"]))
        tree.clone(mirror, wanted["repository"], wanted["ref"], commit)
    else:
        tree.fetch(mirror, wanted["ref"], commit)
        tree.forward(wanted["ref"], commit)
    position = tree.position()
    if position != former:
        say("%s: at %s" % (wanted["directory"], position[1][:12]))
    return position


def _install(wanted):
    directory = wanted["directory"]
    for folder in wanted["install"]:
        place = directory if folder == "." else "%s/%s" % (directory, folder)
        if not os.path.isfile(paths.at(place + "/package-lock.json")):
            raise Failure("install: %s/package-lock.json does not exist, which npm ci needs" % place)
        for command in [["npm", "ci"], *wanted["build"]]:
            _refuse_gone()
            _run(wanted, place, command)


def _run(wanted, place, command):
    how = {"user": wanted["user"], "environment": wanted.get("environment", {}), "limits": wanted.get("limits", _LIMITS)}
    words = " ".join(command)
    say("%s: %s" % (place, words))
    build.stop(place)
    ending, printed = build.in_folder(place, command, how, wanted["timeout"], (*build.OWN_FOLDER, "ReadWritePaths=" + wanted["directory"]))
    if ending:
        if ending == transient.TOO_LONG:
            ending += " (timeout: %d s)" % wanted["timeout"]
        raise Failure("install: %s %s in %s\n  its last lines:\n%s" % (words, ending, place, runner.last_lines(printed, 30)))


def _back(wanted, tree, position, former):
    """After an installation that failed: as it was, unless somebody has begun to work on what came."""
    directory = wanted["directory"]
    if former is None:
        say("%s: stays as it was cloned; the next call installs what it needs" % directory)
    elif position == former:
        say("%s: stays at %s, where it was" % (directory, former[1][:12]))
    elif tree.position() != position or tree.changes():
        say("%s: stays at %s, for it was changed meanwhile" % (directory, tree.head()[:12]))
    else:
        tree.back(former)
        say("%s: is at %s again" % (directory, former[1][:12]))
        try:
            _install({**wanted, "build": []})
        except (Failure, OSError) as problem:
            say("%s: what it needs could not be installed again: %s" % (directory, str(problem).splitlines()[0]))


def _refuse_gone():
    if caller_gone():
        raise CallerGone("the caller is gone")
