"""Whether what a container made by hand holds is what ours expects: all that is wrong, before anything is stopped."""

import os
import re
import time

import containers
import paths
import postgres
import redis
import runner
import volume
from errors import Failure
from progress import say

# As our containers have it (kafka.ts).
_BROKER = "1"
_REWRITE = 600


def look(wanted, facts, asked=False):
    """(problems, what is to be remembered of it). One that was `asked` since it started is not asked again."""
    own = facts["Name"].lstrip("/")
    known = {own, wanted["container"]}
    problems = _mounts(wanted["volumes"], facts) or (_used(wanted["volumes"], known) + _owners(wanted))
    mode = facts["HostConfig"].get("NetworkMode", "")
    if mode == "host" or mode.startswith("container:"):
        # It could not have the address of ours, which keeps both from one volume.
        problems.append("network: it uses that of %s. Make it anew in a network of its own" % ("this host" if mode == "host" else mode.replace(":", " ")))
    more = {}
    engine = wanted.get("engine")
    if engine == "kafka" and not problems:
        problems += _kafka(next(iter(wanted["volumes"].values())))
    if "login" in wanted and not asked:
        wanted = {**wanted, "container": own}
        if not facts["State"]["Running"]:
            problems.append("does not run, so nobody can ask whether the passwords fit. Start it: docker start %s" % own)
        elif engine == "postgres":
            problems += _postgres(wanted, more, facts)
        elif not problems:
            problems += _redis(wanted)
    return problems, more


def is_filled(name):
    return bool(volume.content(name)[0])


def has_snapshot_alone(name):
    names = volume.content(name)[0]
    return "dump.rdb" in names and not names & {"appendonlydir", "appendonly.aof"}


def _mounts(volumes, facts):
    """Data that ours would not have, each with what to do."""
    found = []
    mounts = {mount["Destination"]: mount for mount in facts["Mounts"]}
    for path, name in volumes.items():
        mount = mounts.get(path)
        if mount is None:
            found.append("volumes: has none at %s, where %s is to be, so its data would stay behind" % (path, name))
        elif mount["Type"] != "volume":
            found.append("volumes: its data at %s are in the folder %s of this host, and not in a volume of docker: stop it, copy them into one "
                         "(docker run --rm -v %s:/from -v %s:/to … cp -a /from/. /to/), and start it with that" % (path, mount["Source"], mount["Source"], name))
        elif mount["Name"] != name:
            found.append("volumes: its data at %s are in volume %s, and not in %s. Write %s in `volumes` of the configuration" % (path, mount["Name"], name, mount["Name"]))
    return found


def _used(volumes, known):
    return ["volumes: %s is in use by container %s as well. Stop it" % one for one in beside(set(volumes.values()), known)]


def beside(volumes, known):
    """[(volume, container)] of others that work on the same data, or will when Docker starts again: they would go on beside ours."""
    if not volumes:
        return []
    folders = {name: paths.shown(volume.content(name)[1] or "") for name in volumes}
    found = []
    for name in {name for line in runner.run(["docker", "ps", "--all", "--format", "{{.Names}}"]).out.split() for name in line.split(",") if "/" not in name} - known:
        facts = containers.facts(name)
        if facts and (facts["State"]["Running"] or facts["HostConfig"]["RestartPolicy"]["Name"] == "always"):
            mounted = {mount.get("Name") or mount.get("Source") for mount in facts["Mounts"]}
            found += [(of, name) for of, folder in folders.items() if mounted & {of, folder}]
    return sorted(found)


def _owners(wanted):
    """Files that the account of ours could not write."""
    user = wanted["user"].split(":")[0]
    found = []
    for name in wanted["volumes"].values():
        folder = volume.content(name)[1]
        top = os.stat(folder)
        places = [folder, *(os.path.join(folder, entry) for entry in os.listdir(folder))]
        strange = {str(os.lstat(place).st_uid) for place in places if not (place == folder and top.st_mode & 0o002)} - {user}
        if strange:
            found.append("users: files of volume %s belong to user %s, and ours runs as user %s. Its image is of another kind (Alpine's PostgreSQL has 70, Debian's 999, and "
                         "they sort text otherwise): take an image of the same kind, and its numbers in `users` of the configuration"
                         % (name, " and ".join(sorted(strange)), user))
    return found


def _kafka(name):
    names, folder = volume.content(name)
    if "meta.properties" not in names:
        return []
    with open(os.path.join(folder, "meta.properties"), encoding="utf-8", errors="replace") as file:
        broker = re.search(r"^broker\.id=(\S+)$", file.read(), re.M)
    if broker is None:
        return ["volumes: %s is of a Kafka without ZooKeeper (KRaft), which ours cannot read" % name]
    if broker.group(1) != _BROKER:
        return ["volumes: %s is of the broker with id %s; ours has %s, and would not start on it" % (name, broker.group(1), _BROKER)]
    return []


def _postgres(wanted, more, facts):
    """Whether the role can log in with its password, to its database. The administrator is whom its image was told of."""
    login, container = wanted["login"], wanted["container"]
    variables = dict(one.split("=", 1) for one in facts["Config"]["Env"] or [] if "=" in one)
    superuser = variables.get("POSTGRES_USER") or "postgres"

    def asked(query):
        return postgres.ask(container, superuser, query, [login["password"]])
    try:
        folder = asked("SHOW data_directory;")[0]
        kept = dict(line.split("\t", 1) for line in asked("SELECT rolname || E'\\t' || coalesce(rolpassword, '') FROM pg_authid;"))
        databases = asked("SELECT datname FROM pg_database;")
    except Failure as problem:
        return ["its administrator %s (POSTGRES_USER) cannot be asked: %s" % (superuser, problem)]
    found = []
    if folder not in wanted["volumes"]:
        found.append("PGDATA: its data are in %s, and ours looks in %s" % (folder, next(iter(wanted["volumes"]))))
    if login["role"] not in kept:
        found.append("has no role %s; there are %s" % (login["role"], ", ".join(sorted(name for name in kept if not name.startswith("pg_")))))
    elif not (postgres.matches(login["password"], kept[login["role"]]) or postgres.is_md5(login["role"], login["password"], kept[login["role"]])):
        found.append("role %s has another password than the configuration gives (POSTGRES_PASSWORD): those who use it now would not get in" % login["role"])
    if login["database"] not in databases:
        found.append("has no database %s; there are %s" % (login["database"], ", ".join(sorted(databases))))
    more["superuser"] = superuser
    return found


def _redis(wanted):
    """Whether the password fits; and has it keep all it knows in the log that ours reads."""
    password = wanted["login"]["password"]
    server = redis.Server(wanted["container"], [password])
    answer = server.ask("default", password, "PING")
    if answer != "PONG":
        return ["has another password than the configuration gives (REDIS_PASSWORD), or is older than Redis 6: %s" % (answer.splitlines() or ["no answer"])[-1]]

    def setting(name):
        lines = server.ask("default", password, "CONFIG GET " + name).splitlines()
        return lines[1] if len(lines) > 1 else ""
    if not setting("requirepass"):
        say("container %s: asks for no password; services that were not taken over yet cannot log in to ours, which does" % wanted["container"])
    policy = setting("maxmemory-policy")
    if policy not in ("", "noeviction"):
        say("container %s: forgets keys when it is full (maxmemory-policy %s); ours keeps all, and refuses writes at three quarters of its memory" % (wanted["container"], policy))
    found = []
    for name, expected in (("dir", next(iter(wanted["volumes"]))), ("appendfilename", "appendonly.aof"), ("dbfilename", "dump.rdb")):
        if setting(name) != expected:
            found.append("%s: is %s, and ours looks for %s" % (name, setting(name) or "not told", expected))
    if not found and setting("appendonly") != "yes":
        _log(server, password)
    return found


def _log(server, password):
    """Ours reads the log of writes alone; one that wrote snapshots only is told to write a log while it serves."""
    say("container %s: is told to write a log of what it holds (appendonly)" % server.container)
    if server.ask("default", password, "CONFIG SET appendonly yes") != "OK":
        raise Failure("container %s: does not begin a log of writes (CONFIG SET appendonly yes). Nothing was stopped" % server.container)
    end = time.monotonic() + _REWRITE
    while True:
        told = dict(line.split(":", 1) for line in server.ask("default", password, "INFO persistence").splitlines() if ":" in line)
        busy = told.get("aof_rewrite_in_progress") != "0" or told.get("aof_rewrite_scheduled") != "0"
        if not busy and told.get("aof_enabled") == "1" and told.get("aof_last_bgrewrite_status") == "ok":
            return
        if time.monotonic() >= end:
            raise Failure("container %s: has not finished its log of writes within %d s (INFO persistence). Nothing was stopped" % (server.container, _REWRITE))
        time.sleep(0.5)


