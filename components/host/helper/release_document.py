"""What a release document holds: its shape, and which of its keys make another container."""

import datetime
import hashlib
import json
import re

from document import address, array, boolean, choice, fields, integer, lines, name, nullable, number, optional, path, port, string, table

_PRINCIPAL = r"[a-z_][a-z0-9_-]*|[0-9]+"

SHAPE = {
    "service": name(),
    "release": fields({
        "image": string(r"[^\s@]+@sha256:[0-9a-f]{64}", 'an image by digest such as "registry.example.com/shop/backend@sha256:…"'),
        "builtAt": string(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?(Z|[+-]\d\d:\d\d)", 'a time such as "2026-11-20T10:00:00Z"'),
        "rollback": optional(boolean()),
    }),
    "container": name(),
    "compose": fields({"project": name(), "service": name(), "directory": path(), "file": string(r"[A-Za-z0-9][A-Za-z0-9._-]*", "a file name")}),
    "network": name(),
    "addresses": array(address(), least=1),
    "port": port(),
    "hosts": table(name(), address()),
    "environment": table(string(r"[A-Za-z_][A-Za-z0-9_]*", "the name of a variable"), string(empty=True)),
    "secrets": optional(nullable(fields({"file": path(), "revision": string()}))),
    "user": string(r"(%s)(:(%s))?" % (_PRINCIPAL, _PRINCIPAL), 'a user such as "10001:10001" or "appuser"'),
    "readOnly": boolean(),
    "tmpfs": table(path(), integer(1)),
    "capabilities": array(string(r"[A-Z_]+", 'a capability such as "NET_BIND_SERVICE"')),
    "limits": fields({"memory": integer(6), "cpus": number(0.01), "pids": integer(1)}),
    "logs": fields({"size": integer(1), "files": integer(1)}),
    "health": fields({
        "path": string(r"/\S*", 'a path such as "/api/health"'),
        "command": array(string(), least=2),
        "interval": integer(1), "timeout": integer(1), "retries": integer(1), "startPeriod": integer(0),
    }),
    "deadline": integer(1),
    "overlap": choice("allowed", "never"),
    "drain": integer(0),
    "stopTimeout": integer(1),
    "pullTimeout": integer(1),
    "nginx": table(path(), lines(secret=False)),
    "assets": optional(nullable(fields({"from": path(), "to": path(), "keep": integer(1)}))),
}

# A change of any other key (nginx, drain, assets, …) leaves the serving container alone.
_OF_CONTAINER = ("container", "compose", "network", "port", "hosts", "environment", "secrets", "user", "readOnly", "tmpfs", "capabilities", "limits",
                 "logs", "health", "stopTimeout")


def plain(document):
    """The document without what says nothing about the release itself; this is what records keep."""
    return {key: value for key, value in document.items() if key not in ("owner", "reapply")}


def specification(document):
    """A hash of what makes the container. The same hash: the same container will do."""
    of_container = {key: document.get(key) for key in _OF_CONTAINER}
    of_container["image"] = document["release"]["image"]
    return hashlib.sha256(json.dumps(of_container, sort_keys=True).encode()).hexdigest()


def built_at(document):
    """When the release was built, to compare."""
    text = re.sub(r"\.(\d+)", lambda fraction: "." + fraction.group(1).ljust(6, "0"), document["release"]["builtAt"].replace("Z", "+00:00"))
    return datetime.datetime.fromisoformat(text)


def compose_path(document):
    return "%s/%s" % (document["compose"]["directory"], document["compose"]["file"])
