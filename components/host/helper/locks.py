"""Locks between helpers on one host: flock, so a lock ends with its holder; the file says who holds it."""

import contextlib
import errno
import fcntl
import json
import os
import time

import paths
from errors import Failure
from progress import say

HOST = "host"
_purpose = "a helper"
_held = {}


def purpose(text):
    """What this process is about, for those who wait for it, e.g. "release apply shop-backend"."""
    global _purpose
    _purpose = text


@contextlib.contextmanager
def hold(name, wait=300):
    """Holds a lock of the host (`locks.HOST` for files, packages and nginx; "service-…" for a release).

    Waits `wait` seconds, saying whom for, then fails. May be taken again by the process that has it.
    """
    if name in _held:
        yield
        return
    handle = _take(name, wait)
    _held[name] = handle
    try:
        yield
    finally:
        del _held[name]
        with contextlib.suppress(OSError):
            os.ftruncate(handle, 0)
        os.close(handle)


def is_held(name):
    """Whether somebody has a lock, by what its file says: to try it could be in another's way."""
    try:
        with open(os.path.join(paths.at(paths.LOCKS), name), "rb") as file:
            return os.path.exists(paths.at("/proc/%d" % json.load(file)["pid"]))
    except (OSError, ValueError, KeyError, TypeError):
        return False


def _take(name, wait):
    folder = paths.at(paths.LOCKS)
    os.makedirs(folder, mode=0o700, exist_ok=True)
    handle = os.open(os.path.join(folder, name), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        _wait(handle, name, time.monotonic() + wait, wait)
        left = _read(handle)
        if left:
            say("lock %s: its last holder (%s) ended without letting go; taken over" % (name, left))
        os.ftruncate(handle, 0)
        os.pwrite(handle, json.dumps({"pid": os.getpid(), "since": int(time.time()), "what": _purpose}).encode(), 0)
        return handle
    except BaseException:
        os.close(handle)
        raise


def _wait(handle, name, end, wait):
    told = None
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except OSError as error:
            if error.errno not in (errno.EAGAIN, errno.EACCES):
                raise
        holder = _read(handle) or "a helper that has just begun"
        if time.monotonic() >= end:
            raise Failure("lock %s: still held after %d s by %s. Wait for it to end, or look at that process, then run again" % (name, wait, holder))
        if holder != told:
            say("lock %s: waiting for %s" % (name, holder))
            told = holder
        time.sleep(min(0.25, max(0.01, end - time.monotonic())))


def _read(handle):
    """The holder in words, or "" where nobody is named."""
    try:
        holder = json.loads(os.pread(handle, 4096, 0))
        return "%s (process %d, for %d s)" % (holder["what"], holder["pid"], max(0, int(time.time()) - holder["since"]))
    except (ValueError, KeyError, TypeError):
        return ""
