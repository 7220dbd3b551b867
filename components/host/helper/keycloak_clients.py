"""A client of a realm of Keycloak, and the two secrets that it has while those who use it change over.

The interface for administrators takes the second secret away with whatever it writes of a client (unless the feature client-secret-rotation
is on, a preview). The interface by which clients look after themselves leaves it.
"""

import time

import environment
import service_record
import store
from errors import Failure
from keycloak_api import different

_SECOND = "client.secret.rotated"
# The last second that Keycloak can count: the second secret ends when it is retired.
_NEVER = 2**31 - 1


def bring(api, realm, client, wanted, confirmed, retire):
    """
    (what was changed, the secrets by which it comes in). Unless `retire`, the one in use stays valid beside the wanted one.
    `confirmed` is the one that everybody used when the last rotation ended, or None.
    """
    clients, secret = "/admin/realms/%s/clients" % realm, wanted["secret"]
    found = next(iter(api.get("%s?clientId=%s" % (clients, client))), None)
    if found is None:
        api.post(clients, {"clientId": client, **wanted})
        return ["client %s of realm %s" % (client, realm)], [secret]
    place = "%s/%s" % (clients, found["id"])
    former, second = found.get("secret"), found.get("attributes", {}).get(_SECOND)
    api.secrets += [one for one in (former, second) if one]
    kept = None if retire else _in_use([confirmed, former, second], secret)
    settings = different(found, {key: value for key, value in wanted.items() if key != "secret"})
    if kept is None and former != secret:
        settings["secret"] = secret
    if settings:
        # All of it: what is left out of a client goes back to what Keycloak takes for it.
        api.put(place, {**found, **settings})
    both = kept is not None and (settings or (former, second) != (secret, kept))
    if both:
        _have_both(api, realm, client, place, secret, kept)
    ended = kept is None and second is not None and not settings
    if ended:
        api.delete("%s/client-secret/rotated" % place)
    return ["client %s of realm %s" % (client, realm)] if settings or both or ended else [], [one for one in (secret, kept) if one]


def _in_use(candidates, secret):
    """The secret besides `secret` that must stay valid: what serves on this host has it. Where nothing here has any of them, the first candidate."""
    former = [one for one in dict.fromkeys(candidates) if one and one != secret]
    held = _held()
    for values in held:
        if any(one in values for one in former):
            return next(one for one in former if one in values)
    return None if any(secret in values for values in held) else next(iter(former), None)


def _held():
    """The values of the secret variables of each instance that serves on this host: those that answer requests first."""
    live = [service_record.Record(service).live() for service in store.names(service_record.KIND)]
    instances = sorted((one for one in live if one), key=lambda one: "port" not in one["document"])
    return [environment.values(one["environment"]) for one in instances]


def _have_both(api, realm, client, place, secret, kept):
    _write(api, realm, client, place, secret, kept)
    if all(api.knows(realm, client, one) for one in (secret, kept)):
        return
    _write(api, realm, client, place, kept, secret)
    raise Failure("keycloak: client %s of realm %s does not come in with two secrets, so it has the one before. Keycloak 23 takes two" % (client, realm))


def _write(api, realm, client, place, secret, second):
    token = api.post("%s/registration-access-token" % place, {})["registrationAccessToken"]
    times = {_SECOND + ".creation.time": str(int(time.time())), _SECOND + ".expiration.time": str(_NEVER)}
    wanted = {"clientId": client, "secret": secret, "attributes": {_SECOND: second, **times}}
    api.put("/realms/%s/clients-registrations/default/%s" % (realm, client), wanted, token)
