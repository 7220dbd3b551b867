import hashlib
import os
import re
from unittest.mock import ANY

from tests.containing import InContainers

import document
import redis
import runner
import store
from errors import Failure

FILE = "/opt/flowra/secrets/redis/users.acl"


def wanted(application, administrator, retire=False, owner="urn:a"):
    return {"owner": owner, "container": "flowra-redis", "file": FILE, "user": "%d:%d" % (os.getuid(), os.getgid()),
            "passwords": {"application": application, "administrator": administrator}, "retire": retire}


def digest(text):
    return hashlib.sha256(text.encode()).hexdigest()


class Redis(InContainers):
    """A server that has read its list of users once, and reads it anew when it is told so."""

    def setUp(self):
        super().setUp()
        self.users, self.refuses = {}, None

    def inside(self, container, argv, script):
        self.assertEqual((container, argv), ("flowra-redis", ["redis-cli"]))
        login, command = script.splitlines()
        _, user, word = login.split(" ")
        password = bytes(int(byte, 16) for byte in re.findall(r"\\x([0-9a-f]{2})", word)).decode()
        if digest(password) not in self.users.get(user, []):
            return "WRONGPASS invalid username-password pair or user is disabled.\n\nNOAUTH Authentication required.\n"
        if command == "ACL LOAD":
            if self.refuses:
                return "OK\n%s\n" % self.refuses
            self.users = redis.hashes(FILE)
        return "OK\n%s\n" % {"PING": "PONG", "ACL LOAD": "OK"}[command]

    def stopped(self):
        self.answers["docker container inspect"] = runner.Result(1, "", "Error: No such container: flowra-redis")

    def started(self):
        self.answers["docker container inspect"] = '[{"State": {"Running": true, "Status": "running", "ExitCode": 0}, "Config": {"Labels": {"flowfleet.data": "flowra-redis"}}}]'
        self.users = redis.hashes(FILE)

    def test_one_made_by_hand_that_still_runs_is_not_told(self):
        self.answers["docker container inspect"] = '[{"State": {"Running": true, "Status": "running", "ExitCode": 0}, "Config": {"Labels": {}}}]'
        redis.apply(wanted("one", "boss"))
        self.assertEqual(self.calls, [])
        self.assertIn(digest("one"), self.text(FILE))

    def test_the_whole_file_before_the_container_is_there(self):
        self.stopped()
        self.assertEqual(redis.apply(wanted("one", "boss")), {"container": "flowra-redis", "changed": True, "valid": ANY})
        self.assertEqual(self.text(FILE), (
            "user default on #%s ~* &* +@all -@admin -@dangerous\n"
            "user administrator on #%s ~* &* +@all\n"
            "user health on nopass sanitize-payload resetkeys resetchannels -@all +ping\n") % (digest("one"), digest("boss")))
        self.assertEqual(oct(os.stat(self.root + FILE).st_mode)[-4:], "0400")
        self.assertEqual(oct(os.stat(os.path.dirname(self.root + FILE)).st_mode)[-4:], "0700")
        self.assertEqual(self.calls, [])

    def test_again_changes_nothing(self):
        self.stopped()
        redis.apply(wanted("one", "boss"))
        self.started()
        self.assertEqual(redis.apply(wanted("one", "boss")), {"container": "flowra-redis", "changed": False, "valid": ANY})

    def test_a_rotation_keeps_the_old_passwords_until_they_are_retired(self):
        self.stopped()
        redis.apply(wanted("one", "boss"))
        self.started()
        redis.apply(wanted("two", "chief"))
        self.assertEqual(self.users["default"], [digest("two"), digest("one")])
        self.assertEqual(self.users["administrator"], [digest("chief"), digest("boss")])
        redis.apply(wanted("two", "chief", retire=True, owner="urn:retired"))
        self.assertEqual(self.users["default"], [digest("two")])
        self.assertEqual(self.users["administrator"], [digest("chief")])
        self.assertEqual(store.read("redis", "flowra-redis"), {"owner": "urn:retired", "passwords": ["chief"]})

    def test_what_is_valid_has_a_mark_by_which_a_rotation_that_was_taken_back_is_seen(self):
        self.stopped()
        first = redis.apply(wanted("one", "boss"))["valid"]
        self.started()
        self.assertEqual(redis.apply(wanted("one", "boss"))["valid"], first)
        other = redis.apply(wanted("two", "boss"))["valid"]
        back = redis.apply(wanted("one", "boss"))["valid"]
        self.assertEqual(len({first, other, back}), 3)
        redis.apply({**wanted("one", "boss", retire=True), "after": back})
        self.assertEqual(self.users["default"], [digest("one")])

    def test_no_password_is_in_a_command_line(self):
        self.stopped()
        redis.apply(wanted("pa ss'\"\\word", "boss"))
        self.started()
        redis.apply(wanted("pa ss'\"\\word", "boss"))
        self.assertEqual(self.argv(), " ".join(["docker exec -i flowra-redis redis-cli"] * 4))

    def test_a_refused_list_leaves_the_old_one(self):
        self.stopped()
        redis.apply(wanted("one", "boss"))
        self.started()
        before, self.refuses = self.text(FILE), "ERR /run/flowfleet/users.acl:1: Syntax error near two"
        with self.assertRaisesRegex(Failure, "(?s)container flowra-redis: refused its list of users.*Syntax error near \\[REDACTED\\]"):
            redis.apply(wanted("two", "boss"))
        self.assertEqual(self.text(FILE), before)
        self.refuses = None
        redis.apply(wanted("three", "boss"))
        self.assertEqual(self.users["default"], [digest("three"), digest("one")])

    def test_an_administrator_that_nobody_knows(self):
        self.stopped()
        redis.apply(wanted("one", "boss"))
        self.started()
        self.users["administrator"] = [digest("by hand")]
        before = self.text(FILE)
        with self.assertRaisesRegex(Failure, "the administrator of Redis cannot log in with a password that was set from here"):
            redis.apply(wanted("two", "boss"))
        self.assertEqual(self.text(FILE), before)

    def test_the_document(self):
        self.assertEqual(document.checked(wanted("one", "boss"), document.fields({"owner": document.string(), **redis.SHAPE}))["retire"], False)
