"""What a release document holds: its shape, and which of its keys make another instance."""

import datetime
import hashlib
import json
import re

import archives
import pm2_document
from document import address, array, boolean, choice, fields, integer, lines, name, nullable, number, optional, path, port, string, table, user

_PRINCIPAL = r"[a-z_][a-z0-9_-]*|[0-9]+"

BUILT_AT = string(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?(Z|[+-]\d\d:\d\d)", 'a time such as "2026-11-20T10:00:00Z"')
_BUILD = {"builtAt": BUILT_AT, "rollback": optional(boolean())}
IMAGE = fields({"image": string(r"[^\s@]+@sha256:[0-9a-f]{64}", 'an image by digest such as "registry.example.com/shop/backend@sha256:…"'), **_BUILD})
ARCHIVE = fields({"archive": archives.ARCHIVE, "sha256": archives.SHA256, **_BUILD})
INSIDE = string(r"(?!.*(^|/)\.\.?(/|$))[^/\s]+(/[^/\s]+)*", 'a path within the archive such as "bin/api"')
_ALIVE = fields({"alive": integer(1)})

_SERVICE = {
    "service": name(),
    "port": port(),
    "secrets": optional(nullable(fields({"file": path(), "revision": string()}))),
    "deadline": integer(1),
    "overlap": choice("allowed", "never"),
    "drain": integer(0),
    "stopTimeout": integer(1),
    "pullTimeout": integer(1),
    "nginx": table(path(), lines(secret=False)),
}
_UNIT = {
    **_SERVICE,
    "release": ARCHIVE,
    "unit": fields({
        "directory": path(), "user": user(), "executable": INSIDE, "addressVariable": nullable(string(r"[A-Za-z_][A-Za-z0-9_]*", "the name of a variable")),
        "links": table(path(), INSIDE), "text": lines(secret=False),
    }),
    "addresses": array(address(), least=2),
    "health": fields({"path": string(r"/\S*", 'a path such as "/ready"'), "timeout": integer(1)}),
    "keep": integer(1),
}
_CONTAINER = {
    **_SERVICE,
    "release": IMAGE,
    "container": name(),
    "compose": fields({"project": name(), "service": name(), "directory": path(), "file": string(r"[A-Za-z0-9][A-Za-z0-9._-]*", "a file name")}),
    "network": name(),
    "addresses": array(address(), least=1),
    "hosts": table(name(), address()),
    "environment": table(string(r"[A-Za-z_][A-Za-z0-9_]*", "the name of a variable"), string(empty=True)),
    "user": string(r"(%s)(:(%s))?" % (_PRINCIPAL, _PRINCIPAL), 'a user such as "10001:10001" or "appuser"'),
    "readOnly": boolean(),
    "tmpfs": table(path(), integer(1)),
    # Path in the container -> file or folder of the host, read-only.
    "mounts": optional(table(path(), path())),
    # Path in the container -> folder of the host, which it writes to and which stays.
    "folders": optional(table(path(), path())),
    "capabilities": array(string(r"[A-Z_]+", 'a capability such as "NET_BIND_SERVICE"')),
    "limits": fields({"memory": integer(6), "cpus": number(0.01), "pids": integer(1)}),
    "reservations": optional(fields({"memory": integer(6), "cpus": number(0.01)})),
    "logs": fields({"size": integer(1), "files": integer(1)}),
    "health": fields({
        "path": string(r"/\S*", 'a path such as "/api/health"'),
        "command": array(string(), least=2),
        "interval": integer(1), "timeout": integer(1), "retries": integer(1), "startPeriod": integer(0),
        # While a release starts; `timeout` is for Docker's own check, and without this for both.
        "probeTimeout": optional(integer(1)),
    }),
    "assets": optional(nullable(fields({"from": path(), "to": path(), "keep": integer(1)}))),
}


def SHAPE(document):
    """The checks of a document: of a container, a unit or processes of PM2, that answers requests or only stays alive."""
    if "pm2" in document:
        return {**{key: check for key, check in _SERVICE.items() if key != "port"}, **pm2_document.shape(document, _BUILD)}
    shape = _UNIT if "unit" in document else _CONTAINER
    if not isinstance(document.get("health"), dict) or "alive" not in document["health"]:
        return shape
    shape = {key: check for key, check in shape.items() if key != "port"}
    return {**shape, "health": _ALIVE, **({"addresses": array(address())} if "unit" in document else {})}


# A change of any other key (nginx, drain, assets, …) leaves the serving instance alone.
_OF_CONTAINER = ("container", "compose", "network", "port", "hosts", "environment", "secrets", "user", "readOnly", "tmpfs", "capabilities", "limits",
                 "logs", "health", "stopTimeout")
_NEWER = ("mounts", "folders", "reservations")


def plain(document):
    """The document without what says nothing about the release itself; this is what records keep."""
    return {key: value for key, value in document.items() if key not in ("owner", "reapply")}


def specification(document):
    """A hash of what makes the instance. The same hash: the same one will do."""
    if "found" in document:
        return ""
    if "pm2" in document:
        made_of = pm2_document.made_of(document)
    elif "unit" in document:
        made_of = {key: document.get(key) for key in ("port", "secrets")}
        made_of["unit"] = {key: value for key, value in document["unit"].items() if key != "links"}
        made_of["sha256"] = document["release"]["sha256"]
    else:
        made_of = {key: document.get(key) for key in _OF_CONTAINER}
        # Keys that came later are left out where they are not used: the hash of what runs must stay.
        made_of.update({key: document[key] for key in _NEWER if key in document})
        made_of["image"] = document["release"]["image"]
    return hashlib.sha256(json.dumps(made_of, sort_keys=True).encode()).hexdigest()


def built_at(text):
    """When a release was built, to compare."""
    text = re.sub(r"\.(\d+)", lambda fraction: "." + fraction.group(1).ljust(6, "0"), text.replace("Z", "+00:00"))
    return datetime.datetime.fromisoformat(text)


def compose_path(document):
    return "%s/%s" % (document["compose"]["directory"], document["compose"]["file"])
