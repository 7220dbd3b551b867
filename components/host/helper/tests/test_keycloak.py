import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import parse_qs, urlsplit

from tests import OnHost

import document
import environment
import keycloak
import store
from errors import Failure

CLIENT = {"enabled": True, "secret": "s3cret", "redirectUris": ["https://a/*", "https://b/*"]}
ROLES = ["manage-realm", "manage-users", "view-users"]
FLOWRA = {"flowra-first-1": {"password": "account-word", "roles": ["manage-users", "view-users"]}}
BOTH = {"client.secret.rotated", "client.secret.rotated.creation.time", "client.secret.rotated.expiration.time"}


class Keycloak(OnHost):
    """A server that answers as Keycloak's interfaces do: for administrators, for clients that look after themselves, and for logins."""

    def setUp(self):
        super().setUp()
        self._patch(keycloak, "_PAUSE", 0)
        self.writes, self.refuses, self.logins, self.two = [], None, [], True
        self.realms = {"master": {"realm": "master", "enabled": True, "displayName": "theirs"}}
        self.clients = {}
        self.accounts = {"u0": {"id": "u0", "username": "admin", "enabled": True, "password": "first", "roles": []}}
        server = HTTPServer(("127.0.0.1", 0), _handler(self))
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        self.addCleanup(server.server_close)
        self.addCleanup(thread.join)
        self.addCleanup(server.shutdown)
        self.url = "http://127.0.0.1:%d" % server.server_port

    @property
    def password(self):
        return self.accounts["u0"]["password"]

    def wanted(self, password="first", secret="s3cret", **more):
        return {"owner": "urn:a", "server": "flowra-keycloak", "volume": "pg", "url": self.url, "admin": {"user": "admin", "password": password},
                "realms": {"master": {"enabled": True}, "flowra": {"enabled": True, "eventsEnabled": True}},
                "clients": {"flowra": {"backend": {**CLIENT, "secret": secret}}}, "accounts": {}, "retire": False, **more}

    def applied(self, *about, **more):
        """What was changed."""
        return keycloak.apply(self.wanted(*about, **more))["changed"]

    def serving(self, service, secret, **document):
        """Has a service of this host serve with a secret."""
        place = "%s/%s.env" % (environment.FOLDER, service)
        self.put(place, "A='b'\nFLOWRA_KEYCLOAK_CLIENT_SECRET='%s'\n" % secret)
        instance = {"document": document, "id": "1", "address": None, "user": None, "environment": place, "compose": None}
        store.write("services", service, {"serving": instance})

    def good(self):
        """The secrets by which the client comes in."""
        return [secret for secret in ("s3cret", "second", "third") if self.knows({"client_id": "backend", "client_secret": secret})]

    def knows(self, form):
        client = self.clients["flowra"][0]
        second = [client.get("attributes", {}).get("client.secret.rotated")] if self.two and BOTH.issubset(client.get("attributes", {})) else []
        return form["client_id"] == "backend" and form["client_secret"] in [client["secret"], *second]

    def answer(self, method, path, query, body, token):
        """(status, answer) of one request."""
        if path.startswith("/realms/"):
            return self.outside(method, path, body, token)
        if token != "Bearer of admin":
            return 401, {}
        sent = json.loads(body) if body else None
        if method != "GET":
            self.writes.append("%s %s" % (method, path))
            if self.refuses:
                return self.refuses
        return self.resource(method, path.split("/")[2:], query, sent)

    def outside(self, method, path, body, token):
        if path == "/realms/flowra/clients-registrations/default/backend":
            self.writes.append("%s %s" % (method, path))
            client, sent = self.clients["flowra"][0], json.loads(body)
            if token != "Bearer of backend":
                return 401, {}
            client["attributes"] = {**client.get("attributes", {}), **sent.pop("attributes")}
            client.update(sent)
            return 200, client
        form = {key: value[0] for key, value in parse_qs(body).items()}
        if path.endswith("/introspect"):
            return (200, {"active": False}) if token is None and self.knows(form) else (401, {})
        self.logins.append((form["username"], form["password"]))
        found = [one for one in self.accounts.values() if one["enabled"] and (one["username"], one["password"]) == self.logins[-1]]
        return (200, {"access_token": "of " + found[0]["username"]}) if found else (401, {"error": "invalid_grant"})

    def resource(self, method, words, query, sent):
        if words == ["realms"]:
            self.realms[sent["realm"]], self.clients[sent["realm"]] = sent, []
            return 201, None
        realm, rest = words[1], words[2:]
        if realm not in self.realms:
            return 404, {"error": "Realm not found."}
        if rest:
            return getattr(self, "_%s_of_%s" % (rest[0].replace("-", "_"), "master" if realm == "master" else "flowra"))(method, rest[1:], query, sent)
        if method == "PUT":
            self.realms[realm].update(sent)
        return 200, self.realms[realm]

    def _attack_detection_of_master(self, *_):
        return 204, None

    def _clients_of_master(self, method, rest, query, sent):
        return 200, [{"id": "of " + role, "name": role} for role in ROLES] if rest else [{"id": "r1"}]

    def _users_of_master(self, method, rest, query, sent):
        if not rest and method == "GET":
            return 200, [{key: one[key] for key in ("id", "username", "enabled")} for one in self.accounts.values() if one["username"] == query["username"][0]]
        if not rest:
            key = "u%d" % len(self.accounts)
            self.accounts[key] = {"id": key, **{one: sent[one] for one in ("username", "enabled")}, "password": sent["credentials"][0]["value"], "roles": []}
            return 201, None
        account = self.accounts[rest[0]]
        if rest[1:2] == ["role-mappings"]:
            if method == "POST":
                account["roles"] += [role["name"] for role in sent]
            if method == "DELETE":
                account["roles"] = [role for role in account["roles"] if role not in [one["name"] for one in sent]]
            return 200, [{"name": role} for role in account["roles"]]
        if method == "DELETE":
            del self.accounts[rest[0]]
        elif rest[1:] == ["reset-password"]:
            account["password"] = sent["value"]
        else:
            account["enabled"] = sent["enabled"]
        return 204, None

    def _clients_of_flowra(self, method, rest, query, sent):
        known = self.clients["flowra"]
        if method == "GET":
            return 200, [one for one in known if one["clientId"] == query["clientId"][0]]
        if rest[1:] == ["registration-access-token"]:
            return 200, {"registrationAccessToken": "of backend"}
        if method == "POST":
            known.append({**sent, "id": "c%d" % len(known), "redirectUris": sent["redirectUris"][::-1]})
            return 201, None
        # Whatever administrators write of a client takes its second secret away.
        known[0] = {**(sent or known[0]), "attributes": {key: value for key, value in (sent or known[0]).get("attributes", {}).items() if key not in BOTH}}
        return 204, None

    def test_makes_what_is_missing_and_then_nothing(self):
        result = keycloak.apply(self.wanted())
        self.assertEqual((result["server"], result["changed"]), ("flowra-keycloak", ["realm flowra", "client backend of realm flowra"]))
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
        self.logins.clear()
        self.assertEqual(self.applied("second"), ["password of admin"])
        self.assertEqual(self.password, "second")
        self.assertEqual(self.logins, [("admin", "first"), ("admin", "second")])
        self.assertEqual(store.read("keycloak", "flowra-keycloak"), {"owner": "urn:a", "passwords": ["second"], "clients": {}, "accounts": {}})
        self.assertEqual(self.applied("second"), [])

    def test_a_call_that_was_cut_short_after_it_had_set_the_password(self):
        store.write("keycloak", "flowra-keycloak", {"owner": "urn:a", "passwords": ["first", "second"]})
        self.accounts["u0"]["password"] = "second"
        self.assertEqual(self.applied("third"), ["password of admin", "realm flowra", "client backend of realm flowra"])
        self.assertEqual(self.password, "third")

    def test_the_secret_in_use_is_good_beside_the_new_one_until_it_is_retired(self):
        keycloak.apply(self.wanted())
        keycloak.apply(self.wanted(retire=True))
        self.assertEqual(store.read("keycloak", "flowra-keycloak")["clients"], {"flowra/backend": "s3cret"})
        self.serving("flowra-api", "s3cret", port=8080)
        self.writes.clear()
        self.assertEqual(self.applied(secret="second"), ["client backend of realm flowra"])
        self.assertEqual(self.writes, ["POST /admin/realms/flowra/clients/c0/registration-access-token", "PUT /realms/flowra/clients-registrations/default/backend"])
        self.assertEqual(self.good(), ["s3cret", "second"])
        self.assertEqual(self.clients["flowra"][0]["attributes"]["client.secret.rotated.expiration.time"], "2147483647")
        self.assertEqual(self.applied(secret="second"), [])
        self.serving("flowra-api", "second", port=8080)
        self.assertEqual(self.applied(secret="second", retire=True), ["client backend of realm flowra"])
        self.assertEqual(self.good(), ["second"])
        self.assertEqual(store.read("keycloak", "flowra-keycloak")["clients"], {"flowra/backend": "second"})
        self.assertEqual(self.applied(secret="second", retire=True), [])

    def test_after_a_release_that_failed_the_secret_of_what_serves_is_kept(self):
        keycloak.apply(self.wanted(retire=True))
        self.serving("flowra-api", "s3cret", port=8080)
        keycloak.apply(self.wanted(secret="second"))
        for served, good in (("s3cret", ["s3cret", "third"]), ("second", ["second", "third"])):
            with self.subTest(served):
                self.serving("a-worker", "s3cret")
                self.serving("flowra-api", served, port=8080)
                keycloak.apply(self.wanted(secret="third"))
                self.assertEqual(self.good(), good)
                keycloak.apply(self.wanted(secret="second"))

    def test_the_earlier_secret_put_back(self):
        keycloak.apply(self.wanted(retire=True))
        self.serving("flowra-api", "second", port=8080)
        self.serving("flowra-worker", "s3cret")
        keycloak.apply(self.wanted(secret="second"))
        keycloak.apply(self.wanted())
        self.assertEqual((self.good(), self.clients["flowra"][0]["secret"]), (["s3cret", "second"], "s3cret"))

    def test_a_rotation_that_was_taken_back_leaves_another_mark_until_it_is_retired(self):
        marks = [keycloak.apply(self.wanted(secret=secret, accounts={"flowra": accounts}, retire=retire))["valid"] for secret, accounts, retire in (
            ("s3cret", FLOWRA, False), ("s3cret", FLOWRA, True), ("second", FLOWRA, False), ("s3cret", FLOWRA, False), ("s3cret", FLOWRA, True))]
        self.assertRegex(marks[0], r"^[0-9a-f]{12}$")
        self.assertEqual([mark == marks[1] for mark in marks], [True, True, False, False, True])

    def test_who_uses_the_client_elsewhere_keeps_the_secret_of_the_last_rotation(self):
        keycloak.apply(self.wanted(retire=True))
        keycloak.apply(self.wanted(secret="second"))
        keycloak.apply(self.wanted(secret="third"))
        self.assertEqual(self.good(), ["s3cret", "third"])

    def test_a_secret_that_was_changed_by_hand_ends(self):
        keycloak.apply(self.wanted(retire=True))
        self.serving("flowra-api", "s3cret", port=8080)
        self.clients["flowra"][0]["secret"] = "second"
        self.assertEqual(self.applied(), ["client backend of realm flowra"])
        self.assertEqual(self.good(), ["s3cret"])

    def test_other_settings_leave_both_secrets(self):
        keycloak.apply(self.wanted(retire=True))
        keycloak.apply(self.wanted(secret="second"))
        another = {"flowra": {"backend": {**CLIENT, "secret": "second", "enabled": False}}}
        self.assertEqual(self.applied(clients=another), ["client backend of realm flowra"])
        self.assertEqual((self.good(), self.clients["flowra"][0]["enabled"]), (["s3cret", "second"], False))

    def test_a_keycloak_that_takes_one_secret_alone_keeps_the_one_in_use(self):
        keycloak.apply(self.wanted(retire=True))
        self.two = False
        with self.assertRaisesRegex(Failure, "client backend of realm flowra does not come in with two secrets, so it has the one before. Keycloak 23 takes two"):
            keycloak.apply(self.wanted(secret="second"))
        self.assertEqual(self.good(), ["s3cret"])

    def test_accounts_that_administer_a_realm(self):
        changed = self.applied(accounts={"flowra": FLOWRA})
        self.assertEqual(changed, ["realm flowra", "client backend of realm flowra", "account flowra-first-1"])
        self.assertEqual(self.accounts["u1"], {"id": "u1", "username": "flowra-first-1", "enabled": True, "password": "account-word", "roles": ["manage-users", "view-users"]})
        self.writes.clear()
        self.assertEqual(self.applied(accounts={"flowra": FLOWRA}), [])
        self.assertEqual(self.writes, [])

    def test_what_was_done_to_an_account_by_hand_is_undone(self):
        keycloak.apply(self.wanted(accounts={"flowra": FLOWRA}))
        for by_hand in ({"password": "other"}, {"enabled": False}, {"roles": ["manage-realm", "view-users"]}):
            with self.subTest(by_hand):
                self.accounts["u1"].update(by_hand)
                self.assertEqual(self.applied(accounts={"flowra": FLOWRA}), ["account flowra-first-1"])
                account = {**self.accounts["u1"], "roles": sorted(self.accounts["u1"]["roles"])}
                self.assertEqual(account, {"id": "u1", "username": "flowra-first-1", "enabled": True, "password": "account-word", "roles": ["manage-users", "view-users"]})

    def test_accounts_of_earlier_rotations_go_when_they_are_retired_and_nobody_elses(self):
        self.accounts["u9"] = {**self.accounts["u0"], "id": "u9", "username": "flowra-theirs"}
        keycloak.apply(self.wanted(accounts={"flowra": FLOWRA}))
        second = {"flowra": {"flowra-second-2": {"password": "another", "roles": ["manage-users"]}}}
        self.assertEqual(self.applied(accounts=second), ["account flowra-second-2"])
        self.assertEqual([one["username"] for one in self.accounts.values()], ["admin", "flowra-theirs", "flowra-first-1", "flowra-second-2"])
        self.assertEqual(self.applied(accounts=second, retire=True), ["account flowra-first-1"])
        self.assertEqual([one["username"] for one in self.accounts.values()], ["admin", "flowra-theirs", "flowra-second-2"])
        self.assertEqual(store.read("keycloak", "flowra-keycloak")["accounts"], {"flowra": ["flowra-second-2"]})

    def test_a_role_that_is_none(self):
        with self.assertRaisesRegex(Failure, "realm flowra has no role manage-user; it has manage-realm, manage-users, view-users"):
            keycloak.apply(self.wanted(accounts={"flowra": {"flowra-first-1": {"password": "p", "roles": ["manage-user"]}}}))

    def test_a_password_that_nobody_knows(self):
        self.accounts["u0"]["password"] = "by hand"
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
        with self.assertRaisesRegex(Failure, "clients.flowra.backend.secret: must be text"):
            document.checked(self.wanted(clients={"flowra": {"backend": {}}}), shape)
        with self.assertRaisesRegex(Failure, "lower-case letters"):
            document.checked(self.wanted(accounts={"flowra": {"Flowra": FLOWRA["flowra-first-1"]}}), shape)


def _handler(test):
    class Handler(BaseHTTPRequestHandler):
        def serve(self):
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
            parts = urlsplit(self.path)
            status, answer = test.answer(self.command, parts.path, parse_qs(parts.query), body, self.headers.get("Authorization"))
            self.send_response(status)
            self.end_headers()
            self.wfile.write(b"" if answer is None else json.dumps(answer).encode())

        do_GET = do_POST = do_PUT = do_DELETE = serve

        def log_message(self, *_):
            pass
    return Handler
