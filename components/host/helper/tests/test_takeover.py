import os
import stat
import unittest

from tests import OnHost

import store
import takeover
from errors import Failure


class TakingOver(OnHost):
    def test_only_the_words_that_were_recorded_are_allowed(self):
        self.assertFalse(takeover.allows("nginx"))
        takeover.allow(["pm2", "nginx"])
        self.assertEqual([word for word in takeover.WORDS if takeover.allows(word)], ["nginx", "pm2"])
        takeover.allow([])
        self.assertFalse(takeover.allows("nginx"))

    def test_which_words_a_path_is_about(self):
        for words, found in ((("nginx",), ("/etc/nginx/nginx.conf", "/etc/letsencrypt/renewal/a.conf", "/etc/systemd/system/nginx.service.d/a.conf")),
                             (("docker",), ("/etc/docker/daemon.json", "/etc/systemd/system/docker.service.d/a.conf")),
                             (("pm2",), ("/etc/systemd/system/pm2-shop.service",)),
                             (("pm2", "docker"), ("/opt/shop", "/opt/shop/.env", "/srv/shop/logs", "/var/www/shop/dist", "/library/shop")),
                             ((), ("/etc/ssh/sshd_config", "/etc/systemd/system/backup.timer", "/usr/local/bin/x", "/root/.ssh/authorized_keys", "/var/lib/x"))):
            self.assertEqual({path: takeover.words_for(path) for path in found}, dict.fromkeys(found, words))

    def test_a_copy_is_kept_under_its_own_name_for_root_alone(self):
        self.put("/opt/shop/.env", "PASSWORD=x\n", 0o640)
        self.assertEqual(takeover.keep("/opt/shop/.env"), "/var/lib/flowfleet/before/opt/shop/.env")
        self.assertEqual(self.text("/opt/shop/.env"), "PASSWORD=x\n")
        self.assertEqual(self.text("/var/lib/flowfleet/before/opt/shop/.env"), "PASSWORD=x\n")
        self.assertEqual(stat.S_IMODE(os.stat(self.root + "/var/lib/flowfleet/before/opt/shop/.env").st_mode), 0o640)
        for folder in ("", "/opt", "/opt/shop"):
            self.assertEqual(stat.S_IMODE(os.stat(self.root + "/var/lib/flowfleet/before" + folder).st_mode), 0o700)
        self.assertEqual(takeover.kept("/opt/shop/.env"), "/var/lib/flowfleet/before/opt/shop/.env")

    def test_the_same_is_kept_once_and_another_beside_it(self):
        self.put("/etc/a", "one")
        self.assertEqual(takeover.keep("/etc/a"), takeover.keep("/etc/a"))
        self.put("/etc/a", "two")
        self.assertEqual(takeover.keep("/etc/a"), "/var/lib/flowfleet/before/etc/a.2")
        self.assertEqual(self.text("/var/lib/flowfleet/before/etc/a"), "one")
        self.assertEqual(takeover.all_kept(), {"/etc/a": ["/var/lib/flowfleet/before/etc/a", "/var/lib/flowfleet/before/etc/a.2"]})

    def test_a_folder_is_kept_with_all_that_is_in_it(self):
        self.put("/opt/app/dist/main.js", "x", 0o755)
        os.symlink("dist/main.js", self.root + "/opt/app/main")
        before = self.tree("/opt/app")
        self.assertEqual(takeover.keep("/opt/app"), takeover.keep("/opt/app"))
        self.assertEqual({"/opt/app" + path[len("/var/lib/flowfleet/before/opt/app"):]: held for path, held in self.tree("/var/lib/flowfleet/before/opt/app").items()},
                         before)

    def test_what_is_set_aside_is_gone_from_its_place(self):
        self.put("/opt/app/main.js", "x")
        for device in (takeover._device(), -1):
            self._patch(takeover, "_device", lambda found=device: found)
            self.put("/opt/app/main.js", "x")
            place = takeover.set_aside("/opt/app")
            self.assertFalse(os.path.lexists(self.root + "/opt/app"))
            self.assertEqual(self.text(place + "/main.js"), "x")
            self.assertEqual(os.listdir(self.root + "/opt"), [])
        self.assertEqual(takeover.all_kept()["/opt/app"], ["/var/lib/flowfleet/before/opt/app", "/var/lib/flowfleet/before/opt/app.2"])

    def test_a_link_is_kept_as_one_wherever_it_leads(self):
        os.symlink("/nowhere", self.root + "/etc/link")
        takeover.set_aside("/etc/link")
        self.assertEqual(os.readlink(self.root + "/var/lib/flowfleet/before/etc/link"), "/nowhere")

    def test_what_becomes_a_link_meanwhile_leads_nowhere(self):
        self.put("/root/id", "hush", 0o600)
        self.put("/opt/app/dump", "x", 0o4777)
        looking = os.stat

        def exchanged(path, *rest, **more):
            found = looking(path, *rest, **more)
            if path == "dump":
                os.unlink(self.root + "/opt/app/dump")
                os.symlink(self.root + "/root/id", self.root + "/opt/app/dump")
            return found
        self._patch(os, "stat", exchanged)
        with self.assertRaisesRegex(Failure, "^/opt/app/dump: somebody changed it while it was copied"):
            takeover.keep("/opt/app/dump")
        self.assertEqual((self.text("/root/id"), stat.S_IMODE(looking(self.root + "/root/id").st_mode)), ("hush", 0o600))
        self.assertIsNone(takeover.kept("/opt/app/dump"))

    def test_what_comes_back_is_made_where_root_alone_can_be(self):
        self.put("/opt/app/dist/main.js", "x", 0o640)
        takeover.set_aside("/opt/app/dist")
        seen, copying = [], takeover._copy
        self._patch(takeover, "_copy", lambda real, to: (seen.append(oct(os.stat(os.path.dirname(to)).st_mode & 0o7777)), copying(real, to)))
        takeover.bring_back("/opt/app/dist")
        self.assertEqual((seen, self.text("/opt/app/dist/main.js"), os.listdir(self.root + "/opt/app")), (["0o700"], "x", ["dist"]))

    def test_nothing_is_kept_of_nothing(self):
        self.assertIsNone(takeover.keep("/etc/none"))
        self.assertIsNone(takeover.set_aside("/etc/none"))
        self.assertEqual(store.names("kept"), [])

    def test_what_was_cut_short_goes_on(self):
        self.put("/opt/app/main.js", "x")
        self._patch(takeover, "_device", lambda: -1)
        delete = takeover._delete
        self._patch(takeover, "_delete", lambda real: None)
        takeover.set_aside("/opt/app")
        self.assertEqual(os.listdir(self.root + "/opt"), [".app.flowfleet-leaving"])
        self._patch(takeover, "_delete", delete)
        self.assertIsNone(takeover.set_aside("/opt/app"))
        self.assertEqual(os.listdir(self.root + "/opt"), [])
        self.assertEqual(self.text("/var/lib/flowfleet/before/opt/app/main.js"), "x")


if __name__ == "__main__":
    unittest.main()
