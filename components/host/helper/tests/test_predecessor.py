import hashlib
import os

from tests.by_hand import ByHand

import aside
import data_container
import document
import postgres
import predecessor
import predecessor_fit
import runner
import store
from errors import Failure, Interrupted, Refused
from progress import Outcome

NAME, KEPT = "coreflow-kafka-ui", "coreflow-kafka-ui-before-flowfleet"
OURS = {"flowfleet.data": NAME}


def wanted(**more):
    return {"owner": "urn:a", "container": NAME, "user": "100:101", "volumes": {}, "network": {"name": "coreflow-network", "address": "10.92.1.22"},
            "stopTimeout": 30, "of": "c0ffee", **more}


class Containers(ByHand):
    def test_one_made_by_hand_is_stopped_last_and_stays_under_another_name(self):
        self.container(NAME)
        outcome = predecessor.apply(document.checked(wanted(), document.whole(wanted(), predecessor.SHAPE)))
        self.assertEqual(outcome.result, {"container": NAME, "kept": KEPT})
        self.assertEqual(self.done(), [
            "docker stop -t 30 " + NAME, "docker update --restart no " + NAME, "docker rename %s %s" % (NAME, KEPT),
            "docker network connect --ip 10.92.1.22 coreflow-network " + KEPT])
        self.assertEqual(self.said, ["container coreflow-kafka-ui: the one of before stops now, and stays as coreflow-kafka-ui-before-flowfleet. Should ours not be made, "
                                     "it serves again by: docker stop coreflow-kafka-ui; docker start coreflow-kafka-ui-before-flowfleet"])
        self.assertEqual(store.read(aside.KIND, NAME), {
            "owner": "urn:a", "served": False, "restart": "unless-stopped", "networks": {"infra_default": ["postgres"]}, "started": "at 0",
            "wanted": {key: value for key, value in wanted().items() if key not in ("owner", "of")}})

    def test_without_the_word_nothing_is_touched(self):
        self.words("nginx")
        self.container(NAME)
        with self.assertRaisesRegex(Failure, r"container coreflow-kafka-ui: exists already and is not ours; .*takeOver: \[docker\].*Nothing was stopped"):
            predecessor.apply(wanted())
        self.assertEqual(self.done(), [])

    def test_where_none_is_or_ours_is_nothing_is_done(self):
        self.assertEqual(predecessor.apply(wanted()), {"container": NAME, "kept": ""})
        self.container(NAME, labels=OURS)
        predecessor.apply(wanted())
        self.assertEqual((self.done(), store.names(aside.KIND)), ([], []))

    def test_cut_short_anywhere_the_next_run_goes_on(self):
        for command in ("docker stop", "docker update", "docker rename", "docker network connect"):
            with self.subTest(command):
                self.docker.clear()
                store.remove(aside.KIND, NAME)
                self.container(NAME)
                usual = self.answers[command]

                def killed(argv):
                    raise SystemExit(9)
                self.answers[command] = killed
                self._patch(aside, "_start", lambda *_: None)
                with self.assertRaises(SystemExit):
                    predecessor.apply(wanted())
                self.answers[command] = usual
                predecessor.apply(wanted())
                self.assertEqual({name: (one["running"], one["restart"], one["addresses"]) for name, one in self.docker.items()},
                                 {KEPT: (False, "no", {"coreflow-network": "10.92.1.22"})})

    def test_what_fails_is_undone_at_once(self):
        for step, name in (("stop", NAME), ("rename", NAME), ("connect", KEPT)):
            with self.subTest(step):
                self.container(NAME)
                self.fails = step
                with self.assertRaises(Failure):
                    predecessor.apply(wanted())
                self.assertEqual({name: (one["running"], one["restart"]) for name, one in self.docker.items()}, {name: (True, "unless-stopped")})

    def test_if_nobody_reads_the_result_it_serves_again_and_the_next_run_goes_on(self):
        self.container(NAME)
        outcome = predecessor.apply(wanted())
        self.assertIsInstance(outcome, Outcome)
        outcome.undo()
        self.assertEqual((self.docker[KEPT]["running"], self.docker[KEPT]["restart"]), (True, "unless-stopped"))
        predecessor.apply(wanted())
        self.assertEqual((self.docker[KEPT]["running"], self.docker[KEPT]["restart"]), (False, "no"))

    def test_one_of_earlier_that_was_kept_is_not_overwritten(self):
        self.container(NAME)
        self.container(KEPT, running=False)
        with self.assertRaisesRegex(Failure, "and so was coreflow-kafka-ui-before-flowfleet, which was set aside earlier. Nothing was stopped. Remove one of the two"):
            predecessor.apply(wanted())
        self.assertEqual(self.done(), [])

    def test_a_signal_is_no_reason_to_stay_stopped(self):
        self.container(NAME)

        def interrupted(_):
            self.docker[NAME]["running"] = False
            raise Interrupted("SIGTERM")
        self.answers["docker stop"] = interrupted
        with self.assertRaises(Interrupted):
            predecessor.apply(wanted())
        self.assertTrue(self.docker[NAME]["running"])

    def test_one_that_is_nowhere_near_the_address_of_ours_gets_it_before_another_is_made(self):
        self.container(NAME)
        predecessor.apply(wanted())
        self.docker[KEPT].update(addresses={"coreflow-network": "10.92.1.9"})
        self.forget()
        predecessor.apply(wanted(of="another"))
        self.assertEqual(self.done(), ["docker network disconnect coreflow-network " + KEPT, "docker network connect --ip 10.92.1.22 coreflow-network " + KEPT])
        self.forget()
        predecessor.apply(wanted(of="a third"))
        self.assertEqual(self.done(), [])


class Beside(ByHand):
    """Others on a volume that ours is about to have."""

    def problems(self, **more):
        with self.assertRaises(Refused) as caught:
            predecessor.apply(wanted(volumes={"/data": "mine"}, **more))
        self.assertEqual(self.done(), [])
        return caught.exception.problems

    def test_one_of_another_name_is_no_nobody(self):
        self.container("coreflow-kafka-ui-1", mounts={"/data": "mine"})
        self.assertEqual(self.problems(), ["volumes: mine is in use by container coreflow-kafka-ui-1. If it is the one to be taken over: "
                                           "docker rename coreflow-kafka-ui-1 coreflow-kafka-ui; else stop it, and have nothing start it again"])

    def test_one_that_has_its_folder_and_one_that_docker_would_start(self):
        self.container("by-folder", mounts={"/data": "/volumes/mine"})
        self.container("by-docker", mounts={"/data": "mine"}, running=False, restart="always")
        self.container("ended", mounts={"/data": "mine"}, running=False)
        self.assertEqual([problem.split(". ")[0] for problem in self.problems()], [
            "volumes: mine is in use by container by-docker", "volumes: mine is in use by container by-folder"])

    def test_beside_ours_that_is_to_have_another_volume(self):
        self.container(NAME, labels=OURS, mounts={"/data": "former"})
        self.container("infra-kafka-ui-1", mounts={"/data": "mine"})
        self.assertEqual(self.problems(), ["volumes: mine is in use by container infra-kafka-ui-1. Stop it"])
        self.docker[NAME]["mounts"] = {"/data": "mine"}
        predecessor.apply(wanted(volumes={"/data": "mine"}))


class Ours(ByHand):
    """What the step after ours was made does with the one of before."""

    def setUp(self):
        super().setUp()
        self.container(NAME)
        predecessor.apply(wanted())
        self.container(NAME, labels=OURS, networks={"coreflow-network": ["kafka-ui"]})
        self.forget()

    def apply(self):
        return data_container.apply({"owner": "urn:a", "container": NAME, "id": "0123456789ab", "pids": 64, "wait": 1})

    def test_that_works_closes_the_way_back(self):
        self.apply()
        self.assertTrue(store.read(aside.KIND, NAME)["served"])
        self.assertNotIn("wanted", store.read(aside.KIND, NAME))
        self.assertEqual((aside.go_back(NAME), self.docker[KEPT]["running"]), ("", False))

    def test_that_passes_its_own_check_need_not_wait_for_dockers_first(self):
        self.answers["docker exec"] = lambda argv: checks.pop(0)
        for check, argv in ((["CMD", "pg_isready", "-q"], "pg_isready -q"), (["CMD-SHELL", "ask | grep ok"], "/bin/sh -c ask | grep ok")):
            checks = [runner.Result(1), runner.Result(0)]
            self.docker[NAME].update(health="starting", check=check)
            self.forget()
            data_container.apply({"owner": "urn:a", "container": NAME, "id": "0123456789ab", "pids": 64, "wait": 60})
            self.assertEqual([command for command in self.commands if " exec " in command], ["docker exec %s %s" % (NAME, argv)] * 2)

    def test_that_docker_has_given_up_is_tried_again_for_a_while(self):
        self.docker[NAME]["running"] = False
        data_container.apply({"owner": "urn:a", "container": NAME, "id": "0123456789ab", "pids": 64, "wait": 60})
        self.assertEqual([command for command in self.commands if command.startswith("docker start")], ["docker start " + NAME])
        self.assertEqual({name: one["running"] for name, one in self.docker.items()}, {NAME: True, KEPT: False})

    def test_that_does_not_get_healthy_gives_its_place_back(self):
        self.docker[NAME]["health"] = "starting"
        with self.assertRaises(Failure) as caught:
            self.apply()
        self.assertEqual(str(caught.exception), (
            "container coreflow-kafka-ui: is not healthy within 1 s: it is starting\nlast probe:\n    no response\nlast lines of its log:\n    FATAL: it broke\n"
            "The container of before, coreflow-kafka-ui-before-flowfleet, serves again. Correct what is wrong and run again"))
        self.assertEqual({name: one["running"] for name, one in self.docker.items()}, {NAME: False, KEPT: True})
        self.assertEqual(self.docker[KEPT]["restart"], "unless-stopped")

    def test_the_run_after_that_goes_on(self):
        self.docker[NAME]["health"] = "unhealthy"
        with self.assertRaisesRegex(Failure, "it is unhealthy"):
            data_container.apply({"owner": "urn:a", "container": NAME, "id": "0123456789ab", "pids": 64, "wait": 3600})
        self.docker[NAME]["health"] = "healthy"
        self.forget()
        self.apply()
        self.assertEqual(self.done()[:3], ["docker update --restart no " + KEPT, "docker stop -t 30 " + KEPT, "docker start " + NAME])
        self.assertEqual({name: one["running"] for name, one in self.docker.items()}, {NAME: True, KEPT: False})

    def test_another_one_is_made_only_after_the_one_of_before_ended_again(self):
        self.docker[NAME]["health"] = "unhealthy"
        with self.assertRaises(Failure):
            self.apply()
        predecessor.apply(wanted(of="another"))
        self.assertEqual({name: one["running"] for name, one in self.docker.items()}, {NAME: False, KEPT: False})

    def test_those_of_before_that_run_find_it_under_its_names(self):
        self.container("coreflow-exporter", networks={"infra_default": ["exporter"]})
        self.apply()
        self.assertIn("docker network connect --alias postgres infra_default " + NAME, self.done())
        self.forget()
        self.apply()
        self.assertEqual(self.done(), ["docker update --pids-limit 64 " + NAME])
        self.docker["coreflow-exporter"]["running"] = False
        self.apply()
        self.assertEqual(self.done()[-1], "docker network disconnect infra_default " + NAME)


class Looking(ByHand):
    def problems(self, more=None, **state):
        self.container(NAME, **state)
        document_ = wanted(**(more or {}))
        try:
            predecessor.apply(document.checked(document_, document.whole(document_, predecessor.SHAPE)))
        except Failure as failure:
            self.assertEqual(self.done(), [])
            return getattr(failure, "problems", [str(failure)])
        self.assertFalse(self.docker[KEPT]["running"])
        return []

    def filled(self, name, file="data"):
        self.put("/volumes/%s/%s" % (name, file), "")
        return str(os.getuid())


class Again(Looking):
    """What serves again, or was stopped by a run that did not get further, is looked at by the next as well."""

    def setUp(self):
        super().setUp()
        self.volumes = {"volumes": {"/data": "mine"}, "user": self.filled("mine") + ":0"}
        self.assertEqual(self.problems(self.volumes, mounts={"/data": "mine"}), [])
        self.forget()

    def refused(self, **more):
        with self.assertRaises(Refused) as caught:
            predecessor.apply(wanted(**{**self.volumes, **more}))
        self.assertIn("container %s: cannot be taken over as it is; nothing was stopped" % KEPT, str(caught.exception))
        return caught.exception.problems

    def test_data_that_ours_would_not_have_after_the_correction(self):
        problem = ["volumes: its data at /data are in volume mine, and not in another. Write mine in `volumes` of the configuration"]
        self.assertEqual(self.refused(volumes={"/data": "another"}), problem)
        aside.go_back(NAME)
        self.forget()
        self.assertEqual(self.refused(volumes={"/data": "another"}), problem)
        self.assertEqual(self.done(), [])
        predecessor.apply(wanted(**self.volumes))
        self.assertFalse(self.docker[KEPT]["running"])

    def test_once_ours_worked_its_volume_is_its_own_to_change(self):
        aside.served(NAME)
        predecessor.apply(wanted(**{**self.volumes, "volumes": {"/data": "another"}}))

    def test_ours_that_runs_is_not_somebody_else(self):
        self.container(NAME, labels=OURS, mounts={"/data": "mine"})
        predecessor.apply(wanted(of="another", **self.volumes))


class Fits(Looking):
    def test_data_that_ours_would_not_have(self):
        volumes = {"/data": "mine", "/log": "mine_log", "/more": "mine_more"}
        self.assertEqual(self.problems({"volumes": volumes}, mounts={"/data": "infra_data", "/log": "/srv/log"}), [
            "volumes: its data at /data are in volume infra_data, and not in mine. Write infra_data in `volumes` of the configuration",
            "volumes: its data at /log are in the folder /srv/log of this host, and not in a volume of docker: stop it, copy them into one "
            "(docker run --rm -v /srv/log:/from -v mine_log:/to … cp -a /from/. /to/), and start it with that",
            "volumes: has none at /more, where mine_more is to be, so its data would stay behind"])

    def test_one_that_no_address_would_keep_off(self):
        self.assertEqual(self.problems(mode="host"), ["network: it uses that of this host. Make it anew in a network of its own"])
        self.assertEqual(self.problems(mode="container:c0ffee"), ["network: it uses that of container c0ffee. Make it anew in a network of its own"])

    def test_files_of_another_user_and_a_second_one_at_work(self):
        self.filled("mine")
        self.container("coreflow-copy", mounts={"/x": "mine"})
        found = self.problems({"volumes": {"/data": "mine"}, "user": "70:70"}, mounts={"/data": "mine"})
        self.assertEqual(found[0], "volumes: mine is in use by container coreflow-copy as well. Stop it")
        self.assertRegex(found[1], r"users: files of volume mine belong to user %d, and ours runs as user 70\. .*Alpine's PostgreSQL has 70" % os.getuid())

    def test_kafka(self):
        user = self.filled("mine") + ":1000"
        for text, problem in (("broker.id=1\ncluster.id=x\n", None), ("broker.id=1001\n", "is of the broker with id 1001; ours has 1, and would not start on it"),
                              ("node.id=1\nversion=1\n", "is of a Kafka without ZooKeeper (KRaft), which ours cannot read"), (None, None)):
            with self.subTest(text):
                self.docker.clear()
                store.remove(aside.KIND, NAME)
                if text is None:
                    os.unlink(self.root + "/volumes/mine/meta.properties")
                else:
                    self.put("/volumes/mine/meta.properties", text)
                self.forget()
                found = self.problems({"volumes": {"/data": "mine"}, "engine": "kafka", "user": user}, mounts={"/data": "mine"})
                self.assertEqual(found, ["volumes: mine " + problem] if problem else [])


    def test_kafka_is_stopped_once_it_has_its_zookeeper_again(self):
        user = self.filled("mine") + ":1000"
        self.put("/volumes/mine/meta.properties", "broker.id=1\ncluster.id=x\n")
        answers = ["", "0 0 172.18.0.5:49152 172.18.0.4:2181\n"]
        self.answers["nsenter"] = lambda argv: answers.pop(0)
        self.assertEqual(self.problems({"volumes": {"/data": "mine"}, "engine": "kafka", "user": user}, mounts={"/data": "mine"}), [])
        asked = [number for number, command in enumerate(self.commands) if command.startswith("nsenter --target 4711 --net ss ")]
        self.assertEqual(len(asked), 2)
        self.assertLess(asked[-1], next(number for number, command in enumerate(self.commands) if command.startswith("docker stop")))


class PostgresFits(Looking):
    PATH = "/var/lib/postgresql/data"

    def setUp(self):
        super().setUp()
        self.folder, self.databases = self.PATH, "postgres\ncoreflow\n"
        self.roles = "coreflow\t%s\npg_monitor\t\n" % postgres.verifier("hunter2", b"0" * 16)

    def inside(self, container, argv, script):
        self.assertIn("--username=coreflow", argv)
        if "data_directory" in script:
            return self.folder + "\n"
        return self.roles if "pg_authid" in script else self.databases

    def look(self, password="hunter2", **more):
        self.filled("pg", "PG_VERSION")
        login = {"role": "coreflow", "database": "coreflow", "password": password}
        state = {"env": ["POSTGRES_USER=coreflow"], "mounts": {self.PATH: "pg"}, **more}
        return self.problems({"volumes": {self.PATH: "pg"}, "engine": "postgres", "login": login, "user": "%d:0" % os.getuid()}, **state)

    def test_a_fitting_one_is_taken_over_and_its_administrator_remembered(self):
        self.assertEqual(self.look(), [])
        self.assertEqual(store.read(aside.KIND, NAME)["superuser"], "coreflow")
        self.assertNotIn("hunter2", self.argv())

    def test_a_password_kept_in_the_old_way(self):
        self.roles = "coreflow\tmd5%s\n" % hashlib.md5(b"hunter2coreflow").hexdigest()
        self.assertEqual(self.look(), [])

    def test_all_that_does_not_fit(self):
        self.folder, self.databases = self.PATH + "/pgdata", "postgres\nshop\n"
        self.assertEqual(self.look("another"), [
            "PGDATA: its data are in /var/lib/postgresql/data/pgdata, and ours looks in /var/lib/postgresql/data",
            "role coreflow has another password than the configuration gives (POSTGRES_PASSWORD): those who use it now would not get in",
            "has no database coreflow; there are postgres, shop"])

    def test_a_role_that_is_not_there(self):
        self.roles = "postgres\t\npg_monitor\t\n"
        self.assertEqual(self.look(), ["has no role coreflow; there are postgres"])

    def test_one_that_nobody_can_ask(self):
        self.assertEqual(self.look(running=False), ["does not run, so nobody can ask whether the passwords fit. Start it: docker start coreflow-kafka-ui"])
        self.inside = lambda *_: runner.Result(2, "", "FATAL: no pg_hba.conf entry")
        self.docker.clear()
        self.assertRegex(self.look()[0], r"(?s)its administrator coreflow \(POSTGRES_USER\) cannot be asked: .*no pg_hba.conf entry")

    def test_a_volume_without_a_container(self):
        self.filled("pg", "PG_VERSION")
        document_ = wanted(volumes={self.PATH: "pg"}, engine="postgres", login={"password": "x", "role": "coreflow", "database": "coreflow"})
        with self.assertRaisesRegex(Failure, r"no container coreflow-kafka-ui is here that could be asked whose they are\. Nothing was changed\.\nStart the one that worked"):
            predecessor.apply(document_)
        self.worked("pg")
        predecessor.apply(document_)


class RedisFits(Looking):
    def setUp(self):
        super().setUp()
        self.settings = {"requirepass": "hunter2", "dir": "/data", "appendfilename": "appendonly.aof", "dbfilename": "dump.rdb", "appendonly": "yes",
                         "maxmemory-policy": "noeviction"}
        self.password, self.rewrites = "hunter2", []
        self._patch(predecessor_fit.time, "sleep", lambda _: None)

    def inside(self, container, argv, script):
        login, command = script.splitlines()
        quoted = "".join("\\x%02x" % byte for byte in self.password.encode())
        if quoted not in login:
            return "WRONGPASS invalid username-password pair\nNOAUTH Authentication required.\n"
        if command.startswith("CONFIG GET"):
            name = command.split()[-1]
            return "OK\n%s\n%s\n" % (name, self.settings[name])
        if command == "INFO persistence":
            return "OK\n# Persistence\r\n" + (self.rewrites.pop(0) if self.rewrites else
                                              "aof_enabled:1\naof_rewrite_in_progress:0\naof_rewrite_scheduled:0\naof_last_bgrewrite_status:ok\n")
        return "OK\n" + ("PONG" if command == "PING" else "OK") + "\n"

    def look(self, password="hunter2"):
        self.filled("mine")
        return self.problems({"volumes": {"/data": "mine"}, "engine": "redis", "login": {"password": password}, "user": "%d:0" % os.getuid()}, mounts={"/data": "mine"})

    def test_one_with_a_log_is_taken_over_as_it_is(self):
        self.assertEqual(self.look(), [])
        self.assertNotIn("hunter2", self.argv())
        self.assertFalse([script for _, script in self.calls if "CONFIG SET" in script])

    def test_one_with_snapshots_alone_writes_a_log_first(self):
        self.settings["appendonly"] = "no"
        self.rewrites = ["aof_enabled:1\naof_rewrite_in_progress:1\naof_rewrite_scheduled:0\naof_last_bgrewrite_status:ok\n"]
        self.assertEqual(self.look(), [])
        self.assertEqual([script.splitlines()[1] for _, script in self.calls][-3:], ["CONFIG SET appendonly yes", "INFO persistence", "INFO persistence"])

    def test_one_that_served_again_writes_its_log_again(self):
        self.settings["appendonly"] = "no"
        self.assertEqual(self.look(), [])
        document_ = store.read(aside.KIND, NAME)["wanted"]
        for again in (lambda: predecessor.apply({"owner": "urn:a", "of": "another", **document_}),
                      lambda: data_container.apply({"owner": "urn:a", "container": NAME, "id": "0123456789ab", "pids": 64, "wait": 1})):
            aside.go_back(NAME)
            self.calls.clear()
            self.forget()
            again()
            self.assertEqual([script.splitlines()[1] for argv, script in self.calls if KEPT in argv][-2:], ["CONFIG SET appendonly yes", "INFO persistence"])
            self.assertFalse(self.docker[KEPT]["running"])
            self.container(NAME, labels=OURS, networks={})

    def test_one_that_served_again_and_was_stopped_by_hand_has_to_be_asked(self):
        self.assertEqual(self.look(), [])
        document_ = {"owner": "urn:a", "of": "another", **store.read(aside.KIND, NAME)["wanted"]}
        predecessor.apply(document_)
        aside.go_back(NAME)
        self.docker[KEPT]["running"] = False
        with self.assertRaisesRegex(Refused, "does not run, so nobody can ask whether the passwords fit. Start it: docker start " + KEPT):
            predecessor.apply(document_)

    def test_a_snapshot_that_nobody_makes_a_log_of(self):
        self.filled("mine", "dump.rdb")
        document_ = wanted(volumes={"/data": "mine"}, engine="redis", login={"password": "hunter2"})
        with self.assertRaisesRegex(Failure, "a snapshot of Redis and no log of writes, which is all that ours reads; no container coreflow-kafka-ui is here"):
            predecessor.apply(document_)
        self.filled("mine", "appendonlydir/appendonly.aof.manifest")
        predecessor.apply(document_)

    def test_one_that_forgets_keys_is_named(self):
        self.settings["maxmemory-policy"] = "allkeys-lru"
        self.assertEqual(self.look(), [])
        self.assertIn("forgets keys when it is full (maxmemory-policy allkeys-lru); ours keeps all", self.said[0])

    def test_another_password(self):
        self.assertRegex(self.look("another")[0], r"has another password than the configuration gives \(REDIS_PASSWORD\), or is older than Redis 6: NOAUTH")

    def test_files_that_ours_would_not_find(self):
        self.settings.update(dir="/var/lib/redis", appendfilename="shop.aof")
        self.assertEqual(self.look(), ["dir: is /var/lib/redis, and ours looks for /data", "appendfilename: is shop.aof, and ours looks for appendonly.aof"])

    def test_one_that_asks_for_no_password(self):
        self.settings["requirepass"] = ""
        self.assertEqual(self.look(), [])
        self.assertIn("asks for no password; services that were not taken over yet cannot log in to ours", self.said[0])


