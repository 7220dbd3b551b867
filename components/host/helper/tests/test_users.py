import types

from tests import OnHost

import store
import users
from document import checked, fields
from errors import Failure, Refused

WANTED = {"owner": "urn:a", "user": "shop", "home": "/opt/shop"}
MADE = "useradd --system --key SYS_UID_MAX=899 --key SYS_GID_MAX=899 --user-group --no-create-home --home-dir /opt/shop --shell /usr/sbin/nologin shop"


class Accounts(OnHost):
    def setUp(self):
        super().setUp()
        self.there = {}
        self._patch(users, "_look", self.there.get)

    def account(self, uid, shell):
        self.there["shop"] = types.SimpleNamespace(pw_uid=uid, pw_shell=shell)

    def test_made_once_and_removed(self):
        users.apply(WANTED)
        self.account(998, "/usr/sbin/nologin")
        users.apply(WANTED)
        self.assertEqual(self.commands, [MADE])
        self.assertEqual(users.remove({**WANTED, "owner": "urn:b"}), {"user": "shop", "removed": False})
        self.assertEqual(users.remove(WANTED), {"user": "shop", "removed": True})
        self.assertEqual((self.commands[1:], store.names("users")), (["userdel shop"], []))

    def test_one_that_was_there_is_taken_over_and_stays(self):
        self.account(120, "/bin/false")
        users.apply(WANTED)
        users.apply({**WANTED, "owner": "urn:b"})
        self.assertEqual(users.remove({**WANTED, "owner": "urn:b"}), {"user": "shop", "removed": False})
        self.assertEqual(self.commands, [])

    def test_one_that_may_log_in_is_refused(self):
        for uid, shell in ((1000, "/bin/bash"), (1000, ""), (0, "/usr/sbin/nologin")):
            self.account(uid, shell)
            with self.assertRaisesRegex(Failure, "user shop: exists on this host and may log in"):
                users.apply(WANTED)
        self.assertEqual(store.names("users"), [])

    def test_documents(self):
        for name in ("root", "Shop", "-x"):
            with self.assertRaises(Refused):
                checked({"user": name, "home": "/opt/shop"}, fields(users.SHAPE))
        checked({"user": "rooty", "home": "/opt/shop"}, fields(users.SHAPE))
