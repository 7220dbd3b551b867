"""Swap in a file of the host."""

import contextlib
import os

import document
import host
import locks
import paths
import runner
import store
from errors import Failure
from progress import say

SHAPE = {"size": document.integer(64, 262144)}

FILE = "/swapfile.flowfleet"
FSTAB = "/etc/fstab"
_LINE = FILE + " none swap sw 0 0\n"
_MB = 1024 * 1024


def apply(wanted):
    if host.is_container():
        host.substitution("swap", "swap of %d MB: left out (a container cannot have its own)" % wanted["size"])
        return {"size": 0}
    with locks.hold(locks.HOST):
        store.write("swap", "file", {"owner": wanted["owner"], "size": wanted["size"]})
        if not _is_on(wanted["size"] * _MB):
            _off()
            try:
                _make(wanted["size"])
                runner.run(["swapon", FILE])
            except BaseException:
                _off()
                raise
        _fstab(lambda lines: lines if _LINE in lines else lines + [_LINE])
    return {"size": wanted["size"]}


def remove(wanted):
    with locks.hold(locks.HOST):
        record = store.read("swap", "file")
        if record and record["owner"] == wanted["owner"]:
            _off()
            _fstab(lambda lines: [line for line in lines if line != _LINE])
            store.remove("swap", "file")
    return {}


def _is_on(size):
    real = paths.at(FILE)
    return FILE in runner.run(["swapon", "--show=NAME", "--noheadings"], check=False).out.split() and os.path.getsize(real) == size


def _make(size):
    say("swap: making %s of %d MB" % (FILE, size))
    space = os.statvfs(paths.at("/"))
    if space.f_bavail * space.f_frsize < (size + 1024) * _MB:
        raise Failure("swap: %d MB and 1024 MB to spare do not fit on the disk. Ask for less, or give the machine more" % size)
    handle = os.open(paths.at(FILE), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        # Written, not only reserved: swapon refuses a file with holes, which some file systems make of fallocate.
        for _ in range(size):
            os.write(handle, bytes(_MB))
        os.fsync(handle)
    finally:
        os.close(handle)
    runner.run(["mkswap", FILE])


def _off():
    runner.run(["swapoff", FILE], check=False, timeout=300)
    with contextlib.suppress(FileNotFoundError):
        os.unlink(paths.at(FILE))


def _fstab(change):
    real = paths.at(FSTAB)
    with open(real, encoding="utf-8") as file:
        lines = [line if line.endswith("\n") else line + "\n" for line in file]
    changed = change(lines)
    if changed != lines:
        store.write_file(real, "".join(changed).encode(), 0o644)


