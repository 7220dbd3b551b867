"""Releases that come as an archive over https: unpacked once under `<directory>/releases/<first 16 of its sha256>`, for root alone to change."""

import contextlib
import hashlib
import http.client
import os
import secrets
import shutil
import ssl
import stat
import tarfile
import time
import urllib.error
import urllib.parse
import urllib.request

import locks
import paths
from document import string
from errors import CallerGone, Failure
from progress import caller_gone, say

# The checks of the two keys that name an archive in a document.
ARCHIVE = string(r"https://[^\s@]+", 'an https address without a password such as "https://releases.example.com/shop-1.2.tar.gz"')
SHA256 = string(r"[0-9a-f]{64}", "64 hexadecimal digits")

_PAUSES = (2, 5)
_PIECE = 1024 * 1024


class _Again(Failure):
    """May pass by itself."""


def folder(release, directory):
    """Where a release of `directory` is, or will be."""
    return "%s/%s" % (_all(directory), release["sha256"][:16])


def is_here(release, directory):
    return os.path.isdir(paths.at(folder(release, directory)))


def unpack(release, directory, timeout):
    """Fetches {archive, sha256} within `timeout` seconds, unless it is here, and returns its folder. It is there as a whole or not at all."""
    place = folder(release, directory)
    with locks.hold("archives-" + hashlib.sha256(directory.encode()).hexdigest()[:12], timeout):
        if not is_here(release, directory):
            os.makedirs(paths.at(_all(directory)), mode=0o755, exist_ok=True)
            _sweep(directory)
            _unpack(release, place, time.monotonic() + timeout)
        # The order in which they were used last, for `prune`.
        os.utime(paths.at(place))
    return place


def unpack_into(release, place, work, end):
    """Fetches {archive, sha256} before `end` (of time.monotonic) and unpacks it into `place`, an empty folder; `work` is one for the archive itself."""
    archive = os.path.join(work, "archive")
    _download(release, archive, end)
    try:
        _extract(archive, place)
    except (tarfile.TarError, EOFError, ValueError) as problem:
        raise Failure("release.archive: %s is no tar archive that can be read: %s" % (release["archive"], problem)) from None
    finally:
        os.unlink(archive)


def remove(release, directory):
    """Gone, if it was here; so is the folder of all releases once it is empty."""
    _drop(folder(release, directory))
    with contextlib.suppress(OSError):
        os.rmdir(paths.at(_all(directory)))


def prune(directory, keep, used):
    """Removes all but the `keep` that were used last; `used` are the sha256 sums of those that stay in any case."""
    place = paths.at(_all(directory))
    if not os.path.isdir(place):
        return
    names = [name for name in os.listdir(place) if not name.startswith(".")]
    newest = sorted(names, key=lambda name: os.stat(os.path.join(place, name)).st_mtime_ns)[-keep:] if keep else []
    for name in set(names) - set(newest) - {sha256[:16] for sha256 in used}:
        _drop("%s/%s" % (_all(directory), name))
    with contextlib.suppress(OSError):
        os.rmdir(place)


def _all(directory):
    return directory + "/releases"


def _sweep(directory):
    """What earlier calls left that were cut short."""
    for name in os.listdir(paths.at(_all(directory))):
        if name.startswith("."):
            shutil.rmtree(os.path.join(paths.at(_all(directory)), name), ignore_errors=True)


def _drop(place):
    # A name that nobody takes for a release first: half of one must never run.
    real = paths.at(place)
    hidden = _hidden(real)
    with contextlib.suppress(FileNotFoundError):
        os.rename(real, hidden)
    shutil.rmtree(hidden, ignore_errors=True)


def _hidden(real):
    return os.path.join(os.path.dirname(real), ".%s.%s" % (os.path.basename(real), secrets.token_hex(4)))


def _unpack(release, place, end):
    work = _hidden(paths.at(place))
    os.mkdir(work, 0o700)
    try:
        content = os.path.join(work, "content")
        os.mkdir(content, 0o755)
        os.chmod(content, 0o755)
        unpack_into(release, content, work, end)
        # After a power cut the name must not stand for files that the disk does not have yet.
        os.sync()
        os.rename(content, paths.at(place))
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _download(release, place, end):
    for pause in (*_PAUSES, None):
        say("downloading %s" % release["archive"])
        try:
            found = _fetch(release["archive"], place, end)
            break
        except _Again as problem:
            if pause is None or time.monotonic() + pause >= end:
                raise Failure(str(problem)) from None
            say("%s; trying again in %d s" % (problem, pause))
            time.sleep(pause)
    if found != release["sha256"]:
        raise Failure("release.sha256: %s is another file: its sum is %s, not %s" % (release["archive"], found, release["sha256"]))


def _fetch(url, place, end):
    """Writes what `url` answers to `place` and returns its sha256."""
    told = "release.archive: %s " % url
    found = hashlib.sha256()
    try:
        with _OPENER.open(url, timeout=max(1, min(30, end - time.monotonic()))) as answer, open(place, "wb") as file:
            while piece := answer.read(_PIECE):
                found.update(piece)
                file.write(piece)
                if time.monotonic() >= end:
                    raise Failure(told + "was not downloaded in time")
                if caller_gone():
                    raise CallerGone("the caller is gone")
            if answer.length:
                raise _Again(told + "ended %d bytes too early" % answer.length)
    except urllib.error.HTTPError as problem:
        with problem:
            raise (_Again if problem.code >= 500 else Failure)(told + "answered %d" % problem.code) from None
    except urllib.error.URLError as problem:
        if isinstance(problem.reason, ssl.SSLCertVerificationError):
            raise Failure(told + "has a certificate that this host does not trust: %s" % problem.reason.verify_message) from None
        raise _Again(told + "does not answer: %s" % problem.reason) from None
    except (TimeoutError, ConnectionError, http.client.HTTPException) as problem:
        raise _Again(told + "did not answer to the end: %s" % (problem or type(problem).__name__)) from None
    return found.hexdigest()


class _Redirects(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, req, fp, code, msg, headers, newurl):
        if urllib.parse.urlsplit(newurl).scheme != "https":
            raise Failure("release.archive: %s redirects to an address without https" % req.full_url)
        return super().redirect_request(req, fp, code, msg, headers, newurl)


class _Opener:
    """Made when it is needed: the certificates that this host trusts are read then."""

    @staticmethod
    def open(url, timeout):
        handlers = [urllib.request.HTTPSHandler(context=ssl.create_default_context()), _Redirects()]
        return urllib.request.build_opener(*handlers).open(url, timeout=timeout)


_OPENER = _Opener()


def _extract(archive, content):
    """Folders, files and links within; anything else, and any name that leads outside, is refused."""
    with tarfile.open(archive) as tar:
        for member in tar:
            parts = [part for part in member.name.split("/") if part not in ("", ".")]
            if member.name.startswith("/") or ".." in parts:
                raise ValueError("%s leads outside" % member.name)
            if not parts:
                continue
            place = _inside(content, parts)
            if member.isdir():
                _folder(place)
            elif member.isfile():
                _file(tar, member, place)
            elif member.issym():
                _link(member, place, len(parts) - 1)
            else:
                raise ValueError("%s is neither a folder, a file nor a symbolic link" % member.name)


def _inside(content, parts):
    """The place of a member, below real folders only: a link on the way could lead anywhere."""
    place = content
    for part in parts[:-1]:
        place = os.path.join(place, part)
        _folder(place)
    return os.path.join(place, parts[-1])


def _folder(place):
    if not os.path.lexists(place):
        os.mkdir(place)
        os.chmod(place, 0o755)
    elif not stat.S_ISDIR(os.lstat(place).st_mode):
        raise ValueError("%s is there twice" % os.path.basename(place))


def _file(tar, member, place):
    if os.path.lexists(place):
        raise ValueError("%s is there twice" % member.name)
    with open(os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600), "wb") as file:
        shutil.copyfileobj(tar.extractfile(member), file, _PIECE)
        os.fchmod(file.fileno(), 0o755 if member.mode & 0o100 else 0o644)


def _link(member, place, depth):
    """Only upwards first and then down, so that no other link on its way changes where it leads."""
    parts = member.linkname.split("/")
    up = next((index for index, part in enumerate(parts) if part != ".."), len(parts))
    if member.linkname.startswith("/") or up > depth or ".." in parts[up:]:
        raise ValueError("%s links to %s, which leads outside" % (member.name, member.linkname))
    if os.path.lexists(place):
        raise ValueError("%s is there twice" % member.name)
    os.symlink(member.linkname, place)
