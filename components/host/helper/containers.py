"""Containers by the docker command line (20.10 to 28): its arguments as pure functions, and what is asked about one."""

import json

import runner
from errors import Failure

ENVIRONMENT_INSIDE = "/run/secrets/env"
SERVICE, RELEASE = "flowfleet.service", "flowfleet.release"
# Of a container that Pulumi's docker provider made.
DATA = "flowfleet.data"
_SOURCE = 'set -a; . %s; set +a; exec "$@"' % ENVIRONMENT_INSIDE


def command(image, has_environment):
    """(entry point, arguments) of a container of this image: its own, after its variables were read where it has some."""
    own = [*(image["entrypoint"] or []), *(image["command"] or [])]
    if not own:
        raise Failure("image %s: has neither an entry point nor a command" % image["name"])
    if not has_environment:
        return own[0], own[1:]
    return "/bin/sh", ["-c", _SOURCE, "sh", *own]


def create_arguments(container):
    """`docker create …` of a container as compose.service describes it. It does not restart by itself until it serves."""
    described = container["service"]
    (network, place), = described["networks"].items()
    argv = ["docker", "create", "--name", container["name"], "--restart", "no", "--network", network, "--ip", place["ipv4_address"]]
    argv += ["--user", described["user"], "--cap-drop", "ALL", "--security-opt", "no-new-privileges"]
    argv += ["--read-only"] if described["read_only"] else []
    argv += _each("--cap-add", described["cap_add"])
    argv += _each("--tmpfs", described["tmpfs"])
    argv += ["--memory", described["mem_limit"], "--memory-swap", described["memswap_limit"]]
    argv += ["--memory-reservation", described["mem_reservation"], "--cpu-shares", str(described["cpu_shares"])] if "mem_reservation" in described else []
    argv += ["--cpus", "%g" % described["cpus"], "--pids-limit", str(described["pids_limit"])]
    argv += ["--log-driver", "json-file", *_each("--log-opt", ("%s=%s" % option for option in described["logging"]["options"].items()))]
    argv += ["--stop-timeout", described["stop_grace_period"].rstrip("s")]
    argv += _health(described["healthcheck"]) if "healthcheck" in described else []
    argv += _each("--add-host", described["extra_hosts"])
    argv += _each("--env", ("%s=%s" % variable for variable in described["environment"].items()))
    argv += _each("--mount", (_mount(volume) for volume in described["volumes"]))
    argv += _each("--label", ("%s=%s" % label for label in {**described["labels"], **container["labels"]}.items()))
    return [*argv, "--entrypoint", described["entrypoint"][0], described["image"], *described["command"]]


def _mount(volume):
    # Records of older releases have only such as are read-only.
    return "type=bind,source=%s,target=%s%s" % (volume["source"], volume["target"], ",readonly" if volume.get("read_only", True) else "")


def _each(option, values):
    return [word for value in values for word in (option, value)]


def _health(check):
    # The command line knows the form for a shell only.
    kind, *words = check["test"]
    text = words[0] if kind == "CMD-SHELL" else " ".join("'%s'" % word.replace("'", "'\\''") for word in words)
    return ["--health-cmd", text, "--health-interval", check["interval"], "--health-timeout", check["timeout"],
            "--health-retries", str(check["retries"]), "--health-start-period", check["start_period"]]


def identity(service, release):
    """The labels by which an instance is found again."""
    return {SERVICE: service, RELEASE: release}


def create(container):
    runner.run(create_arguments(container), timeout=120)


def start(name):
    runner.run(["docker", "start", name], timeout=120)


def stay(name):
    """From now on it comes back after a reboot and a restart of docker."""
    runner.run(["docker", "update", "--restart", "unless-stopped", name])


def stop(name, patience):
    runner.run(["docker", "stop", "-t", str(patience), name], timeout=patience + 60)


def rename(name, wanted):
    runner.run(["docker", "rename", name, wanted])


def remove(name):
    """Gone, running or not. It is no error that it was gone before."""
    found = runner.run(["docker", "rm", "-f", "-v", name], timeout=120, check=False)
    if not found.ok and "no such container" not in found.err.lower():
        raise Failure("docker rm %s: exit status %d\n%s" % (name, found.code, runner.last_lines(found.err)))


def facts(name):
    """All that docker tells of a container, or None."""
    found = runner.run(["docker", "container", "inspect", name], check=False)
    if not found.ok:
        if "no such container" in found.err.lower():
            return None
        raise Failure("docker: does not answer on this host\n%s" % runner.last_lines(found.err, 3))
    return json.loads(found.out)[0]


def look(name):
    """None, or {running, restarts: by its policy since it was started, status, exit, killed, labels} of a container."""
    found = facts(name)
    if not found:
        return None
    state = found["State"]
    return {"running": state["Running"] and not state.get("Restarting"), "restarts": found.get("RestartCount", 0), "status": state["Status"],
            "exit": state["ExitCode"], "killed": state.get("OOMKilled", False), "labels": found["Config"]["Labels"] or {}}


def is_ours(labels):
    """Images may bring labels of their own along: only the ones that we give say whose a container is."""
    return SERVICE in labels or DATA in labels


def are_ours(listed):
    """The same of labels as `docker ps` lists them."""
    return is_ours({label.partition("=")[0] for label in listed.split(",")})


def of_service(service, release=None):
    """The names of a service's containers, whatever state they are in; with `release` those of one instance."""
    argv = ["docker", "ps", "-a", "--filter", "label=%s=%s" % (SERVICE, service)]
    argv += ["--filter", "label=%s=%s" % (RELEASE, release)] if release else []
    return sorted(runner.run([*argv, "--format", "{{.Names}}"]).out.split())


def find(service, release):
    """The name of an instance's container, or None. Names change, and a person may have made it anew from the compose file."""
    return next(iter(of_service(service, release)), None)


def logs(name, count=30):
    found = runner.run(["docker", "logs", "--tail", str(count), name], check=False)
    return found.out + found.err
