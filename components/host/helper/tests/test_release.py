import unittest

from tests.releasing import COMPOSE, ENVIRONMENT, UPSTREAM, Releasing, document

import release
import release_document
import transaction
from document import checked, whole
from errors import CallerGone, Failure, Refused


class Serving(Releasing):
    def test_the_first_release(self):
        result = self.apply(document(self.good))
        self.assertEqual(result, {
            "service": "shop-staging-backend", "container": "shop-staging-backend-11111111", "address": "10.90.2.10",
            "release": {"image": self.good, "builtAt": "2026-11-20T10:00:00Z"}, "drained": {"long": 0}})
        self.assertEqual(self.text(UPSTREAM), "upstream shop-staging-backend {\n  server 10.90.2.10:8000;\n}\n")
        self.assertIn("server 10.90.2.10:8000;", self.docker.state["loaded"])
        self.assertEqual(self.docker.state["containers"]["shop-staging-backend-11111111"]["restart"], "unless-stopped")

    def test_its_copy_of_the_variables_is_its_own(self):
        self.apply(document(self.good))
        place = self.record()["serving"]["environment"]
        self.assertEqual(self.tree("/var/lib/flowfleet/environments")[place][:2], (b"JWT_SECRET='hush now'\n", "0o100400"))
        self.assertFalse(any("hush" in command for command in self.docker.state["commands"]))

    def test_variables_beside_the_compose_file_are_not_taken_for_its_own(self):
        self.apply(document(self.good))
        self.assertIn("COMPOSE_PROJECT_NAME=shop-staging\n", self.text("/srv/shop/staging/.env"))
        beside = "/srv/other/.env"
        self.put(beside, "JWT_SECRET='hush now'\n", 0o600)
        other = document(self.next, service="other", container="other-22222222", secrets={"file": beside, "revision": "1"}, nginx={},
                         compose={"project": "other", "service": "web", "directory": "/srv/other", "file": "docker-compose.yml"})
        self.apply(other)
        self.assertIn("other-22222222", self.text("/srv/other/docker-compose.yml"))
        self.assertEqual(self.tree("/srv")[beside][:2], (b"JWT_SECRET='hush now'\n", "0o100600"))

    def test_a_second_one_takes_the_other_address_and_nothing_of_the_first_stays(self):
        self.apply(document(self.good))
        self.docker.state["connections"] = {}
        result = self.apply(document(self.next))
        self.assertEqual((result["address"], self.docker.running()), ("10.90.2.11", ["shop-staging-backend-22222222"]))
        self.assertEqual(sorted(self.docker.state["containers"]), ["shop-staging-backend-22222222"])
        self.assertEqual(len(self.tree("/var/lib/flowfleet/environments")), 1)
        self.assertIn('container_name: "shop-staging-backend-22222222"', self.text(COMPOSE))
        self.assertEqual(self.docker.state["outages"], [])

    def test_the_former_image_stays_for_a_way_back_and_older_ones_go(self):
        for image in (self.good, self.next, self.third):
            self.apply(document(image))
        self.assertEqual(sorted(self.docker.state["images"]), [self.next, self.third])

    def test_the_same_again_does_nothing(self):
        first = self.apply(document(self.good))
        before = self.host()
        self.docker.state["commands"].clear()
        self.assertEqual(self.apply(document(self.good)), first)
        self.assertEqual(self.host(), before)
        self.assertEqual([command for command in self.docker.state["commands"] if command.split()[1] not in ("container", "ps")], [])

    def test_another_text_for_nginx_restarts_nothing(self):
        self.apply(document(self.good))
        self.docker.state["commands"].clear()
        self.apply(document(self.good, nginx={UPSTREAM: ["upstream other {", "  server @address@:8000;", "}"]}))
        self.assertEqual(self.text(UPSTREAM), "upstream other {\n  server 10.90.2.10:8000;\n}\n")
        self.assertEqual(self.ran("docker create") + self.ran("docker start"), [])
        self.assertEqual(len(self.ran("systemctl reload nginx")), 1)

    def test_the_same_image_with_another_specification_is_renamed_once_the_former_is_gone(self):
        self.apply(document(self.good))
        self.apply(document(self.good, environment={"LEVEL": "debug"}))
        self.assertEqual(self.ran("docker rename"), ["docker rename shop-staging-backend-11111111-next shop-staging-backend-11111111"])
        self.assertEqual(list(self.docker.state["containers"]), ["shop-staging-backend-11111111"])
        self.assertIn("LEVEL=debug", self.docker.state["containers"]["shop-staging-backend-11111111"]["argv"])

    def test_one_that_does_not_run_any_more_is_made_anew(self):
        self.apply(document(self.good))
        self.docker.state["containers"]["shop-staging-backend-11111111"]["status"] = "exited"
        self.apply(document(self.good))
        self.assertEqual(self.docker.running(), ["shop-staging-backend-11111111"])

    def test_connections_that_outlast_the_drain_are_counted(self):
        self.apply(document(self.good))
        self.docker.state["connections"] = {"10.90.2.10": 3}
        began = self.clock.now
        self.assertEqual(self.apply(document(self.next))["drained"], {"long": 3})
        self.assertGreaterEqual(self.clock.now - began, 30)

    def test_one_without_requests_has_to_stay_alive(self):
        def worker(image):
            found = document(image, health={"alive": 10}, nginx={})
            del found["port"]
            return found
        self.apply(worker(self.good))
        began = self.clock.now
        self.apply(worker(self.next))
        self.assertEqual((self.docker.running(), self.clock.now - began), (["shop-staging-backend-22222222"], 10.0))
        with self.assertRaisesRegex(Failure, "ended by itself before it was healthy .exit status 3"):
            self.apply(worker(self.docker.image("e", "exit")))
        self.assertEqual((self.docker.running(), self.ran("ss ")), (["shop-staging-backend-22222222"], []))

    def test_a_singleton_stops_before_its_successor_starts(self):
        self.apply(document(self.good, overlap="never"))
        self.docker.state["commands"].clear()
        self.apply(document(self.next, overlap="never"))
        order = [command for command in self.docker.state["commands"] if command.startswith(("docker pull", "docker create", "docker stop", "docker start"))]
        self.assertEqual([" ".join(command.split()[:2]) for command in order], ["docker pull", "docker create", "docker stop", "docker start"])


class Failing(Releasing):
    def setUp(self):
        super().setUp()
        self.bad = self.docker.image("b", "bad", log="password is hush now\nno database\n")
        self.exits, self.late = self.docker.image("e", "exit"), self.docker.image("d", "late300")
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
shop-staging-backend-bbbbbbbb: was not healthy within 160 s: http://10.90.2.11:8000/api/health answered 503
  its last lines:
    password is [REDACTED]
    no database
  - container shop-staging-backend-bbbbbbbb removed
  - its copy of the variables removed
  - image %s removed
  - shop-staging-backend-11111111 serves as before""" % self.bad)

    def test_ends_at_once(self):
        began = self.clock.now
        self.assertIn("ended by itself before it was healthy (exit status 3)\n  it printed nothing", self.fails(document(self.exits)))
        self.assertLess(self.clock.now - began, 5)

    def test_ends_right_after_it_was_healthy(self):
        again = self.docker.image("e", "again4.9")
        self.assertIn("eeeeeeee: was healthy, and runs no more", self.fails(document(again)))
        self.assertIn("eeeeeeee: was healthy, and ended by itself since (it was started again)", self.fails_with_a_gap(document(again, overlap="never")))

    def test_is_ill_right_after_it_was_healthy(self):
        ill = self.docker.image("e", "ill3")
        for fails, wanted in ((self.fails, document(ill)), (self.fails_with_a_gap, document(ill, overlap="never"))):
            began = self.clock.now
            self.assertIn("eeeeeeee: was healthy, and is not any more: http://10.90.2.11:8000/api/health answered 503\n  it printed nothing", fails(wanted))
            # It has the requests already where nobody else may: not for another deadline of 160 s.
            self.assertLess(self.clock.now - began, 20)

    def test_then_the_same_again_a_revert_and_a_good_one(self):
        self.fails(document(self.bad))
        self.fails(document(self.bad))
        self.assertEqual(self.apply(document(self.good))["container"], "shop-staging-backend-11111111")
        self.assertEqual(len(self.ran("docker start")), 3)
        self.apply(document(self.next))
        self.assertEqual(self.docker.running(), ["shop-staging-backend-22222222"])

    def test_healthy_too_late_and_then_with_more_time(self):
        self.assertIn("was not healthy within 160 s", self.fails(document(self.late)))
        self.apply(document(self.late, deadline=400))
        self.assertEqual(self.docker.running(), ["shop-staging-backend-dddddddd"])

    def test_the_first_release_fails_and_leaves_nothing(self):
        before = self.host()
        with self.assertRaises(Failure) as caught:
            self.apply(document(self.bad, service="other", container="other-bbbbbbbb", nginx={}))
        self.assertIn("nothing served before, and nothing does now", str(caught.exception))
        self.assertEqual(self.host(), before)

    def test_a_singleton_is_started_again(self):
        self.assertIn("shop-staging-backend-11111111 was started again", self.fails_with_a_gap(document(self.bad, overlap="never")))

    def fails_with_a_gap(self, wanted):
        with self.assertRaises(Failure) as caught:
            self.apply(wanted)
        self.assertEqual(self.host(), self.before)
        return str(caught.exception)

    def test_nginx_refuses(self):
        self.docker.state["refuses"] = "nginx: [emerg] unknown directive in /etc/nginx/flowfleet/sites/x.conf:3"
        self.assertIn("/etc/nginx/flowfleet/sites/x.conf:3", self.fails(document(self.next)))

    def test_images_that_cannot_be_pulled(self):
        for said, told in (
            ("manifest unknown: manifest unknown", "the registry registry.example.com has no such image; was it pushed, and is the digest right?"),
            ("dial tcp 203.0.113.1:443: connect: connection refused", "the registry registry.example.com does not answer"),
            ("no basic auth credentials", "refuses this host: its login is missing or wrong"),
            ("write /var/lib/docker/tmp: no space left on device", "no space left on the disk of this host for it"),
            ("x509: certificate signed by unknown authority", "does not trust the certificate of the registry"),
        ):
            self.docker.state["pull"] = "Error response from daemon: " + said
            with self.subTest(said):
                self.assertIn(told, self.fails(document(self.next)))
        self.assertEqual(len(self.ran("docker pull")), 1 + 7)  # the silent registry is asked three times

    def test_an_older_release(self):
        older = {"image": self.next, "builtAt": "2026-11-19T23:00:00+00:00"}
        self.assertIn("is older than what serves, which was built at 2026-11-20T10:00:00Z. Add `rollback: true`", self.fails(document(self.next, release=older)))
        self.apply(document(self.next, release={**older, "rollback": True}))
        self.assertEqual(self.docker.running(), ["shop-staging-backend-22222222"])

    def test_what_is_in_the_way(self):
        self.docker.state["containers"]["shop-staging-backend-22222222"] = {"status": "running", "ip": None, "labels": {}, "exit": 0, "restart": "no", "argv": []}
        self.before = self.host()
        self.assertIn("container: shop-staging-backend-22222222 exists and does not belong to this service", self.fails(document(self.next), Refused))
        other = document(self.next, service="other", container="other-22222222")
        self.assertIn("nginx: %s belongs to the service shop-staging-backend" % UPSTREAM, self.fails(other, Refused))

    def test_no_network_no_address_no_variables_root(self):
        self.assertIn("network none: does not exist on this host", self.fails(document(self.next, network="none")))
        taken = document(self.next, addresses=["10.90.2.10"])
        self.assertIn("addresses: none is free in network shop: 10.90.2.10 by shop-staging-backend-11111111 is in use", self.fails(taken))
        gone = document(self.next, secrets={"file": "/srv/none", "revision": "1"})
        self.assertIn("secrets.file: /srv/none does not exist on this host", self.fails(gone))
        self.assertIn("user 0:0: is root in image", self.fails(document(self.next, user="0:0")))

    def test_a_disk_that_is_full(self):
        def full(*_):
            raise OSError(28, "No space left on device", "/var/lib/flowfleet/environments/x")
        self._patch(release.environment, "copy", full)
        self.assertIn("/var/lib/flowfleet/environments/x: no space left on the disk", self.fails(document(self.next)))
        self._patch(release.Record, "begin", full)
        self.assertEqual("/var/lib/flowfleet/environments/x: no space left on the disk", self.fails(document(self.next)))

    def test_the_caller_goes_away(self):
        for gone_at in range(1, 8):
            asked = []
            for module in (release, transaction):
                self._patch(module, "caller_gone", lambda: asked.append(1) or len(asked) >= gone_at)
            with self.subTest(gone_at):
                self.fails(document(self.next), CallerGone)
                # Each time it goes at a later point, the last ones after the new one got the traffic, and it stays away.
                self.assertGreaterEqual(len(asked), gone_at)
        for module in (release, transaction):
            self._patch(module, "caller_gone", lambda: False)
        outcome = release.apply(document(self.next))
        outcome.undo()
        self.assertEqual(self.host(), self.before)
        self.assertEqual(self.docker.state["outages"], [])


class Owning(Releasing):
    def test_a_newer_owner_takes_over_without_a_restart_and_the_former_removes_nothing(self):
        self.apply(document(self.good))
        self.apply({**document(self.good), "owner": "urn:b"})
        self.assertEqual(len(self.ran("docker start")), 1)
        before = self.host()
        self.assertEqual(release.remove(document(self.good)), {"service": "shop-staging-backend", "removed": False})
        self.assertEqual(self.host(), before)

    def test_its_own_is_removed_with_all_that_came_with_it(self):
        empty = self.tree("/srv")
        self.apply(document(self.good))
        self.apply(document(self.next))
        self.assertEqual(release.remove(document(self.next)), {"service": "shop-staging-backend", "removed": True})
        self.assertEqual((self.docker.state["containers"], self.docker.state["images"], self.docker.state["loaded"]), ({}, {}, ""))
        self.assertEqual(self.tree("/srv"), empty)
        self.assertEqual([path for path in self.tree("/var/lib/flowfleet") if "environments/" in path or "services/" in path], [])
        self.assertEqual(release.remove(document(self.next)), {"service": "shop-staging-backend", "removed": False})

    def test_two_services_share_a_compose_file(self):
        frontend = document(self.next, service="shop-staging-frontend", container="shop-staging-frontend-22222222", nginx={}, addresses=["10.90.2.20", "10.90.2.21"])
        frontend["compose"]["service"] = "frontend"
        self.apply(document(self.good))
        self.apply(frontend)
        self.assertEqual([line for line in self.text(COMPOSE).splitlines() if "container_name" in line or line in ("  backend:", "  frontend:")],
                         ["  backend:", '    container_name: "shop-staging-backend-11111111"', "  frontend:", '    container_name: "shop-staging-frontend-22222222"'])
        release.remove(document(self.good))
        self.assertNotIn("backend:\n", self.text(COMPOSE).replace("10.90.2.1", ""))
        self.assertIn("  frontend:\n", self.text(COMPOSE))


class Documents(unittest.TestCase):
    @staticmethod
    def check(wanted):
        checked(wanted, whole(wanted, release_document.SHAPE))

    def test_the_documented_one_passes(self):
        self.check(document("registry.example.com/x@sha256:" + "1" * 64))

    def test_everything_wrong_is_said_at_once(self):
        wrong = document("registry.example.com/x:latest", overlap="maybe", drain=-1, ports=[])
        del wrong["network"]
        with self.assertRaises(Refused) as caught:
            self.check(wrong)
        self.assertEqual(sorted(problem.split(":")[0] for problem in caught.exception.problems), ["drain", "network", "overlap", "ports", "release.image"])

    def test_owner_token_and_front_are_no_part_of_the_specification(self):
        one = document("registry.example.com/x@sha256:" + "1" * 64)
        same = {**one, "owner": "urn:z", "reapply": "t", "nginx": {}, "drain": 5, "deadline": 9}
        self.assertEqual(release_document.specification(one), release_document.specification(same))
        self.assertNotEqual(release_document.specification(one), release_document.specification({**one, "secrets": {"file": ENVIRONMENT, "revision": "2"}}))
