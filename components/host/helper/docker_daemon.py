"""Docker's own settings on a host where containers run that were made by hand: without live-restore, they end with the daemon."""

import json
import time

import containers
import ownership
import paths
import runner
import takeover
from errors import Failure
from progress import say

PLACE = "/etc/docker/daemon.json"
# Those that we write (docker.ts). Without another one Docker might not find its data, its registries or its addresses any more.
_OURS = ("live-restore", "log-driver", "log-opts", "no-new-privileges")
_PATIENCE = 10


def problems():
    """What a file of before says that ours does not, and nothing takes over."""
    try:
        with open(paths.at(PLACE), encoding="utf-8") as file:
            said = json.load(file)
    except FileNotFoundError:
        return []
    except ValueError:
        return ["files: %s is not readable as JSON" % PLACE]
    if ownership.is_ours(PLACE) or not isinstance(said, dict):
        return []
    return ["files: %s says %s, which ours does not: remove it there, once Docker needs it no more" % (PLACE, key) for key in sorted(set(said) - set(_OURS))]


def told():
    """Whether a reload has to do in the place of a restart, and did: containers made by hand run, which would end. live-restore counts at once,
    so that the next start, from which on the others count, ends none; our containers say the same for themselves."""
    if not (takeover.allows("docker") and _foreign()):
        return False
    runner.run(["systemctl", "reload", "docker"])
    end = time.monotonic() + _PATIENCE
    while runner.run(["docker", "info", "--format", "{{.LiveRestoreEnabled}}"], check=False).out.strip() != "true":
        if time.monotonic() >= end:
            raise Failure("docker: does not take its settings by a reload; `journalctl -u docker` says why. It was not restarted")
        time.sleep(0.2)
    say("docker: was reloaded, not restarted, for containers made by hand run; what is not about live-restore counts from its next start on")
    return True


def _foreign():
    listed = runner.run(["docker", "ps", "--format", "{{.Labels}}"], check=False).out
    return any(not containers.are_ours(line) for line in listed.splitlines())
