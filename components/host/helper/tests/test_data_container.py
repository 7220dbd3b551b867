import grp
import json

from tests import OnHost

import data_container
import docker_access
import document
import image
import runner
import store
from errors import Failure

IMAGE = "docker.io/library/mongo@sha256:" + "1" * 64


class Images(OnHost):
    def setUp(self):
        super().setUp()
        self.config = {}
        self.here = True
        self.answers["docker image inspect"] = lambda _: (
            json.dumps([{"Id": "sha256:2", "Config": self.config}]) if self.here else runner.Result(1, "", "Error: No such image: x"))
        self.answers["docker pull"] = self._pull

    def _pull(self, _):
        self.here = True
        return ""

    def apply(self, version="6.0.20"):
        return image.apply({"owner": "urn:a", "image": IMAGE, "service": "mongodb", "version": version})

    def pulls(self):
        return [command for command in self.commands if command.startswith("docker pull")]

    def test_is_pulled_once(self):
        self.here = False
        self.assertEqual(self.apply(), {"image": IMAGE, "version": "6.0.20"})
        self.apply()
        self.assertEqual(self.pulls(), ["docker pull --quiet " + IMAGE])

    def test_that_says_another_version_than_its_release(self):
        for config in ({"Env": ["PATH=/bin", "MONGO_VERSION=7.0.5"]}, {"Labels": {"org.opencontainers.image.version": "7.0.5"}}):
            self.config = config
            with self.assertRaisesRegex(Failure, "is said to hold mongodb 6.0.20, but says itself that it holds 7.0.5. Correct the release file"):
                self.apply()

    def test_that_says_the_same_or_nothing(self):
        for config in ({"Env": ["MONGO_VERSION=6.0.20"]}, {"Env": ["PG_VERSION=6.0"]}, {"Labels": {"version": "6.0.20-rc1"}}, {"Labels": {"version": "nightly"}}, {}):
            self.config = config
            self.apply()


class Containers(OnHost):
    def test_is_limited(self):
        self.answers["docker container inspect"] = '[{"State": {"Running": true, "Status": "running", "ExitCode": 0}, "Config": {"Labels": {}}}]'
        wanted = {"owner": "urn:a", "container": "flowra-mongodb", "id": "0123456789ab", "pids": 1024}
        self.assertEqual(data_container.apply(wanted), {"container": "flowra-mongodb", "pids": 1024})
        self.assertEqual(self.commands[-1], "docker update --pids-limit 1024 flowra-mongodb")

    def test_that_works_has_written_down_what_is_in_its_volume(self):
        self.answers["docker container inspect"] = '[{"State": {"Running": true, "Status": "running", "ExitCode": 0}, "Config": {"Labels": {}}}]'
        self.answers["docker volume inspect"] = '[{"Name": "pg", "Mountpoint": "/volumes/pg"}]'
        wanted = {"owner": "urn:a", "container": "flowra-keycloak", "id": "0123456789ab", "pids": 1024,
                  "data": {"volume": "pg", "engine": "keycloak", "version": "23.0.7"}}
        document.checked(wanted, document.fields({"owner": document.string(), **data_container.SHAPE}))
        data_container.apply(wanted)
        self.assertEqual(store.read("volumes", "pg@keycloak"), {"owner": "urn:a", "engine": "keycloak", "major": 23})

    def test_that_is_gone(self):
        self.answers["docker container inspect"] = runner.Result(1, "", "Error: No such container: flowra-mongodb")
        with self.assertRaisesRegex(Failure, "container flowra-mongodb: is not on this host"):
            data_container.apply({"owner": "urn:a", "container": "flowra-mongodb", "id": "0123456789ab", "pids": 1024})


class Access(OnHost):
    def setUp(self):
        super().setUp()
        self.members = ["someone"]
        self._patch(grp, "getgrnam", lambda _: grp.struct_group(("docker", "x", 999, self.members)))
        self.answers["gpasswd --add"] = lambda argv: self.members.append(argv[2]) or ""
        self.answers["gpasswd --delete"] = lambda argv: self.members.remove(argv[2]) or ""

    def test_is_given_once_and_taken_back(self):
        wanted = {"owner": "urn:a", "user": "deploy"}
        self.assertEqual(docker_access.apply(wanted), {"user": "deploy", "group": "docker"})
        docker_access.apply({**wanted, "owner": "urn:b"})
        self.assertEqual(self.members, ["someone", "deploy"])
        self.assertEqual(docker_access.remove(wanted), {"user": "deploy", "removed": False})
        self.assertEqual(docker_access.remove({**wanted, "owner": "urn:b"}), {"user": "deploy", "removed": True})
        self.assertEqual(self.members, ["someone"])

    def test_that_others_gave_stays(self):
        for name in ("someone", "root"):
            docker_access.apply({"owner": "urn:a", "user": name})
            docker_access.remove({"owner": "urn:a", "user": name})
        self.assertEqual((self.members, self.commands), (["someone"], []))

    def test_without_docker(self):
        def none(_):
            raise KeyError
        self._patch(grp, "getgrnam", none)
        with self.assertRaisesRegex(Failure, "group docker: is not on this host; docker has to be installed first"):
            docker_access.apply({"owner": "urn:a", "user": "deploy"})
