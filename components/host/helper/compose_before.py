"""The files of Docker Compose that containers of before were made from. `docker-compose up -d` would start those again, or make others of their
names, beside ours; so the files are set aside once ours have the place of all that Compose made from them.
"""

import os

import aside
import containers
import locks
import ownership
import paths
import runner
import takeover
from progress import say

_LABEL = "com.docker.compose.project"


def settle(container):
    """For one of ours that works: the last of a project sets its files aside, once. One that somebody writes there later is his."""
    kept = containers.facts(aside.kept_name(container)) if aside.record(container) else None
    labels = (kept["Config"]["Labels"] or {}) if kept else {}
    if _LABEL not in labels:
        return
    with locks.hold("compose-before"):
        if all(map(_is_taken, _made(labels[_LABEL]))):
            for path in _files(labels):
                if not takeover.kept(path):
                    place = takeover.set_aside(path)
                    say("%s: all that Compose made from it was taken over; it lies in %s now" % (path, place))


def _made(project):
    """Names of all that Compose made of a project and that are not ours."""
    listed = runner.run(["docker", "ps", "--all", "--filter", "label=%s=%s" % (_LABEL, project), "--format", "{{.Names}}\t{{.Labels}}"]).out
    found = [line.partition("\t") for line in listed.splitlines()]
    return [name for name, _, labels in found if not containers.are_ours(labels)]


def _is_taken(name):
    record = aside.record(name[:-len(aside.SUFFIX)]) if name.endswith(aside.SUFFIX) else None
    return record is not None and record["served"]


def _files(labels):
    folder = labels.get(_LABEL + ".working_dir", "/")
    found = [os.path.normpath(os.path.join(folder, name)) for name in labels.get(_LABEL + ".config_files", "").split(",") if name.endswith((".yml", ".yaml"))]
    return [path for path in found if path.startswith("/") and os.path.isfile(paths.at(path)) and not ownership.is_ours(path)]
