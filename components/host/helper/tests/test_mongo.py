import json
import re

from tests.containing import InContainers

import document
import mongo
import runner
import store
from errors import Failure

FIRST = {"name": "flowra-first", "password": "one", "database": "flowra", "roles": ["readWrite"]}
SECOND = {"name": "flowra-second", "password": "two", "database": "flowra", "roles": ["readWrite"]}


def wanted(root, *users, retire=False):
    return {"owner": "urn:a", "container": "flowra-mongodb", "volume": "mongodb_data", "root": {"user": "root", "password": root},
            "users": list(users), "retire": retire}


class Mongo(InContainers):
    """What the shell is told is a program of its own, which components/data/mongo-script.integration.test.ts runs; here it is asked for and answers."""

    def setUp(self):
        super().setUp()
        self.told, self.answer = [], {"changed": [], "retired": []}

    def inside(self, container, argv, script):
        self.assertEqual(argv, ["mongosh", "--quiet", "--norc", "--nodb"])
        self.assertEqual(script.count("\n"), 1)
        self.told.append(json.loads(re.search(r"const result = run\((.*)\); return result", script).group(1)))
        return "> a prompt\n> flowfleet-result:%s\n> " % json.dumps(self.answer) if self.answer else runner.Result(1, "", "Error: two is wrong")

    def test_the_program_gets_everything_by_stdin(self):
        self.answer = {"changed": ["flowra.flowra-first"], "retired": []}
        self.assertEqual(mongo.apply(wanted("boss", FIRST)), {"container": "flowra-mongodb", "changed": ["flowra.flowra-first"], "retired": []})
        self.assertEqual(self.told, [{"root": {"user": "root", "password": "boss"}, "former": [], "users": [FIRST], "retired": []}])
        self.assertEqual(self.argv(), "docker exec -i --env HOME=/nonexistent flowra-mongodb mongosh --quiet --norc --nodb")

    def test_another_administrators_password_comes_with_the_former(self):
        mongo.apply(wanted("boss", FIRST))
        self.answer = None
        with self.assertRaises(Failure):
            mongo.apply(wanted("chief", FIRST))
        self.answer = {"changed": [], "retired": []}
        mongo.apply(wanted("third", FIRST))
        self.assertEqual([one["former"] for one in self.told], [[], ["boss"], ["chief", "boss"]])
        self.assertEqual(store.read("mongo", "flowra-mongodb")["passwords"], ["third"])

    def test_only_users_made_here_are_retired_and_only_when_asked(self):
        mongo.apply(wanted("boss", FIRST))
        mongo.apply(wanted("boss", SECOND))
        mongo.apply(wanted("boss", SECOND, retire=True))
        mongo.apply(wanted("boss", SECOND, retire=True))
        self.assertEqual([one["retired"] for one in self.told], [[], [], [{"database": "flowra", "name": "flowra-first"}], []])

    def test_a_failed_retirement_is_tried_again(self):
        mongo.apply(wanted("boss", FIRST))
        self.answer = None
        with self.assertRaises(Failure):
            mongo.apply(wanted("boss", SECOND, retire=True))
        self.answer = {"changed": [], "retired": ["flowra.flowra-first"]}
        mongo.apply(wanted("boss", SECOND, retire=True))
        self.assertEqual(self.told[-1]["retired"], [{"database": "flowra", "name": "flowra-first"}])

    def test_failures_say_what_to_do_and_no_secret(self):
        self.answer = {"error": "no-login"}
        with self.assertRaisesRegex(Failure, "container flowra-mongodb: root can log in neither with the password of the stack nor with one that was set from here.*\n"
                                             "To take it over, with that one: dump the data .mongodump., declare a volume of another name"):
            mongo.apply(wanted("boss", FIRST))
        self.answer = {"error": "boss may not do this"}
        with self.assertRaisesRegex(Failure, r"^container flowra-mongodb: \[REDACTED\] may not do this$"):
            mongo.apply(wanted("boss", FIRST))
        self.answer = None
        with self.assertRaisesRegex(Failure, r"(?s)mongosh did not end what it was told, exit status 1\n    Error: \[REDACTED\] is wrong"):
            mongo.apply(wanted("boss", SECOND))

    def test_the_document(self):
        shape = document.fields({"owner": document.string(), **mongo.SHAPE})
        document.checked(wanted("boss", FIRST), shape)
        with self.assertRaisesRegex(Failure, r"users\[0\].roles: needs at least 1, got 0"):
            document.checked(wanted("boss", {**FIRST, "roles": []}), shape)
