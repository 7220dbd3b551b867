import os

from tests import OnHost

import environment
from errors import Failure

FILE = """\
# a comment with pass=word
PLAIN=plainvalue
QUOTED='it is s3cret/+&'
DOUBLE="say \\"hi there\\""
MULTI='-----BEGIN KEY-----
abcdef123456
-----END KEY-----'
SHORT='42'
EMPTY=''
"""


class Copies(OnHost):
    def test_a_copy_is_for_its_user_alone(self):
        self.put("/srv/env", FILE, 0o600)
        environment.copy("/srv/env", environment.FOLDER + "/a.1.env", "%d:%d" % (os.getuid(), os.getgid()))
        held, mode, *owner = self.tree("/var/lib/flowfleet")[environment.FOLDER + "/a.1.env"]
        self.assertEqual((held.decode(), mode, owner), (FILE, "0o100400", [os.getuid(), os.getgid()]))
        self.assertEqual(self.tree("/var/lib/flowfleet")[environment.FOLDER][1], "0o40711")
        environment.remove(environment.FOLDER + "/a.1.env")
        environment.remove(environment.FOLDER + "/a.1.env")
        environment.remove(None)
        self.assertEqual(os.listdir(self.root + environment.FOLDER), [])

    def test_no_source(self):
        with self.assertRaisesRegex(Failure, "secrets.file: /srv/env does not exist on this host"):
            environment.copy("/srv/env", environment.FOLDER + "/a.1.env", "1:1")


class Scrubbing(OnHost):
    def setUp(self):
        super().setUp()
        self.put("/env", FILE)

    def scrubbed(self, text):
        return environment.scrubbed(text, environment.values("/env"))

    def test_values_in_every_form(self):
        for said, shown in (
            ("login plainvalue failed", "login [REDACTED] failed"),
            ("xxplainvaluexx", "xx[REDACTED]xx"),
            ("it is s3cret/+& in clear", "[REDACTED] in clear"),
            ("url it%20is%20s3cret%2F%2B%26@db", "url [REDACTED]@db"),
            ('json say \\"hi there\\"', "json [REDACTED]"),
            ('plain say "hi there"', "plain [REDACTED]"),
            ("base64 cGxhaW52YWx1ZQ==", "base64 [REDACTED]"),
            ("one line of it: abcdef123456", "one line of it: [REDACTED]"),
            ("-----BEGIN KEY-----\nabcdef123456\n-----END KEY-----", "[REDACTED]"),
            ("answer 42, took 1.42 s, port 4242", "answer [REDACTED], took 1.42 s, port 4242"),
            ("nothing to hide", "nothing to hide"),
        ):
            with self.subTest(said):
                self.assertEqual(self.scrubbed(said), shown)

    def test_a_file_that_no_shell_would_read(self):
        self.put("/env", "TOKEN=it's broken\n")
        self.assertEqual(self.scrubbed("with it's broken now"), "with [REDACTED] now")

    def test_no_file(self):
        self.assertEqual((environment.values("/none"), environment.values(None)), ([], []))
