"""Lets what is under way to an instance that no longer gets new requests come to its end."""

import re
import time

import runner

EVERY = 0.5
# A client that sent nothing for so long, in milliseconds, is not in the middle of a request's body.
SILENT = 1000


def wait(address, seconds, going_on):
    """Waits until nothing is under way to `address`, at most `seconds`. Returns how many connections were still open then.

    Former nginx workers count too while they shut down and may still read a request's body that they will send to `address`.
    `going_on()` is asked again and again and may raise.
    """
    end = time.monotonic() + seconds
    while True:
        going_on()
        open_ = connections(address)
        if (not open_ and not readers()) or time.monotonic() >= end:
            return open_
        time.sleep(min(EVERY, max(0.0, end - time.monotonic())))


def served(ports, seconds, going_on):
    """The same for what somebody has asked of these ports of this host, from wherever that was."""
    end = time.monotonic() + seconds
    words = " or ".join("sport = :%d" % port for port in ports).split()
    while True:
        going_on()
        open_ = len(runner.run(["ss", "-Htn", "state", "established", *words]).out.splitlines()) if ports else 0
        if not open_ or time.monotonic() >= end:
            return open_
        time.sleep(min(EVERY, max(0.0, end - time.monotonic())))


def connections(address):
    """How many connections this host has with `address`."""
    found = runner.run(["ss", "-Htn", "state", "established", "dst", address])
    return len(found.out.splitlines())


def readers():
    """The workers of nginx that finish what they began under a former configuration and may yet send a request to any address of it.

    One whose clients are all connected through and silent, such as another system's WebSockets, sends to nobody else any more.
    """
    found = runner.run(["ps", "-C", "nginx", "-o", "pid=,args="], check=False)
    former = [line.split()[0] for line in found.out.splitlines() if "shutting down" in line]
    if not former:
        return []
    ports = {line.split()[3].rpartition(":")[2] for line in runner.run(["ss", "-Hltn"]).out.splitlines()}
    sockets = runner.run(["ss", "-HtnpiO", "state", "established"]).out.splitlines()
    return [pid for pid in former if _may_read([line for line in sockets if '("nginx",pid=%s,' % pid in line], ports)]


def _may_read(sockets, ports):
    """`sockets` are lines of `ss` of one worker: those at a port that is listened on are its clients, the others go on to services."""
    clients = [line for line in sockets if line.split()[2].rpartition(":")[2] in ports]
    return len(clients) > len(sockets) - len(clients) or any(int(since) < SILENT for since in re.findall(r" lastrcv:(\d+)", "\n".join(clients)))
