"""The text of firewall rules. Pure: no host needed.

Each rule is kept in the words in which `ufw show added` prints it, without the comment, by which ours are told from others'.
"""

import ipaddress
import re

OPENINGS, GATEWAYS = "flowfleet", "flowfleet-gateway"

_BEGIN, _END = "# BEGIN flowfleet: containers take no new connection from outside", "# END flowfleet"

CHAIN = "flowfleet-containers"

# ufw loads this with --noflush, which empties a chain that is named here and no other: ours. Docker's bridges are docker0 and br-…;
# everything else is outside.
BLOCK = """%s
*filter
:%s - [0:0]
-A %s -m conntrack --ctstate RELATED,ESTABLISHED -j RETURN
-A %s -i docker0 -j RETURN
-A %s -i br-+ -j RETURN
-A %s -o docker0 -j DROP
-A %s -o br-+ -j DROP
COMMIT
%s
""" % (_BEGIN, *[CHAIN] * 6, _END)

# Docker jumps to DOCKER-USER from FORWARD before its own rules, makes it where it is missing and leaves its content alone where it is
# not. So ours come first there before Docker is installed, after its restarts and after a reboot, and what others put there stays.
_HOOK = """%s
if [ "$1" = start ]; then
  for program in iptables ip6tables; do
    "$program" -w -n -L %s >/dev/null 2>&1 || continue
    "$program" -w -n -L DOCKER-USER >/dev/null 2>&1 || "$program" -w -N DOCKER-USER
    "$program" -w -C DOCKER-USER -j %s 2>/dev/null || "$program" -w -I DOCKER-USER -j %s
  done
fi
""" % (_BEGIN, *[CHAIN] * 3)
_ASLEEP = "# What follows was not executable.\nexit 0\n"


def of_opening(opening):
    """The rules of one opening."""
    port, protocol = opening["port"], opening["protocol"]
    if "from" not in opening:
        return ["allow %d/%s" % (port, protocol)]
    return ["allow from %s to any port %d proto %s" % (_plain(source), port, protocol) for source in opening["from"]]


def of_gateway(subnet, gateway):
    """Containers reach what listens on their gateway, SSH and other low ports excepted."""
    return ["allow from %s to %s port %s proto tcp" % (_plain(subnet), gateway, ports) for ports in ("80", "443", "1024:65535")]


def marked(added, mark):
    """The rules in `ufw show added` that carry one of our marks."""
    return {found.group(1) for found in re.finditer(r"^ufw (.+) comment '%s'$" % re.escape(mark), added, re.M)}


def foreign(added):
    """The rules that carry none of ours."""
    return [line[4:] for line in added.splitlines() if line.startswith("ufw ") and not re.search(r" comment '(%s|%s)'$" % (OPENINGS, GATEWAYS), line)]


def closes(added):
    """Whether one of theirs closes something."""
    return any(rule.startswith(("deny", "reject")) for rule in foreign(added))


def with_block(text):
    return without_block(text).rstrip("\n") + "\n\n" + BLOCK


def without_block(text):
    return re.sub(r"\n?\n%s\n.*?%s\n" % (re.escape(_BEGIN), re.escape(_END)), "\n", text, flags=re.S)


def with_hook(text, executable):
    """ufw's after.init with our part at its beginning. What was not run before is not run now."""
    asleep = not executable or _ASLEEP in text
    first, _, rest = without_hook(text).partition("\n")
    return "%s\n%s%s%s\n%s" % (first, _HOOK, _ASLEEP if asleep else "", _END, rest)


def without_hook(text):
    return re.sub(r"%s\n.*?%s\n" % (re.escape(_BEGIN), re.escape(_END)), "", text, flags=re.S)


def was_executable(text):
    """Whether after.init was, before our part came into it."""
    return _ASLEEP not in text


def _plain(source):
    """As ufw prints it: a single address without its prefix length."""
    network = ipaddress.ip_network(source)
    return str(network.network_address) if network.num_addresses == 1 else str(network)
