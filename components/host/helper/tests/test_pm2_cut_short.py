import boot

from tests.test_pm2_release import DIRECTORY, FILES, PORTS, Pm2, document

import release
import store


class CutShort(Pm2):
    """A helper is killed at each of its steps in turn; whatever comes next finds its way."""

    def each_step(self, then, way, other=None):
        step, died = 0, True
        while died:
            step += 1
            self.setUp()
            self.apply(document(self.good, way))
            died = self.killed(document(self.next, other or way), step)
            with self.subTest(step=step, way=way, other=other):
                then(other or way if then == self.again else way)
                # Another way, as one after the other, is an outage.
                if not other and way != "stop" and then in (self.again, self.back):
                    self.assertEqual(self.docker.state["outages"], [])
                if then != self.removed:
                    self.settled()
            self.doCleanups()
        self.assertGreater(step, 30)

    def record(self):
        return store.read("services", "shop-api")

    def settled(self):
        serving = self.record()["serving"]
        wanted = serving["document"]
        state, way = self.docker.state, wanted["pm2"]["way"]
        self.assertEqual(self.docker.online(), [wanted["pm2"]["name"] + ("" if way == "stop" else "-" + serving["slot"])] * wanted["pm2"]["instances"])
        behaves = {self.good["commit"]: "ok", self.next["commit"]: "ok2"}[wanted["release"]["commit"]]
        self.assertEqual({one["behaves"] for one in state["pm2"]["processes"]}, {behaves})
        self.assertEqual(self.processes(state["dump"]), self.processes(state["pm2"]["processes"]))
        self.assertEqual(self.files(), ["shop-api-%s.config.js" % serving["slot"]])
        self.assertEqual((self.link(DIRECTORY + "/ecosystem.config.js"), self.link(DIRECTORY + "/current")),
                         ("%s/shop-api-%s.config.js" % (FILES, serving["slot"]), self.folder(wanted["release"])))
        self.assertIn("server 127.0.0.1:%d;" % serving["port"], state["loaded"])
        self.assertEqual(len(self.tree("/var/lib/flowfleet/environments")), 1)
        self.assertEqual([path for path in self.tree("/var/lib/flowfleet") if "transactions/" in path], [])
        self.assertEqual([path for path in self.tree("/etc") if ".flowfleet-" in path], [])
        self.assertIsNone(self.record()["attempt"])

    def again(self, way):
        self.apply(document(self.next, way))
        self.assertEqual(self.record()["serving"]["document"]["release"], self.next)

    def back(self, way):
        self.apply(document(self.good, way))
        self.assertEqual(self.record()["serving"]["document"]["release"], self.good)

    def boots(self, _way):
        self.docker.reboot()
        boot.settle()
        self.docker.run(["systemctl", "reload", "nginx"])  # it starts, with the files of now
        boot.releases()

    def removed(self, way):
        self.assertTrue(release.remove(document(self.good, way))["removed"])
        self.assertEqual((self.docker.state["pm2"]["processes"], self.docker.state["dump"], self.files()), ([], [], []))

    def test_then_the_same_again(self):
        for way in PORTS:
            self.each_step(self.again, way)

    def test_then_a_revert(self):
        for way in PORTS:
            self.each_step(self.back, way)

    def test_a_power_cut_is_settled_at_boot(self):
        for way in PORTS:
            self.each_step(self.boots, way)

    def test_then_it_is_removed(self):
        for way in PORTS:
            self.each_step(self.removed, way)

    def test_on_the_way_to_another_way(self):
        for way, other in (("stop", "port"), ("port", "reload"), ("reload", "stop")):
            self.each_step(self.again, way, other)
