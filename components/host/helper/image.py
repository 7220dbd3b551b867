"""The noun `image`: an image on the host before anything is stopped for it, and whether it holds what it is said to hold."""

import json
import re

import images
import runner
from document import name, optional, integer, string
from errors import Failure

SHAPE = {
    "image": string(r"[^\s@]+@sha256:[0-9a-f]{64}", 'an image by digest such as "docker.io/library/mongo@sha256:…"'),
    "service": name(),
    "version": string(r"\d+(\.\d+)+", 'a version such as "6.0.20"'),
    "pullTimeout": optional(integer(1)),
}

# Variables and labels by which the well-known images say what they hold.
_VARIABLES = ("MONGO_VERSION", "REDIS_VERSION", "PG_VERSION")
_LABELS = ("org.opencontainers.image.version", "version")


def apply(document):
    """Pulls the image by the host's own login, unless it is here."""
    image = document["image"]
    if images.facts(image) is None:
        images.pull(image, document.get("pullTimeout", 600))
    said = _version(image)
    if said and not _alike(said, document["version"]):
        raise Failure("image %s: is said to hold %s %s, but says itself that it holds %s. Correct the release file"
                      % (image, document["service"], document["version"], said))
    return {"image": image, "version": document["version"]}


def _version(image):
    """The version that the image names, or None."""
    config = json.loads(runner.run(["docker", "image", "inspect", image]).out)[0]["Config"]
    variables = dict(variable.split("=", 1) for variable in config.get("Env") or [] if "=" in variable)
    labels = config.get("Labels") or {}
    named = [variables[key] for key in _VARIABLES if key in variables] or [labels[key] for key in _LABELS if key in labels]
    found = re.match(r"\d+(\.\d+)*", named[0]) if named else None
    return found.group(0) if found else None


def _alike(said, wanted):
    """Whether they agree as far as both go: an image's "15.6" and "15.6.1" do."""
    return all(one == other for one, other in zip(said.split("."), wanted.split(".")))
