import datetime
import json
import os
import time
import unittest

from tests import OnHost

import document
import liveness
import liveness_targets
import locks
import pm2
import probe
import runner
import store
from errors import Failure, Refused

WANTED = {"owner": "urn:a", "service": "shop-api", "target": {"service": "shop-api"}, "probe": {"path": "/health", "port": 8080}, "every": 10, "timeout": 5,
          "failures": 3, "startPeriod": 30}
UNITS = "/etc/systemd/system/flowfleet-liveness-shop-api."


class Liveness(OnHost):
    def setUp(self):
        super().setUp()
        self.main, self.age, self.health, self.asked = os.getpid(), 100, None, []
        self.state, self.config = {}, {}
        self.answers.update({"docker container inspect": self.inspect, "docker ps": "shop-api-1\n", "systemctl is-enabled": runner.Result(1)})
        self._patch(probe, "ask", lambda *how: self.asked.append(how) or self.health)
        self.serve({"image": "x"})

    def serve(self, of):
        serving = {"document": of, "id": "1", "address": "10.9.0.10", "user": None, "environment": None, "compose": None}
        store.write("services", "shop-api", {"owner": "urn:a", "serving": serving, "attempt": None})

    def inspect(self, argv):
        began = datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(seconds=self.age)
        return json.dumps([{"State": {**self.state, "Status": "running", "Pid": self.main, "StartedAt": began.strftime("%Y-%m-%dT%H:%M:%S.123456789Z")}, "Config": self.config,
                            "NetworkSettings": {"Networks": {"shop": {"IPAddress": "10.9.0.11"}}}}])

    def set_up(self, **more):
        outcome = liveness.apply({**WANTED, **more})
        outcome.finish()
        self.commands.clear()

    def checked(self, times=1):
        """What a number of checks restarted."""
        self.commands.clear()
        for _ in range(times):
            liveness.check("shop-api")
        return [one for one in self.commands if "restart" in one or "kill" in one]

    RESTARTED = ["docker kill --signal CONT shop-api-1", "docker restart -t 10 shop-api-1"]
    # Of data: docker itself takes the container's own stop timeout.
    RESTARTED_DATA = ["docker kill --signal CONT shop-db", "docker restart shop-db"]

    def test_its_document_is_taken_and_others_are_told_what_it_takes(self):
        check = document.fields({"owner": document.string(), **liveness.SHAPE})
        for more in ({}, {"target": {"container": "shop-db"}, "probe": {"command": ["ping"]}}, {"probe": {"process": True}}):
            document.checked({**WANTED, **more}, check)
        with self.assertRaises(Refused) as caught:
            document.checked({**WANTED, "target": {}, "probe": {"path": "/", "process": True}}, check)
        self.assertEqual(caught.exception.problems, [
            "target: must have the keys of one of (service) or (container); got {}",
            'probe: must have the keys of one of (path, port) or (command) or (process); got {"path": "/", "process": true}'])
        with self.assertRaisesRegex(Refused, "probe.command: is for a container"):
            liveness.apply({**WANTED, "probe": {"command": ["ping"]}})

    def test_a_timer_and_what_it_starts(self):
        liveness.apply(WANTED).finish()
        self.assertEqual(self.text(UNITS + "service"), """# Written by Flowfleet.
[Unit]
Description=Restart shop-api if it does not live
After=docker.service

[Service]
Type=oneshot
TimeoutStartSec=1805
ExecStart=/usr/local/lib/flowfleet/helper liveness check shop-api
# Six runs a minute: only what they say goes to the journal.
SyslogLevel=notice
LogLevelMax=notice
""")
        self.assertEqual(self.text(UNITS + "timer"), """# Written by Flowfleet.
[Unit]
Description=Look whether shop-api lives

[Timer]
OnActiveSec=10s
OnUnitActiveSec=10s
AccuracySec=1s

[Install]
WantedBy=timers.target
""")
        self.assertEqual([one for one in self.commands if " is-" not in one and "reset" not in one], [
            "systemctl daemon-reload", "systemctl enable --now --quiet flowfleet-liveness-shop-api.timer", "systemctl restart flowfleet-liveness-shop-api.timer"])
        self.commands.clear()
        liveness.apply(WANTED).finish()
        self.assertEqual(self.commands, [])

    def test_undone_it_watches_as_before(self):
        liveness.apply(WANTED).undo()
        self.assertEqual((self.tree(), store.read("liveness", "shop-api")), ({}, None))
        self.set_up()
        before = self.tree()
        liveness.apply({**WANTED, "every": 20, "failures": 9}).undo()
        self.assertEqual((self.tree(), store.read("liveness", "shop-api")["failures"]), (before, 3))

    def test_only_its_owner_takes_it_away(self):
        self.set_up()
        liveness.remove({**WANTED, "owner": "urn:former"})
        self.assertEqual(len(self.tree("/etc/systemd/system")), 2)
        liveness.remove(WANTED)
        self.assertEqual((self.tree(), store.names("liveness")), ({}, []))
        self.assertEqual([one for one in self.commands if one.startswith("systemctl") and " is-" not in one],
                         ["systemctl disable --now --quiet flowfleet-liveness-shop-api.timer", "systemctl daemon-reload"])
        liveness.check("shop-api")

    def test_what_fails_so_many_times_in_a_row_is_restarted(self):
        self.set_up()
        self.health = "did not answer within 5 s"
        self.assertEqual(self.checked(2), [])
        self.health = None
        self.assertEqual(self.checked(), [])
        self.health = "answered 503"
        self.assertEqual(self.checked(2), [])
        self.assertEqual(self.checked(), self.RESTARTED)
        self.assertEqual(self.said[-2:], ["shop-api-1: http://10.9.0.11:8080/health answered 503 (3 of 3)", "shop-api-1: restarting it"])
        self.assertEqual(self.asked[0], ("10.9.0.11", 8080, "/health", 5))
        self.assertEqual(self.checked(2), [])

    def test_while_it_comes_up_nothing_counts(self):
        self.set_up()
        self.health, self.age = "answered 503", 25
        self.assertEqual((self.checked(9), self.asked), ([], []))
        self.main = 2**30
        self.assertEqual(self.checked(3), self.RESTARTED)
        self.assertIn("shop-api-1: its main process has ended (3 of 3)", self.said)

    def test_never_while_a_release_of_the_service_is_under_way(self):
        self.set_up(failures=1)
        self.health = "answered 503"
        ready, go_on = os.pipe(), os.pipe()
        child = os.fork()
        if child == 0:
            with locks.hold("service-shop-api"):
                os.write(ready[1], b"x")
                os.read(go_on[0], 1)
            os._exit(0)
        os.read(ready[0], 1)
        began = time.monotonic()
        self.assertEqual(self.checked(), [])
        self.assertLess(time.monotonic() - began, 1)
        os.write(go_on[1], b"x")
        os.waitpid(child, 0)
        self.assertEqual(self.checked(), self.RESTARTED)

    def test_nor_what_a_release_put_in_its_place_meanwhile(self):
        self.set_up(failures=1)

        def released(*how):
            self.main = 1
            return "did not answer"
        self._patch(probe, "ask", released)
        self.assertEqual(self.checked(), [])

    def test_what_does_not_run_is_left_alone(self):
        self.set_up(failures=1)
        self.health = "did not answer"
        for answer in (runner.Result(1, "", "Cannot connect to the Docker daemon"), '[{"State": {"Status": "exited"}}]', '[{"State": {"Status": "paused"}}]'):
            self.answers["docker container inspect"] = answer
            self.assertEqual(self.checked(), [])
        self.answers["docker ps"] = runner.Result(1, "", "Cannot connect to the Docker daemon")
        self.assertEqual(self.checked(), [])
        store.remove("services", "shop-api")
        self.assertEqual(self.checked(), [])

    def test_a_command_in_a_container(self):
        self.set_up(target={"container": "shop-db"}, probe={"command": ["mongosh", "--quiet"]}, failures=2)
        self.answers["docker exec shop-db mongosh --quiet"] = runner.Result(0)
        self.assertEqual(self.checked(2), [])

        def hangs(argv):
            raise Failure("docker exec: no end after 5 s, stopped")
        for answer in (runner.Result(7), hangs):
            self.answers["docker exec shop-db mongosh --quiet"] = answer
            self.assertEqual(self.checked(2), self.RESTARTED_DATA)
        self.assertIn("shop-db: mongosh: exit status 7 (1 of 2)", self.said)

    def test_what_docker_calls_unhealthy(self):
        self.set_up(target={"container": "shop-db"}, probe={"process": True})
        self.state = {"Health": {"Status": "unhealthy"}}
        self.assertEqual(self.checked(2), [])
        self.assertEqual(self.checked(), self.RESTARTED_DATA)
        self.assertIn("shop-db: is unhealthy by its own health check (3 of 3)", self.said)
        self.age = 29
        self.assertEqual(self.checked(9), [], "it may still come up")
        self.age = 100
        for status in ("healthy", "starting", "none"):
            self.state = {"Health": {"Status": status}}
            self.assertEqual(self.checked(9), [])

    def test_data_get_as_long_to_end_as_their_container_says(self):
        self.set_up(target={"container": "shop-db"}, probe={"process": True}, failures=1)
        self.state, waited = {"Health": {"Status": "unhealthy"}}, []
        run = runner.run
        self._patch(runner, "run", lambda argv, **how: (waited.append(how["timeout"]) if argv[1] == "restart" else None) or run(argv, **how))
        for self.config in ({}, {"StopTimeout": 60}):
            self.assertEqual(self.checked(), self.RESTARTED_DATA)
        self.assertEqual(waited, [130, 180])

    def test_what_is_asked_by_itself_is_not_judged_by_dockers_own_check_too(self):
        self.set_up()
        self.state = {"Health": {"Status": "unhealthy"}}
        self.assertEqual(self.checked(9), [])

    def test_a_process(self):
        self.set_up(probe={"process": True}, failures=1)
        child = os.fork()
        if child == 0:
            time.sleep(60)
        self.main = child
        self.assertEqual(self.checked(), [])
        os.kill(child, 19)
        os.waitpid(child, os.WUNTRACED)
        self.assertEqual(self.checked(), self.RESTARTED)
        self.assertIn("shop-api-1: its main process is stopped (1 of 1)", self.said)
        os.kill(child, 9)
        os.waitid(os.P_PID, child, os.WEXITED | os.WNOWAIT)
        self.assertEqual(self.checked(), self.RESTARTED)
        self.assertIn("shop-api-1: its main process is a zombie (1 of 1)", self.said)
        os.waitpid(child, 0)
        self.assertEqual(self.checked(), self.RESTARTED)
        self.assertIn("shop-api-1: its main process has ended (1 of 1)", self.said)

    def test_processes_of_PM2(self):
        serving = {"document": {"service": "shop-api", "pm2": {"user": "shop", "home": "/home/shop", "way": "port", "name": "api"}, "stopTimeout": 5}, "id": "0123abcd",
                   "slot": "b", "port": 23000, "address": "127.0.0.1", "environment": None}
        store.write("services", "shop-api", {"owner": "urn:a", "serving": serving, "attempt": None})
        listed = [{"name": "api-b", "pm_id": 7, "pid": self.main, "pm2_env": {"status": "online", "pm_pid_path": "/x/flowfleet.shop-api.0123abcd-7.pid"}}]
        self._patch(pm2, "principal", lambda who: (7, 7))
        self._patch(pm2, "_answers", lambda who: True)
        self.answers.update({"systemctl show --property LoadState": "LoadState=loaded\nActiveState=active\n",
                             "setpriv": lambda argv: json.dumps(listed) if "jlist" in argv else ""})
        self.health = "answered 503"
        self.set_up()
        # PM2 took its file away when somebody stopped it.
        self.assertEqual((self.checked(3), self.asked), ([], []))
        file = "/home/shop/.pm2/pids/flowfleet.shop-api.0123abcd-7.pid"
        self.put(file, str(self.main))
        self.assertEqual((self.checked(3), self.asked), ([], []))
        os.utime(self.root + file, (0, 0))
        self.assertEqual(self.checked(2), [])
        self.assertRegex(self.checked(1)[0], r"^setpriv --reuid=7 .* sh pm2 restart 7$")
        self.assertEqual((self.asked[0], len(self.asked)), (("127.0.0.1", 23000, "/health", 5), 3))
        self.assertIn("api-b: http://127.0.0.1:23000/health answered 503 (1 of 3)", self.said)
        self.health = None
        # Of a daemon that was killed.
        self.put(file.replace("-7.", "-3."), "999999999")
        os.utime(self.root + file.replace("-7.", "-3."), (0, 0))
        self.put("/home/shop/.pm2/pm2.pid", "4711")
        os.utime(self.root + "/home/shop/.pm2/pm2.pid", (10, 10))
        os.utime(self.root + file, (20, 20))
        self.assertEqual(self.checked(3), [])
        self.put(file, "999999999")
        self.assertEqual(len(self.checked(3)), 1)
        self.assertIn("api-b: its main process has ended (3 of 3)", self.said)

    def test_a_unit(self):
        self.serve({"unit": {}})
        self.set_up(failures=1)
        self.health = "answered 503"
        restarted = ["systemctl restart shop-api.service"]
        for state, age, expected in (("active", 100, restarted), ("active", 20, []), ("failed", 100, restarted), ("inactive", 100, []), ("activating", 100, [])):
            self.answers["systemctl show shop-api.service"] = ("ActiveState=%s\nMainPID=%d\nStateChangeTimestampMonotonic=%d\n"
                                                              % (state, os.getpid(), (time.monotonic() - age) * 1e6))
            with self.subTest(state=state, age=age):
                self.assertEqual(self.checked(), expected)
        self.assertEqual(self.asked[0], ("10.9.0.10", 8080, "/health", 5))


class Reading(unittest.TestCase):
    def test_times_of_docker(self):
        now = datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%S")
        for text in (now + "Z", now + ".1Z", now + ".123456789Z"):
            self.assertTrue(-1 < liveness_targets._seconds_since(text) < 5)


if __name__ == "__main__":
    unittest.main()
