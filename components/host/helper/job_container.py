"""A job in a container of its own."""

import secrets
import time

import containers
import environment
import images
import runner
from document import address, array, fields, integer, name, path, string, table
from errors import Failure
from release_document import BUILT_AT

SHAPE = {
    "release": fields({
        "image": string(r"[^\s@]+@sha256:[0-9a-f]{64}", 'an image by digest such as "registry.example.com/shop/backend@sha256:…"'),
        "builtAt": BUILT_AT,
    }),
    "command": array(string()),
    "network": name(),
    "hosts": table(name(), address()),
    "user": string(r"[a-z0-9_][a-z0-9_-]*(:[a-z0-9_][a-z0-9_-]*)?", 'a user such as "10001:10001" or "appuser"'),
    "tmpfs": table(path(), integer(1)),
    "pullTimeout": integer(1),
}

LABEL = "flowfleet.job"
EVERY = 0.5
# How long it gets to end by itself when its time is over, in seconds.
PATIENCE = 30


def fetch(wanted):
    """Whether it was not here."""
    image = release(wanted)
    if images.facts(image):
        return False
    images.pull(image, wanted["run"]["pullTimeout"])
    return True


def unfetch(wanted):
    images.remove(release(wanted))


def run(wanted):
    """Returns None when it ended as it should, else how it ended in words."""
    job, how = wanted["job"], wanted["run"]
    image = images.facts(release(wanted))
    user = images.principal(release(wanted), how["user"], {LABEL: job})
    if wanted["secrets"]:
        environment.copy(wanted["secrets"]["file"], _variables(job), user)
    container = "%s-%s" % (job, secrets.token_hex(4))
    runner.run(create_arguments(container, wanted, image, user), timeout=120)
    containers.start(container)
    end = time.monotonic() + wanted["deadline"]
    while True:
        state = containers.look(container)
        if not state:
            return "its container was removed by somebody else"
        if not state["running"]:
            return None if state["exit"] == 0 else "ended with %sexit status %d" % ("no memory left, " if state["killed"] else "", state["exit"])
        if time.monotonic() >= end:
            containers.stop(container, PATIENCE)
            return "did not end within %d s and was stopped" % wanted["deadline"]
        time.sleep(EVERY)


def create_arguments(container, wanted, image, user):
    """`docker create …`: it runs once, with as little around it as a service."""
    how, limits = wanted["run"], wanted["limits"]
    memory = "%dm" % limits["memory"]
    entry, arguments = containers.command({**image, "command": how["command"]}, bool(wanted["secrets"]))
    argv = ["docker", "create", "--name", container, "--label", "%s=%s" % (LABEL, wanted["job"]), "--restart", "no", "--network", how["network"],
            "--user", user, "--cap-drop", "ALL", "--security-opt", "no-new-privileges", "--read-only",
            "--memory", memory, "--memory-swap", memory, "--cpus", "%g" % limits["cpus"], "--pids-limit", str(limits["pids"]),
            "--log-driver", "json-file", "--log-opt", "max-size=10m", "--log-opt", "max-file=1"]
    for place, size in how["tmpfs"].items():
        argv += ["--tmpfs", "%s:size=%dm" % (place, size)]
    for one, where in how["hosts"].items():
        argv += ["--add-host", "%s:%s" % (one, where)]
    for variable in wanted["environment"].items():
        argv += ["--env", "%s=%s" % variable]
    if wanted["secrets"]:
        argv += ["--mount", "type=bind,source=%s,target=%s,readonly" % (_variables(wanted["job"]), containers.ENVIRONMENT_INSIDE)]
    return [*argv, "--entrypoint", entry, image["name"], *arguments]


def release(wanted):
    return wanted["run"]["release"]["image"]


def log(job):
    return "".join(containers.logs(name) for name in _containers(job))


def finished(wanted, record, _fetched):
    """What is remembered: the images of this run and of the one before stay, as those of services do."""
    images_ = [*[one for one in record.get("images", []) if one != release(wanted)], release(wanted)]
    for image in images_[:-2]:
        images.remove(image)
    return {"images": images_[-2:]}


def forget(record):
    for image in record.get("images", []):
        images.remove(image)


def running(job):
    return any((containers.look(name_) or {}).get("running") for name_ in _containers(job))


def stop(job):
    for name_ in _containers(job):
        containers.stop(name_, PATIENCE)


def sweep(job):
    for name_ in _containers(job):
        containers.remove(name_)
    environment.remove(_variables(job))


def _containers(job):
    listed = runner.run(["docker", "ps", "-a", "--filter", "label=%s=%s" % (LABEL, job), "--format", "{{.Names}}"], check=False)
    if listed.code == 127:
        return []
    if not listed.ok:
        raise Failure("docker: does not answer on this host\n%s" % runner.last_lines(listed.err, 3))
    return listed.out.split()


def _variables(job):
    return "%s/job-%s.env" % (environment.FOLDER, job)
