import os
import subprocess
import sys
import unittest

from tests import OnHost

import files
import nginx_before
import store
import takeover
import working_copy

PLACE = "/opt/shop/apps/cms"


class SettingAside(OnHost):
    """A clone whose service was taken over, and what still uses it."""

    def setUp(self):
        super().setUp()
        takeover.allow(["pm2"])
        self.put(PLACE + "/uploads/cat.png", "cat")
        os.chmod(self.root + PLACE, 0o775)
        working_copy.claim(PLACE)

    def left(self, by):
        """It stays, and that is said once."""
        for _ in range(2):
            working_copy.set_aside(PLACE)
        self.assertEqual(self.text(PLACE + "/uploads/cat.png"), "cat")
        self.assertEqual(self.said, ["%s: what was there stays, because something uses it: %s" % (PLACE, by)])

    def gone(self):
        self.assertEqual((os.listdir(self.root + PLACE), store.names(working_copy.KIND)), ([], []))
        self.assertEqual(self.text(takeover.FOLDER + PLACE + "/uploads/cat.png"), "cat")

    def test_nothing_uses_it(self):
        # One of a longer name is another.
        self.put(nginx_before.PLACE, "location /uploads { alias %s/uploads-old; }" % PLACE)
        working_copy.set_aside(PLACE)
        self.gone()

    def test_a_process_that_was_started_with_a_file_of_it(self):
        process = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)", self.root + PLACE + "/uploads/worker.js"], cwd="/")
        self.addCleanup(lambda: (process.kill(), process.wait()))
        with open("/proc/%d/comm" % process.pid, encoding="ascii") as file:
            self.left("%s (%d)" % (file.read().strip(), process.pid))
        process.kill()
        process.wait()
        working_copy.again()
        self.gone()

    def test_a_site_of_before_until_it_is_taken_over(self):
        self.put(nginx_before.PLACE, "location /uploads { alias %s/uploads; }" % PLACE)
        self.left("nginx (%s)" % nginx_before.PLACE)
        os.unlink(self.root + nginx_before.PLACE)
        files.apply({"owner": "urn:a", "files": {nginx_before.SITES + "shop.example.com.conf": {"mode": "0644", "text": [""]}}}).finish()
        self.gone()

    def test_one_that_serves_still_is_not_tried_again(self):
        working_copy.again()
        self.assertEqual(self.text(PLACE + "/uploads/cat.png"), "cat")

    def test_a_folder_that_is_lent_stays_lent_when_a_release_is_built_there(self):
        os.chmod(self.root + PLACE, 0o1775)
        working_copy.claim(PLACE)
        self.assertEqual(oct(os.stat(self.root + PLACE).st_mode & 0o7777), "0o1775")


if __name__ == "__main__":
    unittest.main()
