"""Lists of apt that somebody else made, for a vendor whose repository we name ourselves."""

import glob
import os
import re
import urllib.parse

import ownership
import paths

_PLACES = ("/etc/apt/sources.list", "/etc/apt/sources.list.d/*.list", "/etc/apt/sources.list.d/*.sources")


def foreign(uri):
    """Files that name the same repository: with two keys for it apt reads no list at all."""
    return [path for path, uris in _lists() if _bare(uri) in map(_bare, uris)]


def of_vendor(uri):
    """Files with repositories of the same vendor and of nobody else."""
    return [path for path, uris in _lists() if {_host(one) for one in uris} == {_host(uri)}]


def _lists():
    """[(path, its repositories)] of all files that are not ours."""
    found = []
    for pattern in _PLACES:
        for real in sorted(glob.glob(paths.at(pattern))):
            if not ownership.is_ours(paths.shown(real)) and os.path.isfile(real):
                with open(real, encoding="utf-8", errors="replace") as file:
                    text = re.sub(r"^\s*#.*", "", file.read(), flags=re.M)
                # A word of a line `deb`, or of a field `URIs:`.
                found.append((paths.shown(real), re.findall(r"(?<=\s)https?://\S+", text)))
    return found


def _bare(uri):
    return re.sub(r"^https?://", "", uri).rstrip("/")


def _host(uri):
    return urllib.parse.urlsplit(uri).netloc
