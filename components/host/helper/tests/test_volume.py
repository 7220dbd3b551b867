import json
import os

from tests import OnHost

import document
import runner
import store
import takeover
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

    def serves(self, name, engine, version):
        """A deployment whose server works in the end."""
        volume.apply(wanted(name, engine, version))
        volume.remember(wanted(name, engine, version))

    def refused(self, name, engine, version):
        with self.assertRaises(Failure) as caught:
            volume.apply(wanted(name, engine, version))
        return str(caught.exception)

    def test_a_new_one_is_for_the_version_that_works_first(self):
        self.assertEqual(volume.apply(wanted("mongodb_data", "mongodb", "6.0.20")), {"volume": "mongodb_data", "engine": "mongodb"})
        self.assertEqual(store.read("volumes", "mongodb_data"), {"owner": "urn:a", "engine": "mongodb", "major": None})
        volume.remember(wanted("mongodb_data", "mongodb", "6.0.20"))
        self.assertEqual(store.read("volumes", "mongodb_data"), {"owner": "urn:a", "engine": "mongodb", "major": 6})
        self.put("/volumes/mongodb_data/WiredTiger", "")
        self.serves("mongodb_data", "mongodb", "6.0.24")

    def test_a_version_whose_server_never_worked_can_be_corrected(self):
        volume.apply(wanted("mongodb_data", "mongodb", "7.0.1"))
        self.put("/volumes/mongodb_data/WiredTiger", "")
        self.put("/volumes/mongodb_data/diagnostic.data/metrics.1", "\x02version\x00\x06\x00\x00\x007.0.5\x00")
        self.serves("mongodb_data", "mongodb", "6.0.20")
        self.assertEqual(store.read("volumes", "mongodb_data")["major"], 6)
        volume.apply(wanted("redis_data", "redis", "8.0.1"))
        self.put("/volumes/redis_data/dump.rdb", "REDIS0012\xfa")
        volume.apply(wanted("redis_data", "redis", "8.0.1"))
        volume.apply(wanted("redis_data", "redis", "7.2.4"))

    def test_but_not_to_one_that_its_files_are_not_of(self):
        volume.apply(wanted("pg", "postgres", "16.1"))
        self.put("/volumes/pg/PG_VERSION", "16\n")
        self.assertIn("holds data of PostgreSQL 16; PostgreSQL 15 is another", self.refused("pg", "postgres", "15.6"))
        self.put("/volumes/other/base", "")
        volume.apply(wanted("other", "postgres", "16.1"))
        self.put("/volumes/other/PG_VERSION", "15\n")
        volume.remember(wanted("other", "postgres", "16.1"))
        self.assertEqual(store.read("volumes", "other")["major"], 15)

    def test_another_major_version_is_refused_with_what_to_do(self):
        self.serves("mongodb_data", "mongodb", "6.0.20")
        self.put("/volumes/mongodb_data/WiredTiger", "")
        for version, major in (("7.0.1", 7), ("5.0.9", 5)):
            self.assertEqual(self.refused("mongodb_data", "mongodb", version), (
                "volume mongodb_data: holds data of MongoDB 6; MongoDB %d is another major version, which is never put on it. Nothing was stopped.\n"
                "To move to it: dump the data (mongodump), declare a volume of another name (of Flowra: volumes.mongodb), deploy, and restore the dump. "
                "To stay: go back to an image of MongoDB 6") % major)
        self.assertEqual(store.read("volumes", "mongodb_data")["major"], 6)

    def test_one_that_was_removed_or_emptied_is_new(self):
        self.serves("redis_data", "redis", "7.2.4")
        self.serves("redis_data", "redis", "8.0.1")
        self.assertEqual(store.read("volumes", "redis_data")["major"], 8)
        os.makedirs(self.root + "/volumes/redis_data")
        self.serves("redis_data", "redis", "7.2.4")
        self.assertEqual(store.read("volumes", "redis_data")["major"], 7)

    def test_one_of_redis_from_before_tells_by_its_files(self):
        self.put("/volumes/cache/appendonlydir/appendonly.aof.1.base.rdb", "REDIS0012\xfa")
        volume.apply(wanted("cache", "redis", "7.4.1"))
        self.assertEqual(self.said, ["volume cache: was here before, with data of Redis 7"])
        self.put("/volumes/old/dump.rdb", "REDIS0009\xfa")
        self.assertIn("holds data of Redis 6; Redis 7 is another", self.refused("old", "redis", "7.2.4"))
        self.put("/volumes/new/dump.rdb", "REDIS0013\xfa")
        self.assertIn("holds data of Redis 8; Redis 7 is another", self.refused("new", "redis", "7.2.4"))

    def test_one_of_mongodb_from_before_tells_by_its_diagnostic_data_or_is_refused(self):
        self.put("/volumes/mongo/WiredTiger", "")
        self.assertEqual(self.refused("mongo", "mongodb", "6.0.20"), (
            "volume mongo: was here before, with data of MongoDB that are not from here: of which version they are is not told. Nothing was stopped.\n"
            "To take them over: dump the data (mongodump), declare a volume of another name (of Flowra: volumes.mongodb), deploy, and restore the dump"))
        self.assertIsNone(store.read("volumes", "mongo"))
        self.put("/volumes/other/WiredTiger", "")
        self.put("/volumes/other/diagnostic.data/metrics.2026-11-20T01-00-00Z-00000", "\x02version\x00\x07\x00\x00\x006.0.20\x00")
        self.put("/volumes/other/diagnostic.data/metrics.2026-11-21T01-00-00Z-00000", "\x00\x02version\x00\x06\x00\x00\x007.0.5\x00")
        self.put("/volumes/other/diagnostic.data/metrics.interim", "\x01")
        self.assertIn("holds data of MongoDB 7; MongoDB 6 is another", self.refused("other", "mongodb", "6.0.20"))
        self.serves("other", "mongodb", "7.0.9")
        self.assertEqual(store.read("volumes", "other")["major"], 7)

    def test_one_of_postgresql_that_is_not_from_here_is_refused(self):
        self.put("/volumes/pg/PG_VERSION", "15\n")
        self.assertEqual(self.refused("pg", "postgres", "15.6"), (
            "volume pg: was here before, with data of PostgreSQL that are not from here: neither their administrator nor whose tables they are is known. "
            "Nothing was stopped.\n"
            "To take them over: dump the data (pg_dumpall), declare a volume of another name (of Flowra: volumes.keycloakDatabase, of CoreFlow: volumes.postgres), "
            "deploy, and restore the dump"))
        self.assertIsNone(store.read("volumes", "pg"))

    def test_under_the_word_one_of_postgresql_is_for_its_own_major_version(self):
        self.put("/volumes/pg/PG_VERSION", "15\n")
        by_hand = {**wanted("pg", "postgres", "15.6"), "takesOver": True}
        with self.assertRaisesRegex(Failure, r"To take them over: `takeOver: \[docker\]` of this host allows it, where a container made by hand works with them; else dump"):
            volume.apply(by_hand)
        store.write(takeover.KIND, takeover.NAME, {"words": ["docker"]})
        self.assertIn("neither their administrator", self.refused("pg", "postgres", "15.6"))
        volume.apply(by_hand)
        self.assertEqual(self.said, ["volume pg: was here before, with data of PostgreSQL 15"])
        self.assertIsNone(store.read("volumes", "pg"))
        with self.assertRaisesRegex(Failure, "holds data of PostgreSQL 15; PostgreSQL 16 is another"):
            volume.apply({**by_hand, "version": "16.1"})

    def test_keycloaks_tables_are_of_one_major_version_too(self):
        self.serves("pg", "postgres", "15.6")
        self.put("/volumes/pg/PG_VERSION", "15\n")
        # Refused by its image, or never healthy.
        volume.apply(wanted("pg", "keycloak", "24.0.7"))
        for version in ("23.0.7", "23.0.1"):
            self.serves("pg", "keycloak", version)
        self.assertRegex(self.refused("pg", "keycloak", "24.0.1"), "volume pg: holds data of Keycloak 23; Keycloak 24 is another major version.*\n.*kc.sh export")
        self.serves("pg", "postgres", "15.7")
        self.assertIn("Keycloak 24 is another", self.refused("pg", "keycloak", "24.0.1"))

    def test_keycloaks_tables_go_with_their_volume(self):
        self.serves("pg", "postgres", "15.6")
        self.put("/volumes/pg/PG_VERSION", "15\n")
        self.serves("pg", "keycloak", "23.0.7")
        os.unlink(self.root + "/volumes/pg/PG_VERSION")
        self.serves("pg", "postgres", "15.6")
        self.put("/volumes/pg/PG_VERSION", "15\n")
        self.serves("pg", "keycloak", "24.0.1")
        self.assertEqual(store.read("volumes", "pg@keycloak")["major"], 24)

    def test_those_of_kafka_and_zookeeper(self):
        for name, engine, sign, title in (("kafka_data", "kafka", "meta.properties", "Kafka"), ("zookeeper_data", "zookeeper", "version-2/log.1", "ZooKeeper")):
            with self.subTest(engine):
                self.put("/volumes/%s/%s" % (name, sign), "")
                self.assertIn("holds data of %s, not of Redis. Give Redis a volume of another name (of Flowra and CoreFlow: volumes.redis)" % title,
                              self.refused(name, "redis", "7.2.4"))
                self.serves(name, engine, "7.9.6")
                self.assertEqual(self.said[-1], "volume %s: was here before, with data of %s" % (name, title))
                self.assertEqual(store.read("volumes", name)["major"], 7)
                self.assertIn("To move to it: dump the data", self.refused(name, engine, "8.0.0"))
                self.assertIn("(of CoreFlow: volumes.%s)" % engine, self.refused(name, engine, "8.0.0"))

    def test_another_database_is_refused(self):
        self.put("/volumes/data/PG_VERSION", "15\n")
        with self.assertRaisesRegex(Failure, "volume data: holds data of PostgreSQL, not of MongoDB. Give MongoDB a volume of another name .of Flowra: volumes.mongodb"):
            volume.apply(wanted("data", "mongodb", "6.0.20"))

    def test_a_docker_that_is_silent(self):
        self.answers["docker volume inspect"] = runner.Result(1, "", "Cannot connect to the Docker daemon")
        with self.assertRaisesRegex(Failure, "docker: does not answer on this host\n    Cannot connect"):
            volume.apply(wanted("data", "mongodb", "6.0.20"))

    def test_the_document(self):
        shape = document.fields({"owner": document.string(), **volume.SHAPE})
        with self.assertRaisesRegex(Failure, r'version: must be a version such as "6.0.20", got "latest"'):
            document.checked(wanted("data", "mongodb", "latest"), shape)
