"""What lives on a machine that is not ours: sites, certificates, ports, files, containers, networks."""

import ipaddress
import json
import os
import re

import apt_lists
import aside
import containers
import docker_daemon
import nginx_before
import ownership
import paths
import pm2_daemons
import runner
import store
import takeover

NGINX, PM2, DOCKER = (("nginx",), ("pm2",), ("docker",))


def problems(wanted, allowed=()):
    """One line for each thing that is in the way of `wanted`: {names, ports, paths, containers, subnets, files, repositories}, each of which may be missing.
    What the words in `allowed` let us take over is not in the way."""
    found = [one for kind, look in _LOOKS.items() if wanted.get(kind) for one in look(wanted[kind])]
    lines = [("%s; %s" % (line, takeover.way_out(*words)) if words else line) for line, words in found if not set(words) & set(allowed)]
    return list(dict.fromkeys(lines))


def _sites(names):
    """Sites of nginx that answer one of the names, in files that we did not write."""
    found = []
    for path, text in _foreign_configuration():
        taken = sorted(set(names) & set(server_names(text)))
        found += [("names: %s is served by nginx, see %s" % (name, path), NGINX) for name in taken]
    return found


def _foreign_configuration():
    if not os.path.exists(paths.at("/usr/sbin/nginx")):
        return []
    # What goes on serving from before is in a file that we wrote, and is foreign all the same.
    return [(path, text) for path, text in configuration_files(runner.run(["nginx", "-T"], check=False).out)
            if path == nginx_before.PLACE or not ownership.is_ours(path)]


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
    if not os.path.isdir(folder):
        return []
    found = []
    ours = {(store.read("certificates", name) or {}).get("lineage") for name in store.names("certificates")}
    for file in sorted(os.listdir(folder)):
        lineage = file[:-5]
        if not file.endswith(".conf") or lineage in ours:
            continue
        shown = runner.run(["openssl", "x509", "-noout", "-ext", "subjectAltName", "-in", paths.at("/etc/letsencrypt/live/%s/cert.pem" % lineage)], check=False).out
        taken = {lineage, *re.findall(r"DNS:([^,\s]+)", shown)}
        found += [("names: %s is on certbot's certificate %s (certbot delete --cert-name %s removes it)" % (name, lineage, lineage), NGINX)
                  for name in sorted(taken & set(names))]
    return found


def _ports(ports):
    found = []
    taken = [one for one in listening(runner.run(["ss", "-Hltnp"]).out) if one[0] in ports]
    theirs = set()
    if ("nginx" in {process for _, process, _ in taken}) and _nginx_is_ours():
        theirs = {port for _, text in _foreign_configuration() for port in listen_ports(text)}
    for port, process, pid in taken:
        if not (process == "nginx" and _nginx_is_ours() and port not in theirs):
            found.append(("ports: %d is listened on by %s" % (port, process or "an unknown process"), _words_of(process, pid)))
    return sorted(set(found))


def listening(text):
    """[(port, process, pid)] of what `ss -Hltnp` prints; "" and 0 for a process that it does not tell."""
    found = []
    for line in text.splitlines():
        words = line.split()
        if len(words) >= 4:
            process = re.search(r'\(\("([^"]+)",pid=(\d+)', line)
            found.append((int(words[3].rpartition(":")[2]), *((process.group(1), int(process.group(2))) if process else ("", 0))))
    return found


def _words_of(process, pid):
    if process in ("nginx", "docker-proxy"):
        return NGINX if process == "nginx" else DOCKER
    return PM2 if _is_of_pm2(pid) else ()


def _is_of_pm2(pid):
    """Whether a process is PM2's daemon, which listens for its clusters, or descends from one."""
    while pid > 1:
        try:
            with open(paths.at("/proc/%d/cmdline" % pid), "rb") as file:
                if file.read().startswith(b"PM2 v"):
                    return True
            with open(paths.at("/proc/%d/stat" % pid), encoding="ascii", errors="replace") as file:
                pid = int(file.read().rpartition(") ")[2].split()[1])
        except (FileNotFoundError, ProcessLookupError, IndexError):
            return False
    return False


def _nginx_is_ours():
    return ownership.of("/etc/nginx/nginx.conf") is not None


def _files(wanted):
    found = []
    for path in wanted:
        real = paths.at(path)
        if os.path.lexists(real) and not ownership.is_ours(path) and not _is_empty(real, path):
            found.append(("paths: %s exists and holds something that Flowfleet did not make" % path, takeover.words_for(path)))
    found += [("paths: PM2 of %s (%s) runs what is in %s" % (who["user"], who["folder"], ", ".join(places)), PM2) for who, places in pm2_daemons.below(wanted)]
    return found


def _own_files(wanted):
    """Files of the host itself that are to be written."""
    return [("files: %s exists and is neither ours nor an unmodified file of a package" % path, takeover.words_for(path))
            for path in wanted if os.path.lexists(paths.at(path)) and not ownership.is_ours(path) and not ownership.is_packaged(path)]


def _streams(_wanted):
    """What of a foreign nginx.conf nothing takes over."""
    return [(line, ()) for line in nginx_before.problems()]


def _daemon(wanted):
    """What of foreign settings of Docker nothing takes over."""
    return [(line, ()) for line in (docker_daemon.problems() if docker_daemon.PLACE in wanted else ())]


def _repositories(wanted):
    """Lists of apt with a repository that we name with another key: apt then refuses to read any list."""
    return [("repositories: %s is in %s" % (uri, path), (word,) if path in apt_lists.of_vendor(uri) else ())
            for uri, word in wanted.items() for path in apt_lists.foreign(uri)]


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
    listed = _docker(["ps", "--all", "--format", "{{.Names}}\t{{.Labels}}"])
    found = []
    for line in listed.splitlines():
        name, _, labels = line.partition("\t")
        # One that was set aside is kept from harm, and in nobody's way.
        if name.startswith(tuple(prefixes)) and not containers.are_ours(labels) and not name.endswith(aside.SUFFIX):
            found.append(("containers: %s exists already and is not ours%s" % (name, _numbered(name)), DOCKER))
    return found


def _numbered(name):
    """Of one that Compose named: only what has the very name of one of ours is taken over."""
    bare = re.sub(r"[-_]\d+$", "", name)
    return "" if bare == name else " (if it is what %s is to be: docker rename %s %s, before it can be taken over)" % (bare, name, bare)


def _subnets(subnets):
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
                found.append(("subnets: %s overlaps %s of %s" % (subnet, other, whose), ()))
    return sorted(set(found))


def _docker(arguments):
    return runner.run(["docker", *arguments], check=False).out


_LOOKS = {"files": lambda wanted: [*_own_files(wanted), *_streams(wanted), *_daemon(wanted)], "names": lambda wanted: [*_sites(wanted), *_certificates(wanted)], "ports": _ports,
          "paths": _files, "containers": _containers, "subnets": _subnets, "repositories": _repositories}
