import unittest

from tests import OnHost

import document
import once
import store
import transient
from errors import CallerGone, Failure

SECRETS = "/etc/flowfleet/shop/backend.env"
WANTED = {"owner": "urn:a", "job": "shop-reset", "word": "november", "command": ["npm", "run", "db:reset"], "user": "shop", "directory": "/home/shop/backend",
          "environment": {"NODE_ENV": "dev_stage"}, "secrets": {"file": SECRETS}, "limits": {"memory": 1024, "cpus": 1, "pids": 256},
          "sandbox": ["ProtectHome=tmpfs"], "deadline": 600}


class Once(OnHost):
    def setUp(self):
        super().setUp()
        self.put(SECRETS, "DB_PASS='hush now'\n", 0o600)
        self.ending, self.printed, self.ran = None, "", []

        def run(*arguments):
            self.ran.append(arguments)
            return self.ending, self.printed

        self._patch(transient, "run", run)

    def test_its_document_is_taken(self):
        for wanted in (WANTED, {**WANTED, "secrets": None}):
            document.checked(wanted, document.fields({"owner": document.string(), **once.SHAPE}))

    def test_it_runs_as_a_unit_of_the_account_with_variables_from_their_file(self):
        self.assertEqual(once.apply(WANTED), {"job": "shop-reset", "ran": True})
        self.assertEqual(self.ran, [("flowfleet-once-shop-reset.service",
                                     ["User=shop", "WorkingDirectory=/home/shop/backend", "MemoryMax=1024M", "MemorySwapMax=0", "CPUQuota=100%", "TasksMax=256",
                                      "EnvironmentFile=" + SECRETS, "ProtectHome=tmpfs"],
                                     {"NODE_ENV": "dev_stage"}, ["npm", "run", "db:reset"], 600)])

    def test_it_never_runs_again_for_a_word_whatever_else_changes(self):
        once.apply(WANTED)
        again = {**WANTED, "owner": "urn:b", "command": ["npm", "run", "other"], "deadline": 60, "reapply": "november"}
        self.assertEqual(once.apply(again), {"job": "shop-reset", "ran": False})
        self.assertEqual(once.apply({**WANTED, "word": "december"})["ran"], True)
        self.assertEqual(once.apply(WANTED)["ran"], False)
        self.assertEqual(len(self.ran), 2)

    def test_one_that_failed_says_how_without_a_secret_and_is_tried_again(self):
        self.ending, self.printed = "ended with exit status 3", "cannot log in with hush now\n"
        with self.assertRaises(Failure) as caught:
            once.apply(WANTED)
        self.assertEqual(str(caught.exception), "shop-reset: ended with exit status 3\n  its last lines:\n    cannot log in with [REDACTED]")
        self.assertIsNone(store.read("once", "shop-reset"))
        self.ending = None
        self.assertEqual(once.apply(WANTED)["ran"], True)

    def test_one_without_output_says_so(self):
        self.ending = "ended with signal 9"
        with self.assertRaises(Failure) as caught:
            once.apply({**WANTED, "secrets": None})
        self.assertEqual(str(caught.exception), "shop-reset: ended with signal 9\n  it printed nothing")

    def test_nothing_runs_for_a_caller_that_is_gone(self):
        self._patch(once, "caller_gone", lambda: True)
        with self.assertRaises(CallerGone):
            once.apply(WANTED)
        self.assertEqual(self.ran, [])


if __name__ == "__main__":
    unittest.main()
