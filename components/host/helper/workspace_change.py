"""How a working copy comes to another commit with all that it needs, and back. All of it under the lock of the working copy.

Its record on the host:

    owner, directory, asked, build, commit, head    of the last time that something was done
    document    what was asked, to do it again
    former      {document, position} from before it, or None; a position is [branch, commit]
    left        the position in which it was left: whoever works in it has done nothing since where it is still there, without changes
    next        {document, former, left} while it is on its way to something else
    building    while another build of what stands there is made: what it needs may not be installed
    putBack     the document of what it was put back from
"""

import hashlib
import os
import tempfile
import time

import build
import git
import paths
import runner
import signals
import store
import transient
import workspace_git
from errors import CallerGone, Failure, Refused
from progress import caller_gone, say

KIND = "workspaces"
MIRRORS = "/var/cache/flowfleet/workspaces"
_LIMITS = {"memory": 2048, "cpus": 2, "pids": 1024}


def name(directory):
    return hashlib.sha256(directory.encode()).hexdigest()[:16]


def lock(directory):
    return "workspace-" + name(directory)


def read(directory):
    """Its record; empty where there is none."""
    return store.read(KIND, name(directory)) or {}


def write(record):
    store.write(KIND, name(record["directory"]), record)


def asked(document):
    return {"repository": document["repository"], "ref": document["ref"], "commit": document["commit"]}


def revision(document):
    """As releases of services in it are called."""
    return "%s@%s" % (document["repository"], document["commit"] or document["ref"])


def tree_of(document):
    return workspace_git.Tree(document["directory"], build.look(document["user"]))


def advance(wanted, record, serves=False):
    """Brings in what is wanted, which some service may be at still: `serves`. Returns the record of that, which counts once it is written."""
    tree = tree_of(wanted)
    tree.refuse_foreign()
    here = list(tree.position()) if tree.exists() else None
    with _mirror(wanted, tree) as (mirror, commit):
        refuse_gone()
        step, former = _towards(wanted, record, here, commit)
        if here and not former and not serves:
            _refuse_passed(wanted, record, tree, here, commit)
        _note(record, step)
        try:
            _move(wanted, tree, mirror, commit, here, former)
        except BaseException:
            _note(record)
            raise
    position = list(tree.position())
    if position != here:
        say("%s: at %s" % (wanted["directory"], position[1][:12]))
    try:
        install(wanted, refuse_gone)
    except BaseException:
        with signals.held():
            if _take_back(wanted, record, tree, position, here):
                _note(record)
        raise
    return {"owner": wanted["owner"], "directory": wanted["directory"], "asked": asked(wanted), "build": wanted["build"], "commit": commit, "head": position[1],
            "document": _plain(wanted), "former": step["former"], "left": position}


def put_back(record):
    """To where it was before the last step. Returns what was done in words, and whether what stands there is what stood there then."""
    step = record.get("next") or record
    former, directory = step["former"], record["directory"]
    tree = tree_of(former["document"])
    if list(tree.position()) != former["position"]:
        changed = list(tree.position()) != step["left"] or tree.changes()
        if changed:
            return "%s stays at %s, for it was changed meanwhile: what starts there is that" % (directory, tree.head()[:12]), False
        try:
            tree.back(former["position"])
        except Failure as problem:
            return "%s stays at %s: %s" % (directory, tree.head()[:12], str(problem).splitlines()[-1].strip()), False
    at = "%s is at %s again" % (directory, former["position"][1][:12])
    # What goes on in another mode already needs its build, of this commit.
    build_too = {**former["document"], "build": former["document"]["build"] or step["document"]["build"]}
    problem = _install_again(build_too)
    if problem:
        return "%s, but %s" % (at, problem), False
    write({"owner": record["owner"], "directory": directory, "asked": asked(former["document"]), "build": former["document"]["build"],
           "commit": former["position"][1], "head": former["position"][1], "document": former["document"], "former": None, "left": former["position"],
           "putBack": step["document"]})
    return at, True


def rebuild(wanted, record):
    """Another build of what stands there. Returns the record of it, whole again."""
    whole = {key: value for key, value in record.items() if key != "building"}
    write({**whole, "building": True})
    try:
        install(wanted, refuse_gone)
    except BaseException:
        with signals.held():
            if _is_installed_again({**wanted, "build": record.get("build", [])}):
                write(whole)
        raise
    return whole


def _is_installed_again(wanted):
    """Whether what it needed before something failed is there; what to do where it is not is said."""
    problem = _install_again(wanted)
    if problem:
        say("%s: %s. Run npm ci in %s there once the reason is gone" % (wanted["directory"], problem, ", ".join(wanted["install"])))
    return not problem


def _install_again(wanted):
    """What it needed before something failed. What is wrong with it, in words, or None."""
    try:
        install(wanted, lambda: None)
    except (Failure, OSError) as problem:
        return "what it needs could not be installed again: %s" % str(problem).splitlines()[0]
    return None


def install(wanted, going_on):
    directory = wanted["directory"]
    for folder in wanted["install"]:
        place = directory if folder == "." else "%s/%s" % (directory, folder)
        if not os.path.isfile(paths.at(place + "/package-lock.json")):
            raise Failure("install: %s/package-lock.json does not exist, which npm ci needs" % place)
        for command in [["npm", "ci"], *wanted["build"]]:
            going_on()
            _run(wanted, place, command)


def refuse_gone():
    if caller_gone():
        raise CallerGone("the caller is gone")


def _plain(wanted):
    return {key: value for key, value in wanted.items() if key != "reapply"}


def _note(record, step=None):
    """Writes down what it is on its way to, before anything is moved: nobody else knows later where it came from."""
    if record:
        write({**{key: value for key, value in record.items() if key != "next"}, **({"next": step} if step else {})})


def _towards(wanted, record, here, commit):
    """The step to what is wanted, and the position that it goes back to where it is one back."""
    last = record.get("next") or record
    former = last.get("former")
    left = [workspace_git.branch(wanted["ref"]), commit]
    if former and asked(former["document"]) == asked(wanted) and here == last["left"]:
        return {"document": _plain(wanted), "former": None, "left": former["position"]}, former["position"]
    if "next" not in record:
        former = {"document": record["document"], "position": here} if here and "document" in record else None
    return {"document": _plain(wanted), "former": former, "left": left}, None


def _refuse_passed(wanted, record, tree, here, commit):
    """A commit from before the one that was deployed: all would be restarted for what stands there, and called by the name of what does not."""
    branch = workspace_git.branch(wanted["ref"])
    if not record or branch != workspace_git.branch(record["asked"]["ref"]):
        return
    # After one that failed, its own `commit` is what stood there before, which may be newer than what was deployed.
    deployed = record["asked"]["commit"] or record["commit"]
    if not tree.is_before(commit, deployed) or not tree.has(branch, commit):
        return
    last = record.get("next") or record
    back = last.get("former") and here == last["left"] and last["former"]["document"]["commit"]
    raise Failure("commit: %s is before %s, which was deployed to %s and stays: nothing would move, for work there is never reset. "
                  "Revert in the repository what is to go, and name the commit that reverts it%s"
                  % (commit[:12], deployed[:12], wanted["directory"], "; or name %s, from before the last step, with rollback: true" % back[:12] if back else ""))


def _move(wanted, tree, mirror, commit, here, former):
    """Forward, or back to where it was before its last step; where there is none, it is made."""
    if here is None:
        say("%s: cloning %s" % (wanted["directory"], wanted["repository"]))
        tree.clone(mirror, wanted["repository"], wanted["ref"], commit)
        return
    tree.fetch(mirror, wanted["ref"], commit)
    if former and not tree.changes():
        tree.back(former)
    else:
        tree.forward(wanted["ref"], commit)


def _take_back(wanted, record, tree, position, here):
    """After an installation that failed: as it was, unless somebody has begun to work on what came. Whether it is."""
    directory = wanted["directory"]
    if here is None:
        say("%s: stays as it was cloned; the next call installs what it needs" % directory)
    elif position == here:
        say("%s: stays at %s, where it was" % (directory, here[1][:12]))
    elif list(tree.position()) != position or tree.changes():
        say("%s: stays at %s, for it was changed meanwhile" % (directory, tree.head()[:12]))
    else:
        tree.back(here)
        say("%s: is at %s again" % (directory, here[1][:12]))
        return _is_installed_again(record.get("document") or {**wanted, "build": []})
    return False


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


def _refuse_lacking(wanted, mirror, commit):
    lacking = ["needs: %s is not in %s: %s" % (file, commit[:12], why) for file, why in wanted.get("needs", {}).items() if not git.holds(mirror, commit, file)]
    if lacking:
        raise Refused("%s stays as it is" % wanted["directory"], lacking)


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
