import json
import os
import time

from tests import OnHost

import health
import pm2
import probe
import runner
from errors import Failure

WANTED = {"units": ["nginx.service", "pm2-shop.service"], "containers": ["shop-postgres"], "endpoints": {"api": {"port": 3000, "path": "/health", "timeout": 5}},
          "pm2": {"user": "shop", "home": "/opt/shop"}, "disk": {"folders": ["/"], "most": 100}, "memory": {"least": 5},
          "logs": {"files": ["/opt/shop/logs/*.log", "/opt/shop/logs/api.log"], "most": 1}}


class Health(OnHost):
    def setUp(self):
        super().setUp()
        self.states, self.answer = {}, None
        self.container = {"State": {"Status": "running", "Health": {"Status": "healthy"}}}
        self.listed = [{"name": "api-a", "id": 3, "status": "online", "restarts": 2}]
        self.answers.update({"systemctl is-active": lambda argv: self.states.get(argv[-1], "active\n"),
                             "docker container inspect": lambda _: json.dumps([self.container]) if self.container else runner.Result(1, "", "Error: No such container: x")})
        self._patch(probe, "ask", lambda *_: self.answer)
        self._patch(pm2, "processes", lambda who: self.listed)
        self.put("/proc/meminfo", "MemTotal:       1000 kB\nMemAvailable:    500 kB\n")
        self.log("all is well\n")
        self.settings()

    def settings(self, **more):
        self.put("/etc/flowfleet/health/shop.json", json.dumps({**WANTED, **more}))

    def log(self, text, name="api.log"):
        self.put("/opt/shop/logs/" + name, text)

    def told(self):
        """What is wrong, line by line."""
        try:
            health.check("shop")
        except Failure as failure:
            return [line[4:] for line in str(failure).splitlines()[1:]]
        return []

    def test_all_is_well(self):
        self.assertEqual((self.told(), self.told()), ([], []))
        self.assertEqual(self.said[-1], "shop: all is well")

    def test_all_that_is_wrong_is_told_at_once(self):
        self.told()
        self.states["nginx.service"] = "failed\n"
        self.container["State"]["Health"]["Status"] = "unhealthy"
        self.answer = "answered 500"
        self.listed[0]["status"] = "errored"
        self.put("/proc/meminfo", "MemTotal:       1000 kB\nMemAvailable:     40 kB\n")
        disk = os.statvfs_result((4096, 4096, 1000, 100, 50, 1000, 900, 900, 0, 255))
        self._patch(os, "statvfs", lambda _: disk)
        self.settings(disk={"folders": ["/"], "most": 90})
        self.log("all is well\nError: one\n[error] two\nno terror\n")
        self.assertEqual(self.told(), [
            "nginx.service is failed (systemctl status nginx.service)",
            "container shop-postgres is unhealthy (docker logs shop-postgres)",
            "api answered 500 at http://127.0.0.1:3000/health",
            "process api-a 3 of PM2 is errored",
            "disk of /: 94% used, 90% may be",
            "memory: 4% available, 5% must be",
            "logs: 2 new lines with errors in /opt/shop/logs/*.log, /opt/shop/logs/api.log, 1 may be"])

    def test_a_container_that_is_gone_or_stopped(self):
        self.container["State"] = {"Status": "exited"}
        self.assertEqual(self.told(), ["container shop-postgres is exited (docker logs shop-postgres)"])
        self.container = None
        self.assertEqual(self.told(), ["container shop-postgres is gone (docker logs shop-postgres)"])

    def test_a_docker_that_is_away(self):
        self.answers["docker container inspect"] = runner.Result(1, "", "Cannot connect to the Docker daemon")
        self.assertEqual(self.told(), ["docker: does not answer on this host"])

    def test_what_is_away_while_something_is_changed_is_looked_at_again(self):
        waited = []

        def back(seconds):
            waited.append(seconds)
            self.container["State"] = {"Status": "running"}

        self._patch(time, "sleep", back)
        place = self.root + "/run/flowfleet/locks/container-shop-postgres"
        self.put("/run/flowfleet/locks/backup-shop", "")
        self.put("/proc/7/stat", "")
        # At work; a moment ago; killed long ago; ended long ago: who is away then is so at once.
        for text, since, told in (('{"pid": 7}', 900, 0), ("", 5, 0), ('{"pid": 8}', 900, 1), ("", 900, 1)):
            with self.subTest((text, since)):
                self.put("/run/flowfleet/locks/container-shop-postgres", text)
                os.utime(place, (time.time() - since,) * 2)
                self.container["State"] = {"Status": "exited"}
                self.assertEqual(len(self.told()), told)
        self.assertEqual(waited, [60, 60])

    def test_so_is_a_process_that_ends(self):
        def ended(_seconds):
            self.listed[0]["status"] = "online"

        self._patch(time, "sleep", ended)
        self.put("/run/flowfleet/locks/service-shop-api", "")
        self.listed[0]["status"] = "stopping"
        self.assertEqual(self.told(), [])

    def test_what_stays_away_is_told_all_the_same(self):
        self._patch(time, "sleep", lambda seconds: None)
        self.put("/run/flowfleet/locks/host", "")
        self.container["State"] = {"Status": "exited"}
        self.assertEqual(self.told(), ["container shop-postgres is exited (docker logs shop-postgres)"])

    def test_restarts_since_the_last_look(self):
        self.told()
        self.listed[0]["restarts"] = 5
        self.assertEqual(self.told(), ["process api-a 3 of PM2 was restarted 3 times since the last look"])
        self.assertEqual(self.told(), [])

    def test_a_daemon_that_is_away_is_not_asked_which_would_start_it(self):
        self.states["pm2-shop.service"] = "inactive\n"
        self._patch(pm2, "processes", lambda who: self.fail("asked"))
        self.assertEqual(self.told(), ["pm2-shop.service is inactive (systemctl status pm2-shop.service)"])

    def test_errors_count_once_and_from_the_first_look_on(self):
        self.log("error\nerror\nerror\n")
        self.assertEqual(self.told(), [])
        self.log("error\nerror\nerror\nerror\n")
        self.assertEqual(self.told(), [])
        self.log("error\nerror\n")
        self.assertEqual(self.told(), ["logs: 2 new lines with errors in /opt/shop/logs/*.log, /opt/shop/logs/api.log, 1 may be"])
        self.log("error\nerror\n", "new.log")
        self.assertEqual(len(self.told()), 1)

    def test_what_is_no_plain_file_is_left_alone(self):
        os.mkfifo(self.root + "/opt/shop/logs/pipe.log")
        os.symlink("/dev/zero", self.root + "/opt/shop/logs/link.log")
        self.assertEqual((self.told(), self.told()), ([], []))

    def test_without_pm2_and_logs(self):
        self.settings(pm2=None, logs=None)
        self.assertEqual(self.told(), [])
