"""What the document of a release holds whose processes PM2 runs; see release_document.py for what all releases have."""

import json

import sources
from document import array, choice, fields, integer, lines, optional, path, port, string, table, user

WAYS = ("port", "reload", "stop")
_INSIDE = string(r"\.|(?!.*(^|/)\.\.?(/|$))[^/\s]+(/[^/\s]+)*", 'a path within the release such as "dist", or "." for all of it')
# Any line that says what it is of, and where it is.
_WORKSPACE = {"workspace": string(), "directory": optional(path())}
_PM2 = {
    "user": user(),
    "home": path(),
    "way": choice(*WAYS),
    # PM2 takes a number for one of its own, and "all" for all.
    "name": string(r"(?!all$|[0-9]+$)[A-Za-z0-9][A-Za-z0-9._-]{0,80}", 'a name such as "api-gateway"'),
    "instances": integer(1),
    "text": lines(secret=False),
    "file": path(),
    "links": table(path(), _INSIDE),
}


def shape(document, build):
    """The checks of its own keys. `build` are those of every release: when it was built."""
    release = document.get("release") if isinstance(document.get("release"), dict) else {}
    health = document.get("health") if isinstance(document.get("health"), dict) else {}
    pm2 = document["pm2"] if isinstance(document["pm2"], dict) else {}
    own = next((keys for key, keys in (("workspace", _WORKSPACE), ("archive", sources.ARCHIVE)) if key in release), sources.GIT)
    return {
        "release": fields({**own, **build}),
        "source": _nothing if "workspace" in release else sources.SOURCE,
        "pm2": fields(_PM2),
        "ports": _ports(0 if "alive" in health else 2 if pm2.get("way") == "port" else 1),
        "health": fields({"alive": integer(1)} if "alive" in health else {"path": string(r"/\S*", 'a path such as "/health"'), "timeout": integer(1)}),
        "keep": integer(1),
    }


def made_of(document):
    """What makes another instance. A link, or a name for people, does not."""
    release = document["release"]
    pm2 = {key: value for key, value in document["pm2"].items() if key not in ("file", "links")}
    source = document["source"] and {key: document["source"][key] for key in ("directory", "commands", "submodules", "environment")}
    revision = release["workspace"] if "workspace" in release else sources.revision(release)
    return {"pm2": pm2, "ports": document["ports"], "secrets": document.get("secrets"), "source": source, "revision": revision}


def release(document):
    """Which release it is, for a result."""
    return {key: value for key, value in document["release"].items() if key != "rollback"}


def _nothing(value, where, problems):
    if value is not None:
        problems.append("%s: must be null for a workspace, which is nothing that is built here" % where)


def _ports(count):
    def run(value, where, problems):
        array(port())(value, where, problems)
        if isinstance(value, list) and (len(value) != count or len({json.dumps(one) for one in value}) != count):
            says = {0: "must be empty where nothing is asked", 1: "needs one port", 2: "needs two ports, one for each of two releases"}[count]
            problems.append("%s: %s, got %s" % (where, says, json.dumps(value)))
    return run
