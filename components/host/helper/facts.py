"""What the machine is and what is registered on it. Read only."""

import os

import host
import paths
import reports
import runner
import store

SHAPE = {}


def read(_wanted):
    return {
        "claims": [store.read("claims", name) for name in store.names("claims")],
        "cpus": host.cpus(),
        "docker": docker_version(),
        "helper": revision(),
        "memory": host.memory(),
        "os": host.os_name(),
        "reports": reports.texts(),
        "substitutions": host.substitutions(),
    }


def docker_version():
    """Version of the engine, or None."""
    found = runner.run(["dpkg-query", "-W", "-f", "${db:Status-Status} ${source:Upstream-Version}\n", "docker-ce", "docker.io"], check=False).out
    versions = [line.split()[1] for line in found.splitlines() if line.startswith("installed ")]
    return versions[0] if versions else None


def revision():
    """Name of the installed helper's folder, or None."""
    current = paths.at(paths.PROGRAM + "/current")
    return os.path.basename(os.readlink(current)) if os.path.islink(current) else None


