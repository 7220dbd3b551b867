"""What the tests of releases share: a host with the fake docker, documents, and helpers that are killed."""

import copy
import json
import os
import shutil

from tests import OnHost
from tests.fake_docker import Clock, FakeDocker

import drain
import images
import probe
import release
import runner
import store

ENVIRONMENT = "/srv/shop/staging/environments/.env.staging"
UPSTREAM = "/etc/nginx/flowfleet/services/shop-staging-backend.conf"
COMPOSE = "/srv/shop/staging/docker-compose.staging.yml"


def document(image, **more):
    digest = image.split(":")[-1][:8]
    return copy.deepcopy({
        "owner": "urn:a", "service": "shop-staging-backend", "release": {"image": image, "builtAt": "2026-11-20T10:00:00Z"},
        "container": "shop-staging-backend-" + digest,
        "compose": {"project": "shop-staging", "service": "backend", "directory": "/srv/shop/staging", "file": "docker-compose.staging.yml"},
        "network": "shop", "addresses": ["10.90.2.10", "10.90.2.11"], "port": 8000, "hosts": {"backend": "10.90.2.1"},
        "environment": {"LEVEL": "info"}, "secrets": {"file": ENVIRONMENT, "revision": "1"}, "user": "10001:10001", "readOnly": True, "tmpfs": {"/tmp": 64},
        "capabilities": [], "limits": {"memory": 1024, "cpus": 1, "pids": 256}, "logs": {"size": 10, "files": 5},
        "health": {"path": "/api/health", "command": ["CMD-SHELL", "curl -fsS http://localhost:8000/api/health"],
                   "interval": 30, "timeout": 10, "retries": 3, "startPeriod": 40},
        "deadline": 160, "overlap": "allowed", "drain": 30, "stopTimeout": 30, "pullTimeout": 600,
        "nginx": {UPSTREAM: ["upstream shop-staging-backend {", "  server @address@:8000;", "}"]}, **more})


class Releasing(OnHost):
    """Every command of a release is answered by `self.docker`; at its end no moment may have been an outage."""

    def setUp(self):
        super().setUp()
        self.clock = Clock()
        for module in (probe, drain, images):
            self._patch(module, "time", self.clock)
        self.docker = FakeDocker(self.root + "/docker.json", self.clock)
        self._patch(runner, "run", self.docker.run)
        self._patch(probe, "ask", self.docker.ask)
        # Without line ends, which only Python's slow encoder can.
        self._patch(store, "encode", lambda record: json.dumps(record, sort_keys=True).encode())
        self.put(ENVIRONMENT, "JWT_SECRET='hush now'\n", 0o600)
        self.put("/etc/nginx/nginx.conf", "")
        self.good, self.next, self.third = (self.docker.image(digit) for digit in "123")

    def apply(self, wanted):
        """A whole call whose result was read."""
        outcome = release.apply(wanted)
        if outcome.finish:
            outcome.finish()
        return outcome.result

    def killed(self, wanted, step):
        """Runs a call in a process that dies at that step. Returns whether it died, or came to its end before."""
        writing = store.write_file

        def write(*arguments):
            self.docker.step()
            writing(*arguments)

        child = os.fork()
        if child == 0:
            try:
                store.write_file = write
                self.docker.steps, self.docker.die_at = 0, step
                self.apply(wanted)
                self.docker.save()
                os._exit(0)
            except BaseException:
                os._exit(1)
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        self.docker.load()
        shutil.rmtree(self.root + "/run/flowfleet", ignore_errors=True)
        self.assertIn(code, (0, 9))
        return code == 9

    def record(self):
        return store.read("services", "shop-staging-backend")

    def ran(self, start):
        return [command for command in self.docker.state["commands"] if command.startswith(start)]

    def host(self):
        """All that a release may leave on a host, to compare."""
        state = self.docker.state
        containers = {name: (one["status"], one["ip"], one["restart"], one["argv"]) for name, one in state["containers"].items()}
        return json.loads(json.dumps([containers, sorted(state["images"]), state["loaded"], self.tree("/etc"), self.tree("/srv"), self.tree("/var/lib")], default=str))
