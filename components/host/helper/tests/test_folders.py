import os
import unittest
from unittest import mock

from tests import OnHost

import folders
import paths
from errors import Failure


class Folders(OnHost):
    def keep(self, path):
        with mock.patch("os.chown") as chown:
            folders.keep(path, 1000, 1001)
        return chown.call_args_list

    def test_one_that_is_missing_is_made_for_the_account_alone(self):
        calls = self.keep("/srv/shop/data")
        place = paths.at("/srv/shop/data")
        self.assertEqual(calls, [mock.call(place, 1000, 1001)])
        self.assertEqual(os.stat(place).st_mode & 0o777, 0o700)

    def test_one_that_is_there_stays_as_it_is(self):
        self.keep("/srv/shop/data")
        os.chmod(paths.at("/srv/shop/data"), 0o750)
        self.assertEqual(self.keep("/srv/shop/data"), [])
        self.assertEqual(os.stat(paths.at("/srv/shop/data")).st_mode & 0o777, 0o750)

    def test_a_link_or_a_file_is_none(self):
        os.makedirs(paths.at("/srv"), exist_ok=True)
        os.symlink("/etc", paths.at("/srv/data"))
        with self.assertRaisesRegex(Failure, "^/srv/data: is no folder"):
            self.keep("/srv/data")


if __name__ == "__main__":
    unittest.main()
