"""Keycloak's interface for administrators, over HTTP on the host itself."""

import http.client
import json
import urllib.error
import urllib.parse
import urllib.request

from errors import Failure

_TIMEOUT = 30
# The host's settings for the way to the internet have no say in how its own containers are reached.
_opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class Api:
    """One administrator's session. `hide` takes the secrets out of a text."""

    def __init__(self, url, hide):
        self.url, self.hide = url, hide
        self.token = None

    def login(self, user, password):
        """Whether Keycloak knows the user by this password."""
        form = {"grant_type": "password", "client_id": "admin-cli", "username": user, "password": password}
        status, answer = self._send("POST", "/realms/master/protocol/openid-connect/token", urllib.parse.urlencode(form).encode(),
                                    {"Content-Type": "application/x-www-form-urlencoded"})
        if status in (400, 401):
            return False
        self.token = self._good("POST", "/realms/master/…/token", status, answer)["access_token"]
        return True

    def get(self, path):
        """What is there, or None."""
        status, answer = self._send("GET", path)
        return None if status == 404 else self._good("GET", path, status, answer)

    def post(self, path, wanted):
        self._good("POST", path, *self._send("POST", path, json.dumps(wanted).encode()))

    def put(self, path, wanted):
        self._good("PUT", path, *self._send("PUT", path, json.dumps(wanted).encode()))

    def _good(self, method, path, status, answer):
        if not 200 <= status < 300:
            raise Failure("keycloak: %s %s%s was answered %d\n    %s" % (method, self.url, path, status, self.hide(answer.decode(errors="replace"))[:500]))
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
