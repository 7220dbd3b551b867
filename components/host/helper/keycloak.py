"""The noun `keycloak`: realms and their clients as wanted, through Keycloak's own interface for administrators; only what differs is written."""

import time

import inside
import keycloak_api
import locks
import store
from document import boolean, fields, name, string, table
from errors import Failure

KIND = "keycloak"
# Two failed logins within a second lock the user for a minute.
_PAUSE = 1.2


def _representation(value, path, problems):
    """What Keycloak calls so, as far as it is ours. It judges the keys itself."""
    if not isinstance(value, dict):
        problems.append("%s: must be an object" % path)


_ID = string(r"[A-Za-z0-9][A-Za-z0-9._-]*", "letters, digits, dots and hyphens")

SHAPE = {
    "server": name(),
    "url": string(r"http://[0-9a-z.:\[\]-]+", 'an address such as "http://10.91.1.20:8080"'),
    "admin": fields({"user": _ID, "password": string(secret=True)}),
    "realms": table(_ID, _representation),
    "clients": table(_ID, table(_ID, _representation)),
    # Leave the administrator's password and the secrets of clients as they are where there are any: who serves still uses them.
    "keepSecrets": boolean(),
}


def apply(document):
    """Looks, and writes what differs: the administrator's password, then realms, then clients."""
    server = document["server"]
    with locks.hold("keycloak-" + server):
        api, changed = _login(document)
        for realm, wanted in document["realms"].items():
            changed += _realm(api, realm, wanted)
        for realm, clients in document["clients"].items():
            for client, wanted in clients.items():
                changed += _client(api, realm, client, wanted, document["keepSecrets"])
    return {"server": server, "changed": changed}


def _login(document):
    """(session, what was changed): logs in with the wanted password, else with one that was set from here, which is then changed unless it is kept."""
    server, user, password = document["server"], document["admin"]["user"], document["admin"]["password"]
    record = store.read(KIND, server) or {"passwords": []}
    former = [one for one in record["passwords"] if one != password]
    secrets = [password, *former, *(client["secret"] for clients in document["clients"].values() for client in clients.values() if "secret" in client)]
    api = keycloak_api.Api(document["url"], lambda text: inside.hidden(text, secrets))
    store.write(KIND, server, {"owner": document["owner"], "passwords": [password, *former]})
    if api.login(user, password):
        rotated = False
    else:
        if not any(_later(api, user, one) for one in former):
            raise Failure("keycloak %s: %s can log in neither with the password of the stack nor with one that was set from here. Its database was made with "
                          "another: set that one as the stack's value, deploy, then rotate it" % (server, user))
        if document["keepSecrets"]:
            return api, []
        rotated = True
        _set_password(api, user, password)
        if not api.login(user, password):
            raise Failure("keycloak %s: %s cannot log in with the new password, which Keycloak took all the same" % (server, user))
    store.write(KIND, server, {"owner": document["owner"], "passwords": [password]})
    return api, ["password of %s" % user] if rotated else []


def _later(api, user, password):
    time.sleep(_PAUSE)
    return api.login(user, password)


def _set_password(api, user, password):
    found = api.get("/admin/realms/master/users?exact=true&username=%s" % user)
    if not found:
        raise Failure("keycloak: has no user %s in realm master any more" % user)
    api.put("/admin/realms/master/users/%s/reset-password" % found[0]["id"], {"type": "password", "value": password, "temporary": False})


def _realm(api, realm, wanted):
    found = api.get("/admin/realms/%s" % realm)
    if found is None:
        api.post("/admin/realms", {"realm": realm, **wanted})
        return ["realm %s" % realm]
    different = _different(found, wanted)
    if different:
        api.put("/admin/realms/%s" % realm, different)
    return ["realm %s" % realm] if different else []


def _client(api, realm, client, wanted, keep):
    clients = "/admin/realms/%s/clients" % realm
    found = api.get("%s?clientId=%s" % (clients, client))
    if not found:
        api.post(clients, {"clientId": client, **wanted})
        return ["client %s of realm %s" % (client, realm)]
    different = _different(found[0], {key: value for key, value in wanted.items() if not (keep and key == "secret")})
    if different:
        # All of it: what is left out of a client goes back to what Keycloak takes for it.
        api.put("%s/%s" % (clients, found[0]["id"]), {**found[0], **different})
    return ["client %s of realm %s" % (client, realm)] if different else []


def _different(found, wanted):
    return {key: value for key, value in wanted.items() if _ordered(found.get(key)) != _ordered(value)}


def _ordered(value):
    """Lists are sets here: Keycloak gives them back in an order of its own."""
    return sorted(value) if isinstance(value, list) and all(isinstance(one, str) for one in value) else value
