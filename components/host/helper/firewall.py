"""ufw: default deny with the declared openings, and no new connection from outside to a container."""

import ipaddress
import os
import re

import document
import firewall_rules
import locks
import paths
import runner
import store
from errors import Failure, Refused
from progress import Outcome, say

SHAPE = {
    "allow": document.array(document.fields({
        "port": document.port(), "protocol": document.choice("tcp", "udp"), "from": document.optional(document.array(document.source(), 1))})),
    "containers": document.choice("closed"),
}

KIND = "firewall"
_HOOK = "/etc/ufw/after.init"
_FILES = (_HOOK, "/etc/ufw/user.rules", "/etc/ufw/user6.rules", "/etc/ufw/ufw.conf", "/etc/default/ufw", "/etc/ufw/after.rules", "/etc/ufw/after6.rules")


def apply(wanted):
    with locks.hold(locks.HOST):
        _refuse_to_lock_out(wanted["allow"])
        rules = sorted({rule for opening in wanted["allow"] for rule in firewall_rules.of_opening(opening)})
        snapshot = _Snapshot()
        try:
            changed = _converge(rules, wanted["owner"])
        except BaseException:
            snapshot.put_back()
            raise
    foreign = firewall_rules.foreign(_added())
    if foreign:
        say("ufw: rules that somebody else made stay: %s" % "; ".join(foreign))
    return Outcome({"changed": changed, "open": rules}, snapshot.put_back if changed else None)


def remove(wanted):
    """The owner leaves: its openings and Docker's rule go, SSH stays open, ufw stays as it is."""
    with locks.hold(locks.HOST):
        record = store.read(KIND, "rules")
        if not record or record["owner"] != wanted["owner"]:
            return {}
        snapshot = _Snapshot()
        try:
            ports = _ssh_ports()
            _set(firewall_rules.OPENINGS, {rule for opening in wanted["allow"] if opening["port"] in ports for rule in firewall_rules.of_opening(opening)})
            if _closed_containers(False):
                for program in ("iptables", "ip6tables"):
                    for words in (["-D", "DOCKER-USER", "-j"], ["-F"], ["-X"]):
                        runner.run([program, "-w", *words, firewall_rules.CHAIN], check=False)
            store.remove(KIND, "rules")
        except BaseException:
            snapshot.put_back()
            raise
    return {}


def open_gateway(name, subnet, gateway):
    """Lets the containers of a network reach the host's nginx on its gateway (not its SSH), whatever the default is."""
    with locks.hold(locks.HOST):
        networks = store.read(KIND, "networks", {})
        networks[name] = {"subnet": subnet, "gateway": gateway}
        store.write(KIND, "networks", networks)
        _gateways()


def close_gateway(name):
    """Takes that back."""
    with locks.hold(locks.HOST):
        networks = store.read(KIND, "networks", {})
        if networks.pop(name, None):
            store.write(KIND, "networks", networks)
            _gateways()


def _gateways():
    if _is_active():
        _set(firewall_rules.GATEWAYS, {rule for network in store.read(KIND, "networks", {}).values() for rule in firewall_rules.of_gateway(**network)})


def _converge(rules, owner):
    """Brings ufw to the rules. Returns whether something changed."""
    before = _state()
    for direction, policy in (("incoming", "deny"), ("outgoing", "allow")):
        if "DEFAULT_%s_POLICY" % {"incoming": "INPUT", "outgoing": "OUTPUT"}[direction] not in _defaults(policy):
            _ufw("default", policy, direction)
    _set(firewall_rules.OPENINGS, set(rules))
    _set(firewall_rules.GATEWAYS, {rule for network in store.read(KIND, "networks", {}).values() for rule in firewall_rules.of_gateway(**network)})
    reload = _closed_containers(True)
    # Only now, with SSH allowed.
    if not _is_active():
        _ufw("--force", "enable")
    elif reload:
        _ufw("reload")
    runner.run(["systemctl", "enable", "--quiet", "ufw"], check=False)
    if not _is_active():
        raise Failure("ufw: does not come up; see `ufw status verbose`")
    store.write(KIND, "rules", {"owner": owner, "rules": rules})
    return _state() != before


def _refuse_to_lock_out(allow):
    """SSH has to stay open, for whoever is logged in now too."""
    problems = []
    client = os.environ.get("SSH_CONNECTION", "").split()[:1]
    for port in _ssh_ports():
        openings = [opening for opening in allow if opening["port"] == port and opening["protocol"] == "tcp"]
        if not openings:
            problems.append("allow: sshd listens on %d/tcp, which is not among it; it would lock you out" % port)
        elif client and not any("from" not in opening or _covers(opening["from"], client[0]) for opening in openings):
            problems.append("allow: %d/tcp is not open to %s, from where you are logged in; it would lock you out" % (port, client[0]))
    if problems:
        raise Refused("the firewall was not changed", problems)


def _covers(sources, address):
    try:
        found = ipaddress.ip_address(address.split("%")[0])
    except ValueError:
        return False
    return any(found in ipaddress.ip_network(source) for source in sources if ipaddress.ip_network(source).version == found.version)


def _ssh_ports():
    found = re.findall(r"^port (\d+)$", runner.run(["sshd", "-T"], check=False).out, re.M)
    return sorted({int(port) for port in found}) or [22]


def _set(mark, wanted):
    """Makes the rules with one of our marks be exactly the wanted ones."""
    added = _added()
    present = firewall_rules.marked(added, mark)
    # The first rule that fits decides: what somebody closed by hand must not close the way from containers to their gateway.
    ahead = ["prepend"] if mark == firewall_rules.GATEWAYS and firewall_rules.closes(added) else []
    for rule in sorted(wanted - present):
        _ufw(*ahead, *rule.split(), "comment", mark)
    for rule in sorted(present - wanted):
        _ufw("delete", *rule.split())


def _added():
    return runner.run(["ufw", "show", "added"]).out


def _is_active():
    return runner.run(["ufw", "status"], check=False).out.startswith("Status: active")


def _defaults(policy):
    wanted = {"deny": "DROP", "allow": "ACCEPT"}[policy]
    with open(paths.at("/etc/default/ufw"), encoding="utf-8") as file:
        return [line.partition("=")[0] for line in file if line.strip().endswith('="%s"' % wanted)]


def _closed_containers(closed):
    """Sets or removes our parts of ufw's after.rules and after.init. Returns whether a reload is due."""
    changed = False
    for path in ("/etc/ufw/after.rules", "/etc/ufw/after6.rules"):
        text, mode = _read(path)
        changed |= _write(path, firewall_rules.with_block(text) if closed else firewall_rules.without_block(text), mode)
    text, mode = _read(_HOOK)
    if closed:
        changed |= _write(_HOOK, firewall_rules.with_hook(text, mode & 0o100), mode | 0o110)
    else:
        changed |= _write(_HOOK, firewall_rules.without_hook(text), mode if firewall_rules.was_executable(text) else mode & ~0o111)
    return changed


def _read(path):
    with open(paths.at(path), encoding="utf-8") as file:
        return file.read(), os.fstat(file.fileno()).st_mode & 0o7777


def _write(path, text, mode):
    """Returns whether that was a change."""
    if _read(path) == (text, mode):
        return False
    store.write_file(paths.at(path), text.encode(), mode)
    return True


def _state():
    found = []
    for path in _FILES:
        with open(paths.at(path), "rb") as file:
            found.append(file.read())
    return found


def _ufw(*arguments):
    runner.run(["ufw", *arguments], timeout=90)


class _Snapshot:
    """ufw's files as they were."""

    def __init__(self):
        if not os.path.exists(paths.at(_FILES[0])):
            raise Failure("ufw: not installed on this host")
        self.files = {}
        for path, content in zip(_FILES, _state()):
            self.files[path] = (content, os.stat(paths.at(path)).st_mode & 0o7777)
        self.active, self.rules = _is_active(), store.read(KIND, "rules")

    def put_back(self):
        with locks.hold(locks.HOST):
            if not self.active:
                runner.run(["ufw", "disable"], check=False)
            for path, (content, mode) in self.files.items():
                store.write_file(paths.at(path), content, mode)
            if self.active:
                runner.run(["ufw", "reload"], check=False, timeout=90)
            if self.rules:
                store.write(KIND, "rules", self.rules)
            else:
                store.remove(KIND, "rules")
            # Networks that came since then keep their way to the gateway.
            _gateways()
