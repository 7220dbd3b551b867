"""What a liveness check looks at: a container, a systemd unit or processes of PM2 that run."""

import datetime
import json
import re
import time

import containers
import kinds
import pm2
import pm2_found
import pm2_processes
import probe
import runner
from errors import Failure
from service_record import Record

# How long an instance of a service that failed gets to end by itself before it is killed, in seconds.
PATIENCE = 10
# What docker gives a container that does not say how long it may take.
_USUAL = 10
_STATES = {"T": "is stopped", "t": "is being traced", "Z": "is a zombie", "X": "is dead", "": "has ended"}


def find(wanted):
    """What there is to ask; None where nothing runs that could be restarted."""
    try:
        if "container" in wanted["target"]:
            # One with data may be in the middle of writing them: it gets as long as it says itself.
            return _container(wanted["target"]["container"], None)
        serving = Record(wanted["target"]["service"]).serving
        if not serving or pm2_found.is_one(serving):
            return None
        if "pm2" in serving["document"]:
            return _processes(serving)
        if "unit" in serving["document"]:
            return _unit(wanted["target"]["service"] + ".service", serving["address"])
        name = containers.find(wanted["target"]["service"], serving["id"])
        return name and _container(name, PATIENCE)
    except Failure:
        return None  # docker does not answer: that is not this service's fault


class _Target:
    """`since` is when it began, in seconds ago; `main` its main process."""

    def __init__(self, name, since, main, address):
        self.name, self.since, self.main, self.address = name, since, main, address

    def __eq__(self, other):
        return isinstance(other, _Target) and (self.name, self.main) == (other.name, other.main)

    __hash__ = None

    def problem(self, wanted):
        """None where it lives, else what is wrong in words. One that still comes up needs not answer yet."""
        stuck = _process(self.main)
        return stuck or (self._ask(wanted["probe"], wanted["timeout"]) if self.since >= wanted["startPeriod"] else None)

    def _ask(self, how, timeout):
        if "path" in how:
            told = probe.ask(self.address, how["port"], how["path"], timeout)
            return told and "http://%s:%d%s %s" % (self.address, how["port"], how["path"], told)
        if "command" in how:
            return self.run(how["command"], timeout)
        return self.told()

    def told(self):
        """What whoever runs it says of it by itself; None if nothing is wrong."""


class Container(_Target):
    def __init__(self, name, since, main, address, facts, patience):
        super().__init__(name, since, main, address)
        self.health = (facts["State"].get("Health") or {}).get("Status")
        self.patience, self.own_patience = patience, (facts.get("Config") or {}).get("StopTimeout") or _USUAL

    def told(self):
        return "is unhealthy by its own health check" if self.health == "unhealthy" else None

    def run(self, command, timeout):
        try:
            found = runner.run(["docker", "exec", self.name, *command], timeout=timeout, check=False)
        except Failure:
            return "%s: no end after %d s" % (command[0], timeout)
        return None if found.ok else "%s: exit status %d" % (command[0], found.code)

    def restart(self):
        # A stopped process hears nothing but this; then it can end by itself.
        runner.run(["docker", "kill", "--signal", "CONT", self.name], check=False)
        given = [] if self.patience is None else ["-t", str(self.patience)]
        runner.run(["docker", "restart", *given, self.name], timeout=(self.patience or self.own_patience) + 120)


class Unit(_Target):
    def restart(self):
        # systemd sends CONT by itself.
        runner.run(["systemctl", "reset-failed", self.name], check=False)
        runner.run(["systemctl", "restart", self.name], timeout=240)


class Processes(_Target):
    """`main` are the numbers of all of them, as any of them answers at their port."""

    def __init__(self, instance, since, main):
        super().__init__(pm2_processes.name(instance), since, main, instance["address"])
        self.instance = instance

    def problem(self, wanted):
        """None where all live. The port is that of this release, which may be another one than its users'."""
        stuck = next((told for one in self.main if (told := _process(one))), None)
        return stuck or (self._ask({**wanted["probe"], "port": kinds.port(self.instance)}, wanted["timeout"]) if self.since >= wanted["startPeriod"] else None)

    def restart(self):
        # One that does not hear is killed by PM2 after its own time.
        document = self.instance["document"]
        own = pm2_processes.own(self.instance)
        pm2.restart(document["pm2"], own, document["stopTimeout"] * len(own) + 60)


def _processes(instance):
    found = pm2_processes.numbers(instance)
    return Processes(instance, min(since for _, since in found), tuple(main for main, _ in found)) if found else None


def _container(name, patience):
    found = runner.run(["docker", "container", "inspect", name], check=False)
    if not found.ok:
        return None
    facts = json.loads(found.out)[0]
    state = facts["State"]
    if state["Status"] != "running":
        return None
    attached = (facts.get("NetworkSettings") or {}).get("Networks") or {}
    address = next((one["IPAddress"] for one in attached.values() if one.get("IPAddress")), None)
    return Container(name, _seconds_since(state["StartedAt"]), state["Pid"], address, facts, patience)


def _unit(name, address):
    shown = runner.run(["systemctl", "show", name, "--property", "ActiveState,MainPID,StateChangeTimestampMonotonic"], check=False)
    found = dict(line.split("=", 1) for line in shown.out.splitlines() if "=" in line)
    # One that fails to start is started again by systemd, until it gives up; a person's stop leaves it inactive.
    if found.get("ActiveState") not in ("active", "failed"):
        return None
    since = time.monotonic() - int(found.get("StateChangeTimestampMonotonic") or 0) / 1e6
    return Unit(name, since, int(found.get("MainPID") or 0), address)


def _seconds_since(text):
    """Docker's own time, such as 2026-11-20T10:00:00.123456789Z."""
    began = datetime.datetime.fromisoformat(re.sub(r"(\.\d+)?Z$", "", text))
    return (datetime.datetime.now(datetime.timezone.utc) - began.replace(tzinfo=datetime.timezone.utc)).total_seconds()


def _process(main):
    """What is wrong with a main process, or None."""
    try:
        with open("/proc/%d/stat" % main, encoding="ascii", errors="replace") as file:
            state = file.read().rpartition(") ")[2][:1]
    except (FileNotFoundError, ProcessLookupError):
        state = ""
    return None if state not in _STATES else "its main process %s" % _STATES[state]
