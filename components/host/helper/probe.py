"""Asks a new instance itself whether it is healthy, every 0.5 s: docker's own first probe comes only after a whole interval."""

import http.client
import time

import kinds
import redirect

EVERY = 0.5
# Seconds after its first good answer for which a new instance is watched.
STEADY = 5


def until_healthy(address, port, path, timeout, deadline, going_on):
    """Returns None once it is healthy, else the last answer in words. `going_on()` is asked before each probe and may raise.

    `timeout` is for one probe, `deadline` for all of them, in seconds.
    """
    end = time.monotonic() + deadline
    last = "was not asked"
    while True:
        going_on()
        left = end - time.monotonic()
        if left <= 0:
            return last
        began = time.monotonic()
        last = ask(address, port, path, min(timeout, left))
        if last is None:
            return None
        time.sleep(max(0.0, min(EVERY - (time.monotonic() - began), end - time.monotonic())))


def until_works(instance, going_on):
    """Returns None once the instance is healthy by its own health check, else what it answered last in words.

    `going_on()` is asked again and again and raises when there is no more sense in waiting.
    """
    document, health = instance["document"], instance["document"]["health"]
    if "alive" not in health:
        return _until_it_answers(instance, document["deadline"], going_on)
    end = time.monotonic() + health["alive"]
    while True:
        going_on()
        left = end - time.monotonic()
        if left <= 0:
            return None
        time.sleep(min(EVERY, left))


def still_works(instance, going_on):
    """The same some seconds after `until_works`. What answered before gets no other deadline: it may already have the requests."""
    end = time.monotonic() + STEADY
    while time.monotonic() < end:
        going_on()
        time.sleep(EVERY)
    return _until_it_answers(instance, max(STEADY, _timeout(instance)), going_on)


def _until_it_answers(instance, deadline, going_on):
    return until_healthy(instance["address"], kinds.port(instance), instance["document"]["health"]["path"], _timeout(instance), deadline, going_on)


def _timeout(instance):
    health = instance["document"]["health"]
    return health.get("probeTimeout", health["timeout"])


def ask(address, port, path, timeout):
    """None where it answers 200 to 399, as curl -f and wget see it; else what happened in words."""
    connection = http.client.HTTPConnection(address, port, timeout=max(0.1, timeout), source_address=redirect.past(address, port))
    try:
        connection.request("GET", path, headers={"Host": "localhost", "User-Agent": "flowfleet", "Connection": "close"})
        answer = connection.getresponse()
        answer.read(65536)
        return None if 200 <= answer.status < 400 else "answered %d" % answer.status
    except TimeoutError:
        return "did not answer within %g s" % timeout
    except (OSError, http.client.HTTPException) as problem:
        return "did not answer: %s" % (getattr(problem, "strerror", None) or str(problem) or type(problem).__name__)
    finally:
        connection.close()
