"""Lets what is under way to an instance that no longer gets new requests come to its end."""

import time

import runner

EVERY = 0.5


def wait(address, seconds, going_on):
    """Waits until nothing is under way to `address`, at most `seconds`. Returns how many connections were still open then.

    Former nginx workers count too while they shut down: one may still read a request's body that it will send to `address`.
    `going_on()` is asked again and again and may raise.
    """
    end = time.monotonic() + seconds
    while True:
        going_on()
        open_ = connections(address)
        if (not open_ and not former_workers()) or time.monotonic() >= end:
            return open_
        time.sleep(min(EVERY, max(0.0, end - time.monotonic())))


def connections(address):
    """How many connections this host has with `address`."""
    found = runner.run(["ss", "-Htn", "state", "established", "dst", address])
    return len(found.out.splitlines())


def former_workers():
    """How many workers of nginx finish what they began under a former configuration."""
    found = runner.run(["ps", "-C", "nginx", "-o", "args="], check=False)
    return sum("shutting down" in line for line in found.out.splitlines())
