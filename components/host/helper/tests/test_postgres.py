import re

from tests.containing import InContainers

import aside
import document
import postgres
import runner
import store
from errors import Failure

# What a PostgreSQL 15 kept of the password "pencil".
KEPT = "SCRAM-SHA-256$4096:R3SJdJFQe+uyMceLFE3irA==$zyi3aO6tQLHU9JSvKksl5kiIgt7NSF1iDKwgxfpxag0=:M/jPjVxaMPHiLchIcLTkHsbjBA21kHz3nZsQHnmi0b8="
WANTED = {"owner": "urn:a", "container": "flowra-keycloak-db", "volume": "keycloak_db_data", "superuser": "postgres", "database": {"name": "keycloak", "owner": "keycloak"},
          "roles": [{"name": "postgres", "password": "boss"}, {"name": "keycloak", "password": "pencil"}]}


class Postgres(InContainers):
    """A server with roles and databases, which takes statements of the forms that are used."""

    def setUp(self):
        super().setUp()
        self.roles, self.databases, self.error = {"postgres": ""}, {"postgres": "postgres"}, None

    def inside(self, container, argv, script):
        if self.error:
            return runner.Result(3, "", self.error)
        if "FROM pg_authid" in script:
            return "".join("%s\t%s\n" % pair for pair in self.roles.items())
        if "FROM pg_database" in script:
            return "".join("%s\n" % name for name in self.databases)
        for statement in script.splitlines():
            role = re.fullmatch(r"""(CREATE|ALTER) ROLE "([a-z-]+)" LOGIN PASSWORD '(SCRAM-SHA-256\$[^']+)';""", statement)
            database = re.fullmatch(r'CREATE DATABASE "([a-z-]+)" OWNER "([a-z-]+)";', statement)
            if role:
                self.assertEqual(role.group(1) == "ALTER", role.group(2) in self.roles)
                self.roles[role.group(2)] = role.group(3)
            else:
                self.databases[database.group(1)] = database.group(2)
        return ""

    def test_a_volume_of_before_has_an_administrator_of_another_name_who_makes_ours(self):
        store.write(aside.KIND, WANTED["container"], {"superuser": "keycloak", "served": False, "restart": "no", "networks": {}})
        self.roles, answer, told = {"keycloak": KEPT}, self.inside, []

        def inside(container, argv, script):
            if "--username=keycloak" not in argv:
                self.assertIn("postgres", self.roles)
                return answer(container, argv, script)
            told.append(script.strip())
            if script.startswith("SELECT"):
                return "1\n" if "postgres" in self.roles else ""
            self.roles["postgres"] = ""
            return ""
        self.inside = inside
        self.assertEqual(postgres.apply(WANTED)["changed"], ["administrator postgres", "role postgres", "database keycloak"])
        self.assertEqual(told, ["SELECT 1 FROM pg_roles WHERE rolname = 'postgres';",
                                'CREATE ROLE "postgres" LOGIN SUPERUSER CREATEDB CREATEROLE REPLICATION BYPASSRLS;'])
        self.assertEqual(postgres.apply(WANTED)["changed"], [])

    def test_makes_what_is_missing_and_then_nothing(self):
        self.assertEqual(postgres.apply(WANTED), {"container": "flowra-keycloak-db", "changed": ["role postgres", "role keycloak", "database keycloak"]})
        self.assertEqual(self.databases["keycloak"], "keycloak")
        self.assertTrue(postgres.matches("pencil", self.roles["keycloak"]))
        self.assertEqual(postgres.apply(WANTED)["changed"], [])

    def test_only_what_differs_is_set(self):
        self.roles = {"postgres": postgres.verifier("boss", b"salt"), "keycloak": KEPT}
        self.databases["keycloak"] = "keycloak"
        self.assertEqual(postgres.apply(WANTED)["changed"], [])
        rotated = {**WANTED, "roles": [WANTED["roles"][0], {"name": "keycloak", "password": "quill"}]}
        self.assertEqual(postgres.apply(rotated)["changed"], ["role keycloak"])
        self.assertTrue(postgres.matches("quill", self.roles["keycloak"]))

    def test_knows_what_the_server_keeps_of_a_password(self):
        self.assertTrue(postgres.matches("pencil", KEPT))
        self.assertFalse(postgres.matches("pencils", KEPT))
        self.assertFalse(postgres.matches("pencil", ""))
        self.assertFalse(postgres.matches("pencil", "md5a1b2c3"))

    def test_the_password_goes_nowhere(self):
        postgres.apply(WANTED)
        everything = self.argv() + "".join(script for _, script in self.calls)
        self.assertNotIn("pencil", everything)
        self.assertNotIn("boss", everything)

    def test_a_server_that_refuses(self):
        self.error = "psql: error: FATAL:  role \"pencil\" does not exist\n"
        with self.assertRaisesRegex(Failure, '(?s)container flowra-keycloak-db: psql did not do what it was told, exit status 3.*role "\\[REDACTED\\]" does not exist'):
            postgres.apply(WANTED)
        self.error = "Error response from daemon: No such container: flowra-keycloak-db"
        with self.assertRaisesRegex(Failure, "container flowra-keycloak-db: does not run on this host"):
            postgres.apply(WANTED)

    def test_the_document(self):
        shape = document.fields({"owner": document.string(), **postgres.SHAPE})
        document.checked(WANTED, shape)
        with self.assertRaisesRegex(Failure, r"roles\[0\].password: must be a password of printable ASCII signs, got a secret"):
            document.checked({**WANTED, "roles": [{"name": "a", "password": "käse"}]}, shape)
