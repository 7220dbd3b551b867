"""What cron does with programs by which a server was set up by hand: it goes on after they were taken over, so whoever wrote it is told."""

import glob
import os
import re

import ownership
import paths
from progress import say

_PLACES = ("/etc/crontab", "/etc/cron.d/*", "/etc/cron.hourly/*", "/etc/cron.daily/*", "/etc/cron.weekly/*", "/etc/cron.monthly/*", "/var/spool/cron/crontabs/*")


def tell(folders):
    """Names each line with Docker Compose, PM2 or one of the folders, and not what else is in it: that may be a secret."""
    words = re.compile("|".join([r"docker[- ]compose\b", r"\bpm2\b", *map(re.escape, folders)]))
    for path, number, line in _lines():
        found = None if line.lstrip().startswith("#") else words.search(line)
        if found:
            say("cron: %s, line %d, names %s. Nothing takes that over: take it out, or see that it may go on" % (path, number, found.group(0)))


def _lines():
    for pattern in _PLACES:
        for real in sorted(glob.glob(paths.at(pattern))):
            if os.path.isfile(real) and not ownership.is_ours(paths.shown(real)):
                with open(real, encoding="utf-8", errors="replace") as file:
                    yield from ((paths.shown(real), number, line) for number, line in enumerate(file, 1))
