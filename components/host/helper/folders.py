"""Folders of the host that containers write to and that stay."""

import os
import stat

import paths
from errors import Failure


def keep(path, uid, gid):
    """Makes a folder that is missing, for this account alone. One that is there keeps whom it belongs to; a link is none."""
    place = paths.at(path)
    try:
        found = os.lstat(place)
    except FileNotFoundError:
        os.makedirs(os.path.dirname(place), mode=0o755, exist_ok=True)
        os.mkdir(place, 0o700)
        os.chown(place, uid, gid)
        return
    if not stat.S_ISDIR(found.st_mode):
        raise Failure("%s: is no folder, and a container is to keep its files in it" % path)
