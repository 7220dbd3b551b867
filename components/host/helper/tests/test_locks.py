import os
import subprocess
import sys
import time
import unittest

from tests import OnHost

import locks
from errors import Failure

HOLD = """if True:
    import sys, time
    sys.path.insert(0, %r)
    import paths; paths.ROOT = %r
    import locks
    locks.purpose("release apply of shop")
    with locks.hold("host"):
        print("held", flush=True)
        time.sleep(%s)
        %s
"""


class Holding(OnHost):
    def holder(self, seconds, end=""):
        process = subprocess.Popen([sys.executable, "-c", HOLD % (os.path.dirname(locks.__file__), self.root, seconds, end)], stdout=subprocess.PIPE)
        self.addCleanup(process.wait)
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.kill)
        process.stdout.readline()
        return process

    def test_waits_for_the_holder_and_names_it(self):
        self.holder(0.6)
        began = time.monotonic()
        with locks.hold("host", wait=10):
            self.assertGreater(time.monotonic() - began, 0.2)
        self.assertRegex(self.said[0], r"^lock host: waiting for release apply of shop \(process \d+, for \d s\)$")

    def test_fails_in_the_end_and_names_the_holder(self):
        self.holder(20)
        with self.assertRaisesRegex(Failure, r"lock host: still held after 0 s by release apply of shop \(process \d+"):
            with locks.hold("host", wait=0):
                self.fail("must not be held")

    def test_a_holder_that_was_killed_is_stale(self):
        process = self.holder(20)
        process.kill()
        process.wait()
        with locks.hold("host", wait=5):
            self.assertRegex(self.said[-1], r"its last holder \(release apply of shop .*ended without letting go; taken over")

    def test_may_be_taken_again_by_its_holder(self):
        with locks.hold("host"):
            with locks.hold("host", wait=0):
                pass
            self.assertNotEqual(self.text("/run/flowfleet/locks/host"), "")
        self.assertEqual(self.text("/run/flowfleet/locks/host"), "")

    def test_other_locks_are_free(self):
        self.holder(20)
        with locks.hold("service-shop", wait=0):
            pass


if __name__ == "__main__":
    unittest.main()
