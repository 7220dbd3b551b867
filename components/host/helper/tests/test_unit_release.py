import copy
import json
import os

from tests.fake_systemd import UNITS, FakeSystemd
from tests.releasing import ENVIRONMENT, Releasing, document as container

import archives
import boot
import release
import release_document
import probe
import runner
import store
from document import checked, whole
from errors import Failure, Refused

UPSTREAM = "/etc/nginx/flowfleet/services/shop-api.conf"
TEXT = ["[Service]", "ExecStart=@release@/bin/api", 'Environment="HOST=@address@"', "EnvironmentFile=@environment@"]


def document(wanted, **more):
    return copy.deepcopy({
        "owner": "urn:a", "service": "shop-api", "release": wanted,
        "unit": {"directory": "/opt/shop", "user": "shop", "executable": "bin/api", "addressVariable": "HOST",
                 "links": {"/opt/shop/bin/api": "bin/api", "/opt/shop/bin/migrator": "bin/migrator"}, "text": TEXT},
        "addresses": ["127.0.0.31", "127.0.0.32"], "port": 8080, "secrets": {"file": ENVIRONMENT, "revision": "1"},
        "health": {"path": "/ready", "timeout": 3}, "deadline": 60, "overlap": "allowed", "drain": 10, "stopTimeout": 15, "pullTimeout": 600,
        "nginx": {UPSTREAM: ["upstream shop-api {", "  server @address@:8080;", "}"]}, "keep": 5, **more})


def worker(wanted, **more):
    """One without requests."""
    found = document(wanted, service="shop-worker", addresses=[], health={"alive": 10}, nginx={}, **more)
    found["unit"].update(addressVariable=None, links={"/opt/shop/bin/worker": "bin/api"}, text=TEXT[:2] + TEXT[3:])
    del found["port"]
    return found


class Units(Releasing):
    def setUp(self):
        super().setUp()
        self.docker = FakeSystemd(self.root + "/docker.json", self.clock)
        self._patch(runner, "run", self.docker.run)
        self._patch(probe, "ask", self.docker.ask)
        self._patch(archives, "_fetch", self.docker.fetch)
        self._patch(os, "sync", lambda: None)
        self.good, self.next, self.third = (self.docker.offer(behaves) for behaves in ("ok", "ok2", "ok3"))

    def folder(self, wanted):
        return archives.folder(wanted, "/opt/shop")

    def releases(self):
        return sorted(os.listdir(self.root + "/opt/shop/releases"))

    def link(self, path):
        return os.readlink(self.root + path)

    def host(self):
        state = self.docker.state
        units = {name: (one["text"], self.docker._now(name)) for name, one in state["units"].items()}
        return json.loads(json.dumps([units, state["read"], state["alias"], state["loaded"], *map(self.tree, ("/etc", "/srv", "/opt", "/var/lib"))], default=str))


class Serving(Units):
    def test_the_first_release(self):
        self.assertEqual(self.apply(document(self.good)), {
            "service": "shop-api", "unit": "shop-api-a.service", "address": "127.0.0.31", "release": self.good, "drained": {"long": 0}})
        place = self.text(UNITS + "/shop-api-a.service")
        copied = place.splitlines()[3].partition("=")[2]
        self.assertEqual(place, '[Service]\nExecStart=%s/bin/api\nEnvironment="HOST=127.0.0.31"\nEnvironmentFile=%s\n' % (self.folder(self.good), copied))
        self.assertEqual(self.tree("/var/lib/flowfleet/environments")[copied][:2], (b"JWT_SECRET='hush now'\n", "0o100400"))
        self.assertEqual(self.link(UNITS + "/shop-api.service"), UNITS + "/shop-api-a.service")
        self.assertEqual(self.link(UNITS + "/multi-user.target.wants/shop-api.service"), UNITS + "/shop-api.service")
        self.assertEqual(self.link("/opt/shop/bin/api"), self.folder(self.good) + "/bin/api")
        self.assertEqual(self.link("/opt/shop/bin/migrator"), self.folder(self.good) + "/bin/migrator")
        self.assertIn("server 127.0.0.31:8080;", self.docker.state["loaded"])
        self.assertFalse(any("hush" in command for command in self.docker.state["commands"]))
        self.assertEqual(self.ran("docker"), [])

    def test_a_second_one_takes_the_other_slot_and_nothing_of_the_first_stays_but_its_files(self):
        self.apply(document(self.good))
        self.assertEqual(self.apply(document(self.next))["address"], "127.0.0.32")
        self.assertEqual(self.docker.active(), ["shop-api-b.service"])
        self.assertEqual(sorted(name for name in os.listdir(self.root + UNITS) if name.startswith("shop")), ["shop-api-b.service", "shop-api.service"])
        self.assertEqual(self.link(UNITS + "/shop-api.service"), UNITS + "/shop-api-b.service")
        self.assertEqual(self.link("/opt/shop/bin/api"), self.folder(self.next) + "/bin/api")
        self.assertEqual(len(self.tree("/var/lib/flowfleet/environments")), 1)
        self.assertEqual(len(self.releases()), 2)
        self.assertEqual(self.docker.state["outages"], [])

    def test_a_reboot_brings_back_exactly_the_one_that_serves(self):
        self.apply(document(self.good))
        self.apply(document(self.next))
        self.docker.reboot()
        self.assertEqual(self.docker.active(), ["shop-api-b.service"])

    def test_the_same_again_does_nothing(self):
        first = self.apply(document(self.good))
        before = self.host()
        self.docker.state["commands"].clear()
        self.assertEqual(self.apply(document(self.good)), first)
        self.assertEqual(self.host(), before)
        self.assertEqual([command for command in self.docker.state["commands"] if not command.startswith("systemctl show")], [])

    def test_other_links_restart_nothing(self):
        self.apply(document(self.good))
        changed = document(self.good)
        del changed["unit"]["links"]["/opt/shop/bin/migrator"]
        self.docker.state["commands"].clear()
        self.apply(changed)
        self.assertFalse(os.path.lexists(self.root + "/opt/shop/bin/migrator"))
        self.assertEqual(self.ran("systemctl start") + self.ran("systemctl reload nginx"), [])

    def test_an_alias_that_somebody_took_away_comes_back(self):
        self.apply(document(self.good))
        before = self.host()
        os.unlink(self.root + UNITS + "/shop-api.service")
        os.unlink(self.root + UNITS + "/multi-user.target.wants/shop-api.service")
        self.apply(document(self.good))
        self.assertEqual(self.host(), before)

    def test_one_that_was_stopped_is_made_anew(self):
        self.apply(document(self.good))
        self.docker.run(["systemctl", "stop", "shop-api-a.service"])
        self.apply(document(self.good))
        self.assertEqual(self.docker.active(), ["shop-api-b.service"])

    def test_five_releases_stay(self):
        wanted = [self.docker.offer("ok-%d" % number) for number in range(7)]
        for number, one in enumerate(wanted):
            self.apply(document(one))
            os.utime(self.root + self.folder(one), (number, number))
        self.assertEqual(self.releases(), sorted(one["sha256"][:16] for one in wanted[2:]))
        self.apply(document({**wanted[2], "rollback": True}))
        self.assertEqual(self.docker.state["downloads"], 7)

    def test_a_singleton_stops_before_its_successor_starts(self):
        self.apply(document(self.good, overlap="never"))
        self.docker.state["commands"].clear()
        self.apply(document(self.next, overlap="never"))
        order = [command for command in self.docker.state["commands"] if command.startswith(("systemctl stop", "systemctl start"))]
        self.assertEqual(order[:2], ["systemctl stop shop-api-a.service", "systemctl start shop-api-b.service"])

    def test_one_without_requests(self):
        self.assertEqual(self.apply(worker(self.good))["address"], None)
        self.assertEqual(self.apply(worker(self.next))["unit"], "shop-worker-b.service")
        self.assertEqual(self.docker.active(), ["shop-worker-b.service"])
        self.assertEqual(self.ran("systemctl reload nginx") + self.ran("ss "), [])

    def test_a_container_is_followed_by_a_unit_and_the_other_way_round(self):
        image = self.docker.image("1")
        as_container = container(image, service="shop-api", container="shop-api-11111111", nginx={UPSTREAM: ["server @address@:8000;"]})
        self.apply(as_container)
        self.apply(document(self.good))
        self.assertEqual((self.docker.active(), self.docker.state["containers"]), (["shop-api-a.service"], {}))
        self.assertFalse(os.path.lexists(self.root + "/srv/shop/staging/docker-compose.staging.yml"))
        self.apply(as_container)
        self.assertEqual((self.docker.active(), self.docker.running()), ([], ["shop-api-11111111"]))
        self.assertEqual([path for path in self.tree("/etc/systemd") if "shop" in path], [])
        self.assertEqual(self.docker.state["outages"], [])


class Failing(Units):
    def setUp(self):
        super().setUp()
        self.bad, self.exits, self.again = (self.docker.offer(behaves) for behaves in ("bad", "exit", "again3"))
        self.docker.state["log"] = "password is hush now\nno database\n"
        self.apply(document(self.good))
        self.before = self.host()

    def fails(self, wanted, kind=Failure):
        with self.assertRaises(kind) as caught:
            self.apply(wanted)
        self.assertEqual(self.host(), self.before)
        self.assertEqual(self.docker.state["outages"], [])
        return str(caught.exception)

    def test_unhealthy(self):
        self.assertEqual(self.fails(document(self.bad)), """\
shop-api-b.service: was not healthy within 60 s: http://127.0.0.32:8080/ready answered 503
  its last lines:
    password is [REDACTED]
    no database
  - unit shop-api-b.service removed
  - its copy of the variables removed
  - %s removed
  - shop-api-a.service serves as before""" % self.folder(self.bad))

    def test_ends(self):
        began = self.clock.now
        self.assertIn("shop-api-b.service: ended by itself before it was healthy (exit status 3)\n  its last lines:", self.fails(document(self.exits)))
        self.assertLess(self.clock.now - began, 5)

    def test_starts_again_and_again(self):
        self.assertIn("shop-worker-a.service: ended by itself before it was healthy (", self.fails(worker(self.again)))

    def test_ends_right_after_it_was_healthy(self):
        self.assertIn("shop-api-b.service: was healthy, and ended by itself since (it was started again)\n", self.fails(document(self.again)))

    def test_then_the_same_again_and_a_good_one(self):
        self.fails(document(self.bad))
        self.fails(document(self.bad))
        self.apply(document(self.next))
        self.assertEqual(self.docker.active(), ["shop-api-b.service"])

    def test_a_singleton_is_started_again(self):
        with self.assertRaisesRegex(Failure, "shop-api-a.service was started again"):
            self.apply(document(self.bad, overlap="never"))
        self.assertEqual(self.host(), self.before)

    def test_an_archive_that_another_service_runs_stays(self):
        self.apply(worker(self.next))
        self.before = self.host()
        self.docker.state["refuses"] = "nginx: [emerg] unknown directive in /etc/nginx/flowfleet/sites/x.conf:3"
        self.assertIn("x.conf:3", self.fails(document(self.next)))
        self.docker.state["refuses"] = ""
        self.assertTrue(release.remove(worker(self.next))["removed"])
        self.assertIn(self.good["sha256"][:16], self.releases())

    def test_an_archive_that_a_job_brought_for_it_goes_too_but_one_of_before_stays(self):
        for fetched, left in ((self.bad["sha256"], False), (None, True)):
            archives.unpack(self.bad, "/opt/shop", 60)
            store.write("jobs", "shop-migrator", {"owner": "urn:a", "fetched": fetched})
            with self.assertRaises(Failure):
                self.apply(document(self.bad))
            self.assertEqual(self.bad["sha256"][:16] in self.releases(), left)

    def test_what_is_in_the_way(self):
        self.docker.state["listening"] = "LISTEN 0 511 0.0.0.0:8080 0.0.0.0:*\n"
        self.assertIn("addresses: something listens on port 8080 of 0.0.0.0 already", self.fails(document(self.next)))
        self.docker.state["listening"] = "LISTEN 0 511 127.0.0.1:8080 0.0.0.0:*\nLISTEN 0 511 127.0.0.31:8080 0.0.0.0:*\n"
        other = document(self.next, service="other", nginx={})
        del other["unit"]["links"]["/opt/shop/bin/api"], other["unit"]["links"]["/opt/shop/bin/migrator"]
        self.assertIn("addresses: 127.0.0.31 belongs to the service shop-api", self.fails(other, Refused))
        self.put(UNITS + "/other.service", "by hand")
        self.before = self.host()
        self.assertIn("unit: %s/other.service exists and was not made by Flowfleet" % UNITS, self.fails(other, Refused))
        self.apply(document(self.next))

    def test_no_program_and_a_wrong_variable(self):
        wanted = document(self.next)
        wanted["unit"]["executable"] = "bin/none"
        self.assertIn("unit.executable: bin/none is not in https://releases.example.com/ok2.tar.gz, or is no program", self.fails(wanted))
        wanted = document(self.next)
        wanted["unit"]["links"] = {"/opt/shop/bin/x": "bin/none"}
        self.assertIn("unit.links: bin/none is not in https://releases.example.com/ok2.tar.gz", self.fails(wanted))
        self.put("/srv/env", "HOST='0.0.0.0'\n", 0o600)
        self.before = self.host()
        self.assertIn("secrets.file: sets HOST, which each release sets to its own address", self.fails(document(self.next, secrets={"file": "/srv/env", "revision": "2"})))


class Owning(Units):
    def test_its_own_is_removed_with_all_that_came_with_it(self):
        self.apply(document(self.good))
        self.apply(document(self.next))
        self.assertEqual(release.remove(document(self.good, owner="urn:b")), {"service": "shop-api", "removed": False})
        self.assertEqual(release.remove(document(self.next)), {"service": "shop-api", "removed": True})
        self.assertEqual((self.docker.state["units"], self.docker.state["loaded"]), ({}, ""))
        self.assertEqual([path for path in self.tree("/etc/systemd") if "shop" in path] + list(self.tree("/opt/shop")), [])
        self.assertEqual([path for path in self.tree("/var/lib/flowfleet") if "environments/" in path or "services/" in path], [])


class CutShort(Units):
    """A helper is killed at each of its steps in turn; whatever comes next finds its way."""

    def each_step(self, then, overlap):
        step, died = 0, True
        while died:
            step += 1
            self.setUp()
            self.apply(document(self.good, overlap=overlap))
            died = self.killed(document(self.next, overlap=overlap), step)
            with self.subTest(step=step, overlap=overlap):
                then(overlap)
                self.settled()
            self.doCleanups()
        self.assertGreater(step, 40)

    def settled(self):
        (serving,) = self.docker.active()
        slot = self.record()["serving"]["slot"]
        self.assertEqual((serving, self.link(UNITS + "/shop-api.service")), ("shop-api-%s.service" % slot, UNITS + "/shop-api-%s.service" % slot))
        self.assertEqual([name for name in sorted(os.listdir(self.root + UNITS)) if name.startswith("shop-api-")], [serving])
        self.assertIn("server 127.0.0.3%d:" % ("ab".index(slot) + 1), self.docker.state["loaded"])
        self.assertEqual(len(self.tree("/var/lib/flowfleet/environments")), 1)
        self.assertEqual([path for path in self.tree("/var/lib/flowfleet") if "transactions/" in path], [])
        self.assertEqual([path for path in self.tree("/etc") if ".flowfleet-" in path], [])
        self.assertIsNone(self.record()["attempt"])

    def record(self):
        return store.read("services", "shop-api")

    def test_then_the_same_again(self):
        def again(overlap):
            self.apply(document(self.next, overlap=overlap))
            self.assertEqual(self.record()["serving"]["document"]["release"], self.next)
            self.assertEqual(self.docker.state["outages"] if overlap == "allowed" else [], [])
        for overlap in ("allowed", "never"):
            self.each_step(again, overlap)

    def test_then_a_revert(self):
        def back(overlap):
            self.apply(document(self.good, overlap=overlap))
            self.assertEqual(self.record()["serving"]["document"]["release"], self.good)
            self.assertEqual(self.docker.state["outages"] if overlap == "allowed" else [], [])
        for overlap in ("allowed", "never"):
            self.each_step(back, overlap)

    def test_a_power_cut_is_settled_at_boot(self):
        served = set()

        def boots(_overlap):
            self.docker.reboot()
            boot.settle()
            self.docker.run(["systemctl", "reload", "nginx"])  # it starts, with the files of now
            boot.releases()
            served.update(self.docker.active())
        for overlap in ("allowed", "never"):
            self.each_step(boots, overlap)
            self.assertEqual(served, {"shop-api-a.service", "shop-api-b.service"})


class Documents(Units):
    @staticmethod
    def problems(wanted):
        try:
            checked(wanted, whole(wanted, release_document.SHAPE))
        except Refused as refused:
            return sorted(problem.split(":")[0] for problem in refused.problems)
        return []

    def test_what_passes(self):
        self.assertEqual(self.problems(document(self.good)) + self.problems(worker(self.good)), [])
        silent = container("registry.example.com/x@sha256:" + "1" * 64, health={"alive": 5}, nginx={}, reservations={"memory": 64, "cpus": 0.5},
                           mounts={"/etc/shop.yaml": "/srv/shop/shop.yaml"})
        del silent["port"]
        self.assertEqual(self.problems(silent), [])

    def test_everything_wrong_is_said_at_once(self):
        wrong = document({**self.good, "sha256": "0"}, addresses=["127.0.0.31"], health={"path": "ready", "timeout": 3}, container="x")
        wrong["unit"].update(executable="../bin/api", user="Root")
        del wrong["port"]
        self.assertEqual(self.problems(wrong), ["addresses", "container", "health.path", "port", "release.sha256", "unit.executable", "unit.user"])
        self.assertEqual(self.problems({**worker(self.good), "port": 1}), ["port"])

    def test_links_and_front_are_no_part_of_the_specification(self):
        one = document(self.good)
        same = {**one, "owner": "urn:z", "nginx": {}, "drain": 5, "deadline": 9, "unit": {**one["unit"], "links": {}}}
        self.assertEqual(release_document.specification(one), release_document.specification(same))
        for other in ({**one, "release": self.next}, {**one, "secrets": {"file": ENVIRONMENT, "revision": "2"}}, {**one, "unit": {**one["unit"], "text": ["x"]}}):
            self.assertNotEqual(release_document.specification(one), release_document.specification(other))
