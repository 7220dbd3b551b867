import datetime
import json
import os
import subprocess

from tests import OnHost

import backup
import files
import runner
from errors import Failure, Refused

WANTED = {"directory": "/opt/backups/shop", "keep": 7,
          "databases": {"database": {"container": "shop-postgres", "user": "postgres", "database": "shop"}},
          "folders": {"apps": {"path": "/opt/shop/apps", "without": ["node_modules"]}, "logs": {"path": "/opt/shop/logs", "without": []}}}


class Backup(OnHost):
    def setUp(self):
        super().setUp()
        self.put("/etc/flowfleet/backup/shop.json", json.dumps(WANTED))
        self.put("/opt/shop/apps/api/main.js", "x")
        self.put("/opt/shop/apps/api/node_modules/y/index.js", "y")
        self.put("/opt/shop/logs/api.log", "z", 0o640)
        self.dump, self.listed = "PGDMP of shop", ";     dbname: shop\n"
        self._patch(runner, "run", self.answered)
        self.addCleanup(os.umask, os.umask(0o022))

    def answered(self, argv, input=None, timeout=60, check=True, env=None):
        """Docker in the place of which there is nothing; all else is the real one."""
        self.commands.append(" ".join(argv).replace(self.root, ""))
        if "docker" in argv:
            printed = self.listed if "pg_restore" in argv else self.dump
            if printed is None:
                raise Failure("docker: exit status 1\nError: No such container: shop-postgres")
            if "pg_restore" in argv:
                return runner.Result(0, printed)
            argv = ["sh", "-c", argv[2].replace('"$@"', "echo " + printed), argv[3]]
        done = subprocess.run(argv, capture_output=True, text=True)
        return runner.Result(done.returncode, done.stdout, done.stderr)

    def files(self):
        return sorted(os.listdir(self.root + WANTED["directory"]))

    def kinds(self):
        return [file.partition("_")[0] + file[file.index("."):] for file in self.files()]

    def test_all_of_it_for_root_alone(self):
        backup.run("shop")
        self.assertEqual(self.kinds(), ["apps.tar.gz", "database.dump", "logs.tar.gz"])
        found = self.tree("/opt/backups")
        self.assertEqual({path: one[1] for path, one in found.items()}, {
            "/opt/backups/shop": "0o40700", **{"/opt/backups/shop/" + file: "0o100600" for file in self.files()}})
        self.assertEqual(found["/opt/backups/shop/" + self.files()[1]][0], b"PGDMP of shop\n")
        packed = subprocess.run(["tar", "-tzf", self.root + "/opt/backups/shop/" + self.files()[0]], capture_output=True, text=True, check=True).stdout
        self.assertEqual(packed.split(), ["opt/shop/apps/", "opt/shop/apps/api/", "opt/shop/apps/api/main.js"])
        dump = "/opt/backups/shop/%s.part" % self.files()[1]
        self.assertIn('sh -c exec "$@" >"$0" %s docker exec shop-postgres pg_dump --username=postgres --format=custom --dbname=shop' % dump, self.commands)
        self.assertIn('sh -c exec "$@" <"$0" %s docker exec --interactive shop-postgres pg_restore --list' % dump, self.commands)

    def test_what_is_older_goes_and_nothing_else(self):
        def day(days):
            return (datetime.datetime.now() - datetime.timedelta(days=days)).strftime("%Y%m%d_%H%M%S")
        stay = ["database_%s.dump" % day(6.9), "other_%s.dump" % day(9), "database_%s.sql" % day(9), "logs.tar.gz"]
        gone = ["database_%s.dump" % day(7.1), "logs_%s.tar.gz" % day(30), "apps_%s.tar.gz.part" % day(1)]
        for file in stay + gone:
            self.put("/opt/backups/shop/" + file, "")
        backup.run("shop")
        self.assertEqual(set(stay) & set(self.files()), set(stay))
        self.assertEqual((set(gone) & set(self.files()), len(self.files())), (set(), 7))

    def fails(self, told):
        old = "database_20200101_000000.dump"
        self.put("/opt/backups/shop/" + old, "")
        with self.assertRaises(Failure) as caught:
            backup.run("shop")
        self.assertRegex(str(caught.exception), told)
        self.assertIn(old, self.files())
        self.assertFalse([file for file in self.files() if file.endswith(".part")])

    def test_a_database_that_is_away_keeps_nothing_else_from_being_there_and_what_is_older_stays(self):
        self.dump = None
        self.fails(r"^/opt/backups/shop: not everything was backed up; what is older stays\n  - database_\d+_\d+.dump: docker: exit status 1\nError: No such container")
        self.assertEqual(self.kinds(), ["apps.tar.gz", "database.dump", "logs.tar.gz"])

    def test_a_dump_that_cannot_be_read(self):
        self.listed = ";     dbname: other\n"
        self.fails(r"database_\d+_\d+.dump: pg_restore --list does not find the database in it$")

    def test_a_folder_that_is_gone(self):
        self.put("/etc/flowfleet/backup/shop.json", json.dumps({**WANTED, "folders": {"logs": {"path": "/opt/gone", "without": []}}}))
        self.fails(r"logs_\d+_\d+.tar.gz: tar: exit status 2\n")

    def test_a_folder_that_somebody_else_may_replace(self):
        os.makedirs(self.root + "/opt/backups")
        os.chmod(self.root + "/opt/backups", 0o775)
        with self.assertRaisesRegex(Failure, r"^/opt/backups: must belong to root, and nobody else may write it \(chown root: /opt/backups; chmod go-w /opt/backups\)$"):
            backup.run("shop")

    def test_what_would_fail_in_the_night_is_told_before_its_settings_are_written(self):
        document = {"owner": "urn:b", "files": {"/etc/flowfleet/backup/shop.json": {"mode": "0600", "text": json.dumps({**WANTED, "keep": 8}).split("\n")}}}
        os.makedirs(self.root + "/opt/backups/shop")
        os.chmod(self.root + "/opt/backups", 0o777)
        before = self.tree()
        self.assertEqual(self.refused(document), ["/opt/backups: must belong to root, and nobody else may write it (chown root: /opt/backups; chmod go-w /opt/backups)"])
        os.chmod(self.root + "/opt/backups", 0o755)
        os.rmdir(self.root + "/opt/backups/shop")
        os.symlink("/opt/shop", self.root + "/opt/backups/shop")
        self.assertEqual(self.refused(document), ["/opt/backups/shop: is in the place of a folder; backups go to no link. Move it away, or choose another folder"])
        self.assertEqual(self.tree(), before)
        os.unlink(self.root + "/opt/backups/shop")
        os.unlink(self.root + "/etc/flowfleet/backup/shop.json")
        files.apply(document).finish()
        self.assertIn('"keep": 8', self.text("/etc/flowfleet/backup/shop.json"))
        self.assertEqual(os.listdir(self.root + "/opt/backups"), [])

    def refused(self, document):
        with self.assertRaises(Refused) as caught:
            files.apply(document)
        return caught.exception.problems

    def test_a_link_in_its_place_is_not_followed(self):
        os.makedirs(self.root + "/opt/backups")
        os.symlink("/opt/shop", self.root + "/opt/backups/shop")
        with self.assertRaises(OSError):
            backup.run("shop")

    def test_a_file_of_settings_that_is_wrong(self):
        self.put("/etc/flowfleet/backup/shop.json", json.dumps({**WANTED, "keep": 0, "more": 1}))
        with self.assertRaises(Refused):
            backup.run("shop")
