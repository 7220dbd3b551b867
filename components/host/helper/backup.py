"""What a timer backs up: databases of containers and folders, into a folder that root alone reads; each file is read again before it counts.

Its files are `<what>_<date>_<time>.dump`, as pg_restore takes them, and `.tar.gz`. Those older than `keep` days go once all that is new is there.
"""

import contextlib
import datetime
import json
import os
import re
import stat

import document
import locks
import paths
import runner
from errors import Failure, Refused
from progress import say

FOLDER = "/etc/flowfleet/backup"
_NAME = document.string(r"[a-z0-9][a-z0-9-]*", 'a name such as "database"')
SHAPE = {
    "directory": document.path(),
    "keep": document.integer(1),
    "databases": document.table(_NAME, document.fields({"container": document.name(), "user": document.string(), "database": document.string()})),
    # `without`: names of files and folders, anywhere below it, that are left out.
    "folders": document.table(_NAME, document.fields({"path": document.path(), "without": document.array(document.string())})),
}
# For each file, in seconds.
_LONGEST = 6 * 3600


def refuse(text):
    """What a timer could not do in the night is told when its settings are about to be written."""
    directory = document.checked(json.loads(text), document.fields(SHAPE))["directory"]
    problems = []
    for above in _down_to(directory):
        try:
            state = os.lstat(paths.at(above))
        except FileNotFoundError:
            break
        if not stat.S_ISDIR(state.st_mode):
            problems.append("%s: is in the place of a folder; backups go to no link. Move it away, or choose another folder" % above)
            break
        problems += [_loose(above)] if above != directory and _is_loose(state) else []
    if problems:
        raise Refused("backups would fail; nothing was changed", problems)


def run(name):
    """The timer's own call."""
    with open(paths.at("%s/%s.json" % (FOLDER, name)), encoding="utf-8") as file:
        wanted = document.checked(json.load(file), document.fields(SHAPE))
    os.umask(0o077)
    with locks.hold("backup-" + name, 0):
        _own(wanted["directory"])
        when = datetime.datetime.now().strftime("%Y%m%d_%H%M%S")
        problems = []
        for what, database in wanted["databases"].items():
            problems += _made(wanted, "%s_%s.dump" % (what, when), lambda part, database=database: _dump(database, part))
        for what, folder in wanted["folders"].items():
            problems += _made(wanted, "%s_%s.tar.gz" % (what, when), lambda part, folder=folder: _pack(folder, part))
        if problems:
            raise Failure("%s: not everything was backed up; what is older stays\n  - %s" % (wanted["directory"], "\n  - ".join(problems)))
        _clean(wanted)


def _own(directory):
    """The folder is root's, and so is every one above it: somebody else could put a link in its place."""
    for above in _down_to(directory):
        real = paths.at(above)
        with contextlib.suppress(FileExistsError):
            os.mkdir(real, 0o700 if above == directory else 0o755)
        handle = os.open(real, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
        try:
            state = os.fstat(handle)
            if above == directory:
                os.fchown(handle, os.geteuid(), os.getegid())
                os.fchmod(handle, 0o700)
            elif _is_loose(state):
                raise Failure(_loose(above))
        finally:
            os.close(handle)
    for left in os.listdir(paths.at(directory)):
        if left.endswith(".part"):
            os.unlink(paths.at("%s/%s" % (directory, left)))


def _down_to(directory):
    """Each folder from / on, and it itself."""
    parts = directory.strip("/").split("/")
    return ["/" + "/".join(parts[:number + 1]) for number in range(len(parts))]


def _is_loose(state):
    return state.st_uid != os.geteuid() or (state.st_mode & 0o022 and not state.st_mode & 0o1000)


def _loose(folder):
    return "%s: must belong to root, and nobody else may write it (chown root: %s; chmod go-w %s)" % (folder, folder, folder)


def _made(wanted, file, make):
    """Makes one file, which counts once it was read again. What went wrong, in words."""
    place = "%s/%s" % (wanted["directory"], file)
    part = paths.at(place + ".part")
    try:
        make(part)
        with open(part, "rb") as made:
            os.fsync(made.fileno())
        os.rename(part, paths.at(place))
    except (Failure, OSError) as problem:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(part)
        return ["%s: %s" % (file, problem)]
    say("%s: %d kB" % (file, (os.path.getsize(paths.at(place)) + 1023) // 1024))
    return []


def _dump(database, part):
    inside = ["docker", "exec", database["container"], "pg_dump", "--username=" + database["user"], "--format=custom", "--dbname=" + database["database"]]
    runner.run(["sh", "-c", 'exec "$@" >"$0"', part, *inside], timeout=_LONGEST)
    listed = runner.run(["sh", "-c", 'exec "$@" <"$0"', part, "docker", "exec", "--interactive", database["container"], "pg_restore", "--list"], timeout=_LONGEST)
    if "dbname: %s" % database["database"] not in listed.out:
        raise Failure("pg_restore --list does not find the database in it")


def _pack(folder, part):
    without = ["--exclude=" + one for one in folder["without"]]
    packed = runner.run(["tar", "--create", "--gzip", "--file", part, "--directory", paths.at("/"), *without, "--", folder["path"].lstrip("/")], check=False, timeout=_LONGEST)
    # 1: a file changed while it was read, as logs do.
    if packed.code not in (0, 1):
        raise Failure("tar: exit status %d\n%s" % (packed.code, runner.last_lines(packed.err, 5)))
    runner.run(["gzip", "--test", part], timeout=_LONGEST)
    runner.run(["sh", "-c", 'exec tar --list --gzip --file "$0" >/dev/null', part], timeout=_LONGEST)


def _clean(wanted):
    names = "|".join(re.escape(what) for what in [*wanted["databases"], *wanted["folders"]])
    oldest = datetime.datetime.now() - datetime.timedelta(days=wanted["keep"])
    for file in sorted(os.listdir(paths.at(wanted["directory"]))):
        found = re.fullmatch(r"(?:%s)_(\d{8}_\d{6})\.(?:dump|tar\.gz)" % names, file)
        if found and datetime.datetime.strptime(found.group(1), "%Y%m%d_%H%M%S") < oldest:
            os.unlink(paths.at("%s/%s" % (wanted["directory"], file)))
            say("%s: older than %d days, removed" % (file, wanted["keep"]))
