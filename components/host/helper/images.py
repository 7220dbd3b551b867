"""Images on the host: pulled by digest, asked for what a container of them needs, removed when nothing uses them."""

import json
import os
import shutil
import tempfile
import time

import containers
import paths
import runner
from errors import Failure
from progress import say

_PAUSES = (2, 5)
_NO_ANSWER = ("connection refused", "no such host", "i/o timeout", "timeout", "eof", "connection reset", "no route to host", "network is unreachable",
              "temporary failure", "server misbehaving", "bad gateway", "service unavailable", "500 internal server error")


def facts(image):
    """None where the image is not here, or {name, id, entrypoint, command, user}."""
    found = runner.run(["docker", "image", "inspect", image], check=False)
    if not found.ok:
        if "no such image" in found.err.lower():
            return None
        raise Failure("docker: does not answer on this host\n%s" % runner.last_lines(found.err, 3))
    facts_ = json.loads(found.out)[0]
    config = facts_["Config"]
    return {"name": image, "id": facts_["Id"], "entrypoint": config.get("Entrypoint"), "command": config.get("Cmd")}


def pull(image, patience):
    """Pulls within `patience` seconds; what a registry answers for good is not asked again."""
    end = time.monotonic() + patience
    for pause in (*_PAUSES, None):
        say("pulling %s" % image)
        found = runner.run(["docker", "pull", "--quiet", image], timeout=max(1, int(end - time.monotonic())), check=False)
        if found.ok:
            return
        told, again = _in_words(image, found.err.lower())
        if not again or pause is None or time.monotonic() + pause >= end:
            raise Failure("image %s: %s\n%s" % (image, told, runner.last_lines(found.err, 3)))
        say("%s; trying again in %d s" % (told, pause))
        time.sleep(pause)


def _in_words(image, text):
    """(what went wrong, whether it may pass by itself) from docker's own words."""
    registry = image.split("/")[0]
    if "no space left on device" in text:
        return "no space left on the disk of this host for it", False
    if "certificate" in text or "x509" in text:
        return "this host does not trust the certificate of the registry %s" % registry, False
    if any(words in text for words in ("unauthorized", "authentication required", "access denied", "denied:", "no basic auth credentials")):
        return "the registry %s refuses this host: its login is missing or wrong, or the repository does not exist" % registry, False
    if any(words in text for words in ("manifest unknown", "not found", "name unknown", "does not exist")):
        return "the registry %s has no such image; was it pushed, and is the digest right?" % registry, False
    if any(words in text for words in _NO_ANSWER):
        return "the registry %s does not answer" % registry, True
    return "cannot be pulled", False


def remove(image):
    """Removes it unless some container uses it. Returns whether it is gone."""
    found = runner.run(["docker", "image", "rm", image], check=False)
    return found.ok or "no such image" in found.err.lower()


def principal(image, user, labels):
    """`user` of the document as numbers "uid:gid", by the image's own /etc/passwd and /etc/group where it has names. Never root.

    `labels` are for the container that is made to look into the image, so that it is found should this be cut short.
    """
    name, _, group = user.partition(":")
    if not (name.isdigit() and group.isdigit()):
        users, groups = _accounts(image, labels)
        if name.isdigit():
            uid, own = name, next((gid for uid, gid in users.values() if uid == name), name)
        elif name in users:
            uid, own = users[name]
        else:
            raise Failure("user %s: is not in /etc/passwd of image %s; there are %s" % (name, image, ", ".join(sorted(users)) or "none"))
        if group and not group.isdigit() and group not in groups:
            raise Failure("user %s: group %s is not in /etc/group of image %s" % (user, group, image))
        name, group = uid, groups.get(group, group) or own
    if int(name) == 0:
        raise Failure("user %s: is root in image %s; give a user that is not root" % (user, image))
    return "%s:%s" % (name, group)


def _accounts(image, labels):
    """({user: (uid, gid)}, {group: gid}) of an image, read from a container that never runs."""
    labelled = [word for label in labels.items() for word in ("--label", "%s=%s" % label)]
    made = runner.run(["docker", "create", "--network", "none", *labelled, "--entrypoint", "/none", image]).out.strip()
    base = paths.at("/run/flowfleet")
    os.makedirs(base, mode=0o700, exist_ok=True)
    folder = tempfile.mkdtemp(prefix="accounts-", dir=base)
    try:
        users = {words[0]: (words[2], words[3]) for words in _table(made, "/etc/passwd", folder) if len(words) > 3}
        groups = {words[0]: words[2] for words in _table(made, "/etc/group", folder) if len(words) > 2}
        return users, groups
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        containers.remove(made)


def _table(container, path, folder):
    place = os.path.join(folder, os.path.basename(path))
    if not runner.run(["docker", "cp", "-L", "%s:%s" % (container, path), place], check=False).ok:
        return []
    with open(place, encoding="utf-8", errors="replace") as file:
        return [line.rstrip("\n").split(":") for line in file]
