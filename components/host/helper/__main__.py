"""The helper on a host: `helper NOUN VERB` with one JSON document on stdin.

It exits 0 with one line of JSON on stdout, or 1 with a text for a person on stderr and the host as found.
"""

import importlib
import os
import sys

# Through the link `current` a helper that installs a newer one would go on with modules of both. Hence, before any of them:
# ruff: noqa: E402
sys.path[0] = os.path.realpath(sys.path[0])

import document
import locks
import progress
import reports
import signals
from errors import CallerGone, Failure, Interrupted

# noun -> module. A module has SHAPE (checks of its document's keys) and a function for each verb that takes the document and
# returns the result: a dict, or a progress.Outcome where somebody has to be there to read it.
NOUNS = {
    "backup": "backup",
    "boot": "boot",
    "bootstrap": "first_contact",
    "certificate": "certificate",
    "claim": "claim",
    "confirm": "confirm",
    "container": "data_container",
    "docker-access": "docker_access",
    "facts": "facts",
    "files": "files",
    "firewall": "firewall",
    "guard": "guard",
    "health": "health",
    "helper": "helper",
    "image": "image",
    "job": "job",
    "keycloak": "keycloak",
    "liveness": "liveness",
    "mongo": "mongo",
    "network": "networks",
    "npm-tool": "npm_tool",
    "once": "once",
    "packages": "packages",
    "postgres": "postgres",
    "postgres-local": "pg_local",
    "predecessor": "predecessor",
    "redis": "redis",
    "registry": "registry",
    "release": "release",
    "static": "static_site",
    "swap": "swap",
    "user": "users",
    "volume": "volume",
    "workspace": "workspace",
}
VERBS = ("apply", "remove", "read")

# What the host calls by itself, from timers, at boot, and when one helper installs another: no document, nobody reads a result.
# Each has only so many further arguments.
BY_ITSELF = {("certificate", "retry"): 0, ("confirm", "expire"): 1, ("helper", "fit"): 0, ("boot", "settle"): 0, ("boot", "releases"): 0,
             ("liveness", "check"): 1, ("backup", "run"): 1, ("health", "check"): 1}


def main(arguments):
    if arguments == ["selfcheck"]:
        for module in NOUNS.values():
            importlib.import_module(module)
        print("ok")
        return 0
    signals.install()
    os.umask(0o022)
    itself = BY_ITSELF.get(tuple(arguments[:2]))
    if itself is not None and len(arguments) == 2 + itself:
        return guarded(arguments, lambda: by_itself(*arguments))
    if len(arguments) != 2 or arguments[0] not in NOUNS or arguments[1] not in VERBS:
        progress.say("usage: helper NOUN VERB < DOCUMENT; nouns: %s; verbs: %s" % (", ".join(sorted(NOUNS)), ", ".join(VERBS)))
        return 2
    return guarded(arguments, lambda: run(*arguments))


def guarded(arguments, call):
    """Runs the call; what goes wrong becomes a text for a person and exit status 1."""
    called = " ".join(arguments)
    try:
        call()
        return 0
    except Interrupted as signal:
        progress.say("%s: stopped by %s; the host is as it was" % (called, signal))
    except Failure as failure:
        progress.say("%s: %s" % (called, failure))
    except OSError as error:
        progress.say("%s: %s: %s" % (called, error.filename or "the host", error.strerror))
    return 1


def by_itself(noun, verb, *names):
    locks.purpose("%s %s" % (noun, verb))
    getattr(importlib.import_module(NOUNS[noun]), verb)(*names)


def run(noun, verb):
    module = importlib.import_module(NOUNS[noun])
    if not hasattr(module, verb):
        raise Failure("this noun has no verb %r" % verb)
    locks.purpose("%s %s" % (noun, verb))
    wanted = document.parse(sys.stdin.read(), module.SHAPE)
    locks.purpose("%s %s of %s" % (noun, verb, wanted.get("owner", "")))
    progress.begin()
    told = reports.tell()
    outcome = getattr(module, verb)(wanted)
    if not isinstance(outcome, progress.Outcome):
        outcome = progress.Outcome(outcome)
    try:
        progress.deliver(outcome.result)
    except (CallerGone, Interrupted):
        with signals.held():
            if outcome.undo:
                outcome.undo()
                reports.add("%s %s of %s was undone: its caller had gone before it read the result" % (noun, verb, wanted.get("owner", "")))
        raise
    with signals.held():
        if outcome.finish:
            outcome.finish()
        reports.forget(told)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
