"""Packages by apt, and the signed repositories that they come from."""

import contextlib
import fcntl
import os
import re
import struct
import time
import urllib.parse
import urllib.request

import apt_lists
import document
import host
import locks
import openpgp
import paths
import runner
import store
import takeover
from errors import CallerGone, Failure, Refused
from progress import Outcome, caller_gone, say
from transaction import Transaction
from wanted import SetAside

_PACKAGE = document.string(r"[a-z0-9][a-z0-9+.-]+", "the name of a package")
SHAPE = {
    "install": document.array(_PACKAGE),
    "repositories": document.optional(document.table(document.name(), document.fields({
        "uri": document.string(r"https?://\S+", "a URL"), "suite": document.string(r"\S+", "one word"),
        "components": document.array(document.string(r"\S+", "one word")),
        "fingerprint": document.string(r"[0-9A-Fa-f ]{40,50}", "40 hexadecimal digits"), "keyUrl": document.string(r"https?://\S+", "a URL"),
        "unattended": document.optional(document.boolean())}))),
    "minimum": document.optional(document.table(document.name(), document.string(r"[0-9][0-9A-Za-z.+~-]*", "a version"))),
    "lenient": document.optional(document.boolean()),
}

# A program that has one name in a document and comes from one of several packages.
SUPPLIERS = {"docker": ["docker-ce", "docker.io"]}

# Repositories of what a word of `takeOver` is about.
VENDORS = {"docker": "docker", "node": "pm2"}

# What Debian's packages ask before they start a service.
POLICY = "/usr/sbin/policy-rc.d"
POLICY_TEXT = b"""#!/bin/sh
case " $* " in *" nginx "* | *" nginx.service "*) exit 101 ;; esac
"""
_LOCKS = ("/var/lib/dpkg/lock-frontend", "/var/lib/dpkg/lock", "/var/lib/apt/lists/lock", "/var/cache/apt/archives/lock")
_APT = ["apt-get", "-q", "-y", "-o", "DPkg::Lock::Timeout=300", "-o", "Dpkg::Options::=--force-confdef", "-o", "Dpkg::Options::=--force-confold",
        "-o", "Acquire::Retries=3"]


def apply(wanted):
    with locks.hold(locks.HOST):
        if any(repository["keyUrl"].startswith("https:") for repository in wanted.get("repositories", {}).values()):
            install(["ca-certificates"])
        change = _repositories(wanted)
        try:
            installed = install(wanted["install"], bool(change.changed))
            _minimum(wanted.get("minimum", {}), wanted.get("lenient", False))
        except BaseException:
            change.undo()
            raise
    # Packages stay when the caller has gone: installing is convergent, taking away is not.
    return Outcome({"installed": installed, "repositories": sorted(wanted.get("repositories", {}))}, None, change.finish)


def remove(wanted):
    """Only own repositories: a package may be needed by something else by now."""
    change = Transaction(wanted["owner"], "packages")
    change.prune()
    return Outcome({"removed": change.commit()}, change.undo, change.finish)


def install(names, update=False):
    """Makes sure that packages are there; asks the mirrors only when one is missing. Returns the names that were missing."""
    missing = [name for name in names if not is_installed(name)]
    if not missing and not update:
        return []
    _wait_for_apt()
    _mend()
    say("apt: reading the package lists")
    _apt(["update"], 600)
    if missing:
        say("apt: installing %s" % " ".join(missing))
        if caller_gone():
            raise CallerGone("the caller was gone before anything was installed")
        with _not_started(missing):
            _apt(["install", "--no-install-recommends", *missing], 1800)
        left = [name for name in missing if not is_installed(name)]
        if left:
            raise Failure("apt: says that it installed %s, but they are not there" % ", ".join(left))
    return missing


@contextlib.contextmanager
def _not_started(names):
    """Debian starts nginx as it installs it, with a site that listens on [::]; where that cannot be, it waits for a configuration of ours."""
    place = paths.at(POLICY)
    if "nginx" not in names or host.has_ipv6() or (os.path.lexists(place) and not _is_ours(place)):
        yield
        return
    store.write_file(place, POLICY_TEXT, 0o755)
    try:
        yield
    finally:
        os.unlink(place)


def _is_ours(policy):
    """Left there by an installation that was cut short."""
    with open(policy, "rb") as file:
        return file.read() == POLICY_TEXT


def is_installed(name):
    return runner.run(["dpkg-query", "-W", "-f", "${db:Status-Status}", name], check=False).out == "installed"


def version(program):
    """The upstream version of a program's package, or None."""
    for name in SUPPLIERS.get(program, [program]):
        if is_installed(name):
            return runner.run(["dpkg-query", "-W", "-f", "${source:Upstream-Version}", name]).out
    return None


def _minimum(minimum, lenient):
    problems = []
    for program, least in sorted(minimum.items()):
        found = version(program)
        if found is None:
            problems.append("%s: not installed, needs %s or newer" % (program, least))
        elif not runner.succeeds(["dpkg", "--compare-versions", found, "ge", least]):
            if lenient:
                host.substitution("version-" + program, "%s %s in the place of %s or newer" % (program, found, least))
            else:
                problems.append("%s: version %s, needs %s or newer. Take its vendor's repository, or a newer release of the system" % (program, found, least))
    if problems:
        raise Refused("too old for what runs here", problems)


def _apt(arguments, timeout):
    result = runner.run([*_APT, *arguments], timeout=timeout, check=False)
    if not result.ok and re.search(r"dpkg was interrupted|Could not get lock|Unable to acquire the dpkg frontend lock", result.err):
        _wait_for_apt()
        _mend()
        result = runner.run([*_APT, *arguments], timeout=timeout, check=False)
    # `update` exits with 0 when an index could not be fetched; an old list then serves, which a missing package shows soon enough.
    if not result.ok:
        raise Failure("apt-get %s: exit status %d\n%s" % (" ".join(arguments), result.code, runner.last_lines(result.err or result.out, 12)))


def _mend():
    """Finishes what an interrupted dpkg left half done."""
    updates = paths.at("/var/lib/dpkg/updates")
    interrupted = os.path.isdir(updates) and any(name.isdigit() for name in os.listdir(updates))
    half = re.search(r"^.[UFHWt]", runner.run(["dpkg-query", "-W", "-f", "${db:Status-Abbrev}\n"], check=False).out, re.M)
    if interrupted or half:
        say("dpkg: was interrupted earlier; finishing that first")
        runner.run(["dpkg", "--force-confdef", "--force-confold", "--configure", "-a"], timeout=900)
        runner.run([*_APT, "--fix-broken", "install"], timeout=900, check=False)


def _wait_for_apt(wait=300):
    """Waits for whoever uses apt now, naming it: apt's own wait covers only one of its four locks."""
    end, told = time.monotonic() + wait, None
    while True:
        holder = next(filter(None, map(_holder, _LOCKS)), None)
        if not holder:
            return
        if time.monotonic() >= end:
            raise Failure("apt: still in use after %d s by %s. Wait for it to end, then run again" % (wait, holder))
        if holder != told:
            say("apt: waiting for %s" % holder)
            told = holder
        time.sleep(0.5)


def _holder(path):
    """Who holds one of apt's locks (fcntl, not flock), in words; None where nobody does."""
    try:
        with open(paths.at(path), "rb") as file:
            # struct flock: type, whence, start, length, pid
            asked = struct.pack("hhqqi4x", fcntl.F_WRLCK, os.SEEK_SET, 0, 0, 0)
            kind, _, _, _, pid = struct.unpack("hhqqi4x", fcntl.fcntl(file, fcntl.F_GETLK, asked))
    except FileNotFoundError:
        return None
    if kind == fcntl.F_UNLCK:
        return None
    try:
        with open("/proc/%d/cmdline" % pid, "rb") as file:
            return "%s (process %d)" % (file.read().replace(b"\0", b" ").decode(errors="replace").strip()[:80], pid)
    except FileNotFoundError:
        return "process %d" % pid


def _repositories(wanted):
    """Writes each repository and its key. Committed, to be finished or undone by the caller."""
    change = Transaction(wanted["owner"], "packages")
    for name, repository in sorted(wanted.get("repositories", {}).items()):
        place = "/etc/apt/keyrings/flowfleet-%s.asc" % name
        change.write(place, _key(name, repository, place))
        change.write("/etc/apt/sources.list.d/flowfleet-%s.sources" % name, sources_text(repository, place))
        if repository.get("unattended"):
            change.write("/etc/apt/apt.conf.d/99flowfleet-%s" % name, updates_text(repository))
        # Whoever set the server up by hand took the vendor's own list, which names another key for it.
        if takeover.allows(VENDORS.get(name)):
            for path in apt_lists.of_vendor(repository["uri"]):
                change.put(SetAside(path))
    change.prune()
    change.commit()
    return change


def sources_text(repository, key):
    return ("Types: deb\nURIs: %s\nSuites: %s\nComponents: %s\nSigned-By: %s\n"
            % (repository["uri"], repository["suite"], " ".join(repository["components"]), key))


def updates_text(repository):
    """For unattended-upgrades, in addition to the distribution's own origins. By its host, which is known without the repository's Release file."""
    return '// Written by Flowfleet.\nUnattended-Upgrade::Origins-Pattern:: "site=%s";\n' % urllib.parse.urlsplit(repository["uri"]).hostname


def _key(name, repository, place):
    """The key, fetched unless the one on the host already has the fingerprint."""
    wanted = repository["fingerprint"].replace(" ", "").upper()
    try:
        with open(paths.at(place), "rb") as file:
            present = file.read()
        if wanted in openpgp.fingerprints(present):
            return present
    except (FileNotFoundError, ValueError):
        pass
    try:
        with urllib.request.urlopen(repository["keyUrl"], timeout=30) as answer:
            fetched = answer.read(1024 * 1024)
        found = openpgp.fingerprints(fetched)
    except (OSError, ValueError) as error:
        raise Failure("repositories.%s.keyUrl: no key from %s: %s" % (name, repository["keyUrl"], error)) from None
    # One key and no other: apt trusts every key of the file.
    if found != [wanted]:
        raise Failure("repositories.%s.fingerprint: the key at %s has %s, not %s. Nothing was changed" % (name, repository["keyUrl"], ", ".join(found) or "none", wanted))
    return openpgp.armoured(fetched)
