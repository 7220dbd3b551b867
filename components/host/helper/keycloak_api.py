"""Keycloak's interface for administrators, over HTTP on the host itself."""

import http.client
import json
import urllib.error
import urllib.parse
import urllib.request

import inside
from errors import Failure

_TIMEOUT = 30
# The host's settings for the way to the internet have no say in how its own containers are reached.
_opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class Api:
    """One administrator's session. None of `secrets`, to which more may be added, is in a message."""

    def __init__(self, url, secrets):
        self.url, self.secrets = url, secrets
        self.token = None

    def another(self):
        """A session of somebody else with the same server."""
        return Api(self.url, self.secrets)

    def login(self, user, password):
        """Whether Keycloak knows the user by this password."""
        form = {"grant_type": "password", "client_id": "admin-cli", "username": user, "password": password}
        status, answer = self._form("/realms/master/protocol/openid-connect/token", form)
        if status in (400, 401):
            return False
        self.token = self._good("POST", "/realms/master/…/token", status, answer)["access_token"]
        return True

    def knows(self, realm, client, secret):
        """Whether a client comes in with this secret."""
        form = {"client_id": client, "client_secret": secret, "token": "none"}
        return self._form("/realms/%s/protocol/openid-connect/token/introspect" % realm, form)[0] == 200

    def get(self, path):
        """What is there, or None."""
        status, answer = self._send("GET", path)
        return None if status == 404 else self._good("GET", path, status, answer)

    def post(self, path, wanted):
        return self._good("POST", path, *self._send("POST", path, json.dumps(wanted).encode()))

    def put(self, path, wanted, token=None):
        """Writes what is there, with another token than the administrator's where one is given."""
        headers = {"Authorization": "Bearer " + token} if token else None
        self._good("PUT", path, *self._send("PUT", path, json.dumps(wanted).encode(), headers))

    def delete(self, path, wanted=None):
        self._good("DELETE", path, *self._send("DELETE", path, None if wanted is None else json.dumps(wanted).encode()))

    def _form(self, path, form):
        return self.another()._send("POST", path, urllib.parse.urlencode(form).encode(), {"Content-Type": "application/x-www-form-urlencoded"})

    def _good(self, method, path, status, answer):
        if not 200 <= status < 300:
            raise Failure("keycloak: %s %s%s was answered %d\n    %s" % (method, self.url, path, status, inside.hidden(answer.decode(errors="replace"), self.secrets)[:500]))
        return json.loads(answer) if answer.strip() else None

    def _send(self, method, path, body=None, headers=None):
        known = {"Content-Type": "application/json", **({"Authorization": "Bearer " + self.token} if self.token else {})}
        request = urllib.request.Request(self.url + path, body, {**known, **(headers or {})}, method=method)
        try:
            with _opener.open(request, timeout=_TIMEOUT) as answer:
                return answer.status, answer.read()
        except urllib.error.HTTPError as error:
            return error.code, error.read()
        except (OSError, http.client.HTTPException) as error:
            raise Failure("keycloak: %s does not answer: %s" % (self.url, getattr(error, "reason", error))) from None


def different(found, wanted):
    """What of `wanted` is another value in `found`."""
    return {key: value for key, value in wanted.items() if _ordered(found.get(key)) != _ordered(value)}


def _ordered(value):
    """Lists are sets here: Keycloak gives them back in an order of its own."""
    return sorted(value) if isinstance(value, list) and all(isinstance(one, str) for one in value) else value
