import grp
import os
import pwd

from tests.fake_found import OLD, FakeFound, files
from tests.releasing import ENVIRONMENT
from tests.test_pm2_release import DIRECTORY, PORTS, UPSTREAM, Pm2, document as released

import boot
import lent
import pm2
import pm2_daemons
import pm2_found
import pm2_takeover
import release
import runner
import store
import takeover
import probe
from errors import Failure, Refused

LOGS = "/opt/shop/logs"


def document(wanted, way="port", **more):
    """Ours and the old ones write their logs to one folder."""
    listening = ["server {", "  listen 127.0.0.1:3000;", "}"] if way == "port" else []
    found = released(wanted, way, nginx={UPSTREAM: ["upstream shop-api {", "  server 127.0.0.1:@port@;", "}", *listening]}, **more)
    found["pm2"]["text"] += ['//  out_file: "%s/api-out.log",' % LOGS]
    return found


class Found(Pm2):
    def setUp(self):
        super().setUp()
        self.others_of = pm2_takeover._others_of
        self.docker = FakeFound(self.root + "/docker.json", self.clock)
        self._patch(runner, "run", self.docker.run)
        for module, name, value in ((probe, "ask", self.docker.ask), (pm2, "alive", self.docker.alive), (pm2, "_answers", self.docker.answers),
                                    (pm2_daemons, "running", self.docker.daemons), (pm2_daemons, "whose", self.docker.whose), (pm2_daemons, "_parents", dict),
                                    (pm2_takeover, "_others_of", lambda user, gid: []), (pm2_found, "time", self.clock), (lent, "_become", self.become)):
            self._patch(module, name, value)
        import git
        self._patch(git, "checkout", self.docker.checkout)
        self.good, self.next, self.third = (self.docker.commit(digit, behaves) for digit, behaves in zip("123", ("ok", "ok2", "ok3")))
        self.looks = {}
        takeover.allow(["pm2"])
        self.put(DIRECTORY + "/dist/main.js", "by hand")
        self.put(DIRECTORY + "/ecosystem.config.js", "by hand")
        self.put(LOGS + "/api-out.log", "before\n")
        self.put(OLD + "/.pm2/dump.pm2", "[1]", 0o600)
        self.put("/etc/systemd/system/pm2-ubuntu.service", '[Service]\nEnvironment=PM2_HOME=%s/.pm2\n' % OLD)
        os.chmod(self.root + DIRECTORY, 0o775)
        self.docker.by_hand("api")
        self.docker.state["watched"] = True

    def become(self, path, mode, uid, gid):
        """Owners are none that this test could give."""
        self.looks[path] = (oct(mode), uid, gid)
        os.chmod(self.root + path, mode)

    def old(self):
        return [(one["name"], one["status"]) for one in self.docker.state["old"]["processes"]]

    def taken_over(self, way):
        """Nothing is left of what was there but what is kept."""
        state = self.docker.state
        self.assertEqual((self.old(), state["old"]["up"], state["kernel"]), ([], False, {}))
        self.assertEqual(files(self.root), {"lent": [], "redirects": [], "working-copies": []})
        self.assertEqual(self.docker.online(), {"port": ["api-a"], "reload": ["api-a", "api-a"], "stop": ["api"]}[way])
        self.assertEqual(self.processes(state["dump"]), self.processes(state["pm2"]["processes"]))
        self.assertEqual(self.text(takeover.kept(OLD + "/.pm2/dump.pm2")), "[1]")
        self.assertEqual(self.text(takeover.FOLDER + DIRECTORY + "/dist/main.js"), "by hand")
        self.assertEqual(sorted(os.listdir(self.root + DIRECTORY)), ["current", "ecosystem.config.js", "releases"])
        self.assertEqual(oct(os.stat(self.root + DIRECTORY).st_mode & 0o7777), "0o755")
        self.assertEqual(store.read("services", "shop-api")["serving"]["slot"], "a")


class TakenOver(Found):
    def test_each_way_and_nobody_waits_but_where_it_is_said(self):
        for way in PORTS:
            with self.subTest(way):
                self.setUp()
                self.apply(document(self.good, way))
                self.taken_over(way)
                if way != "stop":
                    self.assertEqual(self.docker.state["outages"], [])
                self.docker.state["commands"].clear()
                self.apply(document(self.good, way))
                self.assertEqual([one for one in self.docker.state["commands"] if "nft" in one or "start" in one], [])
                self.doCleanups()

    def test_the_order_of_the_way_port(self):
        self.docker.state["connections"][":3000"] = 0
        self.apply(document(self.good))
        words = ("nft -f", "pm2 start", "pm2 stop", "reload nginx", "pm2 delete", "disable")
        self.assertEqual([next(word for word in words if word in step) for step in self.docker.state["commands"] if any(word in step for word in words)],
                         ["pm2 start", "nft -f", "pm2 stop", "reload nginx", "nft -f", "nft -f", "pm2 delete", "disable"])

    def test_what_does_not_end_in_time_is_told(self):
        self.docker.state["connections"][":3000"] = 3
        self.apply(document(self.good))
        self.assertIn("3 connections of api in PM2 of ubuntu are longer than that and end now", self.said)

    def test_others_stay_and_are_named(self):
        self.docker.by_hand("cron", None, cwd="/home/ubuntu/cron", count=1)
        self.apply(document(self.good))
        self.assertEqual((self.old(), self.docker.state["old"]["up"]), ([("cron", "online")], True))
        self.assertEqual([one["name"] for one in self.docker.state["old"]["dump"]], ["cron"])
        self.assertIn("PM2 of ubuntu (/home/ubuntu/.pm2) goes on with cron", self.said)

    def test_one_of_the_same_name_elsewhere_is_not_this_service(self):
        self.docker.state["old"]["processes"].clear()
        self.docker.by_hand("api", 4000, "fork", cwd="/home/ubuntu/try", count=1)
        self.docker.state["watched"] = False
        self.apply(document(self.good))
        self.assertEqual(self.old(), [("api", "online")])

    def test_one_that_does_not_run(self):
        for one in self.docker.state["old"]["processes"]:
            one["status"] = "errored"
        self.docker.state["watched"] = False
        self.apply(document(self.good))
        self.taken_over("port")

    def test_the_folders_are_both_accounts_for_that_time(self):
        self.docker.state["old"]["processes"][0]["cwd"] = DIRECTORY
        seen = self.lent_to_the_old()
        self.apply(document(self.good))
        own = os.getuid(), os.getgid()
        self.assertEqual(seen.pop("mode"), 0o1775)
        self.assertEqual(seen, {DIRECTORY: ("0o1775", *own), LOGS: ("0o770", *own), LOGS + "/api-out.log": ("0o660", *own)})
        self.given_back()

    def lent_to_the_old(self):
        """What they were lent by the time when they are stopped, and how their folder really is then."""
        seen, going, looks = {}, pm2_found.stop, lent.looks
        found = {DIRECTORY: (0o775, 1000, 1000), LOGS: (0o750, os.getuid(), 7), LOGS + "/api-out.log": (0o644, 1000, os.getgid())}
        self._patch(pm2_found, "stop", lambda former: (seen.update(self.looks, mode=os.stat(self.root + DIRECTORY).st_mode & 0o7777), going(former)))
        self._patch(lent, "looks", lambda path: found[path] if path in found and path not in self.looks else looks(path))
        return seen

    def given_back(self):
        own = os.getuid(), os.getgid()
        self.assertEqual(self.looks, {DIRECTORY: ("0o755", *own), LOGS: ("0o750", os.getuid(), 7), LOGS + "/api-out.log": ("0o640", *own)})
        self.assertEqual(files(self.root)["lent"], [])

    def test_what_was_lent_is_given_back_although_the_old_pm2_goes_on_with_others(self):
        self.docker.by_hand("cron", None, cwd="/home/ubuntu/cron", count=1)
        self.lent_to_the_old()
        self.apply(document(self.good))
        self.assertEqual(self.docker.state["old"]["up"], True)
        self.given_back()

    def test_what_was_lent_stays_for_services_that_are_still_to_be_taken_over(self):
        self.docker.by_hand("cms", 4000, cwd="/opt/shop/apps/cms", count=1)
        store.write("claims", "shop@x", {"paths": ["/opt/shop"]})
        self.lent_to_the_old()
        self.apply(document(self.good))
        self.assertEqual((self.looks[DIRECTORY][0], self.looks[LOGS][0]), ("0o755", "0o770"))
        self.assertNotEqual(files(self.root)["lent"], [])
        self.assertEqual(store.names("working-copies"), [])
        lent.all_back()
        self.given_back()

    def secrets(self):
        """They are taken over, too: what the old account's group may do with them when the old ones are stopped."""
        takeover.keep(ENVIRONMENT)
        os.chmod(self.root + ENVIRONMENT, 0o600)
        seen, going = [], pm2_found.stop
        self._patch(pm2_found, "stop", lambda former: (seen.append(oct(os.stat(self.root + ENVIRONMENT).st_mode & 0o7777)), going(former)))
        self.apply(document(self.good))
        self.assertEqual(oct(os.stat(self.root + ENVIRONMENT).st_mode & 0o7777), "0o600")
        return seen

    def test_secrets_are_lent_to_who_could_read_those_of_before(self):
        os.chmod(self.root + ENVIRONMENT, 0o644)
        self.assertEqual(self.secrets(), ["0o640"])

    def test_secrets_are_not_lent_to_who_could_not_read_those_of_before(self):
        os.chmod(self.root + ENVIRONMENT, 0o600)
        self.stranger()
        self.assertEqual(self.secrets(), ["0o600"])

    def stranger(self):
        """An account that is neither root nor the owner of anything here."""
        looks = pm2.principal
        self._patch(pm2, "principal", lambda who: (4711, 4711) if "folder" in who else looks(who))
        for one in self.docker.state["old"]["processes"]:
            one["uid"] = 4711

    def test_nothing_is_lent_to_who_only_stands_in_the_folder(self):
        os.chmod(self.root + ENVIRONMENT, 0o644)
        self.stranger()
        for one in self.docker.state["old"]["processes"]:
            one["port"] = None
        self.docker.state["watched"] = False
        self.assertEqual((self.secrets(), self.looks), (["0o600"], {}))

    def test_nothing_is_lent_to_a_group_of_several(self):
        os.chmod(self.root + ENVIRONMENT, 0o644)
        self._patch(pm2_takeover, "_others_of", self.others_of)
        self._patch(grp, "getgrgid", lambda gid: grp.struct_group(("ubuntu", "x", gid, ["ubuntu", "www-data"])))
        accounts = ("ubuntu", os.getgid()), ("other", os.getgid() + 1)
        self._patch(pwd, "getpwall", lambda: [pwd.struct_passwd((name, "x", 5, gid, "", "/", "")) for name, gid in accounts])
        self.assertEqual((self.secrets(), self.looks), (["0o600"], {}))
        self.assertIn("The group of ubuntu is that of www-data as well", self.said[1])

    def test_log_folders_that_are_not_the_services_are_not_lent(self):
        wanted = document(self.good)
        wanted["pm2"]["text"].pop()
        self.lent_to_the_old()
        self.apply(wanted)
        self.assertEqual(list(self.looks), [DIRECTORY])

    def test_processes_of_another_account_are_not_what_somebody_calls_his(self):
        self.stranger()
        for one in self.docker.state["old"]["processes"]:
            one["uid"] = 4712
        self.docker.state["watched"] = False
        takeover.allow([])
        self.assertIsNone(pm2_found.look(document(self.good)))

    def asks_nobody(self):
        self._patch(pm2, "processes", self.hangs(pm2.processes))

    def hangs(self, asking):
        def answer(who):
            if "folder" in who:
                raise Failure("pm2: no end after 60 s")
            return asking(who)
        return answer

    def test_another_accounts_pm2_that_has_nothing_here_need_not_answer(self):
        self.docker.state["old"]["processes"].clear()
        self.docker.by_hand("cron", None, cwd="/home/ubuntu/cron", count=1)
        self.docker.state["watched"] = False
        self.asks_nobody()
        takeover.allow([])
        self.assertIsNone(pm2_found.look(document(self.good)))
        self.assertEqual(self.said, [])
        takeover.allow(["pm2"])
        self.assertIsNone(pm2_found.look(document(self.good)))
        self.assertEqual(self.said, ["PM2 of ubuntu (/home/ubuntu/.pm2) does not tell what it has; nothing that runs here is its: pm2: no end after 60 s"])

    def test_one_that_has_something_here_must_answer(self):
        self.asks_nobody()
        for words in ([], ["pm2"]):
            takeover.allow(words)
            with self.assertRaisesRegex(Failure, "no end after 60 s"):
                self.apply(document(self.good))


class Refused_(Found):
    def refused(self, wanted):
        before = self.host(), self.old()
        with self.assertRaises(Refused) as caught:
            release.apply(wanted)
        self.assertEqual((self.host(), self.old()), before)
        return str(caught.exception)

    def test_without_the_word(self):
        takeover.allow([])
        self.assertIn("pm2: PM2 of ubuntu runs api, which Flowfleet did not start (%s)" % takeover.way_out("pm2"), self.refused(document(self.good)))

    def test_one_that_listens_elsewhere(self):
        self.docker.state["old"]["processes"].clear()
        self.docker.by_hand("api", 3005, "fork", count=1)
        self.docker.state["watched"] = False
        self.assertIn("pm2: api in PM2 of ubuntu listens on 3005, and not on 3000 as the configuration says.", self.refused(document(self.good)))


class Failing(Found):
    def test_a_release_that_fails_leaves_the_old_ones_serving(self):
        for way in PORTS:
            for behaves in ("bad", "exit"):
                with self.subTest(way=way, behaves=behaves):
                    self.setUp()
                    with self.assertRaises(Failure) as caught:
                        self.apply(document(self.docker.commit("4", behaves), way))
                    self.assertIn("api in PM2 of ubuntu serves as before", str(caught.exception))
                    self.as_found()
                    self.apply(document(self.good, way))
                    self.taken_over(way)
                    self.doCleanups()

    def as_found(self):
        state = self.docker.state
        self.assertEqual((self.old(), state["kernel"], self.docker.online()), ([("api", "online")] * 2, {}, []))
        self.assertEqual([one["status"] for one in state["old"]["dump"]], ["online"] * 2)
        self.assertEqual((self.text(DIRECTORY + "/ecosystem.config.js"), self.text(DIRECTORY + "/dist/main.js")), ("by hand", "by hand"))
        self.assertNotIn("listen", state["loaded"])
        self.assertEqual((files(self.root)["redirects"], store.read("services", "shop-api")), ([], None))

    def test_nobody_reads_the_result(self):
        for way in PORTS:
            with self.subTest(way):
                self.setUp()
                release.apply(document(self.good, way)).undo()
                self.as_found()
                if way != "stop":
                    self.assertEqual(self.docker.state["outages"], [])
                self.doCleanups()

    def test_one_that_is_unready_once_the_old_ones_are_gone(self):
        with self.assertRaisesRegex(Failure, "did not say within 3 s that it is ready"):
            self.apply(document(self.docker.commit("4", "unready"), "reload"))
        self.as_found()
        self.assertEqual(self.docker.state["outages"], [])

    def test_the_old_ones_do_not_come_back(self):
        self.docker.state["old"]["dies"] = True
        self.docker.state["watched"] = False
        release.apply(document(self.good)).undo()
        self.assertEqual((self.docker.online(), store.read("services", "shop-api")["serving"]["document"]["release"]), (["api-a"], self.good))


class CutShort(Found):
    """A helper is killed at each of its steps in turn; whatever comes next finds its way."""

    def record(self):
        return store.read("services", "shop-api")

    def each_step(self, way, then, every=1):
        step, died = 0, True
        while died:
            step += every
            self.setUp()
            died = self.killed(document(self.good, way), step)
            with self.subTest(step=step, way=way):
                then(way)
                self.apply(document(self.good, way))
                self.taken_over(way)
                if way != "stop" and then == self.at_once:
                    self.assertEqual(self.docker.state["outages"], [])
            self.doCleanups()
        self.assertGreater(step, 40)

    def at_once(self, _way):
        pass

    def boots(self, _way):
        self.docker.state["watched"] = False
        self.docker.reboot()
        boot.settle()
        self.docker.run(["systemctl", "reload", "nginx"])
        boot.releases()
        self.assertTrue(self.docker._answers_at(3000))

    def fails(self, way):
        """The next one is bad: the old ones serve, or the good one if it had come so far."""
        with self.assertRaises(Failure):
            self.apply(document(self.docker.commit("4", "bad"), way))
        self.assertTrue(self.docker._answers_at(3000))
        self.assertEqual(self.docker.state["kernel"], {})

    def test_then_the_same_again(self):
        for way in PORTS:
            self.each_step(way, self.at_once)

    def test_a_power_cut_is_settled_at_boot(self):
        for way in PORTS:
            self.each_step(way, self.boots)

    def test_then_a_bad_one(self):
        for way in PORTS:
            self.each_step(way, self.fails, 5)
