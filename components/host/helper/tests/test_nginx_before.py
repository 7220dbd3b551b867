import os
import unittest

from tests import OnHost

import checks
import files
import host
import nginx_before
import nginx_syntax
import ownership
import store
import takeover
from errors import Failure, Refused
from transaction import Transaction

# As a guide has them, with certbot's changes of the site.
MAIN = """user www-data;
events { worker_connections 1024; }
http {
    include /etc/nginx/mime.types;
    log_format main '$remote_addr "$request" '
                    '$status';  # as it was
    access_log /var/log/nginx/access.log main;
    gzip on;
    ssl_protocols TLSv1 TLSv1.2;
    limit_req_zone $binary_remote_addr zone=api:10m rate=10r/s;
    types_hash_max_size 2048;
    include conf.d/*.conf;
    include /etc/nginx/sites-enabled/*;
}
"""
SHOP = """upstream gateway { server localhost:3000; }
server {
    listen 443 ssl http2 default_server; # managed by Certbot
    listen [::]:443 ssl ipv6only=on;
    server_name example.com www.example.com;
    ssl_certificate /etc/letsencrypt/live/example.com/fullchain.pem;
    include /etc/letsencrypt/options-ssl-nginx.conf;
    location /api/ { limit_req zone=api burst=20 nodelay; proxy_pass http://gateway; }
    location ~* \\.(js|css)$ { expires 1y; }
}
server {
    if ($host = example.com) { return 301 https://$host$request_uri; }
    listen 80;
    server_name example.com www.example.com;
    return 404;
}
"""
OTHER = "server { listen 8080; server_name other.example.com; gzip off; access_log off; }\n"

PLACE = """log_format before_main '$remote_addr "$request" ' '$status';
limit_req_zone $binary_remote_addr zone=before_api:10m rate=10r/s;
upstream gateway {
    server localhost:3000;
}
server {
    ssl_protocols TLSv1 TLSv1.2;
    listen 8080;
    server_name other.example.com;
    gzip off;
    access_log off;
}
server {
    access_log /var/log/nginx/access.log before_main;
    gzip on;
    listen 443 ssl http2;
    listen [::]:443 ssl;
    server_name example.com www.example.com;
    ssl_certificate /etc/letsencrypt/live/example.com/fullchain.pem;
    include /etc/letsencrypt/options-ssl-nginx.conf;
    location /api/ {
        limit_req zone=before_api burst=20 nodelay;
        proxy_pass http://gateway;
    }
    location ~* \\.(js|css)$ {
        expires 1y;
    }
}
server {
    if ($request_uri ~ "^/\\.well-known/acme-challenge/") {
        break;
    }
    access_log /var/log/nginx/access.log before_main;
    gzip on;
    ssl_protocols TLSv1 TLSv1.2;
    if ($host = example.com) {
        return 301 https://$host$request_uri;
    }
    listen 80;
    server_name example.com www.example.com;
    return 404;
    location ^~ /.well-known/acme-challenge/ {
        root /var/lib/flowfleet/acme;
        default_type text/plain;
        auth_basic off;
        allow all;
    }
}
"""
SERVER = {"owner": "urn:server", "files": {"/etc/nginx/nginx.conf": {"text": ["# ours"], "mode": "0644"},
                                           "/etc/nginx/flowfleet/default.conf": {"text": ["server { listen 80 default_server; }"], "mode": "0644"}}}


def site(*names):
    lines = ["server {", "    server_name %s;" % " ".join(names), "}"]
    return {"owner": "urn:site", "files": {"/etc/nginx/flowfleet/sites/%s.conf" % names[0]: {"text": lines, "mode": "0644"}}}


class GoingOn(OnHost):
    def setUp(self):
        super().setUp()
        self._patch(checks, "BY_NAME", {"nginx": lambda changes: None})
        self._patch(host, "has_ipv6", lambda: True)
        self.put("/etc/nginx/nginx.conf", MAIN)
        self.put("/etc/nginx/sites-available/shop", SHOP)
        self.put("/etc/nginx/conf.d/other.conf", OTHER)
        self.put("/etc/letsencrypt/options-ssl-nginx.conf", "ssl_protocols TLSv1.2 TLSv1.3;\n")
        os.makedirs(self.root + "/etc/nginx/sites-enabled")
        os.symlink(self.root + "/etc/nginx/sites-available/shop", self.root + "/etc/nginx/sites-enabled/shop")

    def apply(self, wanted):
        outcome = files.apply(wanted)
        outcome.finish()
        return outcome.result["changed"]

    def test_without_the_word_it_is_refused_and_nothing_is_changed(self):
        before = self.tree()
        with self.assertRaises(Refused) as caught:
            files.apply(SERVER)
        self.assertEqual(caught.exception.problems, ["/etc/nginx/nginx.conf: exists and is neither ours nor an unmodified file of a package; "
                                                     "takeOver: [nginx] takes it over, or remove it by hand"])
        self.assertEqual(self.tree(), before)

    def test_the_sites_go_on_under_our_configuration_until_each_is_ours(self):
        takeover.allow(["nginx"])
        self.assertEqual(self.apply(SERVER), ["/etc/nginx/conf.d/other.conf", "/etc/nginx/flowfleet/default.conf", nginx_before.PLACE, "/etc/nginx/nginx.conf",
                                              "/etc/nginx/sites-enabled/shop"])
        head, _, text = self.text(nginx_before.PLACE).partition("\n")
        self.assertTrue(head.startswith("# Sites that were set up by hand before Flowfleet came"), head)
        self.assertEqual(text, PLACE)
        self.assertEqual(self.text("/var/lib/flowfleet/before/etc/nginx/nginx.conf"), MAIN)
        self.assertEqual(self.text("/var/lib/flowfleet/before/etc/nginx/conf.d/other.conf"), OTHER)
        self.assertTrue(os.path.islink(self.root + "/var/lib/flowfleet/before/etc/nginx/sites-enabled/shop"))
        self.assertEqual(self.text("/etc/nginx/sites-available/shop"), SHOP)
        # The same again changes nothing; neither does another site.
        self.assertEqual(self.apply(SERVER), [])
        self.assertEqual(self.apply({**site("third.example.com"), "owner": "urn:third"}), ["/etc/nginx/flowfleet/sites/third.example.com.conf"])
        self.put("/etc/letsencrypt/renewal/example.com.conf", "old")
        takeover.allow([])
        self.assertEqual(self.apply(site("example.com", "www.example.com")),
                         ["/etc/letsencrypt/renewal/example.com.conf", nginx_before.PLACE, "/etc/nginx/flowfleet/sites/example.com.conf"])
        self.assertEqual(self.text(nginx_before.PLACE), "%s\n%s" % (head, PLACE[:PLACE.index("server {\n    access")]))
        self.assertEqual(self.text("/var/lib/flowfleet/before/etc/letsencrypt/renewal/example.com.conf"), "old")
        # A name of ours that goes leaves nothing of before behind that comes back.
        self.assertEqual(self.apply(site("new.example.com")), ["/etc/nginx/flowfleet/sites/example.com.conf", "/etc/nginx/flowfleet/sites/new.example.com.conf"])
        # Ours of that name is at 80 and 443.
        before = self.text(nginx_before.PLACE)
        self.assertEqual(self.apply({**site("other.example.com"), "owner": "urn:other"}), ["/etc/nginx/flowfleet/sites/other.example.com.conf"])
        self.assertEqual(self.text(nginx_before.PLACE), before)
        self.assertEqual(self.said[-1], "nginx: other.example.com has a server of before at another port than 80 and 443, too, which goes on: " + nginx_before.PLACE)

    def test_a_server_at_ports_of_ours_and_others_goes_on_at_the_others(self):
        def left(text):
            return " ".join(line.strip() for line in nginx_syntax.lines(nginx_before._left(nginx_syntax.parse(text, "x"), {"a", "b"}, True)))

        self.assertEqual(left("server { listen 443 ssl; listen 8443 ssl; server_name a c; root /x; }"),
                         "server { server_name c; listen 443 ssl; listen 8443 ssl; root /x; } server { server_name a; listen 8443 ssl; root /x; }")
        for ours in ("80", "*:80", "[::]:443 ssl", "203.0.113.7", "[2001:db8::7]", "localhost"):
            self.assertEqual(left("server { listen %s; server_name a b; }" % ours), "")
        self.assertEqual(left("server { server_name a; }"), "")
        for other in ("8080", "[::]:8443 ssl", "127.0.0.1:81", "unix:/run/x.sock", "[2001:db8::443]:81"):
            whole = "server { listen %s; server_name a; }" % other
            self.assertEqual(left(whole), whole)

    def test_a_renewal_that_is_ours_by_now_stays_and_so_does_one_that_a_name_still_needs(self):
        takeover.allow(["nginx"])
        os.unlink(self.root + "/etc/nginx/conf.d/other.conf")
        self.apply(SERVER)
        self.put("/etc/letsencrypt/renewal/example.com.conf", "ours")
        self.assertEqual(self.apply(site("www.example.com")), [nginx_before.PLACE, "/etc/nginx/flowfleet/sites/www.example.com.conf"])
        self.assertEqual(self.text(nginx_before.PLACE).count("server_name example.com;"), 2)
        self.assertTrue(nginx_before.uses("example.com"))
        store.write("certificates", "example.com", {"owner": "urn:c", "lineage": "example.com"})
        self.assertEqual(self.apply({**site("example.com"), "owner": "urn:second"}), [nginx_before.PLACE, "/etc/nginx/flowfleet/sites/example.com.conf"])
        self.assertFalse(nginx_before.uses("example.com"))
        self.assertEqual(self.text("/etc/letsencrypt/renewal/example.com.conf"), "ours")
        self.assertFalse(os.path.exists(self.root + nginx_before.PLACE))
        self.assertIsNone(ownership.of(nginx_before.PLACE))

    def test_a_certificate_that_a_server_for_mail_reads_is_still_renewed(self):
        for place, text in (("/etc/postfix/main.cf", "smtpd_tls_cert_file = /etc/letsencrypt/live/example.com/fullchain.pem\n"),
                            ("/etc/letsencrypt/renewal/example.com.conf", "[renewalparams]\nrenew_hook = systemctl restart dovecot\n")):
            with self.subTest(place):
                self.put("/etc/letsencrypt/renewal/example.com.conf", "old")
                self.put(place, text)
                self.put("/etc/hosts", "/etc/letsencrypt/live/example.community/\n")
                self.assertEqual(nginx_before._readers("example.com"), [place])
                change = Transaction("urn:x", "files")
                nginx_before._end_renewals(change, nginx_syntax.parse(SHOP, "x"), [])
                self.assertEqual((change.going(), self.said[-1]), (set(), "certbot: certificate example.com is still renewed, for " + place))
                os.unlink(self.root + place)

    def test_a_change_that_nginx_refuses_leaves_all_as_it_was(self):
        takeover.allow(["nginx"])

        def refuse(_changes):
            raise Failure("nginx: refuses")

        self._patch(checks, "BY_NAME", {"nginx": refuse})
        before = self.tree()
        with self.assertRaisesRegex(Failure, "refuses"):
            files.apply({**SERVER, "check": ["nginx"]})
        self.assertEqual(self.tree(), before)

    def test_what_only_answered_for_nobody_is_left_out_where_ours_does_that(self):
        def tree(text):
            return nginx_syntax.parse(text, "x")

        default, named, elsewhere = tree("server { listen 80; server_name _; } server { listen [::]:443; } server { listen 80; server_name a; } server { listen 8080; }"), 1, 1
        self.assertEqual(len(nginx_before._left(default, set(), True)), named + elsewhere)
        self.assertEqual(nginx_before._left(default, set(), False), default)

    def test_the_packages_own_site_is_none(self):
        self.put("/etc/nginx/sites-available/default", "server { listen 80 default_server; }\n")
        os.symlink(self.root + "/etc/nginx/sites-available/default", self.root + "/etc/nginx/sites-enabled/default")
        self._patch(ownership, "is_packaged", lambda path: path == "/etc/nginx/sites-available/default")
        self.assertEqual(nginx_before._files("sites-enabled/*"), ["/etc/nginx/sites-enabled/shop"])

    def test_blocks_that_nothing_takes_over(self):
        self.assertEqual(nginx_before.problems(), [])
        self.put("/etc/nginx/nginx.conf", "stream { server { listen 1; } }\n")
        self.assertEqual(nginx_before.problems(), ["files: /etc/nginx/nginx.conf has a block stream, which nothing takes over; remove it by hand"])
        # Our nginx.conf includes that folder, too.
        self.put("/etc/nginx/modules-enabled/stream.conf", "stream { }\n")
        self.put("/etc/nginx/nginx.conf", "include modules-enabled/*.conf; include /etc/nginx/streams.conf;\n")
        self.put("/etc/nginx/streams.conf", "include mail.d/*;\nstream { server { listen 1; } }\n")
        self.put("/etc/nginx/mail.d/all", "mail { }\n")
        self.assertEqual(nginx_before.problems(), ["files: /etc/nginx/streams.conf has a block stream, which nothing takes over; remove it by hand",
                                                   "files: /etc/nginx/mail.d/all has a block mail, which nothing takes over; remove it by hand"])


class Reading(unittest.TestCase):
    def test_as_it_was_written(self):
        for text in (r'rewrite ^/x(.*)$ "/y z"$1 break;', r"log_format m '$a;{' '\'';", r'location ~ "^/a{1,2}\"$" {', "map $a $b {", "a ${b}c;", 'if ($a ~ "^/b c") {'):
            whole = text + ("\n}" if text.endswith("{") else "")
            self.assertEqual("\n".join(nginx_syntax.lines(nginx_syntax.parse(whole, "x"))), whole)

    def test_what_it_is_not(self):
        for text in ("a { b;", "a; }", "a"):
            with self.assertRaisesRegex(Failure, "^/x: "):
                nginx_syntax.parse(text, "/x")


if __name__ == "__main__":
    unittest.main()
