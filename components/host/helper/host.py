"""Facts about the machine that more than one noun asks for."""

import errno
import os
import socket

import paths
import runner
import store
from progress import say


def os_release():
    """{ID, VERSION_ID, VERSION_CODENAME, …} of /etc/os-release."""
    found = {}
    for place in ("/etc/os-release", "/usr/lib/os-release"):
        try:
            with open(paths.at(place), encoding="utf-8") as file:
                for line in file:
                    key, sign, value = line.strip().partition("=")
                    if sign and not key.startswith("#"):
                        found[key] = value.strip("'\"")
            break
        except FileNotFoundError:
            continue
    return found


def os_name():
    """Such as "debian-12" or "ubuntu-24.04"."""
    release = os_release()
    return "%s-%s" % (release.get("ID", "unknown"), release.get("VERSION_ID", "unknown"))


def cpus():
    return os.cpu_count() or 1


def memory():
    """Memory of the machine in MB."""
    with open("/proc/meminfo", encoding="ascii") as file:
        for line in file:
            if line.startswith("MemTotal:"):
                return int(line.split()[1]) // 1024
    return 0


def has_ipv6():
    """False where the kernel was started without IPv6 (ipv6.disable=1). Switched off by sysctl, one can still listen on [::]."""
    try:
        socket.socket(socket.AF_INET6).close()
    except OSError as error:
        if error.errno == errno.EAFNOSUPPORT:
            return False
        raise
    return True


def disk():
    """Size of the file system at / in GB, used or not."""
    found = os.statvfs(paths.at("/"))
    return found.f_blocks * found.f_frsize / 1024**3


def is_container():
    """Whether this "machine" is a container, which cannot have swap, kernel modules and kernel settings of its own."""
    return runner.succeeds(["systemd-detect-virt", "--quiet", "--container"])


def substitution(name, text):
    """Says and remembers what a throwaway machine has in the place of the real thing."""
    say("substitution: " + text)
    store.write("substitutions", name, {"text": text})


def substitutions():
    return [store.read("substitutions", name, {}).get("text", name) for name in store.names("substitutions")]
