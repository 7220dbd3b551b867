"""The noun `keycloak`: realms, their clients, and accounts in realm master, through Keycloak's own interface for administrators; only what differs is written."""

import json
import time

import keycloak_accounts
import keycloak_api
import keycloak_clients
import locks
import mark
import store
from document import array, boolean, fields, name, optional, string, table
from errors import Failure

KIND = "keycloak"
# Two failed logins within a second lock the user for a minute.
_PAUSE = 1.2


def _representation(value, path, problems):
    """What Keycloak calls so, as far as it is ours. It judges the keys itself."""
    if not isinstance(value, dict):
        problems.append("%s: must be an object" % path)


def _client(value, path, problems):
    _representation(value, path, problems)
    if isinstance(value, dict) and not (isinstance(value.get("secret"), str) and value["secret"]):
        problems.append("%s.secret: must be text" % path)


_ID = string(r"[A-Za-z0-9][A-Za-z0-9._-]*", "letters, digits, dots and hyphens")
# Keycloak keeps them in lower case.
_USER = string(r"[a-z0-9][a-z0-9._-]*", "lower-case letters, digits, dots and hyphens")

SHAPE = {
    "server": name(),
    # Of its database. Only so that the step runs again for another one.
    "volume": string(),
    "url": string(r"http://[0-9a-z.:\[\]-]+", 'an address such as "http://10.91.1.20:8080"'),
    "admin": fields({"user": _USER, "password": string(secret=True)}),
    "realms": table(_ID, _representation),
    "clients": table(_ID, table(_ID, _client)),
    # By the realm that they may administer.
    "accounts": table(_ID, table(_USER, fields({"password": string(secret=True), "roles": array(string(r"[a-z-]+", 'a role such as "manage-users"'), least=1)}))),
    # End what earlier rotations left valid: the second secret of a client, accounts that were made here and are not wanted any more.
    "retire": boolean(),
    # Only so that the step runs again after one that left others valid.
    "after": optional(string()),
}


def apply(document):
    """Looks, and writes what differs: the administrator's password, then realms, their clients, and accounts."""
    server, retire = document["server"], document["retire"]
    with locks.hold("keycloak-" + server):
        record = {"passwords": [], "clients": {}, "accounts": {}, **(store.read(KIND, server) or {}), "owner": document["owner"]}
        api, changed = _login(document, record)
        for realm, wanted in document["realms"].items():
            changed += _realm(api, realm, wanted)
        valid = {}
        for realm, clients in document["clients"].items():
            for client, wanted in clients.items():
                key = "%s/%s" % (realm, client)
                more, valid[key] = keycloak_clients.bring(api, realm, client, wanted, record["clients"].get(key), retire)
                changed += more
                if retire:
                    record["clients"][key] = wanted["secret"]
        for realm, accounts in document["accounts"].items():
            # Written down before: a call that is cut short leaves no account that nobody knows.
            record["accounts"][realm] = sorted({*record["accounts"].get(realm, []), *accounts})
            store.write(KIND, server, record)
            changed += keycloak_accounts.bring(api, realm, accounts)
            if retire:
                changed += keycloak_accounts.remove(api, [one for one in record["accounts"][realm] if one not in accounts])
                record["accounts"][realm] = sorted(accounts)
        store.write(KIND, server, record)
    good = json.dumps([valid, record["accounts"]], sort_keys=True).encode()
    return {"server": server, "changed": changed, "valid": mark.of(good, document["admin"]["password"])}


def _login(document, record):
    """(session, what was changed). The password that was good the last time comes first, so that no wrong one is tried without need."""
    server, user, password = document["server"], document["admin"]["user"], document["admin"]["password"]
    known = list(dict.fromkeys([*record["passwords"], password]))
    secrets = [*known, *record["clients"].values()]
    secrets += [client["secret"] for clients in document["clients"].values() for client in clients.values()]
    secrets += [account["password"] for accounts in document["accounts"].values() for account in accounts.values()]
    api = keycloak_api.Api(document["url"], secrets)
    record["passwords"] = known
    store.write(KIND, server, record)
    used = next((one for index, one in enumerate(known) if _tried(api, user, one, index)), None)
    if used is None:
        raise Failure("keycloak %s: %s can log in neither with the password of the stack nor with one that was set from here. Was its database made with another, or "
                      "set by hand? Then log in with that one and set the one in the container's /run/flowfleet/admin-password, in realm master. Or failed logins have "
                      "locked it: then it can in a quarter of an hour" % (server, user))
    if used != password:
        _set_password(api, user, password)
        if not api.login(user, password):
            raise Failure("keycloak %s: %s cannot log in with the new password, which Keycloak took all the same" % (server, user))
    record["passwords"] = [password]
    store.write(KIND, server, record)
    return api, ["password of %s" % user] if used != password else []


def _tried(api, user, password, earlier):
    if earlier:
        time.sleep(_PAUSE)
    return api.login(user, password)


def _set_password(api, user, password):
    found = keycloak_accounts.find(api, user)
    if not found:
        raise Failure("keycloak: has no user %s in realm master any more" % user)
    keycloak_accounts.set_password(api, found, password)


def _realm(api, realm, wanted):
    found = api.get("/admin/realms/%s" % realm)
    if found is None:
        api.post("/admin/realms", {"realm": realm, **wanted})
        return ["realm %s" % realm]
    different = keycloak_api.different(found, wanted)
    if different:
        api.put("/admin/realms/%s" % realm, different)
    return ["realm %s" % realm] if different else []
