"""The noun `user`: an account for services, with which nobody can log in."""

import pwd

import document
import locks
import runner
import store
from errors import Failure

SHAPE = {
    "user": document.string(r"(?!root$)[a-z_][a-z0-9_-]{0,30}", 'the name of an account other than root such as "shop"'),
    "home": document.path(),
}
KIND = "users"
# The highest free number would be 999, which redis, mongodb and postgres have in their images: to the kernel that is the same account.
_NUMBERS = ("--key", "SYS_UID_MAX=899", "--key", "SYS_GID_MAX=899")
_NO_LOGIN = ("/usr/sbin/nologin", "/sbin/nologin", "/bin/false", "/usr/bin/false")


def apply(wanted):
    """Makes the account, or takes one over that is as harmless; that one stays at `remove`."""
    user = wanted["user"]
    with locks.hold(locks.HOST):
        record = store.read(KIND, user) or {"made": False}
        found = _look(user)
        if not found:
            runner.run(["useradd", "--system", *_NUMBERS, "--user-group", "--no-create-home", "--home-dir", wanted["home"], "--shell", _NO_LOGIN[0], user])
            record["made"] = True
        elif found.pw_uid == 0 or found.pw_shell not in _NO_LOGIN:
            raise Failure("user %s: exists on this host and may log in (user number %d, shell %s). Choose another name, or change its shell to %s"
                          % (user, found.pw_uid, found.pw_shell or "/bin/sh", _NO_LOGIN[0]))
        store.write(KIND, user, {"owner": wanted["owner"], "made": record["made"]})
    return {"user": user}


def remove(wanted):
    """Removes the account if it is this owner's own and was made here."""
    user = wanted["user"]
    with locks.hold(locks.HOST):
        record = store.read(KIND, user)
        if not record or record["owner"] != wanted["owner"]:
            return {"user": user, "removed": False}
        if record["made"] and _look(user):
            runner.run(["userdel", user])
        store.remove(KIND, user)
    return {"user": user, "removed": record["made"]}


def _look(user):
    try:
        return pwd.getpwnam(user)
    except KeyError:
        return None
