"""What lives on a machine that is not ours: sites, certificates, ports, files, containers, networks."""

import ipaddress
import json
import os
import re

import containers
import ownership
import paths
import runner
import store


def problems(wanted):
    """One line for each thing that is in the way of `wanted`: {names, ports, paths, containers, subnets}."""
    return (_sites(wanted["names"]) + _certificates(wanted["names"]) + _ports(wanted["ports"]) + _files(wanted["paths"])
            + _containers(wanted["containers"]) + _subnets(wanted["subnets"]))


def _sites(names):
    """Sites of nginx that answer one of the names, in files that we did not write."""
    found = []
    for path, text in _foreign_configuration() if names else []:
        taken = sorted(set(names) & set(server_names(text)))
        found += ["names: %s is served by nginx, see %s" % (name, path) for name in taken]
    return found


def _foreign_configuration():
    if not os.path.exists(paths.at("/usr/sbin/nginx")):
        return []
    return [(path, text) for path, text in configuration_files(runner.run(["nginx", "-T"], check=False).out) if not ownership.is_ours(path)]


def configuration_files(dump):
    """[(path, text)] of what `nginx -T` prints."""
    parts = re.split(r"^# configuration file (.+):$", dump, flags=re.M)
    return list(zip(parts[1::2], parts[2::2]))


def server_names(text):
    """All names in server_name directives."""
    plain = re.sub(r"#.*", "", text)
    return [name for names in re.findall(r"\bserver_name\s+([^;]+);", plain) for name in names.split()]


def listen_ports(text):
    """All ports in listen directives."""
    plain = re.sub(r"#.*", "", text)
    return {int(port) for port in re.findall(r"\blisten\s+(?:[^\s;]*:)?(\d+)(?=[\s;])", plain)}


def _certificates(names):
    """Certificates that certbot renews for somebody else."""
    folder = paths.at("/etc/letsencrypt/renewal")
    if not names or not os.path.isdir(folder):
        return []
    found = []
    ours = {(store.read("certificates", name) or {}).get("lineage") for name in store.names("certificates")}
    for file in sorted(os.listdir(folder)):
        lineage = file[:-5]
        if not file.endswith(".conf") or lineage in ours:
            continue
        shown = runner.run(["openssl", "x509", "-noout", "-ext", "subjectAltName", "-in", paths.at("/etc/letsencrypt/live/%s/cert.pem" % lineage)], check=False).out
        taken = {lineage, *re.findall(r"DNS:([^,\s]+)", shown)}
        found += ["names: %s is on certbot's certificate %s (certbot delete --cert-name %s removes it)" % (name, lineage, lineage) for name in sorted(taken & set(names))]
    return found


def _ports(ports):
    found = []
    taken = [(port, process) for port, process in listening(runner.run(["ss", "-Hltnp"]).out if ports else "") if port in ports]
    theirs = set()
    if ("nginx" in {process for _, process in taken}) and _nginx_is_ours():
        theirs = {port for _, text in _foreign_configuration() for port in listen_ports(text)}
    for port, process in taken:
        if not (process == "nginx" and _nginx_is_ours() and port not in theirs):
            found.append("ports: %d is listened on by %s" % (port, process or "an unknown process"))
    return sorted(set(found))


def listening(text):
    """[(port, process)] of what `ss -Hltnp` prints."""
    found = []
    for line in text.splitlines():
        words = line.split()
        if len(words) >= 4:
            process = re.search(r'\(\("([^"]+)"', line)
            found.append((int(words[3].rpartition(":")[2]), process.group(1) if process else ""))
    return found


def _nginx_is_ours():
    return ownership.of("/etc/nginx/nginx.conf") is not None


def _files(wanted):
    found = []
    for path in wanted:
        real = paths.at(path)
        if os.path.lexists(real) and not ownership.is_ours(path) and not _is_empty(real, path):
            found.append("paths: %s exists and holds something that Flowfleet did not make" % path)
    return found


def _is_empty(real, path):
    """Whether a folder holds nothing but folders and what is ours."""
    if os.path.islink(real) or not os.path.isdir(real):
        return False
    for folder, _, files in os.walk(real):
        for name in files:
            if not ownership.is_ours(path + folder[len(real):] + "/" + name):
                return False
    return True


def _containers(prefixes):
    listed = _docker(["ps", "--all", "--format", "{{.Names}}\t{{.Labels}}"]) if prefixes else ""
    found = []
    for line in listed.splitlines():
        name, _, labels = line.partition("\t")
        # Images may bring labels of their own along: only the ones that we give say whose a container is.
        if not re.search(r"(^|,)(%s|%s)=" % (re.escape(containers.SERVICE), re.escape(containers.DATA)), labels) and name.startswith(tuple(prefixes)):
            found.append("containers: %s exists already and is not ours" % name)
    return found


def _subnets(subnets):
    if not subnets:
        return []
    found, taken, bridges = [], [], set()
    listed = _docker(["network", "ls", "--quiet", "--no-trunc"]).split()
    for network in json.loads(_docker(["network", "inspect", *listed]) or "[]") if listed else []:
        bridges.add((network.get("Options") or {}).get("com.docker.network.bridge.name", "br-" + network["Id"][:12]))
        if not any(label.startswith("flowfleet.") for label in network.get("Labels") or {}):
            taken += [(config["Subnet"], "Docker's network %s" % network["Name"]) for config in (network.get("IPAM") or {}).get("Config") or [] if "Subnet" in config]
    for route in json.loads(runner.run(["ip", "-json", "-4", "route"], check=False).out or "[]"):
        if route.get("dst", "default") != "default" and route.get("dev") not in bridges:
            taken.append((route["dst"], "interface %s" % route.get("dev", "?")))
    for subnet in map(ipaddress.ip_network, subnets):
        for text, whose in taken:
            other = ipaddress.ip_network(text, strict=False)
            if other.version == subnet.version and subnet.overlaps(other):
                found.append("subnets: %s overlaps %s of %s" % (subnet, other, whose))
    return sorted(set(found))


def _docker(arguments):
    return runner.run(["docker", *arguments], check=False).out
