import json
import unittest

from tests import OnHost  # noqa: F401 (puts the helper's modules in reach)

import document
from errors import Refused

SHAPE = {"port": document.port(), "mode": document.optional(document.mode()), "paths": document.array(document.path()),
         "how": document.variants("type", {"a": {}, "b": {"token": document.string(secret=True)}})}


def problems(value):
    try:
        document.parse(value if isinstance(value, str) else json.dumps(value), SHAPE)
    except Refused as refused:
        return refused.problems
    return []


class Checking(unittest.TestCase):
    good = {"owner": "o", "reapply": "1", "port": 80, "mode": "0644", "paths": ["/a/b"], "how": {"type": "b", "token": "t"}}

    def test_a_good_document_passes(self):
        self.assertEqual(problems(self.good), [])

    def test_everything_that_is_wrong_is_said_at_once_with_its_path(self):
        self.assertEqual(problems({"port": 0, "mode": "644", "paths": ["/a/../b", "/a/", 1], "how": {"type": "c"}, "more": 1}), [
            "owner: is missing",
            "port: must be from 1 to 65535, got 0",
            'mode: must be an octal mode such as "0644", got "644"',
            "paths[0]: must be an absolute path without '.', '..' and a trailing slash, got \"/a/../b\"",
            "paths[1]: must be an absolute path without '.', '..' and a trailing slash, got \"/a/\"",
            "paths[2]: must be an absolute path without '.', '..' and a trailing slash, got 1",
            'how.type: must be one of "a", "b", got "c"',
            "more: unknown key; known are how, mode, owner, paths, port, reapply"])

    def test_a_secret_is_never_shown(self):
        found = problems({**self.good, "how": {"type": "b", "token": "hush\n"}})
        self.assertEqual(found, ["how.token: must be one line of text, got a secret"])

    def test_true_is_no_number(self):
        self.assertEqual(problems({**self.good, "port": True}), ["port: must be a whole number, got true"])

    def test_a_key_that_is_there_twice_is_refused(self):
        self.assertEqual(problems('{"port": 1, "port": 2}'), ["key 'port' is there twice"])

    def test_what_is_no_json_is_refused(self):
        self.assertEqual(problems(""), ["Expecting value: line 1 column 1 (char 0)"])

    def test_subnets_and_names(self):
        cases = [(document.subnet(), "10.0.0.0/24", 0), (document.subnet(), "10.0.0.1/24", 1), (document.subnet(), "x", 1),
                 (document.domain(), "shop.example.com", 0), (document.domain(), "*.example.com", 0), (document.domain(), "a_b.example.com", 1),
                 (document.domain(), "localhost", 0), (document.domain(), "example.com.", 1), (document.address(), "::1", 0), (document.address(), 7, 1)]
        for check, value, count in cases:
            found = []
            check(value, "x", found)
            self.assertEqual(len(found), count, (value, found))


if __name__ == "__main__":
    unittest.main()
