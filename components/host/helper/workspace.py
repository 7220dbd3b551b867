"""The noun `workspace`: a checkout that belongs to whoever works in it, such as an agent, and to nobody here.

It is touched only when the configured ref or commit is another than at the last time, and then only moved forward. Uncommitted work and commits
of its own are never touched: that is a Failure which says what to do, as is a commit from before the last one, which would move nothing. A lost
connection moves nothing back; the next call goes on.
"""

import build
import document
import git
import locks
import store
import workspace_change
import workspace_services
from progress import Outcome

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


def apply(wanted):
    """Brings the configured commit in, if it is another than at the last time, and installs what it needs."""
    directory = wanted["directory"]
    with locks.hold(workspace_change.lock(directory)):
        record, tree = workspace_change.read(directory), workspace_change.tree_of(wanted)
        if record and "next" not in record and record["asked"] == workspace_change.asked(wanted) and tree.exists():
            changed, following = _stay(wanted, record), None
        else:
            serves = workspace_services.at(directory, workspace_change.revision(wanted))
            changed, following = True, workspace_change.advance(wanted, record, bool(serves))
        head = tree.head()
    workspace_services.wake(directory, workspace_change.revision(wanted))

    def finish():
        if following:
            workspace_change.write(following)

    return Outcome({"directory": directory, "head": head, "changed": changed}, finish=finish)


def remove(wanted):
    """Forgets it. The workspace stays."""
    with locks.hold(workspace_change.lock(wanted["directory"])):
        if workspace_change.read(wanted["directory"]).get("owner") == wanted["owner"]:
            store.remove(workspace_change.KIND, workspace_change.name(wanted["directory"]))
    return {"directory": wanted["directory"], "removed": False}


def read(wanted):
    """Where it is now."""
    tree = workspace_change.tree_of(wanted)
    return {"directory": wanted["directory"], "head": tree.head() if tree.exists() else None}


def _stay(wanted, record):
    """Another build is one of what stands there now, whoever brought it; nothing is moved for it. Whether there was one."""
    built = "building" in record or wanted["build"] not in (record.get("build", []), [])
    whole = workspace_change.rebuild(wanted, record) if built else record
    changes = {"document": {**record["document"], "build": wanted["build"]}} if "document" in record else {}
    workspace_change.write({**whole, **changes, "owner": wanted["owner"], "build": wanted["build"]})
    return built
