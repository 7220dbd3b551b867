import os
import subprocess
import unittest

from tests import OnHost

import claim
import guard
import host
import lent
import locks
import occupied
import store
import takeover
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
            "docker ps": "shop-demo-web\tcom.example=1,flowfleet.image=x\nshop-demo-api\tflowfleet.service=x\nshop-demo-db\tflowfleet.data=shop-demo-db\n"
                         "shop-demo-db-before-flowfleet\tcom.example=1\nother\t\n",
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
            "names: shop.example.com is served by nginx, see /etc/nginx/sites/hand.conf; takeOver: [nginx] takes it over, or remove it by hand",
            "names: shop.example.com is on certbot's certificate old (certbot delete --cert-name old removes it); takeOver: [nginx] takes it over, or remove it by hand",
            "ports: 5000 is listened on by node",
            "paths: /srv/shop/demo exists and holds something that Flowfleet did not make; "
            "takeOver: [pm2] or takeOver: [docker] takes it over, or remove it by hand",
            "containers: shop-demo-web exists already and is not ours; takeOver: [docker] takes it over, or remove it by hand",
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
                         ["paths: /srv/shop exists and holds something that Flowfleet did not make; "
                          "takeOver: [pm2] or takeOver: [docker] takes it over, or remove it by hand"])

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
        self.assertEqual(self.refused(WANTED), [
            "names: shop.example.com is served by nginx, see /etc/nginx/sites/hand.conf; takeOver: [nginx] takes it over, or remove it by hand",
            "ports: 5000 is listened on by nginx; takeOver: [nginx] takes it over, or remove it by hand"])
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

    HOST = {"owner": "urn:h", "stack": "demo", "system": "host", "names": [], "ports": [80], "paths": [], "containers": [], "subnets": [],
            "files": ["/etc/nginx/nginx.conf", "/etc/docker/daemon.json"], "repositories": {"https://download.docker.com/linux/debian": "docker"},
            "systems": [{key: value for key, value in WANTED.items() if key != "owner"}]}

    def by_hand(self):
        """A server with all of it, as a guide would leave it."""
        self.put("/usr/sbin/nginx", "")
        self.put("/etc/nginx/nginx.conf", "events {}\nstream { server { listen 5432; } }\nhttp { include sites/*; }\n")
        self.put("/etc/apt/sources.list.d/docker.list", "# deb https://example.org x\n"
                 "deb [signed-by=/etc/apt/keyrings/docker.gpg] https://download.docker.com/linux/debian bookworm stable\n")
        self.put("/srv/shop/demo/file", "")
        self.put("/proc/7/cmdline", "node dist/main.js")
        self.put("/proc/7/stat", "7 (node (x)) S 5 7 7 0")
        self.put("/proc/5/cmdline", "PM2 v5.3.0: God Daemon (/home/ubuntu/.pm2)")
        self.answers.update({
            "nginx -T": NGINX, "docker ps": "shop-demo-web\t\n",
            "ss -Hltnp": 'LISTEN 0 511 0.0.0.0:80 0.0.0.0:* users:(("nginx",pid=3,fd=3))\nLISTEN 0 511 *:5000 *:* users:(("node (x)",pid=7,fd=3))\n'})

    def test_the_first_step_lists_all_that_is_in_the_way_of_the_host_and_its_systems(self):
        self.by_hand()
        before = {**self.tree("/etc"), **self.tree("/srv"), **self.tree("/var")}
        self.assertEqual(self.refused(self.HOST), [
            "files: /etc/nginx/nginx.conf exists and is neither ours nor an unmodified file of a package; takeOver: [nginx] takes it over, or remove it by hand",
            "files: /etc/nginx/nginx.conf has a block stream, which nothing takes over; remove it by hand",
            "names: shop.example.com is served by nginx, see /etc/nginx/sites/hand.conf; takeOver: [nginx] takes it over, or remove it by hand",
            "ports: 5000 is listened on by node (x); takeOver: [pm2] takes it over, or remove it by hand",
            "ports: 80 is listened on by nginx; takeOver: [nginx] takes it over, or remove it by hand",
            "paths: /srv/shop/demo exists and holds something that Flowfleet did not make; "
            "takeOver: [pm2] or takeOver: [docker] takes it over, or remove it by hand",
            "containers: shop-demo-web exists already and is not ours; takeOver: [docker] takes it over, or remove it by hand",
            "repositories: https://download.docker.com/linux/debian is in /etc/apt/sources.list.d/docker.list; takeOver: [docker] takes it over, or remove it by hand"])
        self.assertEqual({**self.tree("/etc"), **self.tree("/srv"), **self.tree("/var")}, before)

    def test_a_name_that_compose_made_is_not_the_name_of_one_of_ours(self):
        self.answers["docker ps"] = "shop-demo-web-1\tcom.docker.compose.service=web\n"
        self.assertEqual(self.refused(WANTED), [
            "containers: shop-demo-web-1 exists already and is not ours (if it is what shop-demo-web is to be: docker rename shop-demo-web-1 shop-demo-web, "
            "before it can be taken over); takeOver: [docker] takes it over, or remove it by hand"])

    def test_cron_that_works_on_what_is_taken_over_is_told_and_refuses_nothing(self):
        self.put("/var/spool/cron/crontabs/ubuntu", "# docker-compose\n0 3 * * 0 PASSWORD=hunter2 docker-compose up -d && pm2 reload all\n")
        self.put("/etc/cron.weekly/update", "#!/bin/sh\nexec /srv/shop/demo/scripts/update.sh\n")
        self.put("/etc/cron.d/other", "0 0 * * * root true\n")
        claim.apply(self.HOST)
        self.assertEqual(self.said, [
            "cron: /etc/cron.weekly/update, line 2, names /srv/shop/demo. Nothing takes that over: take it out, or see that it may go on",
            "cron: /var/spool/cron/crontabs/ubuntu, line 2, names docker-compose. Nothing takes that over: take it out, or see that it may go on"])

    def test_variables_of_before_that_ours_will_not_have_are_told_by_name_and_refuse_nothing(self):
        shop = {**WANTED, "system": "shop", "variables": {"/srv/shop/demo/.env": ["PORT", "DATABASE_URL"], "/srv/shop/none/.env": []}}
        wanted = {**self.HOST, "systems": [shop]}
        self.put("/srv/shop/demo/.env", """\ufeffFIRST=1
# OLD=1
PORT=5000
SMTP_HOST=mail.example.com?a=b
export UPLOADS = "/srv/uploads"
DATABASE_URL="postgresql://x"
EMPTY=
NOTHING=""
JWT_KEY="-----BEGIN KEY-----
HIDDEN=canary
c2VjcmV0Cg==
-----END KEY-----"
SMTP_HOST=twice
NO_QUOTES=-----BEGIN KEY-----
Y2FuYXJ5Cg==
  npm_config_cache='/tmp/it=1'
UNCLOSED="p@ss
BEHIND=it
A="b
NOTE='tis so
ITS=don't
QUOTED="x" # of lines
LAST=1
""", 0o600)
        with self.assertRaises(Refused):
            claim.apply(wanted)
        told = ["variables: /srv/shop/demo/.env has FIRST, SMTP_HOST, UPLOADS, JWT_KEY, NO_QUOTES, npm_config_cache, "
                "UNCLOSED, BEHIND, A, NOTE, ITS, QUOTED, LAST, and ours will not. "
                "What a service still needs is to be set as flowfleet:shop.more.<NAME>; the rest may be left out"]
        self.assertEqual(self.said, told)
        claim.apply({**wanted, "takeOver": ["pm2"]})
        self.assertEqual(self.said, told * 2)
        change = Transaction("urn:env", "files")
        change.write("/srv/shop/demo/.env", "PORT=5000\n", 0o600, os.getuid(), os.getgid())
        change.commit()
        change.finish()
        claim.apply({**wanted, "takeOver": ["pm2"]})
        self.assertEqual(self.said[2:], [])

    def test_without_the_word_what_was_lent_is_given_back(self):
        self.put("/opt/.env", "A=b\n", 0o600)
        then = (0o600, os.getuid(), os.getgid())
        for end in (lambda: claim.apply({**self.HOST, "takeOver": ["nginx"]}), lambda: claim.remove(self.HOST)):
            claim.apply({**self.HOST, "takeOver": ["pm2"]})
            lent.lend("/opt/.env", os.getgid(), 0o640, then)
            claim.apply({**self.HOST, "takeOver": ["pm2"]})
            self.assertEqual(lent.looks("/opt/.env")[0], 0o640)
            end()
            self.assertEqual((lent.looks("/opt/.env"), store.names("lent")), (then, []))

    def test_with_a_part_of_the_words_the_rest_is_listed(self):
        self.by_hand()
        self.assertEqual(self.refused({**self.HOST, "takeOver": ["nginx", "docker"]}), [
            "files: /etc/nginx/nginx.conf has a block stream, which nothing takes over; remove it by hand",
            "ports: 5000 is listened on by node (x); takeOver: [pm2] takes it over, or remove it by hand"])
        self.assertEqual(takeover.words(), [])

    def test_with_the_words_nothing_is_in_the_way_and_the_host_has_them_until_they_go(self):
        self.by_hand()
        self.put("/etc/nginx/nginx.conf", "events {}\nhttp { include sites/*; }\n")
        words = ["nginx", "pm2", "docker"]
        claim.apply({**self.HOST, "takeOver": words})
        self.assertTrue(all(map(takeover.allows, words)))
        self.assertEqual(store.names("claims"), ["host@demo"])
        claim.apply(WANTED)
        self.assertTrue(takeover.allows("nginx"))
        # By now it is taken over.
        for path in ("/etc/nginx/nginx.conf", "/etc/apt/sources.list.d/docker.list"):
            os.unlink(self.root + path)
        claim.apply(self.HOST)
        self.assertEqual(takeover.words(), [])

    def test_what_moves_from_one_system_of_the_host_to_another_is_in_nobodys_way(self):
        claim.apply(self.HOST)
        claim.apply(WANTED)
        self.answers["ss -Hltnp"] = 'LISTEN 0 511 0.0.0.0:5000 0.0.0.0:* users:(("node",pid=7,fd=3))\n'
        other = {**self.HOST["systems"][0], "system": "other", "names": [], "paths": [], "containers": [], "subnets": []}
        claim.apply({**self.HOST, "systems": [{**self.HOST["systems"][0], "ports": []}, other]})

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
