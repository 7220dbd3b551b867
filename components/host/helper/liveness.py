"""The noun `liveness`: restarts a service that runs but does not live: Docker and systemd see only processes that end.

A timer asks; what fails several times in a row is restarted. What was stopped by hand stays stopped, and Docker and systemd
themselves start anew what ended by itself.
"""

import contextlib
import json
import os

import document
import liveness_targets
import locks
import paths
import runner
import store
from errors import Failure, Refused
from progress import Outcome, say
from transaction import Transaction

def _true(value, path, problems):
    if value is not True:
        problems.append("%s: must be true" % path)


SHAPE = {
    "service": document.name(),
    "target": document.either({"service": document.name()}, {"container": document.name()}),
    "probe": document.either({"path": document.string(r"/\S*", 'a path such as "/health"'), "port": document.port()},
                             {"command": document.array(document.string(), 1)}, {"process": _true}),
    "every": document.integer(1),
    "timeout": document.integer(1),
    "failures": document.integer(1),
    "startPeriod": document.integer(0),
}

KIND = "liveness"
# How often it failed in a row is of no use after a reboot.
_COUNTS = "/run/flowfleet/liveness"
# What it calls ends in time by itself; cut short, a restart would leave its container stopped.
_LONGEST = 1800

_SERVICE = """# Written by Flowfleet.
[Unit]
Description=Restart %(target)s if it does not live
After=docker.service

[Service]
Type=oneshot
TimeoutStartSec=%(limit)d
ExecStart=%(helper)s liveness check %(service)s
# Six runs a minute: only what they say goes to the journal.
SyslogLevel=notice
LogLevelMax=notice
"""
_TIMER = """# Written by Flowfleet.
[Unit]
Description=Look whether %(target)s lives

[Timer]
OnActiveSec=%(every)ds
OnUnitActiveSec=%(every)ds
AccuracySec=1s

[Install]
WantedBy=timers.target
"""


def apply(wanted):
    if "command" in wanted["probe"] and "service" in wanted["target"]:
        raise Refused("the document on stdin is refused", ["probe.command: is for a container; a service is asked by path and port, or by its process"])
    name, former = wanted["service"], store.read(KIND, wanted["service"])
    change = Transaction(wanted["owner"], "liveness")
    texts = {"service": name, "target": next(iter(wanted["target"].values())), "every": wanted["every"], "helper": paths.HELPER,
             "limit": wanted["timeout"] + _LONGEST}
    change.write(_place(name, "service"), _SERVICE % texts)
    change.write(_place(name, "timer"), _TIMER % texts)
    change.prune()
    change.after("daemon-reload", "enable %s" % _timer(name), "restart %s" % _timer(name))
    store.write(KIND, name, wanted)
    try:
        change.commit()
    except BaseException:
        store.put_back(KIND, name, former)
        raise

    def undo():
        store.put_back(KIND, name, former)
        change.undo()

    return Outcome({"service": name}, undo, change.finish)


def remove(wanted):
    name, former = wanted["service"], store.read(KIND, wanted["service"])
    change = Transaction(wanted["owner"], "liveness")
    change.prune()
    change.after("daemon-reload")
    if _place(name, "timer") in change.going():
        runner.run(["systemctl", "disable", "--now", "--quiet", _timer(name)], check=False)
    if former and former["owner"] == wanted["owner"]:
        store.remove(KIND, name)
        _count(name, 0)
    removed = change.commit()
    change.finish()
    return {"removed": removed}


def check(name):
    """The timer's own call."""
    wanted = store.read(KIND, name)
    if not wanted:
        return
    target = liveness_targets.find(wanted)
    problem = target and target.problem(wanted)
    if not problem:
        _count(name, 0)
        return
    failures = _counted(name) + 1
    say("%s: %s (%d of %d)" % (target.name, problem, failures, wanted["failures"]))
    _count(name, failures)
    if failures >= wanted["failures"]:
        with _nobody_else(wanted) as free:
            # A release that ended just now may have put another instance in its place.
            if free and liveness_targets.find(wanted) == target:
                say("%s: restarting it" % target.name)
                target.restart()
        _count(name, 0)


@contextlib.contextmanager
def _nobody_else(wanted):
    """Whether no release of the service is under way; it will not begin within the block."""
    with contextlib.ExitStack() as stack:
        if "service" in wanted["target"]:
            try:
                stack.enter_context(locks.hold("service-" + wanted["target"]["service"], 0))
            except Failure:
                yield False
                return
        yield True


def _counted(name):
    try:
        with open(paths.at("%s/%s" % (_COUNTS, name)), encoding="ascii") as file:
            return json.load(file)
    except (FileNotFoundError, ValueError):
        return 0


def _count(name, failures):
    real = paths.at("%s/%s" % (_COUNTS, name))
    if failures:
        os.makedirs(os.path.dirname(real), mode=0o700, exist_ok=True)
        with open(real, "w", encoding="ascii") as file:
            json.dump(failures, file)
    else:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(real)


def _timer(name):
    return "flowfleet-liveness-%s.timer" % name


def _place(name, kind):
    return "/etc/systemd/system/flowfleet-liveness-%s.%s" % (name, kind)
