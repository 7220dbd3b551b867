import os
import subprocess
import unittest

from tests import OnHost

import claim
import guard
import host
import locks
import occupied
import store
from errors import Refused
from transaction import Transaction

WANTED = {"owner": "urn:a", "stack": "demo", "system": "shop", "names": ["shop.example.com"], "ports": [5000], "paths": ["/srv/shop/demo"],
          "containers": ["shop-demo-"], "subnets": ["10.90.2.0/24"]}

NGINX = """# configuration file /etc/nginx/nginx.conf:
http { include sites/*; }
# configuration file /etc/nginx/sites/hand.conf:
server {
  listen [::]:443 ssl; listen 127.0.0.1:5000;  # listen 1234;
  server_name www.example.com
    shop.example.com; # server_name other.example.com;
}
"""


class Claiming(OnHost):
    def refused(self, wanted):
        with self.assertRaises(Refused) as caught:
            claim.apply(wanted)
        return caught.exception.problems

    def test_a_free_machine_registers_the_tenant(self):
        self.assertEqual(claim.apply(WANTED), {"registered": "shop@demo"})
        self.assertEqual(store.read("claims", "shop@demo")["names"], ["shop.example.com"])

    def test_everything_foreign_is_listed_in_one_error_and_nothing_is_registered(self):
        self.put("/usr/sbin/nginx", "")
        self.put("/etc/letsencrypt/renewal/old.conf", "")
        self.put("/srv/shop/demo/by-hand/file", "")
        self.answers.update({
            "nginx -T": NGINX, "openssl x509": "X509v3 Subject Alternative Name: \n    DNS:shop.example.com, DNS:b\n",
            "ss -Hltnp": 'LISTEN 0 511 0.0.0.0:5000 0.0.0.0:* users:(("node",pid=7,fd=3))\n',
            "docker ps": "shop-demo-web\tcom.example=1,flowfleet.image=x\nshop-demo-api\tflowfleet.service=x\nshop-demo-db\tflowfleet.data=shop-demo-db\nother\t\n",
            "docker network ls": "aaa bbb\n",
            "docker network inspect": '[{"Name": "theirs", "Id": "aaaaaaaaaaaaaaaa", "IPAM": {"Config": [{"Subnet": "10.90.0.0/16"}]}, "Labels": {}},'
                                      ' {"Name": "ours", "Id": "bbbbbbbbbbbbbbbb", "IPAM": {"Config": [{"Subnet": "10.90.2.0/24"}]}, "Labels": {"flowfleet.network": "x"}}]',
            "ip -json": '[{"dst": "default", "dev": "eth0"}, {"dst": "10.90.2.128/25", "dev": "wg0"}, {"dst": "10.90.2.0/24", "dev": "br-bbbbbbbbbbbb"}]'})
        self._patch(host, "os_name", lambda: "debian-12")
        self._patch(host, "cpus", lambda: 2)
        self._patch(host, "memory", lambda: 3900)
        self._patch(host, "disk", lambda: 37.2)
        problems = self.refused({**WANTED, "os": ["ubuntu-24.04"], "size": {"cpus": 4, "memory": 8192, "disk": 50}})
        self.assertEqual(problems, [
            "os: this machine runs debian-12, the system needs one of ubuntu-24.04",
            "size.cpus: this machine has 2, the system needs 4",
            "size.memory: this machine has 3900 MB, the system needs 8192 MB",
            "size.disk: the file system at / has 37 GB, the system needs 50 GB",
            "names: shop.example.com is served by nginx, see /etc/nginx/sites/hand.conf",
            "names: shop.example.com is on certbot's certificate old (certbot delete --cert-name old removes it)",
            "ports: 5000 is listened on by node",
            "paths: /srv/shop/demo exists and holds something that Flowfleet did not make",
            "containers: shop-demo-web exists already and is not ours",
            "subnets: 10.90.2.0/24 overlaps 10.90.0.0/16 of Docker's network theirs",
            "subnets: 10.90.2.0/24 overlaps 10.90.2.128/25 of interface wg0"])
        self.assertEqual(store.names("claims"), [])

    def test_a_machine_of_the_size_that_is_sold_under_that_number_will_do_and_the_next_smaller_will_not(self):
        self._patch(host, "cpus", lambda: 4)
        wanted = {**WANTED, "size": {"cpus": 4, "memory": 8192, "disk": 80}}
        # 8 GB of memory and 80 GB of disk, as Linux shows them.
        for memory, disk, problems in [(7757, 71.2, []), (7372, 63.9, ["size.memory: this machine has 7372 MB, the system needs 8192 MB",
                                                                      "size.disk: the file system at / has 63 GB, the system needs 80 GB"])]:
            self._patch(host, "memory", lambda: memory)
            self._patch(host, "disk", lambda: disk)
            self.assertEqual(claim.machine_problems(wanted), problems)

    def test_a_throwaway_machine_may_be_smaller_which_is_one_substitution(self):
        self._patch(host, "os_name", lambda: "debian-12")
        self._patch(host, "cpus", lambda: 2)
        self._patch(host, "memory", lambda: 3900)
        self._patch(host, "disk", lambda: 500.0)
        wanted = {**WANTED, "os": ["ubuntu-24.04"], "size": {"cpus": 8, "memory": 16384, "disk": 100, "lenient": True}}
        self.assertEqual(self.refused(wanted), ["os: this machine runs debian-12, the system needs one of ubuntu-24.04"])
        del wanted["os"]
        claim.apply(wanted)
        text = "size: cpus: this machine has 2, the system needs 8; memory: this machine has 3900 MB, the system needs 16384 MB"
        self.assertEqual(self.said[-1:], ["substitution: " + text])
        self.assertEqual(host.substitutions(), [text])

    def test_the_disk_is_that_of_the_root(self):
        self.assertGreater(host.disk(), 0)
        self.assertAlmostEqual(host.disk() * 1024, int(subprocess.run(["df", "-BM", "--output=size", self.root], capture_output=True, text=True, check=True)
                                                       .stdout.split()[1].rstrip("M")), delta=2)

    def test_what_it_has_already_is_its_own(self):
        claim.apply(WANTED)
        self.answers["ss -Hltnp"] = 'LISTEN 0 511 0.0.0.0:5000 0.0.0.0:* users:(("node",pid=7,fd=3))\n'
        self.put("/srv/shop/demo/file", "")
        claim.apply({**WANTED, "owner": "urn:renamed"})
        self.assertEqual(self.refused({**WANTED, "ports": [5000, 80], "paths": ["/srv/shop/demo", "/srv/shop"]}),
                         ["paths: /srv/shop exists and holds something that Flowfleet did not make"])

    def test_files_of_ours_and_empty_folders_are_not_in_the_way(self):
        os.makedirs(self.root + "/srv/shop/demo/empty")
        change = Transaction("x", "files")
        change.write("/srv/shop/demo/ours", "")
        change.commit()
        claim.apply(WANTED)

    def test_a_site_of_ours_is_not_in_the_way_but_a_foreign_one_on_our_nginx_is(self):
        self.put("/usr/sbin/nginx", "")
        self.answers["nginx -T"] = NGINX
        self.answers["ss -Hltnp"] = 'LISTEN 0 511 127.0.0.1:5000 0.0.0.0:* users:(("nginx",pid=7,fd=3))\n'
        change = Transaction("x", "files")
        change.write("/etc/nginx/nginx.conf", "http { include sites/*; }\n")
        change.commit()
        self.assertEqual(self.refused(WANTED), ["names: shop.example.com is served by nginx, see /etc/nginx/sites/hand.conf", "ports: 5000 is listened on by nginx"])
        change.write("/etc/nginx/sites/hand.conf", "")
        change.commit()
        claim.apply(WANTED)

    def test_another_system_has_it(self):
        claim.apply(WANTED)
        other = {"owner": "urn:b", "stack": "dev", "system": "shop", "names": ["shop.example.com"], "ports": [5000], "paths": ["/srv/shop/demo/x"],
                 "containers": ["shop-demo-web-"], "subnets": ["10.90.2.128/25"]}
        self.assertEqual(self.refused(other), [
            "names: shop.example.com belongs to shop of stack demo", "ports: 5000 belongs to shop of stack demo",
            "paths: /srv/shop/demo/x is within /srv/shop/demo of shop of stack demo",
            "containers: names that begin with shop-demo- belong to shop of stack demo",
            "subnets: 10.90.2.128/25 overlaps 10.90.2.0/24 of shop of stack demo"])

    def test_only_the_owner_forgets_it(self):
        claim.apply(WANTED)
        claim.remove({**WANTED, "owner": "urn:former"})
        self.assertEqual(store.names("claims"), ["shop@demo"])
        claim.remove(WANTED)
        self.assertEqual(store.names("claims"), [])

    def test_the_guard_names_the_tenants(self):
        claim.apply(WANTED)
        with self.assertRaises(Refused) as caught:
            guard.remove({"owner": "g", "stack": "shared"})
        self.assertEqual(caught.exception.problems, ["shop of stack demo"])
        self.assertEqual(guard.remove({"owner": "g", "stack": "demo"}), {})

    def test_the_guard_looks_under_the_lock_that_tenants_register_under(self):
        names, seen = store.names, []
        self._patch(store, "names", lambda kind: seen.append(locks.HOST in locks._held) or names(kind))
        guard.remove({"owner": "g", "stack": "shared"})
        self.assertEqual(seen, [True])

    def test_a_guard_under_a_new_name_lets_the_old_one_go_and_guards(self):
        claim.apply(WANTED)
        for owner in ("old", "new"):
            guard.apply({"owner": owner, "stack": "shared"})
        self.assertEqual(guard.remove({"owner": "old", "stack": "shared"}), {})
        with self.assertRaises(Refused):
            guard.remove({"owner": "new", "stack": "shared"})


class Reading(unittest.TestCase):
    def test_nginx(self):
        files = dict(occupied.configuration_files(NGINX))
        self.assertEqual(sorted(files), ["/etc/nginx/nginx.conf", "/etc/nginx/sites/hand.conf"])
        self.assertEqual(occupied.server_names(files["/etc/nginx/sites/hand.conf"]), ["www.example.com", "shop.example.com"])
        self.assertEqual(occupied.listen_ports(files["/etc/nginx/sites/hand.conf"]), {443, 5000})


if __name__ == "__main__":
    unittest.main()
