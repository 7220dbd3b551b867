"""What the helper remembers on the host: /var/lib/flowfleet/<kind>/<name>.json, for root only, replaced atomically."""

import contextlib
import json
import os
import re

import paths
from errors import Failure

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.@-]{0,200}")


def place(kind, name):
    """The path (of the host) of one record."""
    for part in (kind, name):
        if not _NAME.fullmatch(part):
            raise Failure("%r cannot be the name of a record: letters, digits, '.', '_', '-', '@'" % part)
    return "%s/%s/%s.json" % (paths.STATE, kind, name)


def read(kind, name, default=None):
    """The record, or `default` where there is none."""
    try:
        with open(paths.at(place(kind, name)), encoding="utf-8") as file:
            return json.load(file)
    except FileNotFoundError:
        return default
    except ValueError:
        raise Failure("%s: not readable as JSON; it is written by the helper only. Restore or remove it, then run again" % place(kind, name)) from None


def write(kind, name, record):
    """Writes the record so that it is either the old or the new one, also after a power cut."""
    write_file(paths.at(place(kind, name)), encode(record), 0o600)


def encode(record):
    return (json.dumps(record, sort_keys=True, indent=1, ensure_ascii=False) + "\n").encode()


def remove(kind, name):
    """Forgets the record, if there is one."""
    with contextlib.suppress(FileNotFoundError):
        os.unlink(paths.at(place(kind, name)))


def put_back(kind, name, record):
    """Makes it what `read` found earlier, which may have been no record."""
    if record:
        write(kind, name, record)
    else:
        remove(kind, name)


def names(kind):
    """The names of all records of a kind, sorted."""
    try:
        found = os.listdir(paths.at("%s/%s" % (paths.STATE, kind)))
    except FileNotFoundError:
        return []
    return sorted(name[:-5] for name in found if name.endswith(".json") and not name.startswith("."))


def write_file(real, content, mode):
    """Writes one file atomically: temporary name beside it, fsync, rename, fsync of the folder."""
    folder = os.path.dirname(real)
    os.makedirs(folder, mode=0o700, exist_ok=True)
    temporary = os.path.join(folder, ".%s.%d" % (os.path.basename(real), os.getpid()))
    try:
        with open(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, mode), "wb") as file:
            file.write(content)
            file.flush()
            os.fchmod(file.fileno(), mode)
            os.fsync(file.fileno())
        os.rename(temporary, real)
        sync_folder(folder)
    except BaseException:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(temporary)
        raise


def sync_folder(real):
    handle = os.open(real, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
