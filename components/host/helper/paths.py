"""Where things are on the host. Tests set ROOT to a folder of their own; it is never taken from outside."""

ROOT = ""

PROGRAM = "/usr/local/lib/flowfleet"
HELPER = PROGRAM + "/helper"
STATE = "/var/lib/flowfleet"
LOCKS = "/run/flowfleet/locks"
CERTIFICATES = "/etc/flowfleet/certificates"
ACME_WEBROOT = STATE + "/acme"


def at(path):
    """The real place of a path of the host."""
    return ROOT + path if ROOT else path


def shown(place):
    """The path of the host for a real place: the inverse of `at`."""
    return place[len(ROOT):] if ROOT and place.startswith(ROOT) else place
