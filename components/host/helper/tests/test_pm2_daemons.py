import os
import pwd
import subprocess
import time

from tests import OnHost

import ownership
import pm2
import pm2_daemons
import runner


class Daemons(OnHost):
    def setUp(self):
        super().setUp()
        self.folder = self.root + "/home/.pm2"
        self.place = self.root + "/opt/shop/apps/api"
        os.makedirs(self.place)
        os.makedirs(self.folder)
        # Its name is all that tells PM2's daemon.
        shell = "cd %s; sleep 60 & exec -a 'PM2 v5.4.3: God Daemon (%s)' sleep 60" % (self.place, self.folder)
        process = subprocess.Popen(["bash", "-c", shell], cwd="/", start_new_session=True)
        self.addCleanup(lambda: (os.killpg(process.pid, 9), process.wait()))
        self.who = {"user": pwd.getpwuid(os.getuid()).pw_name, "home": pwd.getpwuid(os.getuid()).pw_dir, "folder": self.folder, "pid": process.pid}
        end = time.monotonic() + 10
        while self.who not in pm2_daemons.running() and time.monotonic() < end:
            time.sleep(0.05)

    def unit(self, name, folder):
        self.put("/etc/systemd/system/%s.service" % name, "[Service]\nEnvironment=PATH=/usr/bin\nEnvironment=PM2_HOME=%s\n" % folder)

    def test_one_that_runs_here(self):
        self.assertIn(self.who, pm2_daemons.running())

    def test_what_it_runs_below_a_folder(self):
        self.assertEqual(pm2_daemons.below([self.root + "/opt/shop"]), [(self.who, [self.place])])
        self.assertEqual(pm2_daemons.below([self.root + "/opt/sho", "/srv/shop"]), [])
        ownership.update({"/etc/systemd/system/" + pm2.unit(self.who): {"owner": "urn:a"}})
        self.assertEqual(pm2_daemons.below([self.root + "/opt/shop"]), [])

    def test_one_that_only_says_so(self):
        """Anybody may give a process a name, and keep /proc from saying whose it is."""
        found = pm2_daemons.whose
        account = next(one for one in pwd.getpwall() if one.pw_uid not in (0, os.getuid()))
        self._patch(pm2_daemons, "whose", lambda pid: (account.pw_uid, "/") if str(pid) == str(self.who["pid"]) else found(pid))
        self.assertEqual([one for one in pm2_daemons.running() if one["pid"] == self.who["pid"]], [])
        if os.getuid() == 0:
            os.chown(self.folder, account.pw_uid, -1)
            self.assertEqual([one["user"] for one in pm2_daemons.running() if one["pid"] == self.who["pid"]], [account.pw_name])

    def test_the_units_that_start_it(self):
        self.unit("pm2-ubuntu", self.folder)
        self.unit("pm2-other", self.folder + "s")
        self.unit("pm2-ours", self.folder)
        ownership.update({"/etc/systemd/system/pm2-ours.service": {"owner": "urn:a"}})
        self.assertEqual(pm2_daemons.units(self.folder), ["pm2-ubuntu.service"])

    def test_its_end(self):
        self.unit("pm2-ubuntu", self.folder)
        self._patch(pm2, "_answers", lambda who: True)
        self.answers["setpriv"] = '[{"name": "cron", "pm_id": 0, "pm2_env": {}}]'
        self.assertFalse(pm2_daemons.end(self.who))
        self.assertEqual((self.said, [one for one in self.commands if "disable" in one]),
                         (["PM2 of %s (%s) goes on with cron" % (self.who["user"], self.folder)], []))
        self.answers["setpriv"] = lambda argv: runner.Result(0, "[]")
        self.assertTrue(pm2_daemons.end(self.who))
        self.assertIn("systemctl disable --now --quiet pm2-ubuntu.service", self.commands)
        self.assertTrue(self.commands[-1].endswith(" pm2 kill"))
        self.assertIn("PM2_HOME=%s " % self.folder, self.commands[-1])
        self.assertEqual(self.said[-1], "PM2 of %s (%s) has nothing left and was ended" % (self.who["user"], self.folder))

    def test_one_that_does_not_end(self):
        self._patch(pm2, "_answers", lambda who: True)
        self.answers["setpriv"] = lambda argv: runner.Result(1, "", "no") if argv[-1] == "kill" else runner.Result(0, "[]")
        self.assertTrue(pm2_daemons.end(self.who))
        self.assertEqual(self.said, ["PM2 of %s (%s) has nothing left, but does not end: pm2 kill: exit status 1\n    no" % (self.who["user"], self.folder)])
