from tests.by_hand import ByHand

import aside
import compose_before
import containers
import predecessor
import store
import takeover

FILE = "/opt/coreflow/infra/docker-compose.yml"
LABELS = {"com.docker.compose.project": "infra", "com.docker.compose.project.working_dir": "/opt/coreflow/infra",
          "com.docker.compose.project.config_files": "docker-compose.yml"}
NAMES = ("coreflow-redis", "coreflow-kafka")


class ComposeBefore(ByHand):
    def setUp(self):
        super().setUp()
        self.put(FILE, "services: {}\n")
        for name in NAMES:
            self.container(name, labels=LABELS)
            predecessor.apply({"owner": "urn:a", "container": name, "user": "100:101", "volumes": {}, "stopTimeout": 30, "of": "c0ffee",
                               "network": {"name": "coreflow-network", "address": "10.92.1.22"}})

    def works(self, name):
        # Ours has a label of the project, too, where that has the name of ours.
        self.container(name, labels={"flowfleet.data": name, **LABELS})
        aside.served(name)
        compose_before.settle(name)

    def test_the_last_of_a_project_sets_its_file_aside(self):
        self.works(NAMES[0])
        self.assertIsNone(takeover.kept(FILE))
        self.works(NAMES[1])
        self.assertEqual(self.tree("/opt/coreflow/infra"), {})
        self.assertEqual(self.text("/var/lib/flowfleet/before" + FILE), "services: {}\n")
        self.assertEqual(self.said[-1], FILE + ": all that Compose made from it was taken over; it lies in /var/lib/flowfleet/before%s now" % FILE)

    def test_one_that_is_written_anew_later_stays(self):
        for name in NAMES:
            self.works(name)
        self.put(FILE, "services: {mine: {}}\n")
        self.works(NAMES[1])
        self.assertEqual(self.text(FILE), "services: {mine: {}}\n")

    def test_as_long_as_compose_has_something_else_it_stays(self):
        self.container("exporter", labels=LABELS, running=False)
        for name in NAMES:
            self.works(name)
        self.assertEqual(self.text(FILE), "services: {}\n")
        self.docker.pop("exporter")
        compose_before.settle(NAMES[0])
        self.assertEqual(self.tree("/opt/coreflow/infra"), {})

    def test_where_nothing_was_taken_over_nobody_is_asked(self):
        store.remove(aside.KIND, NAMES[0])
        self.forget()
        self._patch(containers, "facts", None)
        compose_before.settle(NAMES[0])
        self.assertEqual(self.commands, [])
