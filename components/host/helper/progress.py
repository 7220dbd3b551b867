"""What the caller hears while a step runs, and whether there still is a caller."""

import json
import os
import select
import sys
import time

import runner
from errors import CallerGone


_connection = None


class Outcome:
    """What a noun hands back: the `result` for the caller; `undo` runs if nobody was there to read it, `finish` once it was read."""

    def __init__(self, result, undo=None, finish=None):
        self.result, self.undo, self.finish = result, undo, finish


def say(text):
    """One line of progress on stderr. A caller that is gone is no error here."""
    try:
        sys.stderr.write(text + "\n")
        sys.stderr.flush()
    except OSError:
        pass


def begin():
    """Remembers the connection that we came by, if it is one that can be watched."""
    global _connection
    words = os.environ.get("SSH_CONNECTION", "").split()
    if len(words) == 4:
        _connection = ["src", "%s:%s" % (_bracketed(words[2]), words[3]), "dst", "%s:%s" % (_bracketed(words[0]), words[1])]
        if _socket() is None:
            _connection = None


def caller_gone():
    """Whether the reading end of stdout is closed."""
    poll = select.poll()
    try:
        poll.register(1, 0)
        return any(events & (select.POLLERR | select.POLLHUP | select.POLLNVAL) for _, events in poll.poll(0))
    except (OSError, ValueError):
        return True


def deliver(result, patience=15.0):
    """Writes the result as one line and raises CallerGone unless it left this machine.

    A closed pipe shows at once. A connection that was cut without a word shows by bytes that the other side never acknowledged,
    `patience` seconds long. What is acknowledged counts as read.
    """
    line = json.dumps(result, sort_keys=True, ensure_ascii=False) + "\n"
    try:
        sys.stdout.write(line)
        sys.stdout.flush()
    except OSError:
        raise CallerGone("the caller was gone before it read the result") from None
    end = time.monotonic() + patience
    settled = time.monotonic() + 0.1
    while True:
        if caller_gone():
            raise CallerGone("the caller was gone before it read the result")
        waiting = _unacknowledged()
        if not waiting and time.monotonic() >= settled:
            return
        if waiting and time.monotonic() >= end:
            raise CallerGone("the connection of the caller was cut before it read the result")
        time.sleep(0.05)


def _unacknowledged():
    """Whether the connection has bytes that the other side did not acknowledge, or is closed."""
    if not _connection:
        return False
    found = _socket()
    return found is None or found != ("ESTAB", "0")


def _socket():
    """State and length of the send queue of the caller's connection, or None."""
    words = runner.run(["ss", "-Htn", *_connection], check=False, timeout=5).out.split()
    return (words[0], words[2]) if len(words) >= 5 else None


def _bracketed(address):
    return "[%s]" % address if ":" in address else address
