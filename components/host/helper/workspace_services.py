"""Services whose code is a working copy: their releases share it, so one that fails takes the working copy back with it, if nobody has worked in it since."""

import environment
import kinds
import locks
import probe
import service_record
import workspace_change
from errors import Failure
from progress import say

# How long one that runs may take to answer before it is started again, in seconds.
_ANSWERING = 10


def bring(new):
    """Before a release is tried again whose failure put the working copy back: what it is of is brought in again."""
    directory, revision = _code(new)
    if not directory:
        return
    with locks.hold(workspace_change.lock(directory)):
        record = workspace_change.read(directory)
        if "putBack" not in record or workspace_change.revision(record["putBack"]) != revision:
            return
        workspace_change.write(workspace_change.advance(record["putBack"], record))
        problems = _restart(new)
        if problems:
            raise Failure("; ".join(problems))


def put_back(new, former):
    """After a release that failed: the former one is to start with what it was made of. What was done, in words."""
    directory, revision = _code(new)
    if not directory or not former or _code(former)[0] != directory or _code(former)[1] == revision:
        return []
    with locks.hold(workspace_change.lock(directory)):
        record = workspace_change.read(directory)
        step = record.get("next") or record
        if not step.get("former") or workspace_change.revision(step["document"]) != revision:
            return []
        if workspace_change.revision(step["former"]["document"]) != _code(former)[1]:
            return []
        say("%s: going back" % directory)
        told, back = workspace_change.put_back(record)
        return [told, *(_restart(new) if back else [])]


def wake(directory, revision):
    """Those that are at this revision already, for which no release is to come, must answer: such as after a release that failed, when the former one is named again."""
    for service in at(directory, revision):
        with locks.hold("service-" + service):
            serving = service_record.Record(service).serving
            if serving and _code(serving) == (directory, revision):
                problem = _unwell(serving, _ANSWERING) and _again(serving)
                if problem:
                    raise Failure("%s: started again with what stands in %s, and %s%s"
                                  % (kinds.of(serving).name(serving), directory, problem, environment.last_lines(kinds.of(serving).log(serving), serving["environment"])))


def at(directory, revision):
    """Names of the services that are at this revision."""
    serving = {service: service_record.Record(service).serving for service in service_record.names()}
    return [service for service, instance in serving.items() if instance and _code(instance) == (directory, revision)]


def _code(instance):
    """(the folder of its working copy, the revision of it) or (None, None)."""
    release = instance["document"]["release"]
    return release.get("directory"), release.get("workspace")


def _restart(new):
    """Others that had come to the same revision run what is gone from the disk by now. What is wrong with them, in words."""
    problems = []
    for other in service_record.others(new["document"]["service"]):
        with locks.hold("service-" + other.service):
            if other.serving and _code(other.serving) == _code(new):
                problem = _again(other.serving)
                if problem:
                    problems.append("%s was started again, but it %s" % (kinds.of(other.serving).name(other.serving), problem))
    return problems


def _again(instance):
    kind = kinds.of(instance)
    say("starting %s again" % kind.name(instance))
    kind.stop(instance)
    kind.start(instance)
    return _unwell(instance, instance["document"]["deadline"])


def _unwell(instance, seconds):
    """What is wrong with it, in words, or None."""
    if not kinds.runs(instance):
        return "does not run"
    health = instance["document"]["health"]
    problem = None if "alive" in health else probe.until_healthy(instance["address"], kinds.port(instance), health["path"], health["timeout"], seconds, lambda: None)
    return problem or (None if kinds.runs(instance) else "ended by itself")
