"""What an instance wrote to its logs since it was started. They are files of its user, which other instances write to as well."""

import os
import re

import environment
import paths
import pm2
import pm2_processes

# What is read of each at most, in bytes.
_LONGEST = 20000
# How long they were when an instance started. A release reads the logs of what it started itself.
_before = {}


def begin(instance):
    """From here on the lines are this instance's."""
    _before[_key(instance)] = {file: _size(file) for file in _files(instance)}


def text(instance):
    before, found = _before.get(_key(instance), {}), []
    for file in _files(instance):
        size = _size(file)
        start = max(before.get(file, 0), size - _LONGEST)
        if size > start:
            found.append(pm2.tail(instance["document"]["pm2"], file, start))
    return "".join(found)


def last_lines(instance):
    """For a message, without the values of its variables."""
    return environment.last_lines(text(instance), instance["environment"])


def _size(file):
    try:
        return os.path.getsize(paths.at(file))
    except FileNotFoundError:
        return 0  # rotated just now


def _key(instance):
    return instance["id"], bool(instance.get("canary"))


def _files(instance):
    """PM2 adds a number to the name of each, unless the logs of all processes are one."""
    usual = ["%s/.pm2/logs/%s-%s.log" % (instance["document"]["pm2"]["home"], pm2_processes.name(instance), kind) for kind in ("out", "error")]
    found = []
    for wanted, other in zip(instance.get("logs") or (), usual):
        folder, file = os.path.split(wanted or other)
        stem = re.escape(file[:-len(".log")] if file.endswith(".log") else file)
        try:
            names = os.listdir(paths.at(folder))
        except OSError:
            continue
        found += ["%s/%s" % (folder, one) for one in sorted(names) if re.fullmatch(stem + r"(-\d+)?(\.log)?", one)]
    return list(dict.fromkeys(found))
