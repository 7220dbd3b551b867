from tests import OnHost

import actions
import docker_daemon
import store
import takeover
from errors import Failure


class Daemon(OnHost):
    """Docker on a host with a container that Compose made."""

    def setUp(self):
        super().setUp()
        self.answers.update({"docker ps": "com.docker.compose.project=infra,a=b\n", "docker info": "true\n"})
        self._patch(docker_daemon, "_PATIENCE", 0)
        store.write(takeover.KIND, takeover.NAME, {"words": ["docker"]})

    def told(self):
        self.commands.clear()
        actions.perform("restart docker")
        return [command for command in self.commands if command.startswith("systemctl re") and "reset" not in command]

    def test_is_reloaded_where_it_would_end_what_is_not_ours(self):
        self.assertEqual(self.told(), ["systemctl reload docker"])
        self.assertIn("docker: was reloaded, not restarted", self.said[0])

    def test_is_restarted_where_nothing_else_runs_or_nothing_is_taken_over(self):
        self.answers["docker ps"] = "flowfleet.data=x,com.docker.compose.project=coreflow\nflowfleet.service=y\n"
        self.assertEqual(self.told(), ["systemctl restart docker"])
        self.answers["docker ps"] = "\n"
        self.assertEqual(self.told(), ["systemctl reload docker"])
        store.write(takeover.KIND, takeover.NAME, {"words": ["nginx"]})
        self.assertEqual(self.told(), ["systemctl restart docker"])

    def test_that_does_not_listen(self):
        self.answers["docker info"] = "false\n"
        with self.assertRaisesRegex(Failure, "docker: does not take its settings by a reload.*It was not restarted"):
            self.told()

    def test_settings_of_before_that_nothing_takes_over(self):
        self.assertEqual(docker_daemon.problems(), [])
        self.put(docker_daemon.PLACE, '{"live-restore": true, "data-root": "/srv/docker"}')
        self.assertEqual(docker_daemon.problems(), ["files: /etc/docker/daemon.json says data-root, which ours does not: remove it there, once Docker needs it no more"])
        self.put(docker_daemon.PLACE, "{")
        self.assertEqual(docker_daemon.problems(), ["files: /etc/docker/daemon.json is not readable as JSON"])
