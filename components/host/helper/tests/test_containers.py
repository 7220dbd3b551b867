import unittest

from tests.releasing import Releasing, document

import compose
import containers
import release_document
from errors import Failure

IMAGE = {"name": "registry.example.com/shop/backend@sha256:" + "1" * 64, "id": "sha256:id", "entrypoint": ["docker-entrypoint.sh"], "command": ["uvicorn", "app:main"]}
INSTANCE = {"id": "c0ffee00", "address": "10.90.2.10", "user": "10001:10001", "environment": "/var/lib/flowfleet/environments/shop-staging-backend.c0ffee00.env"}

CREATE = r"""docker create
--name shop-staging-backend-11111111-next
--restart no
--network shop
--ip 10.90.2.10
--user 10001:10001
--cap-drop ALL
--security-opt no-new-privileges
--read-only
--cap-add NET_BIND_SERVICE
--tmpfs /tmp:size=64m
--memory 1024m
--memory-swap 1024m
--cpus 1
--pids-limit 256
--log-driver json-file
--log-opt max-size=10m
--log-opt max-file=5
--stop-timeout 30
--health-cmd curl -fsS http://localhost:8000/api/health
--health-interval 30s
--health-timeout 10s
--health-retries 3
--health-start-period 40s
--add-host backend:10.90.2.1
--env LEVEL=info
--mount type=bind,source=/var/lib/flowfleet/environments/shop-staging-backend.c0ffee00.env,target=/run/secrets/env,readonly
--label flowfleet.service=shop-staging-backend
--label flowfleet.release=c0ffee00
--label com.docker.compose.project=shop-staging
--entrypoint /bin/sh
registry.example.com/shop/backend@sha256:1111111111111111111111111111111111111111111111111111111111111111
-c
set -a; . /run/secrets/env; set +a; exec "$@"
sh
docker-entrypoint.sh
uvicorn
app:main
"""

FILE = """\
# Written by Flowfleet from what runs here. `ps`, `logs` and `restart` work in this folder, `up -d` changes nothing:
#   docker compose -f docker-compose.staging.yml ps
# Do not edit it: the next release writes it anew.
services:
  backend:
    image: "registry.example.com/shop/backend@sha256:1111111111111111111111111111111111111111111111111111111111111111"
    container_name: "shop-staging-backend-11111111"
    entrypoint: ["/bin/sh"]
    command: ["-c", "set -a; . /run/secrets/env; set +a; exec \\"$$@\\"", "sh", "docker-entrypoint.sh", "uvicorn", "app:main"]
    user: "10001:10001"
    restart: "unless-stopped"
    networks:
      shop:
        ipv4_address: "10.90.2.10"
    extra_hosts: ["backend:10.90.2.1"]
    environment:
      LEVEL: "info"
    volumes:
      - {"read_only": true, "source": "/var/lib/flowfleet/environments/shop-staging-backend.c0ffee00.env", "target": "/run/secrets/env", "type": "bind"}
    read_only: true
    tmpfs: ["/tmp:size=64m"]
    cap_drop: ["ALL"]
    cap_add: ["NET_BIND_SERVICE"]
    security_opt: ["no-new-privileges"]
    mem_limit: "1024m"
    memswap_limit: "1024m"
    cpus: 1
    pids_limit: 256
    logging:
      driver: "json-file"
      options:
        max-file: "5"
        max-size: "10m"
    healthcheck:
      interval: "30s"
      retries: 3
      start_period: "40s"
      test: ["CMD-SHELL", "curl -fsS http://localhost:8000/api/health"]
      timeout: "10s"
    stop_grace_period: "30s"
    labels:
      flowfleet.release: "c0ffee00"
      flowfleet.service: "shop-staging-backend"
networks:
  shop:
    external: true
    name: "shop"
"""


def described(**more):
    return compose.service(document(IMAGE["name"], capabilities=["NET_BIND_SERVICE"], **more), IMAGE, INSTANCE)


class Text(unittest.TestCase):
    def test_the_arguments_of_a_container(self):
        argv = containers.create_arguments({"name": "shop-staging-backend-11111111-next", "service": described(), "labels": {"com.docker.compose.project": "shop-staging"}})
        self.assertEqual(argv, [word for line in CREATE.splitlines() for word in (line.split(" ", 1) if line.startswith(("-", "docker ")) and line != "-c" else [line])])

    def test_the_compose_file(self):
        self.assertEqual(compose.render("docker-compose.staging.yml", {"backend": described()}), FILE)

    def test_the_dotenv_file(self):
        self.assertEqual(compose.dotenv("shop-staging"), "# Written by Flowfleet: the project's name for docker compose.\nCOMPOSE_PROJECT_NAME=shop-staging\n")

    def test_what_compose_and_yaml_would_take_for_something_else(self):
        text = compose.render("x.yml", {"on": described(environment={"COST": "$5 ${HOME}", "ANSWER": "yes", "QUOTED": "a \"b\" \\ c: #d"})})
        for line in ('  "on":', '      COST: "$$5 $${HOME}"', '      ANSWER: "yes"', '      QUOTED: "a \\"b\\" \\\\ c: #d"'):
            self.assertIn(line, text.splitlines())

    def test_without_variables_the_image_starts_as_it_is(self):
        self.assertEqual(containers.command(IMAGE, None), ("docker-entrypoint.sh", ["uvicorn", "app:main"]))
        self.assertEqual(containers.command({**IMAGE, "entrypoint": None}, None), ("uvicorn", ["app:main"]))
        with self.assertRaisesRegex(Failure, "has neither an entry point nor a command"):
            containers.command({**IMAGE, "entrypoint": None, "command": None}, None)

    def test_files_of_the_host_are_read_only_beside_the_copy_of_the_variables(self):
        service = described(mounts={"/etc/shop/b.yaml": "/srv/shop/b-1.yaml", "/etc/shop/a.yaml": "/srv/shop/a-1.yaml"})
        argv = containers.create_arguments({"name": "n", "service": service, "labels": {}})
        self.assertEqual([argv[index + 1] for index, word in enumerate(argv) if word == "--mount"], [
            "type=bind,source=%s,target=/run/secrets/env,readonly" % INSTANCE["environment"],
            "type=bind,source=/srv/shop/a-1.yaml,target=/etc/shop/a.yaml,readonly",
            "type=bind,source=/srv/shop/b-1.yaml,target=/etc/shop/b.yaml,readonly"])
        line = '      - {"read_only": true, "source": "/srv/shop/a-1.yaml", "target": "/etc/shop/a.yaml", "type": "bind"}'
        self.assertIn(line, compose.render("x.yml", {"backend": service}).splitlines())

    def test_folders_that_stay_are_written_to(self):
        service = described(mounts={"/etc/a.yaml": "/srv/shop/a.yaml"}, folders={"/data": "/srv/shop/data"})
        argv = containers.create_arguments({"name": "n", "service": service, "labels": {}})
        self.assertEqual([argv[index + 1] for index, word in enumerate(argv) if word == "--mount"][1:], [
            "type=bind,source=/srv/shop/a.yaml,target=/etc/a.yaml,readonly", "type=bind,source=/srv/shop/data,target=/data"])
        line = '      - {"read_only": false, "source": "/srv/shop/data", "target": "/data", "type": "bind"}'
        self.assertIn(line, compose.render("x.yml", {"backend": service}).splitlines())
        self.assertNotEqual(release_document.specification(document(IMAGE["name"], folders={"/data": "/srv/a"})), release_document.specification(document(IMAGE["name"])))

    def test_one_that_only_stays_alive_has_no_health_check_and_a_reservation_shows_in_both(self):
        plain, one = described(), described(health={"alive": 10}, reservations={"memory": 512, "cpus": 0.5})
        argv, other = (containers.create_arguments({"name": "n", "service": service, "labels": {}}) for service in (plain, one))
        self.assertEqual([word for word in argv if word not in other], [
            "--health-cmd", "curl -fsS http://localhost:8000/api/health", "--health-interval", "30s", "--health-timeout", "10s", "--health-retries", "3",
            "--health-start-period", "40s"])
        self.assertEqual([word for word in other if word not in argv], ["--memory-reservation", "512m", "--cpu-shares", "512"])
        text = compose.render("x.yml", {"backend": one})
        self.assertNotIn("healthcheck", text)
        self.assertIn('    memswap_limit: "1024m"\n    mem_reservation: "512m"\n    cpus: 1\n    cpu_shares: 512\n', text)

    def test_a_health_check_without_a_shell_keeps_its_words(self):
        health = {"path": "/", "command": ["CMD", "wget", "it's", "x y"], "interval": 1, "timeout": 1, "retries": 1, "startPeriod": 0}
        argv = containers.create_arguments({"name": "n", "service": described(health=health), "labels": {}})
        self.assertEqual(argv[argv.index("--health-cmd") + 1], "'wget' 'it'\\''s' 'x y'")


class Labels(Releasing):
    LABELS = {
        "com.docker.compose.project": "shop-staging", "com.docker.compose.service": "backend", "com.docker.compose.container-number": "1",
        "com.docker.compose.oneoff": "False", "com.docker.compose.project.config_files": "/srv/shop/staging/docker-compose.staging.yml",
        "com.docker.compose.project.working_dir": "/srv/shop/staging", "com.docker.compose.image": "sha256:id", "com.docker.compose.depends_on": "",
    }

    def test_with_the_hash_of_the_compose_that_is_there(self):
        labels = compose.labels(document(IMAGE["name"]), IMAGE, described())
        self.assertEqual(labels, {**self.LABELS, "com.docker.compose.config-hash": "c0ffee", "com.docker.compose.version": "1.29.2"})
        self.assertRegex(self.ran("docker-compose -p")[0], r"^docker-compose -p shop-staging -f \S+/docker-compose.yml --project-directory \S+ config --hash backend$")

    def test_without_compose(self):
        self.docker.state["compose"] = ""
        wanted = document(IMAGE["name"])
        self.assertEqual(compose.labels(wanted, IMAGE, described()), {**self.LABELS, "com.docker.compose.config-hash": release_document.specification(wanted)})
