from tests.releasing import Releasing

import networks
import registry
import runner
from errors import Failure, Refused

NETWORK = {"owner": "urn:a", "name": "shop-staging", "subnet": "10.90.3.0/24", "gateway": "10.90.3.1"}
LOGIN = {"owner": "urn:a", "registry": "registry.example.com:5000", "user": "robot", "password": "hush"}


class Networks(Releasing):
    def test_made_once(self):
        made = {"network": "shop-staging", "subnet": "10.90.3.0/24", "gateway": "10.90.3.1"}
        self.assertEqual([networks.apply(NETWORK), networks.apply(NETWORK)], [made, made])
        self.assertEqual(self.ran("docker network create"), [
            "docker network create --driver bridge --subnet 10.90.3.0/24 --gateway 10.90.3.1 --ip-range 10.90.3.128/25 --label flowfleet.network=shop-staging shop-staging"])

    def test_another_subnet_only_while_it_is_empty(self):
        networks.apply(NETWORK)
        networks.apply({**NETWORK, "subnet": "10.90.4.0/24", "gateway": "10.90.4.1"})
        self.assertEqual(self.docker.state["networks"]["shop-staging"]["Subnet"], "10.90.4.0/24")
        self.docker.state["containers"]["x"] = {"status": "running", "ip": "10.90.4.9", "labels": {}}
        with self.assertRaisesRegex(Failure, "network shop-staging: has subnet 10.90.4.0/24 and gateway 10.90.4.1, but containers are in it: x. Remove them first"):
            networks.apply(NETWORK)
        with self.assertRaisesRegex(Failure, "is to be removed, but containers are in it: x"):
            networks.remove(NETWORK)

    def test_foreign(self):
        with self.assertRaisesRegex(Failure, "network shop: exists and was not made by Flowfleet"):
            networks.apply({**NETWORK, "name": "shop"})
        self.assertEqual(networks.remove({**NETWORK, "name": "shop"}), {"network": "shop", "removed": False})

    def test_a_newer_owner_keeps_it(self):
        networks.apply(NETWORK)
        networks.apply({**NETWORK, "owner": "urn:b"})
        self.assertEqual(networks.remove(NETWORK), {"network": "shop-staging", "removed": False})
        self.assertEqual(networks.remove({**NETWORK, "owner": "urn:b"}), {"network": "shop-staging", "removed": True})
        self.assertNotIn("shop-staging", self.docker.state["networks"])

    def test_a_gateway_outside(self):
        with self.assertRaisesRegex(Refused, "gateway: must be an address of 10.90.3.0/24, got 10.90.9.1"):
            networks.apply({**NETWORK, "gateway": "10.90.9.1"})


class Registries(Releasing):
    def setUp(self):
        super().setUp()
        self.calls, self.answer = [], runner.Result(0)
        self._patch(runner, "run", lambda argv, input=None, timeout=60, check=True: self.calls.append((argv, input)) or self.answer)

    def test_the_password_goes_by_stdin(self):
        self.assertEqual(registry.apply(LOGIN), {"registry": "registry.example.com:5000", "user": "robot"})
        self.assertEqual(self.calls, [(["docker", "login", "--username", "robot", "--password-stdin", "registry.example.com:5000"], "hush\n")])

    def test_refused(self):
        self.answer = runner.Result(1, "", "Error response from daemon: unauthorized for hush\n")
        with self.assertRaises(Failure) as caught:
            registry.apply(LOGIN)
        self.assertEqual(str(caught.exception), "registry registry.example.com:5000: the login of robot failed\n    Error response from daemon: unauthorized for [REDACTED]")

    def test_only_its_own_is_removed(self):
        registry.apply(LOGIN)
        self.assertEqual(registry.remove({**LOGIN, "owner": "urn:b"}), {"registry": "registry.example.com:5000", "removed": False})
        self.assertEqual(len(self.calls), 1)
        self.assertEqual(registry.remove(LOGIN), {"registry": "registry.example.com:5000", "removed": True})
        self.assertEqual(self.calls[-1][0], ["docker", "logout", "registry.example.com:5000"])
