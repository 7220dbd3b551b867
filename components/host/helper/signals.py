"""SIGTERM, SIGHUP and SIGINT become an exception, so that everything is put back; held while that is done."""

import contextlib
import signal

from errors import Interrupted

CAUGHT = (signal.SIGTERM, signal.SIGHUP, signal.SIGINT)
_held = 0
_pending = None


def install():
    for number in CAUGHT:
        signal.signal(number, _caught)


def _caught(number, _frame):
    global _pending
    if _held:
        _pending = number
    else:
        raise Interrupted(signal.Signals(number).name)


def holding():
    """Whether something is under way that must not stop half way."""
    return bool(_held)


@contextlib.contextmanager
def held():
    """Inside, a signal waits; it is raised at the end. For putting things back and for steps that must not stop half way."""
    global _held, _pending
    _held += 1
    try:
        yield
    finally:
        _held -= 1
    if not _held and _pending is not None:
        number, _pending = _pending, None
        raise Interrupted(signal.Signals(number).name)
