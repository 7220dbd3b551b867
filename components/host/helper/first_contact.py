"""What has to be on a server before the program can reach it: deploy user, its keys, the helper, one line for sudo, host keys.

The noun is `bootstrap`. The first time `bootstrap.py` calls it as root; later it is an ordinary call by the deploy user. Each run brings
about the same and says the same, whoever ran it.
"""

import base64
import hashlib
import os
import pwd
import re
import tempfile

import document
import helper
import host
import locks
import packages
import paths
import runner
import store
from errors import Failure
from progress import say

_KEY = document.string(r"((ssh|ecdsa|sk)-[a-z0-9@.-]+) [A-Za-z0-9+/=]+( .*)?", 'a public key such as "ssh-ed25519 AAAA… comment"')

SHAPE = {
    "user": document.user(),
    "authorizedKeys": document.array(_KEY, 1),
    "exactKeys": document.optional(document.boolean()),
    "helper": document.fields({"revision": helper.REVISION, "files": helper.FILES}),
    "sshPort": document.optional(document.port()),
    "strongHostKeys": document.optional(document.boolean()),
}

HOST_KEY = "/etc/ssh/ssh_host_%s_key"
SUDOERS = "/etc/sudoers.d/flowfleet"


def apply(wanted):
    """Makes the deploy user, its keys, the helper, the one line for sudo; answers with the host key to pin."""
    user = wanted["user"]
    if user == "root":
        raise Failure('user: must not be root; take a name such as "deploy"')
    with locks.hold(locks.HOST):
        keys = _host_keys(wanted.get("strongHostKeys", False))
        _needs("sudo", "visudo")
        _user(user)
        _authorized_keys(user, wanted["authorizedKeys"], wanted.get("exactKeys", False))
        revision = helper.install(wanted["helper"]["revision"], wanted["helper"]["files"])
        _sudoers(user)
    pinned = next(key for key in keys if key.startswith("ssh-ed25519 "))
    return {"fingerprint": fingerprint(pinned), "helper": revision, "hostKey": pinned, "hostKeys": keys, "os": host.os_name(),
            "port": wanted.get("sshPort", 22), "user": user}


def sudoers_text(user):
    """The deploy user may run the helper and nothing else. Without a terminal between them, the helper notices that its caller has gone."""
    return ("%s ALL=(root) NOPASSWD: %s\n" % (user, paths.HELPER)
            + "Defaults!%s !requiretty, !use_pty, env_keep += SSH_CONNECTION\n" % paths.HELPER)


def fingerprint(key):
    """As `ssh-keygen -l` and ssh's question show it."""
    found = hashlib.sha256(base64.b64decode(key.split()[1])).digest()
    return "SHA256:" + base64.b64encode(found).decode().rstrip("=")


def _needs(package, program):
    if not any(os.access(paths.at(folder) + "/" + program, os.X_OK) for folder in ("/usr/sbin", "/usr/bin", "/sbin", "/bin")):
        say("installing %s" % package)
        packages.install([package])


def _user(user):
    try:
        pwd.getpwnam(user)
    except KeyError:
        say("making the user %s" % user)
        # "*" instead of a locked password: no password fits, and sshd does not take the account for a locked one.
        runner.run(["useradd", "--create-home", "--shell", "/bin/bash", "--user-group", "--password", "*", user])


def _authorized_keys(user, wanted, exact):
    found = pwd.getpwnam(user)
    if found.pw_uid == 0:
        raise Failure("user %s: is root under another name" % user)
    home = paths.at(found.pw_dir)
    folder, file = home + "/.ssh", home + "/.ssh/authorized_keys"
    if os.path.islink(folder) or os.path.islink(file):
        raise Failure("%s: is a symbolic link; remove it" % paths.shown(folder))
    os.makedirs(folder, mode=0o700, exist_ok=True)
    os.chown(folder, found.pw_uid, found.pw_gid)
    os.chmod(folder, 0o700)
    try:
        with open(file, encoding="utf-8") as present:
            lines = present.read().splitlines()
    except FileNotFoundError:
        lines = []
    if exact:
        kept = list(wanted)
    else:
        known = {tuple(line.split()[:2]) for line in lines}
        kept = lines + [key for key in wanted if tuple(key.split()[:2]) not in known]
    if kept != lines:
        say("%s: keys of %s" % (paths.shown(file), user))
        store.write_file(file, "".join(line + "\n" for line in kept).encode(), 0o600)
    os.chown(file, found.pw_uid, found.pw_gid)
    os.chmod(file, 0o600)


def _sudoers(user):
    real, text, former = paths.at(SUDOERS), sudoers_text(user), None
    try:
        with open(real, encoding="utf-8") as file:
            former = file.read()
            if former == text and os.stat(real).st_mode & 0o7777 == 0o440:
                return
    except FileNotFoundError:
        pass
    with tempfile.NamedTemporaryFile("w", prefix="flowfleet-sudoers-") as file:
        file.write(text)
        file.flush()
        runner.run(["visudo", "-c", "-q", "-f", file.name])
    store.write_file(real, text.encode(), 0o440)
    if not runner.succeeds(["visudo", "-c", "-q"]):
        if former is None:
            os.unlink(real)
        else:
            # Without it the deploy user could not even try again.
            store.write_file(real, former.encode(), 0o440)
        raise Failure("visudo refuses /etc/sudoers with the new %s in it; the file is as it was. `visudo -c` says what is wrong" % SUDOERS)


def _host_keys(strong):
    """The host's public keys, ed25519 and RSA; makes those that are missing, and an RSA key of 4096 bits in the place of a shorter one where asked for."""
    made = False
    for kind, bits in (("ed25519", []), ("rsa", ["-b", "4096"])):
        real = paths.at(HOST_KEY % kind)
        if os.path.exists(real) and kind == "rsa" and strong and _bits(real) < 4096:
            for ending in ("", ".pub"):
                os.rename(real + ending, real + ".before-flowfleet" + ending)
        if not os.path.exists(real):
            say("making the host's %s key" % kind)
            runner.run(["ssh-keygen", "-q", "-t", kind, *bits, "-N", "", "-C", "", "-f", real], timeout=300)
            made = True
        elif not os.path.exists(real + ".pub"):
            public = runner.run(["ssh-keygen", "-y", "-f", real]).out
            store.write_file(real + ".pub", public.encode(), 0o644)
    if made:
        runner.run(["systemctl", "reload-or-restart", "ssh"], check=False)
    keys = []
    for kind in ("ed25519", "rsa"):
        with open(paths.at(HOST_KEY % kind) + ".pub", encoding="utf-8") as file:
            keys.append(" ".join(file.read().split()[:2]))
    return keys


def _bits(real):
    found = re.match(r"(\d+) ", runner.run(["ssh-keygen", "-l", "-f", real]).out)
    return int(found.group(1)) if found else 0
