import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import parse_qs, urlsplit

from tests import OnHost

import document
import keycloak
import store
from errors import Failure

CLIENT = {"enabled": True, "secret": "s3cret", "redirectUris": ["https://a/*", "https://b/*"]}


class Keycloak(OnHost):
    """A server that answers as Keycloak's interface for administrators does."""

    def setUp(self):
        super().setUp()
        self._patch(keycloak, "_PAUSE", 0)
        self.password, self.writes, self.refuses = "first", [], None
        self.realms = {"master": {"realm": "master", "enabled": True, "displayName": "theirs"}}
        self.clients = {}
        server = HTTPServer(("127.0.0.1", 0), _handler(self))
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        self.addCleanup(server.server_close)
        self.addCleanup(thread.join)
        self.addCleanup(server.shutdown)
        self.url = "http://127.0.0.1:%d" % server.server_port

    def wanted(self, password="first", **more):
        return {"owner": "urn:a", "server": "flowra-keycloak", "url": self.url, "admin": {"user": "admin", "password": password},
                "realms": {"master": {"enabled": True}, "flowra": {"enabled": True, "eventsEnabled": True}}, "clients": {"flowra": {"backend": CLIENT}},
                "keepSecrets": False, **more}

    def answer(self, method, path, query, body, token):
        """(status, answer) of one request."""
        if path == "/realms/master/protocol/openid-connect/token":
            good = parse_qs(body).get("password") == [self.password]
            return (200, {"access_token": "of " + self.password}) if good else (401, {"error": "invalid_grant"})
        if token != "Bearer of " + self.password:
            return 401, {}
        sent = json.loads(body) if body else None
        if method != "GET":
            self.writes.append("%s %s" % (method, path))
            if self.refuses:
                return self.refuses
        return self.resource(method, path.split("/")[2:], query, sent)

    def resource(self, method, words, query, sent):
        if words == ["realms"]:
            self.realms[sent["realm"]], self.clients[sent["realm"]] = sent, []
            return 201, None
        realm, rest = words[1], words[2:]
        if realm not in self.realms:
            return 404, {"error": "Realm not found."}
        if rest[:1] == ["users"]:
            return self.users(method, rest, sent)
        if rest[:1] == ["clients"]:
            return self.client(method, realm, rest, query, sent)
        if method == "PUT":
            self.realms[realm].update(sent)
        return 200, self.realms[realm]

    def users(self, method, rest, sent):
        if method == "GET":
            return 200, [{"id": "u1", "username": "admin"}]
        self.password = sent["value"]
        return 204, None

    def client(self, method, realm, rest, query, sent):
        known = self.clients[realm]
        if method == "GET":
            return 200, [one for one in known if one["clientId"] == query["clientId"][0]]
        if method == "POST":
            known.append({**sent, "id": "c%d" % len(known), "redirectUris": sent["redirectUris"][::-1]})
            return 201, None
        known[0] = sent
        return 204, None

    def test_makes_what_is_missing_and_then_nothing(self):
        self.assertEqual(keycloak.apply(self.wanted()), {"server": "flowra-keycloak", "changed": ["realm flowra", "client backend of realm flowra"]})
        self.assertEqual(self.writes, ["POST /admin/realms", "POST /admin/realms/flowra/clients"])
        self.assertEqual(keycloak.apply(self.wanted())["changed"], [])
        self.assertEqual(len(self.writes), 2)

    def test_writes_only_what_differs_and_leaves_the_rest(self):
        keycloak.apply(self.wanted())
        self.realms["flowra"].update(eventsEnabled=False, displayName="theirs")
        self.clients["flowra"][0]["description"] = "theirs"
        changed = keycloak.apply(self.wanted(clients={"flowra": {"backend": {**CLIENT, "secret": "another"}}}))["changed"]
        self.assertEqual(changed, ["realm flowra", "client backend of realm flowra"])
        self.assertEqual(self.realms["flowra"], {"realm": "flowra", "enabled": True, "eventsEnabled": True, "displayName": "theirs"})
        self.assertEqual({key: self.clients["flowra"][0][key] for key in ("secret", "description")}, {"secret": "another", "description": "theirs"})

    def test_another_password_of_the_administrator(self):
        keycloak.apply(self.wanted())
        self.assertEqual(keycloak.apply(self.wanted("second"))["changed"], ["password of admin"])
        self.assertEqual(self.password, "second")
        self.assertEqual(store.read("keycloak", "flowra-keycloak"), {"owner": "urn:a", "passwords": ["second"]})

    def test_secrets_in_use_are_kept_until_they_are_retired(self):
        keycloak.apply(self.wanted())
        another = {"flowra": {"backend": {**CLIENT, "secret": "another", "enabled": False}, "new": {**CLIENT, "secret": "fresh"}}}
        changed = keycloak.apply(self.wanted("second", clients=another, keepSecrets=True))["changed"]
        self.assertEqual(changed, ["client backend of realm flowra", "client new of realm flowra"])
        self.assertEqual((self.password, [(one["secret"], one["enabled"]) for one in self.clients["flowra"]]), ("first", [("s3cret", False), ("fresh", True)]))
        # A failed release, and the word taken back: another value again.
        self.assertEqual(keycloak.apply(self.wanted("third", clients=another, keepSecrets=True))["changed"], [])
        self.assertEqual(self.password, "first")
        self.assertEqual(keycloak.apply(self.wanted("third", clients=another))["changed"], ["password of admin", "client backend of realm flowra"])
        self.assertEqual((self.password, self.clients["flowra"][0]["secret"]), ("third", "another"))

    def test_a_password_that_nobody_knows(self):
        self.password = "by hand"
        with self.assertRaisesRegex(Failure, "keycloak flowra-keycloak: admin can log in neither with the password of the stack nor with one that was set from here"):
            keycloak.apply(self.wanted())
        self.assertEqual(self.writes, [])

    def test_a_refusal_is_told_without_secrets(self):
        self.refuses = (400, {"errorMessage": "first s3cret is no secret"})
        with self.assertRaises(Failure) as caught:
            keycloak.apply(self.wanted())
        self.assertEqual(str(caught.exception), (
            'keycloak: POST %s/admin/realms was answered 400\n    {"errorMessage": "[REDACTED] [REDACTED] is no secret"}') % self.url)

    def test_one_that_does_not_answer(self):
        with self.assertRaisesRegex(Failure, "keycloak: http://127.0.0.1:1 does not answer: .*refused"):
            keycloak.apply(self.wanted(url="http://127.0.0.1:1"))

    def test_the_document(self):
        shape = document.fields({"owner": document.string(), **keycloak.SHAPE})
        document.checked(self.wanted(), shape)
        with self.assertRaisesRegex(Failure, "realms.flowra: must be an object"):
            document.checked(self.wanted(realms={"flowra": True}), shape)


def _handler(test):
    class Handler(BaseHTTPRequestHandler):
        def serve(self):
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
            parts = urlsplit(self.path)
            status, answer = test.answer(self.command, parts.path, parse_qs(parts.query), body, self.headers.get("Authorization"))
            self.send_response(status)
            self.end_headers()
            self.wfile.write(b"" if answer is None else json.dumps(answer).encode())

        do_GET = do_POST = do_PUT = serve

        def log_message(self, *_):
            pass
    return Handler
