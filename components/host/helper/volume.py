"""The noun `volume`: which database in which major version a docker volume is for. Another one is refused before anything is stopped.

The noun `container` writes down what a volume holds, once the server on it works: until then a version that was wrong can be corrected.
"""

import json
import os
import re

import locks
import paths
import runner
import store
import takeover
from document import boolean, choice, optional, string
from errors import Failure
from progress import say

SHAPE = {
    "volume": string(r"[A-Za-z0-9][A-Za-z0-9_.-]+", 'the name of a docker volume such as "mongodb_data"'),
    # `keycloak`: whose tables are in the database of this volume.
    "engine": choice("mongodb", "redis", "postgres", "keycloak", "kafka", "zookeeper"),
    "version": string(r"\d+(\.\d+)+", 'a version such as "6.0.20"'),
    # A step that follows looks whether one made by hand fits (predecessor.py).
    "takesOver": optional(boolean()),
}
KIND = "volumes"

_TITLES = {"mongodb": "MongoDB", "redis": "Redis", "postgres": "PostgreSQL", "keycloak": "Keycloak", "kafka": "Kafka", "zookeeper": "ZooKeeper"}
# Where each system names its volumes.
_SETTINGS = {"mongodb": "of Flowra: volumes.mongodb", "redis": "of Flowra and CoreFlow: volumes.redis",
             "postgres": "of Flowra: volumes.keycloakDatabase, of CoreFlow: volumes.postgres", "keycloak": "of Flowra: volumes.keycloakDatabase",
             "kafka": "of CoreFlow: volumes.kafka", "zookeeper": "of CoreFlow: volumes.zookeeper"}
_DUMPS = {"mongodb": "mongodump", "redis": "a copy of its RDB file", "postgres": "pg_dumpall", "keycloak": "kc.sh export",
          "kafka": "kafka-console-consumer for each topic", "zookeeper": "a copy of both its volumes"}
# What the first of its files tells about an engine.
_SIGNS = {"PG_VERSION": "postgres", "WiredTiger": "mongodb", "appendonlydir": "redis", "appendonly.aof": "redis", "dump.rdb": "redis",
          "meta.properties": "kafka", "version-2": "zookeeper"}
# The newest format of a dump that each major version of Redis reads.
_RDB = {6: 9, 7: 12}


def apply(document):
    """Looks what is in the volume, and refuses what is not for it."""
    volume, engine = document["volume"], document["engine"]
    with locks.hold("volume-" + volume):
        names, folder = content(volume)
        if names:
            _refuse_another(document, _held(document, names, folder))
        else:
            # Whatever comes into it from now on is of a server from here, and of no version until that works.
            store.remove(KIND, _tables_of(volume))
            _remember(document, None)
    return {"volume": volume, "engine": engine}


def remember(document):
    """Writes down what the volume holds. For a server that works; what PostgreSQL's files tell is right if another version was said."""
    with locks.hold("volume-" + document["volume"]):
        _remember(document, _told(document["engine"], content(document["volume"])[1]) or _major(document["version"]))


def move(engine):
    """What to do where a volume cannot be used."""
    return ("dump the data (%s), declare a volume of another name (%s), deploy, and restore the dump" % (_DUMPS[engine], _SETTINGS[engine]))


def _remember(document, major):
    name = _tables_of(document["volume"]) if document["engine"] == "keycloak" else document["volume"]
    store.write(KIND, name, {"owner": document["owner"], "engine": document["engine"], "major": major})


def _refuse_another(document, held):
    volume, engine, major = document["volume"], document["engine"], _major(document["version"])
    if held["engine"] != engine:
        raise Failure("volume %s: holds data of %s, not of %s. Give %s a volume of another name (%s)"
                      % (volume, _TITLES[held["engine"]], _TITLES[engine], _TITLES[engine], _SETTINGS[engine]))
    if held["major"] is not None and held["major"] != major:
        raise Failure("volume %(volume)s: holds data of %(title)s %(old)d; %(title)s %(new)d is another major version, which is never put on it. Nothing was "
                      "stopped.\nTo move to it: %(move)s. To stay: go back to an image of %(title)s %(old)d"
                      % {"volume": volume, "title": _TITLES[engine], "old": held["major"], "new": major, "move": move(engine)})


def _tables_of(volume):
    """Name of the record of whose tables are in it."""
    return volume + "@keycloak"


def _held(document, names, folder):
    """{engine, major} of what is in the volume: as it was written down, else as its files tell. `major` is None where any may come."""
    volume, engine = document["volume"], document["engine"]
    known = store.read(KIND, _tables_of(volume) if engine == "keycloak" else volume)
    if known and known["major"] is None:
        # A server from here that never worked: what it left tells, or is nothing to keep.
        return {**known, "major": _told(known["engine"], folder)}
    if known:
        return known
    # Nobody but Keycloak has tables in a volume that was made from here.
    found = None if engine == "keycloak" else next((of for sign, of in _SIGNS.items() if sign in names), None)
    if found is None:
        return {"engine": engine, "major": None}
    major = {"postgres": _postgres, "redis": _redis, "mongodb": _mongodb}.get(found, _untold)(folder)
    unchecked = engine == "postgres" and not (document.get("takesOver") and takeover.allows("docker"))
    if found == engine and (unchecked or (engine == "mongodb" and major is None)):
        unknown = "of which version they are is not told" if engine == "mongodb" else "neither their administrator nor whose tables they are is known"
        way = "`takeOver: [docker]` of this host allows it, where a container made by hand works with them; else " if document.get("takesOver") else ""
        raise Failure("volume %s: was here before, with data of %s that are not from here: %s. Nothing was stopped.\nTo take them over: %s%s"
                      % (volume, _TITLES[engine], unknown, way, move(engine)))
    say("volume %s: was here before, with data of %s%s" % (volume, _TITLES[found], "" if major is None else " %d" % major))
    return {"engine": found, "major": major}


def _told(engine, folder):
    """The major version that alone can use the files: PostgreSQL's are of one, and say so."""
    return _postgres(folder) if engine == "postgres" and folder is not None else None


def content(volume):
    """(names of what is at its top, its folder); no names where there is no such volume."""
    found = runner.run(["docker", "volume", "inspect", volume], check=False)
    if not found.ok:
        if "no such volume" in found.err.lower():
            return set(), None
        raise Failure("docker: does not answer on this host\n%s" % runner.last_lines(found.err, 3))
    folder = paths.at(json.loads(found.out)[0]["Mountpoint"])
    return set(os.listdir(folder)) if os.path.isdir(folder) else set(), folder


def _untold(_folder):
    """Kafka's and ZooKeeper's files are for any version from theirs on."""


def _postgres(folder):
    try:
        with open(os.path.join(folder, "PG_VERSION"), encoding="ascii", errors="replace") as file:
            return _major(file.read().strip())
    except FileNotFoundError:
        return None


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
