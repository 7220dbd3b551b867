"""The noun `volume`: which database in which major version a docker volume is for. Another one is refused before anything is stopped."""

import json
import os
import re

import locks
import paths
import runner
import store
from document import choice, optional, string
from errors import Failure
from progress import say

SHAPE = {
    "volume": string(r"[A-Za-z0-9][A-Za-z0-9_.-]+", 'the name of a docker volume such as "mongodb_data"'),
    # `keycloak`: whose tables are in the database of this volume.
    "engine": choice("mongodb", "redis", "postgres", "keycloak"),
    "version": string(r"\d+(\.\d+)+", 'a version such as "6.0.20"'),
    # What the volume held before it came here; asked for only where its files do not tell.
    "holds": optional(string(r"\d+(\.\d+)+", 'a version such as "6.0.20"')),
}
KIND = "volumes"

_TITLES = {"mongodb": "MongoDB", "redis": "Redis", "postgres": "PostgreSQL", "keycloak": "Keycloak"}
_DUMPS = {"mongodb": "mongodump", "redis": "a copy of its RDB file", "postgres": "pg_dumpall", "keycloak": "kc.sh export"}
# What the first of its files tells about an engine.
_SIGNS = {"PG_VERSION": "postgres", "WiredTiger": "mongodb", "appendonlydir": "redis", "appendonly.aof": "redis", "dump.rdb": "redis"}
# The newest format of a dump that each major version of Redis reads.
_RDB = {6: 9, 7: 12}


def apply(document):
    """Remembers what the volume is for; at first contact its files are asked."""
    volume, engine, major = document["volume"], document["engine"], _major(document["version"])
    with locks.hold("volume-" + volume):
        held = _tables(volume) if engine == "keycloak" else _look(volume, store.read(KIND, volume), document.get("holds"))
        if held:
            _refuse_another(volume, held, engine, major)
        elif engine != "keycloak":
            store.remove(KIND, _tables_of(volume))
        store.write(KIND, _tables_of(volume) if engine == "keycloak" else volume, {"owner": document["owner"], "engine": engine, "major": major})
    return {"volume": volume, "engine": engine, "major": major}


def _refuse_another(volume, held, engine, major):
    if held["engine"] != engine:
        raise Failure("volume %s: holds data of %s, not of %s. Give %s a volume of another name"
                      % (volume, _TITLES[held["engine"]], _TITLES[engine], _TITLES[engine]))
    if held["major"] is not None and held["major"] != major:
        raise Failure("volume %(volume)s: holds data of %(title)s %(old)d; %(title)s %(new)d is another major version, which is never put on it. Nothing was "
                      "stopped.\nTo move to it: dump the data (%(dump)s), declare a volume of another name, deploy, and restore the dump. "
                      "To stay: go back to an image of %(title)s %(old)d"
                      % {"volume": volume, "title": _TITLES[engine], "old": held["major"], "new": major, "dump": _DUMPS[engine]})


def _tables_of(volume):
    """Name of the record of whose tables are in it."""
    return volume + "@keycloak"


def _tables(volume):
    """What was written down of Keycloak's tables; they are gone with the volume."""
    return store.read(KIND, _tables_of(volume)) if _content(volume)[0] else None


def _look(volume, known, holds):
    """{engine, major} of what is in the volume: as it was written down, else as its files tell; None where nothing is in it."""
    names, folder = _content(volume)
    if not names:
        return None
    if known:
        return known
    engine = next((engine for sign, engine in _SIGNS.items() if sign in names), None)
    if engine is None:
        return None
    major = {"postgres": _postgres, "redis": _redis, "mongodb": _mongodb}[engine](folder)
    if major is None and holds:
        major = _major(holds)
    if major is None and engine == "mongodb":
        raise Failure("volume %s: was here before, with data of MongoDB, which do not tell of which version: the wrong server would spoil them.\n"
                      "Nothing was stopped. Say in the stack's file what it holds (holds.mongodb), such as \"6.0.12\"" % volume)
    say("volume %s: was here before, with data of %s%s" % (volume, _TITLES[engine], "" if major is None else " %d" % major))
    return {"engine": engine, "major": major}


def _content(volume):
    """(names of what is at its top, its folder); no names where there is no such volume."""
    found = runner.run(["docker", "volume", "inspect", volume], check=False)
    if not found.ok:
        if "no such volume" in found.err.lower():
            return set(), None
        raise Failure("docker: does not answer on this host\n%s" % runner.last_lines(found.err, 3))
    folder = paths.at(json.loads(found.out)[0]["Mountpoint"])
    return set(os.listdir(folder)) if os.path.isdir(folder) else set(), folder


def _postgres(folder):
    with open(os.path.join(folder, "PG_VERSION"), encoding="ascii", errors="replace") as file:
        return _major(file.read().strip())


def _mongodb(folder):
    """What the last server said of itself in its diagnostic data, whose first document is not compressed."""
    metrics = os.path.join(folder, "diagnostic.data")
    for file in sorted(os.listdir(metrics), reverse=True) if os.path.isdir(metrics) else ():
        with open(os.path.join(metrics, file), "rb") as data:
            found = re.search(rb"\x02version\x00.{4}(\d+)\.\d+\.\d+", data.read(65536), re.DOTALL)
        if found:
            return int(found.group(1))
    return None


def _redis(folder):
    """The lowest major version that reads its dump: older dumps are read by all, so that a newer server is no upgrade of files."""
    for place in (folder, os.path.join(folder, "appendonlydir")):
        for file in sorted(os.listdir(place)) if os.path.isdir(place) else ():
            if file.endswith(".rdb"):
                with open(os.path.join(place, file), "rb") as dump:
                    found = re.match(rb"REDIS(\d{4})", dump.read(9))
                if found:
                    return next((major for major, newest in sorted(_RDB.items()) if int(found.group(1)) <= newest), max(_RDB) + 1)
    return None


def _major(version):
    found = re.match(r"\d+", version)
    return int(found.group(0)) if found else None
