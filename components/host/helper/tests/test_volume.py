import json
import os

from tests import OnHost

import document
import runner
import store
import volume
from errors import Failure


def wanted(name, engine, version):
    return {"owner": "urn:a", "volume": name, "engine": engine, "version": version}


class Volumes(OnHost):
    def setUp(self):
        super().setUp()
        self.answers["docker volume inspect"] = self._inspect

    def _inspect(self, argv):
        if not os.path.isdir(self.root + "/volumes/" + argv[-1]):
            return runner.Result(1, "[]", "Error: No such volume: %s" % argv[-1])
        return json.dumps([{"Name": argv[-1], "Mountpoint": "/volumes/" + argv[-1]}])

    def test_a_new_one_is_for_the_version_that_comes_first(self):
        held = {"volume": "mongodb_data", "engine": "mongodb", "major": 6}
        self.assertEqual(volume.apply(wanted("mongodb_data", "mongodb", "6.0.20")), held)
        self.put("/volumes/mongodb_data/WiredTiger", "")
        self.assertEqual(volume.apply(wanted("mongodb_data", "mongodb", "6.0.24")), held)

    def test_another_major_version_is_refused_with_what_to_do(self):
        volume.apply(wanted("mongodb_data", "mongodb", "6.0.20"))
        self.put("/volumes/mongodb_data/WiredTiger", "")
        for version, major in (("7.0.1", 7), ("5.0.9", 5)):
            with self.assertRaises(Failure) as caught:
                volume.apply(wanted("mongodb_data", "mongodb", version))
            self.assertEqual(str(caught.exception), (
                "volume mongodb_data: holds data of MongoDB 6; MongoDB %d is another major version, which is never put on it. Nothing was stopped.\n"
                "To move to it: dump the data (mongodump), declare a volume of another name, deploy, and restore the dump. "
                "To stay: go back to an image of MongoDB 6") % major)
        self.assertEqual(store.read("volumes", "mongodb_data")["major"], 6)

    def test_one_that_was_removed_or_emptied_is_new(self):
        volume.apply(wanted("redis_data", "redis", "7.2.4"))
        self.assertEqual(volume.apply(wanted("redis_data", "redis", "8.0.1"))["major"], 8)
        os.makedirs(self.root + "/volumes/redis_data")
        self.assertEqual(volume.apply(wanted("redis_data", "redis", "7.2.4"))["major"], 7)

    def test_one_from_before_tells_by_its_files(self):
        self.put("/volumes/pg/PG_VERSION", "14\n")
        with self.assertRaisesRegex(Failure, "volume pg: holds data of PostgreSQL 14; PostgreSQL 15 is another major version.*\n.*pg_dumpall"):
            volume.apply(wanted("pg", "postgres", "15.6"))
        self.assertEqual(volume.apply(wanted("pg", "postgres", "14.11"))["major"], 14)
        self.assertIn("volume pg: was here before, with data of PostgreSQL 14", self.said)
        self.put("/volumes/cache/appendonlydir/appendonly.aof.1.base.rdb", "REDIS0012\xfa")
        self.assertEqual(volume.apply(wanted("cache", "redis", "7.4.1"))["major"], 7)
        self.put("/volumes/old/dump.rdb", "REDIS0009\xfa")
        with self.assertRaisesRegex(Failure, "holds data of Redis 6; Redis 7 is another"):
            volume.apply(wanted("old", "redis", "7.2.4"))
        self.put("/volumes/new/dump.rdb", "REDIS0013\xfa")
        with self.assertRaisesRegex(Failure, "holds data of Redis 8; Redis 7 is another"):
            volume.apply(wanted("new", "redis", "7.2.4"))

    def test_mongodb_from_before_tells_by_its_diagnostic_data_or_is_asked_for(self):
        self.put("/volumes/mongo/WiredTiger", "")
        with self.assertRaisesRegex(Failure, "volume mongo: was here before, with data of MongoDB, which do not tell of which version.*\n.*holds.mongodb"):
            volume.apply(wanted("mongo", "mongodb", "6.0.20"))
        self.assertIsNone(store.read("volumes", "mongo"))
        with self.assertRaisesRegex(Failure, "holds data of MongoDB 5; MongoDB 6 is another"):
            volume.apply({**wanted("mongo", "mongodb", "6.0.20"), "holds": "5.0.9"})
        self.assertEqual(volume.apply({**wanted("mongo", "mongodb", "6.0.20"), "holds": "6.0.3"})["major"], 6)
        self.put("/volumes/other/WiredTiger", "")
        self.put("/volumes/other/diagnostic.data/metrics.2026-11-20T01-00-00Z-00000", "\x02version\x00\x07\x00\x00\x006.0.20\x00")
        self.put("/volumes/other/diagnostic.data/metrics.2026-11-21T01-00-00Z-00000", "\x00\x02version\x00\x06\x00\x00\x007.0.5\x00")
        self.put("/volumes/other/diagnostic.data/metrics.interim", "\x01")
        with self.assertRaisesRegex(Failure, "holds data of MongoDB 7; MongoDB 6 is another"):
            volume.apply({**wanted("other", "mongodb", "6.0.20"), "holds": "6.0.3"})

    def test_keycloaks_tables_are_of_one_major_version_too(self):
        volume.apply(wanted("pg", "postgres", "15.6"))
        self.put("/volumes/pg/PG_VERSION", "15\n")
        held = {"volume": "pg", "engine": "keycloak", "major": 23}
        for version in ("23.0.7", "23.0.1"):
            self.assertEqual(volume.apply(wanted("pg", "keycloak", version)), held)
        with self.assertRaisesRegex(Failure, "volume pg: holds data of Keycloak 23; Keycloak 24 is another major version.*\n.*kc.sh export"):
            volume.apply(wanted("pg", "keycloak", "24.0.1"))
        self.assertEqual(volume.apply(wanted("pg", "postgres", "15.7"))["major"], 15)
        with self.assertRaisesRegex(Failure, "Keycloak 24 is another"):
            volume.apply(wanted("pg", "keycloak", "24.0.1"))

    def test_keycloaks_tables_go_with_their_volume(self):
        volume.apply(wanted("pg", "postgres", "15.6"))
        self.put("/volumes/pg/PG_VERSION", "15\n")
        volume.apply(wanted("pg", "keycloak", "23.0.7"))
        os.unlink(self.root + "/volumes/pg/PG_VERSION")
        volume.apply(wanted("pg", "postgres", "15.6"))
        self.put("/volumes/pg/PG_VERSION", "15\n")
        self.assertEqual(volume.apply(wanted("pg", "keycloak", "24.0.1"))["major"], 24)

    def test_another_database_is_refused(self):
        self.put("/volumes/data/PG_VERSION", "15\n")
        with self.assertRaisesRegex(Failure, "volume data: holds data of PostgreSQL, not of MongoDB. Give MongoDB a volume of another name"):
            volume.apply(wanted("data", "mongodb", "6.0.20"))

    def test_a_docker_that_is_silent(self):
        self.answers["docker volume inspect"] = runner.Result(1, "", "Cannot connect to the Docker daemon")
        with self.assertRaisesRegex(Failure, "docker: does not answer on this host\n    Cannot connect"):
            volume.apply(wanted("data", "mongodb", "6.0.20"))

    def test_the_document(self):
        shape = document.fields({"owner": document.string(), **volume.SHAPE})
        with self.assertRaisesRegex(Failure, r'version: must be a version such as "6.0.20", got "latest"'):
            document.checked(wanted("data", "mongodb", "latest"), shape)
