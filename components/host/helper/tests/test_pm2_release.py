import copy
import json
import os
import re

from tests.fake_pm2 import HOME, FakePm2, text
from tests.releasing import ENVIRONMENT, Releasing, document as container

import build
import drain
import git
import pm2
import pm2_files
import pm2_instance
import pm2_processes
import probe
import release
import release_document
import runner
import sources
import store
from document import checked, whole
from errors import Failure, Refused

UPSTREAM = "/etc/nginx/flowfleet/services/shop-api.conf"
FILES = "/etc/flowfleet/pm2"
DIRECTORY = "/opt/shop/apps/api"
SOURCE = {"directory": DIRECTORY, "commands": [["npm", "ci"]], "user": "shop", "login": None, "submodules": False, "environment": {},
          "limits": {"memory": 1024, "cpus": 2, "pids": 512}, "timeout": 900}
PORTS = {"port": [13000, 23000], "reload": [3000], "stop": [3000]}


def document(wanted, way="port", **more):
    return copy.deepcopy({
        "owner": "urn:a", "service": "shop-api", "release": wanted, "source": SOURCE,
        "pm2": {"user": "shop", "home": HOME, "way": way, "name": "api", "instances": 2 if way == "reload" else 1, "text": text(way, True),
                "file": DIRECTORY + "/ecosystem.config.js", "links": {DIRECTORY + "/current": ".", "/opt/shop/api.js": "app.js"}},
        "ports": PORTS[way], "secrets": {"file": ENVIRONMENT, "revision": "1"}, "health": {"path": "/health", "timeout": 3}, "deadline": 60,
        "overlap": "never" if way == "stop" else "allowed", "drain": 10, "stopTimeout": 15, "pullTimeout": 600,
        "nginx": {UPSTREAM: ["upstream shop-api {", "  server 127.0.0.1:@port@;", "}"]}, "keep": 5, **more})


def agent(wanted, **more):
    """One without requests."""
    found = document(wanted, "stop", service="shop-agent", ports=[], health={"alive": 10}, nginx={}, **more)
    found["pm2"].update(name="fl-agent", text=text("stop", False), file="/opt/shop/agent.config.js", links={})
    return found


class Pm2(Releasing):
    def setUp(self):
        super().setUp()
        self.docker = FakePm2(self.root + "/docker.json", self.clock)
        self._patch(runner, "run", self.docker.run)
        for module in (pm2, pm2_instance, pm2_processes):
            self._patch(module, "time", self.clock)
        for module, name, value in ((probe, "ask", self.docker.ask), (pm2, "alive", self.docker.alive), (pm2, "_answers", self.docker.answers),
                                    (pm2, "principal", lambda who: (os.getuid(), os.getgid())), (git, "checkout", self.docker.checkout),
                                    (build, "run", lambda *_: None), (os, "sync", lambda: None)):
            self._patch(module, name, value)
        self.good, self.next, self.third = (self.docker.commit(digit, behaves) for digit, behaves in zip("123", ("ok", "ok2", "ok3")))

    def folder(self, wanted):
        return sources.folder(wanted, SOURCE)

    def releases(self):
        return sorted(name for name in os.listdir(self.root + DIRECTORY + "/releases") if not name.startswith("."))

    def files(self):
        return sorted(os.path.basename(path) for path in self.tree("/etc/flowfleet") if path.startswith(FILES + "/"))

    def link(self, path):
        return os.readlink(self.root + path)

    def processes(self, listed):
        """What is compared: not the numbers, which change when one is started again."""
        return sorted((one["name"], one["behaves"], one["port"], re.sub(r"-\d+\.pid$", "", one["file"])) for one in listed)

    def host(self):
        state = self.docker.state
        held = [{path: one for path, one in self.tree(top).items() if "/sources-" not in path} for top in ("/etc", "/srv", "/opt", "/var/lib")]
        return json.loads(json.dumps([self.processes(state["pm2"]["processes"]), self.processes(state["dump"]), state["loaded"], held], default=str))


class Serving(Pm2):
    def test_the_first_release(self):
        self.assertEqual(self.apply(document(self.good)), {
            "service": "shop-api", "processes": "api-a", "address": "127.0.0.1", "port": 13000, "release": self.good, "drained": {"long": 0}})
        place = FILES + "/shop-api-a.config.js"
        app = json.loads(self.text(place).splitlines()[0][3:])
        copied = app["environment"][len(self.root):]
        self.assertEqual((app["name"], app["port"], app["folder"]), ("api-a", 13000, self.root + self.folder(self.good)))
        self.assertEqual(self.tree("/var/lib/flowfleet/environments")[copied][:2], (b"JWT_SECRET='hush now'\n", "0o100400"))
        self.assertRegex(self.text(place), r'module.exports.apps\[0\].pid_file = "%s/.pm2/pids/flowfleet.shop-api.[0-9a-f]{8}.pid";\n$' % (self.root + HOME))
        self.assertEqual([self.link(path) for path in (DIRECTORY + "/ecosystem.config.js", DIRECTORY + "/current", "/opt/shop/api.js")],
                         [place, self.folder(self.good), self.folder(self.good) + "/app.js"])
        self.assertIn("server 127.0.0.1:13000;", self.docker.state["loaded"])
        self.assertEqual(self.processes(self.docker.state["dump"]), self.processes(self.docker.state["pm2"]["processes"]))
        self.assertFalse(any("hush" in command for command in self.docker.state["commands"]))

    def test_the_command_line_is_the_users_and_gets_no_variables_of_ours(self):
        self.apply(document(self.good))
        who = "--reuid=%d --regid=%d --init-groups" % (os.getuid(), os.getgid())
        variables = "HOME=%s PM2_HOME=%s/.pm2 USER=shop LOGNAME=shop PATH=/usr/local/bin:/usr/bin:/bin LANG=C.UTF-8" % (HOME, HOME)
        self.assertIn('setpriv %s env -i %s sh -c umask 077; exec "$@" sh pm2 start %s/shop-api-a.config.js' % (who, variables, self.root + FILES),
                      self.docker.state["commands"])
        self.assertIn('setpriv %s env -i %s sh -c umask 077; chmod -f 600 "$PM2_HOME"/dump.pm2*; pm2 save --force && sync "$PM2_HOME/dump.pm2"' % (who, variables),
                      self.docker.state["commands"])

    def test_a_second_one_beside_it_on_its_own_port(self):
        self.apply(document(self.good))
        self.assertEqual(self.apply(document(self.next))["port"], 23000)
        self.assertEqual((self.docker.online(), self.files()), (["api-b"], ["shop-api-b.config.js"]))
        self.assertEqual(self.link(DIRECTORY + "/current"), self.folder(self.next))
        self.assertIn("server 127.0.0.1:23000;", self.docker.state["loaded"])
        self.assertIn("ss -Htn state established dst 127.0.0.1:13000", self.docker.state["commands"])
        self.assertEqual(self.processes(self.docker.state["dump"]), self.processes(self.docker.state["pm2"]["processes"]))
        self.assertEqual((len(self.releases()), len(self.tree("/var/lib/flowfleet/environments"))), (2, 1))
        self.assertEqual(self.docker.state["outages"], [])

    def test_a_second_one_that_shares_the_port_once_it_was_tried_out(self):
        self.apply(document(self.good, "reload"))
        self.docker.state["commands"].clear()
        self.assertEqual(self.apply(document(self.next, "reload"))["port"], 3000)
        self.assertEqual((self.docker.online(), self.files()), (["api-b", "api-b"], ["shop-api-b.config.js"]))
        order = [re.sub(r".* pm2 (start|delete) (.*/)?", r"\1 ", command) for command in self.ran("setpriv") if re.search("pm2 (start|delete)", command)]
        self.assertEqual(order, ["start shop-api-canary.config.js", "delete 3", "start shop-api-b.config.js", "delete 1 2"])
        self.assertEqual((self.ran("systemctl reload nginx"), self.docker.state["outages"]), ([], []))

    def test_one_that_would_lose_requests_is_told(self):
        self.apply(document(self.good, "reload"))
        self.assertEqual([one for one in self.said if "SIGINT" in one], [])
        self.apply(document(self.docker.commit("4", "rude"), "reload"))
        self.assertEqual(len([one for one in self.said if one.startswith("api-canary ends at once at SIGINT")]), 1)

    def test_a_second_one_after_the_first(self):
        self.apply(document(self.good, "stop"))
        self.docker.state["commands"].clear()
        self.assertEqual(self.apply(document(self.next, "stop"))["processes"], "api")
        order = [re.sub(r".* pm2 (start|delete) (.*/)?", r"\1 ", command) for command in self.ran("setpriv") if re.search("pm2 (start|delete)", command)]
        self.assertEqual(order, ["delete 0", "start shop-api-b.config.js"])
        self.assertEqual([one["behaves"] for one in self.docker.state["pm2"]["processes"]], ["ok2"])

    def test_one_without_requests(self):
        self.assertEqual(self.apply(agent(self.good))["address"], None)
        self.assertEqual(self.apply(agent(self.next))["processes"], "fl-agent")
        self.assertEqual((self.docker.online(), self.ran("systemctl reload nginx"), self.ran("ss ")), (["fl-agent"], [], []))

    def test_a_working_copy_that_others_keep(self):
        def of(revision):
            found = document({"workspace": revision, "builtAt": "2026-11-20T10:00:00Z"}, "stop", source=None)
            found["pm2"].update(links={}, text=[text("stop", True)[0].replace("@release@", self.root + "/home/shop/workspace")])
            return found
        self.put("/home/shop/workspace/app.js", "ok")
        self.apply(of("main 1"))
        self.put("/home/shop/workspace/app.js", "ok2")
        self.assertEqual(self.apply(of("main 2"))["release"], {"workspace": "main 2", "builtAt": "2026-11-20T10:00:00Z"})
        self.assertEqual([one["behaves"] for one in self.docker.state["pm2"]["processes"]], ["ok2"])
        self.put("/home/shop/workspace/app.js", "bad")
        with self.assertRaisesRegex(Failure, "api was started again, but it answered 500"):
            self.apply(of("main 3"))
        self.assertTrue(release.remove(of("main 2"))["removed"])
        self.assertEqual(self.text("/home/shop/workspace/app.js"), "bad")

    def test_a_reboot_brings_back_exactly_the_one_that_serves(self):
        for way in PORTS:
            self.apply(document(self.good, way))
            self.apply(document(self.next, way))
            self.docker.reboot()
            self.assertEqual({one["behaves"] for one in self.docker.state["pm2"]["processes"]}, {"ok2"})

    def test_the_same_again_does_nothing(self):
        for way in PORTS:
            first = self.apply(document(self.good, way))
            before = self.host()
            self.docker.state["commands"].clear()
            self.assertEqual(self.apply(document(self.good, way)), first)
            self.assertEqual(self.host(), before)
            self.assertEqual([command for command in self.docker.state["commands"] if re.search("pm2 (start|delete|restart)|reload", command)], [])

    def test_processes_that_somebody_restarted_with_other_variables_are_still_its_own(self):
        self.apply(document(self.good, "stop"))
        (one,) = self.docker.state["pm2"]["processes"]
        one.update(namespace="fl-agent", pid=7)
        self.apply(document(self.next, "stop"))
        self.assertEqual([one["behaves"] for one in self.docker.state["pm2"]["processes"]], ["ok2"])

    def test_what_somebody_deleted_is_made_anew(self):
        for way in PORTS:
            self.apply(document(self.good, way))
            self.docker.state["pm2"]["processes"].pop()
            self.apply(document(self.good, way))
            self.assertEqual(len(self.docker.online()), 2 if way == "reload" else 1)

    def test_processes_that_PM2_reloads_for_their_memory_end_by_themselves(self):
        for way in PORTS:
            self.apply(document(self.good, way))
            former = self.docker._list()[0]
            parked = {**former, "id": "_old_%d" % former["id"]}
            self.docker._list().append(parked)
            self.docker.leaves(parked, self.clock.now + 8)
            self.apply(document(self.next, way))
            self.assertEqual({one["behaves"] for one in self.docker._list()}, {"ok2"})

    def test_a_daemon_that_somebody_started_by_hand_is_left_alone(self):
        self.apply(document(self.good))
        self.docker.state["pm2"]["elsewhere"] = True
        with self.assertRaisesRegex(Failure, r"^pm2.user: PM2 of shop runs outside of pm2-shop.service, .* end it with that \(pm2 kill\), then run again"):
            self.apply(document(self.next))

    def test_a_daemon_that_is_gone_comes_back_with_what_ran(self):
        self.apply(document(self.good))
        self.docker.crash()
        self.apply(document(self.next))
        self.assertEqual(self.docker.online(), ["api-b"])

    def test_one_way_after_another(self):
        for one in PORTS:
            for other in PORTS:
                with self.subTest(first=one, then=other):
                    self.apply(document(self.good, one))
                    self.apply(document(self.next, other))
                    self.assertEqual({found["behaves"] for found in self.docker.state["pm2"]["processes"]}, {"ok2"})
                    self.assertEqual(self.processes(self.docker.state["dump"]), self.processes(self.docker.state["pm2"]["processes"]))

    def test_nginx_gives_a_port_back_to_the_process_that_is_to_listen_there_and_takes_it_again(self):
        with_listener = {UPSTREAM: ["upstream shop-api {", "  server 127.0.0.1:@port@;", "}", "server { listen 127.0.0.1:3000; }"]}
        self.docker.commit("5", "bad")
        beside = document(self.good, nginx=with_listener)
        for way in ("stop", "reload"):
            self.apply(beside)
            before = self.host()
            with self.assertRaisesRegex(Failure, "answered 500"):
                self.apply(document({**self.good, "commit": "5" * 40}, way))
            self.assertEqual(self.host(), before)
            release.apply(document(self.next, way)).undo()
            self.assertEqual(self.host(), before)
            self.apply(document(self.next, way))
            self.assertNotIn("listen", self.docker.state["loaded"])
            before = self.host()
            with self.assertRaisesRegex(Failure, "answered 500"):
                self.apply(document({**self.good, "commit": "5" * 40}, nginx=with_listener))
            self.assertEqual(self.host(), before)
            release.apply(beside).undo()
            self.assertEqual(self.host(), before)

    def test_a_container_is_followed_by_processes_and_the_other_way_round(self):
        image = self.docker.image("1")
        as_container = container(image, service="shop-api", container="shop-api-11111111", nginx={UPSTREAM: ["server @address@:8000;"]})
        self.apply(as_container)
        self.apply(document(self.good))
        self.assertEqual((self.docker.online(), self.docker.state["containers"]), (["api-a"], {}))
        self.apply(as_container)
        self.assertEqual((self.docker.online(), self.docker.running(), self.docker.state["dump"], self.files()), ([], ["shop-api-11111111"], [], []))
        self.assertFalse(os.path.lexists(self.root + DIRECTORY + "/current"))
        self.assertEqual(self.docker.state["outages"], [])

    def test_five_releases_stay(self):
        wanted = [self.docker.commit(digit, "ok-" + digit) for digit in "456789a"]
        for number, one in enumerate(wanted):
            self.apply(document(one))
            os.utime(sources._marker(self.folder(one)), (number, number))
        self.assertEqual(self.releases(), sorted(os.path.basename(self.folder(one)) for one in wanted[2:]))

    def test_removed_with_all_that_came_with_it(self):
        for way in PORTS:
            self.apply(document(self.good, way))
            self.apply(document(self.next, way))
            self.assertEqual(release.remove(document(self.good, owner="urn:b")), {"service": "shop-api", "removed": False})
            self.assertEqual(release.remove(document(self.next, way)), {"service": "shop-api", "removed": True})
            state = self.docker.state
            self.assertEqual((state["pm2"]["processes"], state["dump"], state["loaded"]), ([], [], ""))
            left = [*self.tree("/etc/flowfleet"), *self.tree("/opt/shop/apps"), *self.tree("/var/lib/flowfleet/environments")]
            self.assertEqual([path for path in left if "shop-api" in path or "releases/" in path], [])


class Failing(Pm2):
    def setUp(self):
        super().setUp()
        self.bad, self.exits, self.deaf, self.unready, self.again = (
            self.docker.commit(digit, behaves) for digit, behaves in zip("56789", ("bad", "exit", "deaf", "unready", "again3")))

    def fails(self, wanted, kind=Failure):
        with self.assertRaises(kind) as caught:
            self.apply(wanted)
        self.assertEqual(self.host(), self.before)
        self.assertEqual(self.docker.state["outages"] if wanted["overlap"] == "allowed" else [], [])
        return str(caught.exception)

    def serves(self, way):
        self.apply(document(self.good, way))
        self.docker.state["outages"].clear()
        self.before = self.host()

    def test_beside_the_one_that_serves(self):
        self.serves("port")
        self.assertEqual(self.fails(document(self.bad)), """\
api-b: was not healthy within 60 s: http://127.0.0.1:23000/health answered 500
  its last lines:
    bad begins
    password is [REDACTED]
    bad begins
    password is [REDACTED]
  - %s/shop-api-b.config.js removed
  - its copy of the variables removed
  - %s removed
  - api-a serves as before""" % (FILES, self.folder(self.bad)))
        self.assertIn("did not answer: Connection refused", self.fails(document(self.deaf)))
        began = self.clock.now
        self.assertIn("api-b: ended by itself before it was healthy (exit status 3)\n  its last lines:\n    exit begins", self.fails(document(self.exits)))
        self.assertLess(self.clock.now - began, 5)

    def test_where_all_share_a_port_it_gets_no_request(self):
        self.serves("reload")
        for wanted, told in ((self.bad, "answered 500"), (self.deaf, "Connection refused"), (self.exits, "ended by itself before it was healthy (exit status 3)")):
            said = self.fails(document(wanted, "reload"))
            self.assertRegex(said, "^api-canary: ")
            self.assertIn(told, said)
        self.assertEqual([one for one in self.ran("setpriv") if "shop-api-b" in one and "pm2 start" in one], [])

    def test_one_that_ends_right_after_it_was_healthy(self):
        for way, name in (("port", "api-b"), ("reload", "api-canary"), ("stop", "api")):
            self.serves(way)
            self.assertIn("%s: was healthy, and ended by itself since (it was started again)\n  its last lines:\n    again3 begins" % name, self.fails(document(self.again, way)))

    def test_one_that_never_says_that_it_is_ready(self):
        self.serves("reload")
        self.assertIn('api-b: did not say within 3 s that it is ready (process.send("ready"))\n  its last lines:\n    unready begins', self.fails(document(self.unready, "reload")))

    def test_one_after_the_other_starts_the_former_again(self):
        self.serves("stop")
        for wanted in (self.bad, self.deaf, self.exits):
            said = self.fails(document(wanted, "stop"))
            self.assertIn("  - api was started again\n", said)
            self.assertIn("  - api serves as before", said)

    def test_where_the_former_cannot_be_started_again_either_nobody_says_that_it_serves(self):
        self.serves("stop")
        starting = self.docker._pm2_start

        def start(words):
            return (1, "no more room") if "shop-api-a" in words[0] else starting(words)
        self.docker._pm2_start = start
        with self.assertRaises(Failure) as caught:
            self.apply(document(self.bad, "stop"))
        said = str(caught.exception)
        self.assertIn("not everything could be put back (pm2 start: exit status 1\n    no more room", said)
        self.assertTrue(said.endswith("  - api served before, and now it does not run: run again once the reason is gone"), said)
        self.docker._pm2_start = starting
        self.apply(document(self.next, "stop"))
        self.assertEqual([one["behaves"] for one in self.docker.state["pm2"]["processes"]], ["ok2"])

    def test_one_without_requests_that_ends_again_and_again(self):
        self.apply(agent(self.good))
        self.before = self.host()
        self.assertIn("fl-agent: ended by itself before it was healthy (it was started again)", self.fails(agent(self.again)))

    def test_the_same_again_and_then_a_good_one(self):
        for way in PORTS:
            self.serves(way)
            self.fails(document(self.bad, way))
            self.fails(document(self.bad, way))
            self.apply(document(self.next, way))
            self.assertEqual({one["behaves"] for one in self.docker.state["pm2"]["processes"]}, {"ok2"})

    def test_nobody_read_the_result(self):
        for way in PORTS:
            self.serves(way)
            release.apply(document(self.next, way)).undo()
            self.assertEqual(self.host(), self.before)
            for other in PORTS:
                release.apply(document(self.next, other)).undo()
                self.assertEqual(self.host(), self.before)

    def test_the_processes_that_PM2_goes_on_to_start(self):
        self.serves("reload")
        starting = self.docker._pm2_start
        deleting = self.docker._pm2_delete
        left = []

        def start(words):
            found = starting(words)
            if "shop-api-b" in words[0]:
                left.append(self.docker._list().pop())
                return 1, "no end"
            return found

        def delete(words):
            found = deleting(words)
            if left:
                self.docker._list().append(left.pop())
            return found
        self.docker._pm2_start, self.docker._pm2_delete = start, delete
        self.assertIn("pm2 start: exit status 1\n    no end", self.fails(document(self.next, "reload")))

    def test_what_is_in_the_way(self):
        self.serves("port")
        self.docker.state["listening"] = "LISTEN 0 511 *:23000 *:*\n"
        self.assertIn("ports: something listens on port 23000 of * already", self.fails(document(self.next)))
        self.docker.state["listening"] = ""
        other = document(self.next, service="other", nginx={})
        said = self.fails(other, Refused)
        for told in ("ports: 13000 belongs to the service shop-api", "pm2.name: api-a belongs to the service shop-api",
                     "pm2: %s/current belongs to the service shop-api" % DIRECTORY):
            self.assertIn(told, said)
        self.put("/opt/shop/other.config.js", "by hand")
        self.docker._add({"name": "old", "file": HOME + "/.pm2/pids/old-0.pid", "port": 3000, "behaves": "ok", "again": True, "restarts": 0, "began": 0})
        self.before = self.host()
        other["pm2"].update(name="old", way="stop", file="/opt/shop/other.config.js", links={})
        said = self.fails({**other, "ports": [3000], "overlap": "never"}, Refused)
        self.assertIn("pm2: PM2 of shop runs old, which Flowfleet did not start (takeOver: [pm2] takes it over, or remove it by hand)", said)
        self.assertIn("pm2: /opt/shop/other.config.js exists and was not made by Flowfleet", said)
        self.docker.state["pm2"]["known"] = False
        self.assertIn("pm2.user: there is no pm2-shop.service on this host; a Pm2Daemon makes it", self.fails(other, Refused))

    def test_a_text_that_says_something_else(self):
        self.serves("reload")
        wanted = document(self.next, "reload")
        for old, new, told in (("@name@", "else", "must have one app with the name api-b, has else"), ('"instances": 2', '"instances": 3', "instances: 3, but pm2.instances is 2"),
                               ("cluster", "fork", 'need exec_mode: "cluster" and wait_ready: true')):
            changed = copy.deepcopy(wanted)
            changed["pm2"]["text"] = [line.replace(old, new) for line in wanted["pm2"]["text"]]
            self.assertIn("pm2.text: ", self.fails(changed))
            self.assertIn(told, self.fails(changed))

    def test_a_daemon_that_ends_between_the_last_probe_and_the_switch_and_brings_back_only_the_former(self):
        for way in PORTS:
            self.serves(way)
            wanted, showing, crashed = document(self.next, way), pm2_files.show, []

            def show(*given):
                if not crashed:
                    crashed.append(self.docker.crash())
                return showing(*given)
            pm2_files.show = show
            try:
                with self.assertRaisesRegex(Failure, ": was healthy, and runs no more(.|\n)* serves as before"):
                    self.apply(wanted)
            finally:
                pm2_files.show = showing
            self.assertEqual(self.host(), self.before)
            self.apply(wanted)
            self.assertEqual({one["behaves"] for one in self.docker.state["pm2"]["processes"]}, {"ok2"})

    def test_one_that_ends_while_its_predecessor_drains(self):
        self.serves("port")
        self.docker.state["connections"] = {"127.0.0.1:13000": 1}
        waiting = drain.wait

        def wait(*given):
            self.docker.state["pm2"]["processes"] = [one for one in self.docker._list() if one["name"] != "api-b"]
            return waiting(*given)
        self._patch(drain, "wait", wait)
        with self.assertRaisesRegex(Failure, "api-b: was healthy, and runs no more"):
            self.apply(document(self.next))
        self.assertEqual(self.docker.online(), ["api-a"])

    def test_one_that_PM2_starts_again_while_its_predecessor_drains(self):
        self.serves("port")
        self.docker.state["connections"] = {"127.0.0.1:13000": 1}
        again = self.docker.commit("9", "again8")
        with self.assertRaisesRegex(Failure, r"api-b: was healthy, and ended by itself since \(it was started again\)"):
            self.apply(document(again))
        self.assertEqual(self.docker.online(), ["api-a"])

    def test_a_link_that_leads_nowhere(self):
        self.serves("port")
        wanted = document(self.next)
        wanted["pm2"]["links"] = {"/opt/shop/x": "none"}
        self.assertIn("pm2.links: none is not in https://git.example.com/shop.git at 222222222222", self.fails(wanted))


class Documents(Pm2):
    @staticmethod
    def problems(wanted):
        try:
            checked(wanted, whole(wanted, release_document.SHAPE))
        except Refused as refused:
            return sorted(problem.split(":")[0] for problem in refused.problems)
        return []

    def test_what_passes(self):
        archive = {"archive": "https://releases.example.com/shop.tar.gz", "sha256": "1" * 64, "builtAt": "2026-11-20T10:00:00Z"}
        workspace = document({"workspace": "main 1", "builtAt": "2026-11-20T10:00:00Z"}, "stop", source=None)
        for wanted in (document(self.good), document(archive, "reload"), document({**self.good, "rollback": True}, "stop"), agent(self.good), workspace):
            self.assertEqual(self.problems(wanted), [])

    def test_everything_wrong_is_said_at_once(self):
        wrong = document({**self.good, "commit": "main"}, ports=[13000, 13000], health={"path": "ready", "timeout": 3}, addresses=[])
        wrong["pm2"].update(way="both", user="Root", name="all", links={"/opt/shop/current": "../x"})
        self.assertEqual(self.problems(wrong), ["addresses", "health.path", "pm2.links./opt/shop/current", "pm2.name", "pm2.user", "pm2.way", "ports", "release.commit"])
        self.assertEqual(self.problems(document(self.good, ports=[3000])), ["ports"])
        self.assertEqual(self.problems({**agent(self.good), "ports": [3000]}), ["ports"])
        self.assertEqual(self.problems(document({"workspace": "1", "builtAt": "2026-11-20T10:00:00Z"})), ["source"])

    def test_links_and_front_are_no_part_of_the_specification(self):
        one = document(self.good)
        same = {**one, "owner": "urn:z", "nginx": {}, "drain": 5, "deadline": 9, "source": {**SOURCE, "timeout": 9}, "pm2": {**one["pm2"], "links": {}, "file": "/x"}}
        self.assertEqual(release_document.specification(one), release_document.specification(same))
        for other in ({**one, "release": self.next}, {**one, "secrets": None}, {**one, "ports": [1, 2]}, {**one, "source": {**SOURCE, "commands": []}},
                      {**one, "pm2": {**one["pm2"], "text": ["x"]}}, {**one, "pm2": {**one["pm2"], "way": "reload"}}):
            self.assertNotEqual(release_document.specification(one), release_document.specification(other))

    def test_what_is_written_down(self):
        self.apply(document(self.good, "reload"))
        serving = store.read("services", "shop-api")["serving"]
        self.assertEqual((serving["slot"], serving["port"], serving["listen"]), ("a", 3000, 3000))
        self.assertNotIn("hush", json.dumps(serving))
