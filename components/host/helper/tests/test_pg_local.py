import os
import re

from tests import OnHost

import document
import pg_local
import postgres
import runner
import store
from errors import Failure, Refused

FILE = "/etc/flowfleet/secrets/app"
WANTED = {"owner": "urn:a", "role": "app_40227", "database": "app_40227", "passwordFile": FILE}


class Local(OnHost):
    """A server with roles and databases, which takes statements of the forms that are used."""

    def setUp(self):
        super().setUp()
        self.roles, self.databases, self.superusers, self.refusal = {}, {"postgres": "postgres"}, set(), None
        self.scripts = []
        self._patch(runner, "run", self._answered)
        self.put(FILE, "pencil\n", 0o600)

    def _answered(self, argv, input=None, timeout=60, check=True, env=None):
        self.assertEqual((argv[:5], env, check), (["runuser", "-u", "postgres", "--", "psql"], {"HOME": "/nonexistent"}, False))
        self.assertNotIn("pencil", " ".join(argv))
        self.scripts.append(input)
        if self.refusal:
            return runner.Result(2, "", self.refusal)
        return runner.Result(0, "".join(map(self._statement, input.splitlines())))

    def _statement(self, text):
        asked = re.search(r"(?:rolname|datname) = '(\w+)';$", text)
        if asked and "pg_authid" in text:
            name = asked.group(1)
            return "%s\t%s\n" % ("true" if name in self.superusers else "false", self.roles[name]) if name in self.roles else ""
        if asked:
            return self.databases.get(asked.group(1), "") + "\n" * (asked.group(1) in self.databases)
        role = re.fullmatch(r"""(CREATE|ALTER) ROLE "(\w+)" (LOGIN )?PASSWORD '(SCRAM-SHA-256\$[^']+)';""", text)
        made = re.fullmatch(r'CREATE DATABASE "(\w+)" OWNER "(\w+)";', text)
        if role:
            self.assertEqual(role.group(1) == "ALTER", role.group(2) in self.roles)
            self.roles[role.group(2)] = role.group(4)
        elif made:
            self.databases[made.group(1)] = made.group(2)
        else:
            self.assertEqual(text, 'REVOKE ALL ON DATABASE "app_40227" FROM PUBLIC;')
        return ""

    def fails(self, **more):
        with self.assertRaises(Failure) as caught:
            pg_local.apply({**WANTED, **more})
        return str(caught.exception)

    def test_makes_what_is_missing_and_then_nothing(self):
        self.assertEqual(pg_local.apply(WANTED).result, {"role": "app_40227", "database": "app_40227", "changed": ["role app_40227", "database app_40227"]})
        self.assertEqual(self.databases["app_40227"], "app_40227")
        self.assertTrue(postgres.matches("pencil", self.roles["app_40227"]))
        self.assertEqual(pg_local.apply(WANTED).result["changed"], [])

    def test_the_password_goes_nowhere(self):
        pg_local.apply(WANTED)
        self.assertNotIn("pencil", "".join(self.scripts) + self.text("/var/lib/flowfleet/postgres-local/app_40227.json"))

    def test_another_password_and_back_when_nobody_reads_the_result(self):
        pg_local.apply(WANTED)
        self.put(FILE, "quill", 0o400)
        outcome = pg_local.apply({**WANTED, "revision": "2"})
        self.assertEqual(outcome.result["changed"], ["role app_40227"])
        self.assertTrue(postgres.matches("quill", self.roles["app_40227"]))
        outcome.undo()
        self.assertTrue(postgres.matches("pencil", self.roles["app_40227"]))

    def test_what_was_there_is_taken_over_if_it_is_the_same(self):
        self.roles["app_40227"], self.databases["app_40227"] = postgres.verifier("pencil", b"salt"), "app_40227"
        self.assertEqual(pg_local.apply(WANTED).result["changed"], [])

    def test_and_refused_if_not(self):
        self.roles["app_40227"] = postgres.verifier("other", b"salt")
        self.assertIn("role: app_40227 exists in this host's PostgreSQL, was not made by Flowfleet and has another password", self.fails())
        self.superusers.add("app_40227")
        self.assertIn("role: app_40227 may do everything", self.fails())
        self.roles, self.databases["app_40227"] = {}, "else"
        self.assertRegex(self.fails(), r'^database: app_40227 exists and belongs to the role else, not app_40227\. .* ALTER DATABASE "app_40227" OWNER TO "app_40227", ')
        self.assertEqual((self.roles, store.names("postgres-local")), ({}, []))

    def test_one_role_has_one_database(self):
        pg_local.apply(WANTED)
        self.assertEqual(self.fails(database="app_2"), "database: the role app_40227 has the database app_40227 here; another one is another role's. "
                                                         "Name that one, or another role for app_2")

    def test_the_file_of_the_password(self):
        os.chmod(self.root + FILE, 0o640)
        self.assertEqual(self.fails(), "passwordFile: %s can be read by others; its mode must be 0600 or 0400" % FILE)
        for text in ("", "a\nb\n", "käse\n"):
            self.put(FILE, text, 0o600)
            self.assertEqual(self.fails(), "passwordFile: %s must hold one line, a password of printable ASCII signs" % FILE)
        os.unlink(self.root + FILE)
        self.assertEqual(self.fails(), "passwordFile: %s does not exist on this host; the SecretBundle writes it" % FILE)
        self.assertEqual(self.scripts, [])

    def test_no_server_and_one_that_refuses(self):
        self.refusal = 'psql: error: connection to server on socket "/var/run/postgresql/.s.PGSQL.5432" failed: No such file or directory'
        self.assertIn("no PostgreSQL answers on this host (package postgresql, service postgresql)\n    psql: error", self.fails())
        self.refusal = "ERROR:  disk full near pencil"
        self.assertEqual(self.fails(), "postgres-local: psql did not do what it was told, exit status 2\n    ERROR:  disk full near [REDACTED]")

    def test_removal_leaves_the_data(self):
        pg_local.apply(WANTED)
        pg_local.remove({**WANTED, "owner": "urn:b"})
        self.assertEqual(store.names("postgres-local"), ["app_40227"])
        self.assertEqual(pg_local.remove(WANTED), {"role": "app_40227", "database": "app_40227", "removed": False})
        self.assertEqual(self.databases["app_40227"], "app_40227")

    def test_asked_for_again_after_its_removal_with_another_password(self):
        pg_local.apply(WANTED)
        pg_local.remove(WANTED)
        self.put(FILE, "quill", 0o600)
        self.assertEqual(pg_local.apply({**WANTED, "owner": "urn:b"}).result["changed"], ["role app_40227"])
        self.assertTrue(postgres.matches("quill", self.roles["app_40227"]))
        self.assertEqual(store.read("postgres-local", "app_40227")["owner"], "urn:b")

    def test_documents(self):
        shape = document.fields({"owner": document.string(), **pg_local.SHAPE})
        document.checked(WANTED, shape)
        for name in ("postgres", "pg_x", "a-b", 'a"b', "A"):
            with self.assertRaises(Refused):
                document.checked({**WANTED, "role": name}, shape)
