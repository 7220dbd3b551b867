import unittest

from tests import OnHost
from tests.fake_docker import Clock

import archives
import document
import images
import job
import job_container
import progress
import runner
import store
from errors import CallerGone, Failure, Interrupted

IMAGE = "registry.example.com/shop/migrator@sha256:" + "1" * 64
SECRETS = "/opt/shop/.env"
BUILT = {"builtAt": "2026-11-20T10:00:00Z"}
COMMON = {"owner": "urn:a", "job": "shop-migrator", "environment": {"LEVEL": "info"}, "secrets": {"file": SECRETS},
          "limits": {"memory": 256, "cpus": 0.5, "pids": 64}, "deadline": 600}
CONTAINER = {**COMMON, "run": {"type": "container", "release": {"image": IMAGE, **BUILT}, "command": ["up"], "network": "shop",
                               "hosts": {"api": "10.9.0.1"}, "user": "10001:10001", "tmpfs": {"/tmp": 64}, "pullTimeout": 60}}
UNIT = {**COMMON, "run": {"type": "unit", "release": {"archive": "https://releases.example.com/a.tar.gz", "sha256": "2" * 64, **BUILT},
                          "directory": "/opt/shop", "executable": "bin/migrator", "arguments": ["up", "$HOME"], "user": "shop",
                          "sandbox": ["PrivateTmp=yes"], "downloadTimeout": 60}}


class InContainer(OnHost):
    def setUp(self):
        super().setUp()
        self.clock = Clock()
        self._patch(job_container, "time", self.clock)
        self._patch(job, "time", self.clock)
        self._patch(job_container.secrets, "token_hex", lambda length: "0a1b2c3d")
        self.put(SECRETS, "PASSWORD='hush now'\n", 0o600)
        self.here, self.containers, self.seen = set(), {}, {}
        self.ends_after, self.status, self.printed = 3, 0, "migrated with hush now\n"
        self._patch(images, "facts", lambda image: {"name": image, "id": "x", "entrypoint": ["/migrator"], "command": ["help"]} if image in self.here else None)
        self._patch(images, "pull", lambda image, patience: self.here.add(image))
        self._patch(images, "remove", lambda image: self.here.difference_update({image}))
        self.answers.update({"docker ps": lambda argv: "\n".join(self.containers), "docker create": self.create, "docker start": self.start,
                             "docker container inspect": self.inspect, "docker rm": lambda argv: str(self.containers.pop(argv[-1], "")),
                             "docker logs": lambda argv: self.printed, "docker stop": self.stop})

    def create(self, argv):
        self.containers[argv[argv.index("--name") + 1]] = None
        self.seen["variables"] = self.tree("/var/lib")["/var/lib/flowfleet/environments/job-shop-migrator.env"][:2]
        return ""

    def start(self, argv):
        self.containers[argv[-1]] = self.clock.now
        return ""

    def stop(self, argv):
        self.seen["stopped"] = argv[-1]
        return ""

    def inspect(self, argv):
        running = self.clock.now - self.containers[argv[-1]] < self.ends_after
        return ('[{"State": {"Running": %s, "Status": "x", "ExitCode": %d, "OOMKilled": false}, "Config": {"Labels": {}}}]'
                % ("true" if running else "false", 0 if running else self.status))

    def left(self):
        return (self.containers, [path for path in self.tree("/var/lib") if path.endswith(".env")])

    def test_its_document_is_taken(self):
        for wanted in (CONTAINER, UNIT, {**UNIT, "secrets": None}):
            document.checked(wanted, document.fields({"owner": document.string(), **job.SHAPE}))

    def test_it_runs_to_its_end_and_leaves_nothing(self):
        self.assertEqual(job.apply(CONTAINER), {"job": "shop-migrator", "release": IMAGE})
        self.assertEqual([one for one in self.commands if one.startswith("docker create")], [
            "docker create --name shop-migrator-0a1b2c3d --label flowfleet.job=shop-migrator --restart no --network shop --user 10001:10001 --cap-drop ALL "
            "--security-opt no-new-privileges --read-only --memory 256m --memory-swap 256m --cpus 0.5 --pids-limit 64 --log-driver json-file "
            "--log-opt max-size=10m --log-opt max-file=1 --tmpfs /tmp:size=64m --add-host api:10.9.0.1 --env LEVEL=info "
            "--mount type=bind,source=/var/lib/flowfleet/environments/job-shop-migrator.env,target=/run/secrets/env,readonly "
            "--entrypoint /bin/sh %s -c set -a; . /run/secrets/env; set +a; exec \"$@\" sh /migrator up" % IMAGE])
        self.assertEqual(self.seen["variables"], (b"PASSWORD='hush now'\n", "0o100400"))
        self.assertEqual(self.clock.now, 1003.0)
        self.assertEqual(self.left(), ({}, []))

    def test_a_status_is_a_failure_with_its_last_lines_but_no_secret(self):
        self.status = 3
        with self.assertRaises(Failure) as caught:
            job.apply(CONTAINER)
        self.assertEqual(str(caught.exception), "shop-migrator: ended with exit status 3\n  its last lines:\n    migrated with [REDACTED]")
        self.assertEqual(self.left(), ({}, []))
        self.assertIsNone(store.read("jobs", "shop-migrator"))

    def test_the_image_of_one_that_failed_goes_if_it_came_for_it(self):
        self.status = 3
        for before, after in ((set(), set()), ({IMAGE}, {IMAGE})):
            self.here = set(before)
            with self.assertRaises(Failure):
                job.apply(CONTAINER)
            self.assertEqual(self.here, after)

    def test_no_end_in_time_is_a_failure_and_it_is_stopped(self):
        self.ends_after = 9999
        with self.assertRaisesRegex(Failure, "shop-migrator: did not end within 600 s and was stopped\n  its last lines:"):
            job.apply(CONTAINER)
        self.assertEqual((self.seen["stopped"], self.clock.now), ("shop-migrator-0a1b2c3d", 1600.0))
        self.assertEqual(self.left(), ({}, []))

    def test_what_a_cut_short_call_left_goes_first(self):
        self.containers["shop-migrator-old"] = 0.0
        self.answers["docker create"] = lambda argv: self.seen.update(before=dict(self.containers)) or self.create(argv)
        job.apply(CONTAINER)
        self.assertEqual(self.seen["before"], {})

    def test_what_outlived_an_earlier_call_comes_to_its_end_first(self):
        self.containers["shop-migrator-old"] = self.clock.now - 1
        self.ends_after = 60
        job.apply(CONTAINER)
        self.assertEqual((self.said[0], self.seen.get("stopped")),
                         ("shop-migrator: what an earlier call started still runs; waiting for its end, at most 600 s", None))
        self.assertEqual((self.clock.now, self.left()), (1119.0, ({}, [])))

    def test_but_not_for_longer_than_it_may_take(self):
        self.containers["shop-migrator-old"], self.ends_after = self.clock.now, 9999
        with self.assertRaisesRegex(Failure, "shop-migrator: what an earlier call started did not end within 600 s and was stopped"):
            job.apply(CONTAINER)
        self.assertEqual((self.seen["stopped"], self.clock.now), ("shop-migrator-old", 1600.0))

    def test_one_that_hangs_is_stopped_and_goes_when_the_job_does(self):
        job.apply(CONTAINER)
        self.containers["shop-migrator-old"], self.ends_after = self.clock.now, 9999
        self.assertEqual(job.remove(CONTAINER), {"job": "shop-migrator", "removed": True})
        self.assertEqual((self.seen["stopped"], self.left(), self.here, store.names("jobs")), ("shop-migrator-old", ({}, []), set(), []))
        self.assertEqual(self.said[-1], "shop-migrator: what an earlier call started did not end within 600 s and was stopped")

    def test_who_waits_and_goes_away_stops_nothing(self):
        self.containers["shop-migrator-old"] = self.clock.now
        self._patch(job, "caller_gone", lambda: True)
        with self.assertRaises(CallerGone):
            job.apply(CONTAINER)
        self.assertEqual(list(self.containers), ["shop-migrator-old"])

    def built(self, day, digit, **variables):
        """Whether a release of that day of November ran."""
        self.commands.clear()
        self.seen.clear()
        release = {"image": IMAGE[:-1] + digit, "builtAt": "2026-11-%dT10:00:00Z" % day}
        environment = {**CONTAINER["environment"], **variables}
        result = job.apply({**CONTAINER, "environment": environment, "run": {**CONTAINER["run"], "release": release}})
        self.assertEqual(result, {"job": "shop-migrator", "release": release["image"]})
        return "variables" in self.seen

    def test_an_older_build_does_not_run_on_what_a_newer_one_left(self):
        self.assertTrue(self.built(20, "1"))
        self.assertFalse(self.built(19, "0"))
        self.assertEqual(self.said[-1], "shop-migrator: not run: it was built at 2026-11-19T10:00:00Z, and what a newer build did, "
                         "of 2026-11-20T10:00:00Z, stays done")
        self.assertFalse(self.built(18, "2"))
        self.assertTrue(self.built(20, "1"))
        self.assertTrue(self.built(21, "3"))
        self.assertFalse(self.built(20, "1"))

    def test_but_it_does_where_no_newer_one_did_with_the_same_variables(self):
        self.assertTrue(self.built(20, "1"))
        self.assertTrue(self.built(19, "0", DATABASE="other"))
        self.assertFalse(self.built(18, "2", DATABASE="other"))
        self.assertFalse(self.built(19, "0"))
        self.assertNotIn("other", str(store.read("jobs", "shop-migrator")))
        for digit in range(30):
            self.built(19, "0", DATABASE=str(digit))
        self.assertEqual(len(store.read("jobs", "shop-migrator")["runs"]), 20)

    def test_one_that_failed_is_no_measure(self):
        self.assertTrue(self.built(20, "1"))
        self.status = 3
        with self.assertRaises(Failure):
            self.built(22, "2")
        self.status = 0
        self.assertTrue(self.built(21, "3"))

    def test_a_signal_takes_it_away(self):
        def interrupted(argv):
            raise Interrupted("SIGTERM")
        self.answers["docker container inspect"] = interrupted
        with self.assertRaises(Interrupted):
            job.apply(CONTAINER)
        self.assertEqual(self.left(), ({}, []))

    def test_nothing_starts_for_a_caller_that_has_gone_but_what_runs_goes_on(self):
        self._patch(job, "caller_gone", lambda: True)
        with self.assertRaises(CallerGone):
            job.apply(CONTAINER)
        self.assertNotIn("docker create", " ".join(self.commands))
        self._patch(job, "caller_gone", lambda: False)
        self.answers["docker start"] = lambda argv: self._patch(progress, "caller_gone", lambda: True) or self.start(argv)
        job.apply(CONTAINER)

    def test_the_images_of_two_runs_stay(self):
        names = [IMAGE[:-1] + digit for digit in "123"]
        for name in names:
            job.apply({**CONTAINER, "run": {**CONTAINER["run"], "release": {"image": name, **BUILT}}})
        self.assertEqual(self.here, set(names[1:]))
        job.remove({**CONTAINER, "owner": "urn:former"})
        self.assertEqual(self.here, set(names[1:]))
        job.remove(CONTAINER)
        self.assertEqual((self.here, store.names("jobs")), (set(), []))

    def test_without_secrets_the_program_is_its_own_entry_point(self):
        self.answers["docker create"] = lambda argv: self.containers.update({"shop-migrator-0a1b2c3d": None}) or ""
        job.apply({**CONTAINER, "secrets": None})
        self.assertTrue([one for one in self.commands if one.startswith("docker create")][0].endswith("--entrypoint /migrator %s up" % IMAGE))


class AsUnit(OnHost):
    def setUp(self):
        super().setUp()
        self.put(SECRETS, "PASSWORD='hush now'\n", 0o600)
        self.is_here = False
        self._patch(archives, "is_here", lambda release, directory: self.is_here)
        self._patch(archives, "unpack", lambda release, directory, timeout: self.commands.append("unpack"))
        self._patch(archives, "remove", lambda release, directory: self.commands.append("remove " + directory))
        self.answers["docker"] = runner.Result(127)

    def fail(self, shown):
        self.answers.update({"systemd-run": runner.Result(1), "systemctl show flowfleet-job-shop-migrator.service --property Result": shown,
                             "systemctl show flowfleet-job-shop-migrator.service --property InvocationID": "f00\n", "journalctl": "with hush now\n"})
        with self.assertRaises(Failure) as caught:
            job.apply(UNIT)
        return str(caught.exception)

    def test_it_runs_to_its_end_and_leaves_nothing(self):
        job.apply(UNIT)
        self.assertIn("systemctl show flowfleet-job-shop-migrator.service --property ActiveState --value", self.commands)
        self.commands = [one for one in self.commands if "ActiveState" not in one]
        sweep = ["systemctl stop flowfleet-job-shop-migrator.service", "systemctl reset-failed flowfleet-job-shop-migrator.service"]
        folder = "/opt/shop/releases/" + "2" * 16
        self.assertEqual([one for one in self.commands if not one.startswith("docker")], [
            *sweep, "unpack",
            "systemd-run --quiet --wait --service-type=exec --unit flowfleet-job-shop-migrator.service --property User=shop --property WorkingDirectory=/opt/shop "
            "--property RuntimeMaxSec=600 --property TimeoutStopSec=30 --property MemoryMax=256M --property MemorySwapMax=0 --property CPUQuota=50%% "
            "--property TasksMax=64 --property PrivateTmp=yes --property EnvironmentFile=/opt/shop/.env --setenv LEVEL=info %s/bin/migrator up $$HOME" % folder,
            *sweep])

    def test_what_outlived_an_earlier_call_comes_to_its_end_first(self):
        clock, asked = Clock(), "systemctl show flowfleet-job-shop-migrator.service --property ActiveState"
        self._patch(job, "time", clock)
        self.answers[asked] = lambda argv: "active\n" if clock.now < 1030 else "inactive\n"
        self.answers["systemctl stop"] = lambda argv: self.assertGreaterEqual(clock.now, 1030) or ""
        job.apply(UNIT)
        self.assertIn("systemctl stop flowfleet-job-shop-migrator.service", self.commands)

    def test_an_archive_that_came_for_it_is_noted_and_goes_if_it_fails(self):
        for self.is_here, fetched in ((False, "2" * 64), (True, None)):
            self.commands.clear()
            job.apply(UNIT)
            self.assertEqual(store.read("jobs", "shop-migrator"), {
                "owner": "urn:a", "runs": [{"environment": job._mark({"LEVEL": "info"}), **BUILT}], "fetched": fetched})
            self.assertNotIn("remove /opt/shop", self.commands)
            self.fail("Result=exit-code\nExecMainCode=1\nExecMainStatus=3\n")
            self.assertEqual("remove /opt/shop" in self.commands, fetched is not None)
            self.answers.pop("systemd-run")

    def test_how_it_ended_in_words(self):
        log = "\n  its last lines:\n    with [REDACTED]"
        self.assertEqual(self.fail("Result=exit-code\nExecMainCode=1\nExecMainStatus=3\n"), "shop-migrator: ended with exit status 3" + log)
        self.assertEqual(self.fail("Result=signal\nExecMainCode=2\nExecMainStatus=9\n"), "shop-migrator: ended with signal 9" + log)
        self.assertEqual(self.fail("Result=timeout\nExecMainCode=2\nExecMainStatus=15\n"), "shop-migrator: did not end within 600 s and was stopped" + log)
        self.assertEqual(self.fail("Result=oom-kill\nExecMainCode=2\nExecMainStatus=9\n"), "shop-migrator: ended with no memory left" + log)
        self.assertIn("journalctl -n 30 --no-pager -o cat _SYSTEMD_INVOCATION_ID=f00", self.commands)


if __name__ == "__main__":
    unittest.main()
