from tests.releasing import Releasing, document

import boot
import journal
import locks
import release
import release_end
import store
from errors import Failure


class CutShort(Releasing):
    """A helper is killed at each of its steps in turn; whatever call comes next finds its way."""

    def each_step(self, first, wanted, then, expected, **more):
        """`wanted` is killed at step 1, 2, …; `then` must succeed and leave `expected` alone on the host."""
        step, died = 0, True
        while died:
            step += 1
            self.setUp()
            self.apply(document(first(), **more))
            died = self.killed(document(wanted(), **more), step)
            with self.subTest(step=step, died=died):
                self.apply(document(then(), **more))
                self.settled(expected, more.get("overlap") != "never")
            self.doCleanups()
        self.assertGreater(step, 40)

    def settled(self, expected, gapless):
        state = self.docker.state
        self.assertEqual(list(state["containers"]), [expected])
        one = state["containers"][expected]
        self.assertEqual((one["status"], one["restart"]), ("running", "unless-stopped"))
        self.assertIn("server %s:" % one["ip"], state["loaded"])
        self.assertEqual(len(self.tree("/var/lib/flowfleet/environments")), 1)
        self.assertEqual([path for path in self.tree("/var/lib/flowfleet") if "transactions/" in path], [])
        self.assertEqual([path for path in self.tree("/etc") if ".flowfleet-" in path], [])
        self.assertIsNone(self.record()["attempt"])
        if gapless:
            self.assertEqual(state["outages"], [])

    def test_then_the_same_again(self):
        self.each_step(lambda: self.good, lambda: self.next, lambda: self.next, "shop-staging-backend-22222222")

    def test_then_a_revert(self):
        self.each_step(lambda: self.good, lambda: self.next, lambda: self.good, "shop-staging-backend-11111111")

    def test_then_another_one(self):
        self.each_step(lambda: self.good, lambda: self.next, lambda: self.third, "shop-staging-backend-33333333")

    def test_a_singleton_then_the_same_again(self):
        self.each_step(lambda: self.good, lambda: self.next, lambda: self.next, "shop-staging-backend-22222222", overlap="never")

    def test_a_singleton_then_a_revert(self):
        self.each_step(lambda: self.good, lambda: self.next, lambda: self.good, "shop-staging-backend-11111111", overlap="never")

    def test_a_power_cut_is_settled_at_boot_before_anybody_calls(self):
        for overlap in ("allowed", "never"):
            served = set()
            step, died = 0, True
            while died:
                step += 1
                self.setUp()
                self.apply(document(self.good, overlap=overlap))
                died = self.killed(document(self.next, overlap=overlap), step)
                for one in self.docker.state["containers"].values():
                    if one["restart"] == "no":
                        one["status"] = "exited"
                with self.subTest(overlap=overlap, step=step):
                    boot.settle()
                    self.docker.run(["systemctl", "reload", "nginx"])  # it starts, with the files of now
                    boot.releases()
                    (running,) = self.docker.running()
                    self.settled(running, False)
                    served.add(running)
                self.doCleanups()
            self.assertEqual(served, {"shop-staging-backend-11111111", "shop-staging-backend-22222222"})

    def test_at_boot_one_that_cannot_be_settled_keeps_no_other_waiting(self):
        for service in ("a", "z"):
            store.write("services", service, {"attempt": {}})
        asked = []

        def settle(record, wanted):
            asked.append((record.service, wanted))
            if record.service == "a":
                raise Failure("docker: does not answer on this host")
        self._patch(release_end, "settle", settle)
        with self.assertRaisesRegex(Failure, "not brought to their end, the next release does it: a$"):
            boot.releases()
        self.assertEqual(asked, [("a", None), ("z", None)])

    def test_then_it_is_removed(self):
        step, died = 0, True
        while died:
            step += 1
            self.setUp()
            self.apply(document(self.good))
            died = self.killed(document(self.next), step)
            with self.subTest(step=step):
                self.assertTrue(release.remove(document(self.good))["removed"])
                self.assertEqual((self.docker.state["containers"], self.docker.state["images"], self.docker.state["loaded"]), ({}, {}, ""))
            self.doCleanups()

    def test_another_step_on_the_host_comes_first(self):
        """It puts back files that nobody vouches for any more; what nginx names then must still run."""
        step, died = 0, True
        while died:
            step += 1
            self.setUp()
            self.apply(document(self.good))
            died = self.killed(document(self.next), step)
            with self.subTest(step=step):
                with locks.hold(locks.HOST):
                    journal.recover()
                self.docker._look_for_outage("after the other step")
                self.apply(document(self.next))
                self.settled("shop-staging-backend-22222222", gapless=True)
            self.doCleanups()

    def test_a_revert_after_it_served_needs_no_rollback(self):
        """Nobody read that the newer one served, so the former release is no older one for its caller."""
        newer = {"image": self.next, "builtAt": "2026-11-21T10:00:00Z"}
        step, died = 0, True
        while died:
            step += 1
            self.setUp()
            self.apply(document(self.good))
            died = self.killed(document(self.next, release=newer), step)
            if died:
                with self.subTest(step=step):
                    self.apply(document(self.good))
                    self.settled("shop-staging-backend-11111111", gapless=True)
            self.doCleanups()
