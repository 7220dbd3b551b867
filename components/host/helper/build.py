"""Turns a folder of source into one that runs: commands of the project, as a user without rights, and afterwards nobody but root may change it."""

import hashlib
import os
import pwd
import shutil
import stat
import time

import paths
import runner
import signals
import transient
from document import array, fields, integer, number, string, table
from errors import CallerGone, Failure
from progress import caller_gone, say

CACHE = "/var/cache/flowfleet"

# The checks of the keys that say how. The words of a command go to no shell.
COMMANDS = array(array(string(), least=1))
USER = string(r"(?!root$)[a-z_][a-z0-9_-]*", "the name of an account other than root")
ENVIRONMENT = table(string(r"(?!(HOME|PATH)$)[A-Za-z_][A-Za-z0-9_]*", "the name of a variable other than HOME and PATH"), string(empty=True))
LIMITS = fields({"memory": integer(64), "cpus": number(0.1), "pids": integer(16)})

# What a package of somebody else may do while it is installed: write to its own folder and cache, reach the network, and little else.
_BOUNDS = (
    "NoNewPrivileges=yes", "CapabilityBoundingSet=", "PrivateTmp=yes", "PrivateDevices=yes", "ProtectSystem=strict", "ProtectProc=invisible",
    "ProtectKernelTunables=yes", "ProtectKernelModules=yes", "ProtectKernelLogs=yes", "ProtectControlGroups=yes", "ProtectClock=yes", "ProtectHostname=yes",
    "RestrictSUIDSGID=yes", "RestrictRealtime=yes", "LockPersonality=yes", "SystemCallArchitectures=native",
    "RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK", "InaccessiblePaths=-/etc/flowfleet -/var/lib/flowfleet", "Nice=10", "UMask=0022",
)
_SANDBOX = (*_BOUNDS, "ProtectHome=yes")
# The same for a folder in somebody's home, which is that user's own anyway.
OWN_FOLDER = (*_BOUNDS, "ProtectHome=read-only")


def run(folder, source, told):
    """Runs the commands of `source` in `folder`, one after the other. `told` names it in messages, such as its commit."""
    if not source["commands"]:
        return
    account = look(source["user"])
    hand_over(paths.at(folder), account)
    end = time.monotonic() + source["timeout"]
    for command in source["commands"]:
        words = " ".join(command)
        if caller_gone():
            raise CallerGone("the caller is gone")
        say("%s: %s" % (told, words))
        ending, printed = in_folder(folder, command, source, max(1, int(end - time.monotonic())))
        if ending:
            if ending == transient.TOO_LONG:
                ending += "; all commands together have %d s (source.timeout)" % source["timeout"]
            elif ending in transient.NO_MEMORY:
                ending += ", perhaps for want of memory: it has %d MB (source.limits.memory)" % source["limits"]["memory"]
            lines = runner.last_lines(printed, 30)
            raise Failure("source.commands: %s %s in %s%s" % (words, ending, folder, "\n  its last lines:\n" + lines if lines else ""))
    seal(folder)


def in_folder(folder, command, source, deadline, sandbox=_SANDBOX):
    """(None or how it ended in words, what it printed) of one command in a folder that its user may change."""
    user, limits = source["user"], source["limits"]
    home = _home(look(user))
    settings = ["User=" + user, "WorkingDirectory=" + folder, "MemoryMax=%dM" % limits["memory"], "MemorySwapMax=0", "CPUQuota=%g%%" % (limits["cpus"] * 100),
                "TasksMax=%d" % limits["pids"], *sandbox, "ReadWritePaths=%s %s" % (folder, home)]
    variables = {"PATH": runner.ENVIRONMENT["PATH"], "LANG": "C.UTF-8", "CI": "true", "npm_config_update_notifier": "false", **source["environment"], "HOME": home}
    # env looks a command up in the folder too, such as "venv/bin/pip", which systemd does not.
    return transient.run(unit(folder), settings, variables, ["/usr/bin/env", "--", *command], deadline)


def stop(folder):
    """What a call started that was cut short ends before its folder is touched."""
    transient.stop(unit(folder))


def unit(folder):
    return "flowfleet-build-%s.service" % hashlib.sha256(folder.encode()).hexdigest()[:16]


def look(user):
    """The account that builds."""
    try:
        found = pwd.getpwnam(user)
    except KeyError:
        raise Failure("source.user: this host has no user %s" % user) from None
    if found.pw_uid == 0:
        raise Failure("source.user: %s is root, as which nothing is built" % user)
    return found


def seal(folder):
    """Root's, and for everyone to read. Whoever built it must not have a way left to change it, nor to have anything outside of it changed."""
    real, opened = paths.at(folder), 0
    # First nobody else gets in, then names inside stand still.
    os.chmod(real, 0o700)
    _own(real, 0, 0)
    for place, folders, files, opened in os.fwalk(real, follow_symlinks=False):
        for name in folders + files:
            _seal_one(name, os.path.join(place, name), opened)
    os.chmod(real, 0o755)


def _seal_one(name, place, opened):
    found = os.stat(name, dir_fd=opened, follow_symlinks=False)
    if stat.S_ISREG(found.st_mode) and found.st_nlink > 1:
        _separate(name, opened)
    elif not (stat.S_ISREG(found.st_mode) or stat.S_ISDIR(found.st_mode) or stat.S_ISLNK(found.st_mode)):
        say("%s is neither a file, a folder nor a link; removed" % paths.shown(place))
        os.unlink(name, dir_fd=opened)
        return
    if os.getuid() == 0:
        os.chown(name, 0, 0, dir_fd=opened, follow_symlinks=False)
    if not stat.S_ISLNK(found.st_mode):
        # No bits of another identity, nobody else's writing.
        runs = stat.S_ISDIR(found.st_mode) or found.st_mode & 0o111
        os.chmod(name, 0o755 if runs else 0o644, dir_fd=opened)


def _separate(name, opened):
    """A file that has another name as well, maybe outside, becomes one of its own."""
    copy = ".%s.own" % name[:200]
    with open(os.open(name, os.O_RDONLY | os.O_NOFOLLOW, dir_fd=opened), "rb") as source, \
            open(os.open(copy, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600, dir_fd=opened), "wb") as target:
        shutil.copyfileobj(source, target, 1024 * 1024)
    os.rename(copy, name, src_dir_fd=opened, dst_dir_fd=opened)


def hand_over(real, account):
    """A folder (its real place) that root made becomes that account's, with all that is in it."""
    # What it has already must not be led elsewhere by it before root is done: nobody else gets in until then.
    os.chmod(real, 0o700)
    for place, folders, files in os.walk(real):
        for name in folders + files:
            _own(os.path.join(place, name), account.pw_uid, account.pw_gid)
    _own(real, account.pw_uid, account.pw_gid)


def _home(account):
    """What package managers keep between builds."""
    home = "%s/%s" % (CACHE, account.pw_name)
    with signals.held():
        os.makedirs(paths.at(CACHE), mode=0o755, exist_ok=True)
        if not os.path.isdir(paths.at(home)):
            os.mkdir(paths.at(home), 0o700)
            _own(paths.at(home), account.pw_uid, account.pw_gid)
    return home


def _own(real, uid, gid):
    if os.getuid() == 0:
        os.chown(real, uid, gid, follow_symlinks=False)
