"""Fetches one commit of a git repository and puts its files into a folder, as root, so that nothing of the repository runs.

No hooks and no configuration but ours, no filters, no other transport than https and ssh, only pinned host keys. Files of submodules are
fetched here, commit by commit: `git submodule` would read settings that the repository brings along.
"""

import os
import re
import shlex
import tempfile
import time

import paths
import runner
from document import fields, nullable, path, string
from errors import Failure
from progress import say

_HOST = r"[A-Za-z0-9][A-Za-z0-9.-]*"
ADDRESS = re.compile(r"https://(?P<https>%s)(:\d+)?/[^\s@]+|ssh://([a-z_][a-z0-9_-]*@)?(?P<ssh>%s)(:\d+)?/\S+|[a-z_][a-z0-9_-]*@(?P<short>%s):[^\s/-]\S*" % (_HOST, _HOST, _HOST))
SAYS = 'an address without a password such as "https://github.com/acme/shop.git" or "git@github.com:acme/shop.git"'
PROTOCOLS = ("https", "ssh")

# The checks of the keys that name what is fetched, and who may.
REPOSITORY = string(ADDRESS.pattern, SAYS)
REF = string(r"(?!.*(\.\.|//|@\{))[A-Za-z0-9][A-Za-z0-9._/@-]*", 'a branch or tag such as "main" or "v1.4.0"')
COMMIT = string(r"[0-9a-f]{40}", "a whole commit, 40 hexadecimal digits")
LOGIN = nullable(fields({"key": nullable(path()), "knownHosts": path()}))

_PAUSES = (2, 5)
_SUBMODULES_DEEP = 5
_NOT_BY_COMMIT = ("not our ref", "unadvertised object", "does not allow request")


class _Again(Failure):
    """May pass by itself."""


def checkout(wanted, login, place, end, submodules=False):
    """The files of {repository, ref, commit} in `place`, an empty folder (its real path), before `end` (of time.monotonic)."""
    with tempfile.TemporaryDirectory(prefix=".git-", dir=os.path.dirname(place)) as work:
        _checkout(wanted, login, place, work, end, _SUBMODULES_DEEP if submodules else None)


def mirror(wanted, login, place, end):
    """A bare repository in `place`, which must not exist, with the whole history of {repository, ref} and that of {commit}, if it names one. Returns the commit."""
    _init(place)
    _fetch(place, wanted, login, ["+%s:refs/flowfleet/fetched" % wanted["ref"]], end)
    found = _git(place, ["rev-parse", "--verify", "refs/flowfleet/fetched^{commit}"], end).out.strip()
    commit = wanted.get("commit") or found
    if not _has(place, commit, end):
        try:
            _fetch(place, wanted, login, [commit], end)
        except Failure as problem:
            raise (_not_there(wanted) if any(one in str(problem) for one in _NOT_BY_COMMIT) else problem) from None
    return commit


def holds(repository, commit, file):
    """Whether there is such a file in a commit that is here."""
    return _git(repository, ["cat-file", "-e", "%s:%s" % (commit, file)], time.monotonic() + 60, check=False).ok


def host(repository):
    """The host of an address, None where it has none."""
    found = ADDRESS.fullmatch(repository)
    return found and (found.group("https") or found.group("ssh") or found.group("short"))


def environment(login, repository):
    """What git gets to know of this host, which is nothing, and how it is to use ssh."""
    ssh = ["ssh", "-F", "/dev/null", "-o", "BatchMode=yes", "-o", "StrictHostKeyChecking=yes", "-o", "GlobalKnownHostsFile=/dev/null",
           "-o", "IdentitiesOnly=yes", "-o", "IdentityAgent=none", "-o", "ConnectTimeout=20", "-o", "ServerAliveInterval=15", "-o", "UpdateHostKeys=no"]
    ssh += ["-o", "UserKnownHostsFile=" + (paths.at(login["knownHosts"]) if login else "/dev/null")]
    key = _key(login, repository)
    ssh += ["-i", paths.at(key)] if key else ["-o", "PubkeyAuthentication=no"]
    return {"HOME": "/nonexistent", "XDG_CONFIG_HOME": "/nonexistent", "GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_ATTR_NOSYSTEM": "1",
            "GIT_TERMINAL_PROMPT": "0", "GIT_ASKPASS": "/bin/true", "SSH_ASKPASS": "/bin/true", "GIT_SSH_VARIANT": "ssh", "GIT_SSH_COMMAND": shlex.join(ssh)}


def _key(login, repository):
    """The key of a submodule's host lies beside that of the repository's own."""
    if not login or not login["key"]:
        return None
    own = "%s/%s.key" % (os.path.dirname(login["key"]), host(repository))
    return own if os.path.exists(paths.at(own)) else login["key"]


def _checkout(wanted, login, place, work, end, deep):
    repository = tempfile.mkdtemp(dir=work)
    _init(repository)
    _bring(repository, wanted, login, end)
    _git(repository, ["read-tree", "--reset", "-u", wanted["commit"]], end, place)
    _refuse_large_files(repository, wanted, place, end)
    inside = _gitlinks(repository, end)
    if inside and deep is not None:
        addresses = _addresses(repository, wanted, end)
        for path_, commit in inside.items():
            if path_ not in addresses:
                raise Failure("release.repository: %s has a submodule %s without an address in .gitmodules" % (wanted["repository"], path_))
            if not deep:
                raise Failure("release.repository: %s has submodules in submodules, too deep" % wanted["repository"])
            _checkout({"repository": addresses[path_], "ref": None, "commit": commit}, login, _folder(place, path_), work, end, deep - 1)


def _init(place):
    runner.run(["git", "init", "--quiet", "--bare", "--template=", place], env=environment(None, ""))


def _git(repository, argv, end, place=None, who=None, check=True):
    allowed = [word for protocol in PROTOCOLS for word in ("-c", "protocol.%s.allow=always" % protocol)]
    settings = ["-c", "core.hooksPath=/dev/null", "-c", "core.fsmonitor=false", "-c", "gc.auto=0", "-c", "protocol.allow=never", *allowed,
                "-c", "fetch.fsckObjects=true", "-c", "advice.detachedHead=false", "-c", "credential.helper="]
    if place:
        settings += ["--work-tree=" + place]
    return runner.run(["git", "--git-dir=" + repository, *settings, *argv], check=check, timeout=max(1, end - time.monotonic()), env=environment(*(who or (None, ""))))


def _has(repository, commit, end):
    return _git(repository, ["cat-file", "-e", commit + "^{commit}"], end, check=False).ok


def _bring(repository, wanted, login, end):
    """The commit, by itself where the server gives it, else with as much of the ref's history as it takes."""
    commit = wanted["commit"]
    try:
        _fetch(repository, wanted, login, ["--depth=1", commit], end)
    except Failure as problem:
        if not wanted["ref"] or not any(one in str(problem) for one in _NOT_BY_COMMIT):
            raise
        for depth in ("--depth=50", "--unshallow"):
            shallow = os.path.exists(os.path.join(repository, "shallow"))
            if depth == "--depth=50" or shallow:
                _fetch(repository, wanted, login, [depth, wanted["ref"]], end)
            if _has(repository, commit, end):
                break
    if not _has(repository, commit, end):
        raise _not_there(wanted)


def _not_there(wanted):
    return Failure("release.commit: %s of %s has no commit %s; was it pushed?" % (wanted["ref"], wanted["repository"], wanted["commit"]))


def _fetch(repository, wanted, login, what, end):
    address = wanted["repository"]
    if host(address) and not address.startswith("https:") and not login:
        raise Failure("source.login: %s is reached by ssh, so the host key of %s must be known: give its knownHosts" % (address, host(address)))
    options = [one for one in what if one.startswith("--")]
    refs = [one for one in what if not one.startswith("--")]
    for pause in (*_PAUSES, None):
        say("fetching %s of %s" % (refs[0].partition(":")[0].lstrip("+"), address))
        found = _git(repository, ["fetch", "--quiet", "--no-tags", "--no-recurse-submodules", *options, "--", address, *refs], end, who=(login, address), check=False)
        if found.ok:
            return
        problem = _problem(found, wanted, login)
        if not isinstance(problem, _Again) or pause is None or time.monotonic() + pause >= end:
            raise Failure(str(problem))
        say("%s; trying again in %d s" % (str(problem).splitlines()[0], pause))
        time.sleep(pause)


def _problem(found, wanted, login):
    told, address = found.err, wanted["repository"]
    if "Host key verification failed" in told:
        known = login["knownHosts"] if login else "nothing"
        return Failure("source.login: %s showed another host key than %s has for it. Compare it with what its operator publishes" % (host(address), known))
    if "Permission denied (" in told:
        return Failure("source.login: %s does not accept the deploy key %s" % (address, _key(login, address) or "(there is none)"))
    if "find remote ref" in told:
        return Failure("release.ref: %s has no %s" % (address, wanted["ref"]))
    if any(one in told for one in ("Authentication failed", "could not read Username", "not found", "does not appear to be a git repository", "returned error: 40")):
        return Failure("release.repository: %s is not there, or nobody but its own people may read it (a deploy key needs an address by ssh)\n%s"
                       % (address, runner.last_lines(told, 5)))
    permanent = any(one in told for one in (*_NOT_BY_COMMIT, "transport ", "fsck error", "certificate"))
    return (Failure if permanent else _Again)("release.repository: %s could not be fetched\n%s" % (address, runner.last_lines(told, 5)))


def _gitlinks(repository, end):
    """{path: commit} of the submodules."""
    listed = _git(repository, ["ls-files", "--stage", "-z"], end).out.split("\0")
    return {line.partition("\t")[2]: line.split()[1] for line in listed if line.startswith("160000 ")}


def _addresses(repository, wanted, end):
    """{path: address} of .gitmodules."""
    listed = _git(repository, ["config", "--blob", wanted["commit"] + ":.gitmodules", "--null", "--list"], end, check=False).out.split("\0")
    settings = dict(line.split("\n", 1) for line in listed if "\n" in line)
    found = {}
    for key, value in settings.items():
        if key.startswith("submodule.") and key.endswith(".path"):
            address = absolute(wanted["repository"], settings.get(key[:-4] + "url", ""))
            if not ADDRESS.fullmatch(address):
                raise Failure("release.repository: %s has a submodule %s whose address %s is neither https nor ssh" % (wanted["repository"], value, address))
            found[value] = address
    return found


def absolute(base, address):
    """The address of a submodule, which may be relative to that of its repository."""
    if not address.startswith(("./", "../")):
        return address
    base = base.rstrip("/")
    while address.startswith(("./", "../")):
        up, _, address = address.partition("/")
        if up == "..":
            base = re.sub(r"[^/:]*$", "", base.rstrip("/"))
    return base + ("" if base.endswith((":", "/")) else "/") + address


def _folder(place, inside):
    """The folder of a submodule, which is there and empty; no link leads to it."""
    for part in inside.split("/"):
        place = os.path.join(place, part)
        if part in ("", ".", "..", ".git") or os.path.islink(place):
            raise Failure("release.repository: the path of the submodule %s is refused" % inside)
        os.makedirs(place, exist_ok=True)
    return place


def _refuse_large_files(repository, wanted, place, end):
    """Without its own program, Git LFS leaves a few lines where a large file should be."""
    for name in _git(repository, ["ls-files", "-z", "--", ":(attr:filter=lfs)"], end, place).out.split("\0"):
        file = os.path.join(place, name)
        if name and os.path.isfile(file) and not os.path.islink(file):
            with open(file, "rb") as content:
                if content.read(24).startswith(b"version https://git-lfs"):
                    raise Failure("release.repository: %s keeps %s in Git LFS, which is not fetched; put such files into the archive of a release" % (wanted["repository"], name))
