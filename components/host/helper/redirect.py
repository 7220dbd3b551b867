"""Connections to some ports of this machine's loopback addresses go to another port, in the kernel: while a process that was started by hand
still has that port and is to get no new ones.

All of it is one table (nft) or one chain (iptables) of our own, filled from what is recorded here: {service: {ports, to}}. What is
connected stays where it is, on either side of a change (only the first packet of a connection is looked at: of one that began before it
kept any, the kernel takes the next packet for the first). After a reboot the kernel knows nothing of it.
"""

import re

import locks
import runner
import store
from errors import Failure

KIND = "redirects"
# Who connects from here is not redirected: for probes of what the port has itself.
PAST = "127.0.70.76"
_TABLE, _CHAIN = "flowfleet_takeover", "FLOWFLEET-TAKEOVER"
# The record of a table that redirects nobody any more: without any of its kind the kernel would forget where the connections go that are there.
_LEFT = "left"
# An address of each family that nobody uses is for the rule that does nothing; it keeps the kernel at translating.
_FAMILIES = {"iptables": {"address": "127.0.0.1", "past": PAST}, "ip6tables": {"address": "::1", "past": "100::1"}}


def on(service, ports, to):
    """From now on new connections to `ports` go to the port `to`."""
    with locks.hold(locks.HOST):
        store.write(KIND, service, {"ports": sorted(ports), "to": to})
        _load(True)


def off(service):
    """The ports lead where they always did."""
    with locks.hold(locks.HOST):
        if service in store.names(KIND):
            ports = store.read(KIND, service)["ports"]
            store.write(KIND, service, {"ports": ports, "to": None})
            # First it redirects nobody any more; only then can be seen whether anybody still needs it.
            _load(True)
            _end(sorted({*ports, *(store.read(KIND, _LEFT) or {"ports": []})["ports"]}))
            store.remove(KIND, service)


def sweep():
    """Takes away what only stayed for connections that have ended."""
    left = store.read(KIND, _LEFT)
    if left:
        with locks.hold(locks.HOST):
            _end(left["ports"])


def past(address, port):
    """Where a probe of a port has to come from to reach what has the port itself; None: from anywhere."""
    return (PAST, 0) if address == "127.0.0.1" and any(port in one["ports"] for one in _all().values()) else None


def connections(ports):
    """How many connections to these ports of the loopback addresses are somewhere else than they believe."""
    if not ports:
        return 0
    asking = _sockets("dport", ports, 0)
    return len(asking - _sockets("sport", ports, 1))


def _sockets(side, ports, end):
    words = " or ".join("%s = :%d" % (side, port) for port in ports).split()
    found = [line.split() for line in runner.run(["ss", "-Htn", "state", "established", *words]).out.splitlines()]
    ends = [words[2 + end].replace("::ffff:", "") for words in found if len(words) >= 4]
    return {re.sub(r"^\[([\d.]+)\]", r"\1", one) for one in ends if re.match(r"\[?(127\.|::1\])", one)}


def _all():
    found = {name: store.read(KIND, name) for name in store.names(KIND) if name != _LEFT}
    return {name: one for name, one in found.items() if one["to"]}


def _end(ports):
    """Takes all of it away, unless another service or a connection to `ports` needs it."""
    if _all() or connections(ports):
        store.write(KIND, _LEFT, {"ports": ports})
    else:
        _load(False)
        store.remove(KIND, _LEFT)


def _load(wanted):
    """Makes the kernel do what is recorded; nothing is left of it where it is not `wanted`."""
    rules = [(port, one["to"]) for one in _all().values() for port in one["ports"]]
    if runner.succeeds(["nft", "list", "tables"]):
        _nft(rules, wanted)
    elif runner.succeeds(["iptables", "-t", "nat", "-S", "OUTPUT"]):
        for tool, family in _FAMILIES.items():
            _iptables(tool, family, rules, wanted)
    else:
        raise Failure("takeOver: neither nft nor iptables works on this host, by which requests are kept from processes that end. Install one of them (apt-get install nftables)")


def _nft(rules, wanted):
    lines = ["add table inet %s" % _TABLE]
    if wanted:
        # The chain itself stays: one that is made anew might miss a connection.
        chain = "inet %s output" % _TABLE
        lines += ["add chain %s { type nat hook output priority -110; policy accept; }" % chain, "flush chain %s" % chain]
        lines += ["add rule %s ip saddr %s return" % (chain, PAST), "add rule %s ip daddr %s tcp dport 1 redirect to :1" % (chain, PAST)]
        lines += ["add rule %s %s daddr %s tcp dport %d tcp flags & (syn | ack) == syn redirect to :%d" % (chain, family, address, port, to)
                  for port, to in rules for family, address in (("ip", "127.0.0.1"), ("ip6", "::1"))]
    else:
        lines += ["delete table inet %s" % _TABLE]
    runner.run(["nft", "-f", "-"], input="\n".join(lines) + "\n")


def _iptables(tool, family, rules, wanted):
    if not runner.succeeds([tool, "-t", "nat", "-S", "OUTPUT"]):
        return  # a kernel without IPv6
    table = [tool, "-w", "-t", "nat"]
    if wanted:
        lines = ["*nat", ":%s - [0:0]" % _CHAIN]
        lines += ["-A %s -s %s -j RETURN" % (_CHAIN, family["past"]), "-A %s -d %s -p tcp --dport 1 -j REDIRECT --to-ports 1" % (_CHAIN, family["past"])]
        lines += ["-A %s -d %s -p tcp --syn --dport %d -j REDIRECT --to-ports %d" % (_CHAIN, family["address"], port, to) for port, to in rules]
        runner.run([tool + "-restore", "-w", "--noflush"], input="\n".join([*lines, "COMMIT"]) + "\n")
        if not runner.succeeds([*table, "-C", "OUTPUT", "-j", _CHAIN]):
            runner.run([*table, "-I", "OUTPUT", "1", "-j", _CHAIN])
    else:
        for words in (["-D", "OUTPUT", "-j", _CHAIN], ["-F", _CHAIN], ["-X", _CHAIN]):
            runner.run([*table, *words], check=False)
