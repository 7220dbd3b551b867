"""Accounts in Keycloak's realm master that may administer one other realm: what an application logs in with that looks after users."""

from errors import Failure

_USERS = "/admin/realms/master/users"


def bring(api, realm, accounts):
    """Makes accounts ({name: {password, roles}}) and brings them up to date: what was changed."""
    if not accounts:
        return []
    # The roles in a realm are those of a client in realm master.
    client = api.get("/admin/realms/master/clients?clientId=%s-realm" % realm)[0]["id"]
    known = {role["name"]: role for role in api.get("/admin/realms/master/clients/%s/roles" % client)}
    return [line for name, wanted in accounts.items() for line in _account(api, realm, name, wanted, (client, known))]


def _account(api, realm, name, wanted, roles):
    client, known = roles
    unknown = [role for role in wanted["roles"] if role not in known]
    if unknown:
        raise Failure("keycloak: realm %s has no role %s; it has %s" % (realm, ", ".join(unknown), ", ".join(sorted(known))))
    found, changed = find(api, name), False
    if not found:
        api.post(_USERS, {"username": name, "enabled": True, "credentials": [_credential(wanted["password"])]})
        found, changed = find(api, name), True
    mapping = "%s/%s/role-mappings/clients/%s" % (_USERS, found["id"], client)
    has = [role["name"] for role in api.get(mapping)]
    more, less = [known[role] for role in wanted["roles"] if role not in has], [known[role] for role in has if role not in wanted["roles"]]
    if more:
        api.post(mapping, more)
    if less:
        api.delete(mapping, less)
    return ["account %s" % name] if _let_in(api, found, name, wanted["password"]) or changed or more or less else []


def _let_in(api, found, name, password):
    """Whether anything had to be done for the account to log in."""
    if found["enabled"] and api.another().login(name, password):
        return False
    if not found["enabled"]:
        api.put("%s/%s" % (_USERS, found["id"]), {**found, "enabled": True})
    set_password(api, found, password)
    # Failed logins may have locked it, that one above among them.
    api.delete("/admin/realms/master/attack-detection/brute-force/users/%s" % found["id"])
    if not api.another().login(name, password):
        raise Failure("keycloak: account %s of realm master cannot log in with the password that it was given" % name)
    return True


def remove(api, names):
    """Removes accounts that are there: what was changed."""
    found = [user for user in (find(api, name) for name in names) if user]
    for user in found:
        api.delete("%s/%s" % (_USERS, user["id"]))
    return ["account %s" % user["username"] for user in found]


def find(api, name):
    """The user of realm master, or None."""
    return next(iter(api.get("%s?exact=true&username=%s" % (_USERS, name))), None)


def set_password(api, user, password):
    api.put("%s/%s/reset-password" % (_USERS, user["id"]), _credential(password))


def _credential(password):
    return {"type": "password", "value": password, "temporary": False}
