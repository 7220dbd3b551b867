"""The docker-compose file of a project, rendered from what runs: a person's `ps`, `logs`, `restart` work and `up -d` changes nothing."""

import json
import os
import re
import shutil
import tempfile

import containers
import paths
import release_document
import runner
from errors import Failure

# What YAML 1.1 reads as something else than text.
_WORDS = ("y", "n", "yes", "no", "on", "off", "true", "false", "null")

_ORDER = ("image", "container_name", "entrypoint", "command", "user", "restart", "networks", "extra_hosts", "environment", "volumes",
          "read_only", "tmpfs", "cap_drop", "cap_add", "security_opt", "mem_limit", "memswap_limit", "mem_reservation", "cpus", "cpu_shares", "pids_limit",
          "logging", "healthcheck", "stop_grace_period", "labels")

_TITLE = """\
# Written by Flowfleet from what runs here. `ps`, `logs` and `restart` work in this folder, `up -d` changes nothing:
#   docker compose -f {file} ps
# Do not edit it: the next release writes it anew.
"""


def service(document, image, instance):
    """One service as compose describes it: the one description of its container, for compose and for `docker create`.

    `instance` says {id, address, user, environment: path of its own copy or None}.
    """
    entrypoint, arguments = containers.command(image, instance["environment"])
    limits, logs, health = document["limits"], document["logs"], document["health"]
    memory = "%dm" % limits["memory"]
    mounts = sorted(document.get("mounts", {}).items())
    if instance["environment"]:
        mounts.insert(0, (containers.ENVIRONMENT_INSIDE, instance["environment"]))
    return {
        "image": document["release"]["image"],
        "container_name": document["container"],
        "entrypoint": [entrypoint],
        "command": arguments,
        "user": instance["user"],
        "restart": "unless-stopped",
        "networks": {document["network"]: {"ipv4_address": instance["address"]}},
        "extra_hosts": ["%s:%s" % pair for pair in sorted(document["hosts"].items())],
        "environment": dict(sorted(document["environment"].items())),
        "volumes": [{"read_only": True, "source": source, "target": target, "type": "bind"} for target, source in mounts]
                   + [{"read_only": False, "source": source, "target": target, "type": "bind"} for target, source in sorted(document.get("folders", {}).items())],
        "read_only": document["readOnly"],
        "tmpfs": ["%s:size=%dm" % pair for pair in sorted(document["tmpfs"].items())],
        "cap_drop": ["ALL"],
        "cap_add": list(document["capabilities"]),
        "security_opt": ["no-new-privileges"],
        "mem_limit": memory,
        "memswap_limit": memory,
        "cpus": limits["cpus"],
        **_reserved(document.get("reservations")),
        "pids_limit": limits["pids"],
        "logging": {"driver": "json-file", "options": {"max-size": "%dm" % logs["size"], "max-file": str(logs["files"])}},
        **_health(health),
        "stop_grace_period": "%ds" % document["stopTimeout"],
        "labels": containers.identity(document["service"], instance["id"]),
    }


def _health(health):
    if "alive" in health:
        return {}
    return {"healthcheck": {"test": health["command"], "interval": "%ds" % health["interval"], "timeout": "%ds" % health["timeout"],
                            "retries": health["retries"], "start_period": "%ds" % health["startPeriod"]}}


def _reserved(wanted):
    # A whole processor is the share of what reserves nothing.
    return {"mem_reservation": "%dm" % wanted["memory"], "cpu_shares": max(2, round(wanted["cpus"] * 1024))} if wanted else {}


def render(file, services):
    """The text of the file: {compose's name of the service: its description}."""
    networks = sorted({name for described in services.values() for name in described["networks"]})
    body = {
        "services": {name: _in_order(services[name]) for name in sorted(services)},
        "networks": {name: {"external": True, "name": name} for name in networks},
    }
    return _TITLE.format(file=file) + "\n".join(_yaml(body, 0)) + "\n"


def _in_order(described):
    """As `service` has it, also after it was kept in a record: the same text each time."""
    return {key: _sorted(described[key]) for key in _ORDER if key in described}


def _sorted(value):
    return {key: _sorted(value[key]) for key in sorted(value)} if isinstance(value, dict) else value


def dotenv(project):
    """The text of `.env` beside it: without it compose takes the folder's name for the project's."""
    return "# Written by Flowfleet: the project's name for docker compose.\nCOMPOSE_PROJECT_NAME=%s\n" % project


def labels(document, image, described):
    """The labels by which compose knows a container of its own; by its own hash `up -d` sees that nothing changed."""
    compose = document["compose"]
    found = {
        "com.docker.compose.project": compose["project"],
        "com.docker.compose.service": compose["service"],
        "com.docker.compose.container-number": "1",
        "com.docker.compose.oneoff": "False",
        "com.docker.compose.project.config_files": release_document.compose_path(document),
        "com.docker.compose.project.working_dir": compose["directory"],
        "com.docker.compose.image": image["id"],
        "com.docker.compose.depends_on": "",
    }
    program, version = _program()
    if not program:
        # Any hash at all: compose installed later finds only containers that have one. Its first `up -d` makes them anew then.
        return {**found, "com.docker.compose.config-hash": release_document.specification(document)}
    return {**found, "com.docker.compose.config-hash": _hash(program, document, described), "com.docker.compose.version": version}


def _hash(program, document, described):
    """Compose's own hash of the service."""
    name = document["compose"]["service"]
    base = paths.at("/run/flowfleet")
    os.makedirs(base, mode=0o700, exist_ok=True)
    folder = tempfile.mkdtemp(prefix="compose-", dir=base)
    try:
        place = os.path.join(folder, "docker-compose.yml")
        with open(place, "w", encoding="utf-8") as file:
            file.write(render(document["compose"]["file"], {name: described}))
        found = runner.run([*program, "-p", document["compose"]["project"], "-f", place, "--project-directory", folder, "config", "--hash", name])
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    words = found.out.split()
    if len(words) != 2 or words[0] != name:
        raise Failure("%s: says no hash of service %s, got %r" % (" ".join(program), name, found.out[:80]))
    return words[1]


def _program():
    for program in (["docker", "compose"], ["docker-compose"]):
        found = runner.run([*program, "version", "--short"], check=False)
        if found.ok:
            return program, found.out.strip()
    return None, None


def _yaml(value, depth):
    """Block YAML whose scalars are JSON; a dollar sign is doubled, or compose takes what follows for a variable."""
    pad = "  " * depth
    for key, one in value.items():
        if isinstance(one, dict) and one:
            yield "%s%s:" % (pad, _key(key))
            yield from _yaml(one, depth + 1)
        elif isinstance(one, list) and one and isinstance(one[0], dict):
            yield "%s%s:" % (pad, _key(key))
            yield from ("%s  - %s" % (pad, _scalar(item)) for item in one)
        else:
            yield "%s%s: %s" % (pad, _key(key), _scalar(one))


def _key(text):
    return text if re.fullmatch(r"[A-Za-z_][A-Za-z0-9_.-]*", text) and text.lower() not in _WORDS else json.dumps(text)


def _scalar(value):
    return json.dumps(value, ensure_ascii=False).replace("$", "$$")
