"""The helper puts a newer one in its own place.

/usr/local/lib/flowfleet/helper            the one path that the deploy user may run as root: a stub
/usr/local/lib/flowfleet/current           link to the folder of the revision that runs
/usr/local/lib/flowfleet/revisions/<16>/   the modules of one revision; the former one is kept
"""

import hashlib
import os
import shutil
import sys

import document
import locks
import paths
import runner
import store
from errors import Failure
from progress import Outcome, say

_NAME = document.string(r"[a-z_][a-z0-9_]*\.py", 'the name of a module such as "files.py"')
FILES = document.table(_NAME, document.lines(secret=False))
REVISION = document.string(r"[0-9a-f]{64}", "a SHA-256 in hexadecimal digits")
SHAPE = {"revision": REVISION, "files": FILES}

STUB = "#!/bin/sh\nexec /usr/bin/python3 -I %s/current \"$@\"\n" % paths.PROGRAM

_SETTLE = """[Unit]
Description=Put back what a power cut left half done, and settings that nobody confirmed
DefaultDependencies=no
After=local-fs.target systemd-tmpfiles-setup.service
Before=nginx.service ssh.service ufw.service shutdown.target
Conflicts=shutdown.target
ConditionPathExists=%s

[Service]
Type=oneshot
ExecStart=%s boot settle

[Install]
WantedBy=multi-user.target
"""
_RELEASES = """[Unit]
Description=Bring releases to their end that a power cut left half done
After=docker.service nginx.service
ConditionPathExists=%s

[Service]
Type=oneshot
ExecStart=%s boot releases

[Install]
WantedBy=multi-user.target
"""
UNITS = {"/etc/systemd/system/flowfleet-%s.service" % name: text % (paths.HELPER, paths.HELPER) for name, text in (("settle", _SETTLE), ("releases", _RELEASES))}


def apply(wanted):
    with locks.hold(locks.HOST):
        former = installed()
        revision = install(wanted["revision"], wanted["files"])

        def undo():
            if former and former != revision:
                _point(former)

    return Outcome({"revision": revision}, undo)


def remove(_wanted):
    return {}


def install(revision, files):
    """Checks the newer helper, then swaps. Returns the name of its folder."""
    texts = {name: "".join(line + "\n" for line in lines) for name, lines in files.items()}
    if digest(texts) != revision:
        raise Failure("revision: is not the SHA-256 of these files; the document was changed on its way")
    if "__main__.py" not in texts:
        raise Failure("files: __main__.py is missing")
    name, former = revision[:16], installed()
    folder = paths.at("%s/revisions/%s" % (paths.PROGRAM, name))
    if former != name or not _holds(folder, texts):
        _write(folder, texts)
        _point(name)
        say("helper: %s" % name)
    # What belongs to the newer one is its own to say, not that of the one that runs now.
    runner.run([sys.executable, "-I", paths.at(paths.PROGRAM + "/current"), "helper", "fit"])
    _forget_all_but({name, former})
    return name


def fit():
    """The stub and the units at boot, as this revision wants them. Called by the one that installs it, under that one's lock."""
    _ensure(paths.at(paths.HELPER), STUB, 0o755)
    written = [os.path.basename(place) for place, text in UNITS.items() if _ensure(paths.at(place), text, 0o644)]
    if written:
        runner.run(["systemctl", "daemon-reload"], check=False)
        runner.run(["systemctl", "enable", "--quiet", *written], check=False)


def digest(texts):
    """What names a revision: SHA-256 over name, NUL, text, NUL of each file, sorted by name."""
    sum_ = hashlib.sha256()
    for name in sorted(texts):
        sum_.update(("%s\0%s\0" % (name, texts[name])).encode())
    return sum_.hexdigest()


def installed():
    """Name of the folder that `current` points to, or None."""
    try:
        return os.path.basename(os.readlink(paths.at(paths.PROGRAM + "/current")))
    except FileNotFoundError:
        return None


def _write(folder, texts):
    new = folder + ".new"
    shutil.rmtree(new, ignore_errors=True)
    os.makedirs(new, mode=0o755)
    try:
        for name, text in texts.items():
            try:
                compile(text, name, "exec")
            except (SyntaxError, ValueError) as error:
                raise Failure("%s: %s; the installed helper stays" % (name, error)) from None
            store.write_file(os.path.join(new, name), text.encode(), 0o644)
        check = runner.run([sys.executable, "-I", "-B", new, "selfcheck"], check=False)
        if not check.ok:
            raise Failure("the newer helper does not pass its own check; the installed one stays\n%s" % runner.last_lines(check.err, 10))
        shutil.rmtree(folder, ignore_errors=True)
        os.rename(new, folder)
    except BaseException:
        shutil.rmtree(new, ignore_errors=True)
        raise
    store.sync_folder(os.path.dirname(folder))


def _holds(folder, texts):
    for name, text in texts.items():
        try:
            with open(os.path.join(folder, name), encoding="utf-8") as file:
                if file.read() != text:
                    return False
        except OSError:
            return False
    return True


def _point(name):
    link = paths.at(paths.PROGRAM + "/current")
    temporary = link + ".new"
    if os.path.lexists(temporary):
        os.unlink(temporary)
    os.symlink("revisions/" + name, temporary)
    os.rename(temporary, link)
    store.sync_folder(os.path.dirname(link))


def _ensure(real, text, mode):
    """Writes a file unless it is there just so. Returns whether it wrote."""
    try:
        with open(real, encoding="utf-8") as file:
            if file.read() == text and os.stat(real).st_mode & 0o7777 == mode:
                return False
    except FileNotFoundError:
        pass
    store.write_file(real, text.encode(), mode)
    os.chmod(os.path.dirname(real), 0o755)
    return True


def _forget_all_but(names):
    folder = paths.at(paths.PROGRAM + "/revisions")
    for name in os.listdir(folder):
        if name not in names:
            shutil.rmtree(os.path.join(folder, name), ignore_errors=True)
