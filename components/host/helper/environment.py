"""The copy of the secret variables that each release has for itself, and keeping their values out of what is printed."""

import base64
import json
import os
import re
import shlex
import urllib.parse

import paths
import runner
from errors import Failure

FOLDER = paths.STATE + "/environments"
HIDDEN = "[REDACTED]"


def copy(source, place, user):
    """Copies the file of variables to `place`, for the container's user ("uid:gid") alone to read."""
    uid, gid = (int(word) for word in user.split(":"))
    try:
        with open(paths.at(source), "rb") as file:
            content = file.read()
    except FileNotFoundError:
        raise Failure("secrets.file: %s does not exist on this host; the SecretBundle writes it" % source) from None
    # Each copy is for its user alone; that user has to find it, but no list of them.
    os.makedirs(paths.at(FOLDER), mode=0o711, exist_ok=True)
    os.chmod(paths.at(FOLDER), 0o711)
    remove(place)
    handle = os.open(paths.at(place), os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o400)
    with open(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fchmod(handle, 0o400)
        if os.getuid() == 0:
            os.fchown(handle, uid, gid)
        os.fsync(handle)


def remove(place):
    if place and os.path.lexists(paths.at(place)):
        os.unlink(paths.at(place))


def values(place):
    """All values in a file of variables, in the forms in which they could stand in a log line; the longest first."""
    try:
        with open(paths.at(place), encoding="utf-8", errors="replace") as file:
            text = file.read()
    except (FileNotFoundError, TypeError):
        return []
    found = set()
    for value in _assigned(text):
        for one in (value, *value.splitlines()):
            found |= {one, urllib.parse.quote(one, safe=""), urllib.parse.quote(one), json.dumps(one)[1:-1], repr(one)[1:-1]}
            found.add(base64.b64encode(one.encode()).decode())
    return sorted((one for one in found if one.strip()), key=lambda one: (-len(one), one))


def _assigned(text):
    # As a shell reads them, values over several lines too; and as they stand there, should it be no shell's text.
    plain = [line.partition("=")[2].strip() for line in text.splitlines() if not line.lstrip().startswith("#")]
    try:
        words = shlex.split(text, comments=True)
    except ValueError:
        words = []
    return [word.partition("=")[2] for word in words if "=" in word] + plain + [value.strip("'\"") for value in plain]


def scrubbed(text, hidden):
    """`text` without these values. One of less than 4 characters only where it stands by itself, or no line could be read any more."""
    for value in hidden:
        pattern = re.escape(value)
        text = re.sub(pattern if len(value) >= 4 else r"(?<![\w.-])%s(?![\w.-])" % pattern, HIDDEN, text)
    return text


def last_lines(text, place):
    """The last lines of a log for a message, without the values in a file of variables."""
    text = scrubbed(text, values(place))
    return "\n  its last lines:\n%s" % runner.last_lines(text, 30) if text.strip() else "\n  it printed nothing"
