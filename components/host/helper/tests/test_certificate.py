import os
import unittest

from tests import OnHost

import acme
import certificate
import nginx
import nginx_before
import runner
import store
import takeover
from errors import Failure, Refused

HTTP = {"owner": "urn:a", "name": "shop", "names": ["shop.example.com", "www.example.com"], "email": "ops@example.com", "challenge": {"type": "http"}}
SELF_SIGNED = {"owner": "urn:a", "name": "shop", "names": ["shop.example.com"], "challenge": {"type": "self-signed"}}
PUBLIC = "/etc/flowfleet/certificates/shop"


class Certificates(OnHost):
    def setUp(self):
        super().setUp()
        self.reloads, self.issued = 0, 0
        self._patch(nginx, "check", lambda changes: None)
        self._patch(nginx, "reload", self.reload)
        self._patch(acme, "_issued", set())
        self.answers.update({"certbot certonly": self.certbot, "certbot delete": self.delete, "dpkg-query": "installed",
                             "openssl x509 -noout -checkend": lambda argv: runner.Result(0 if os.path.exists(argv[-1]) else 1), "openssl req": self.self_sign})

    def reload(self):
        self.reloads += 1

    def certbot(self, argv):
        if "--force-renewal" in argv or not acme.has_lineage("shop"):
            self.issued += 1
            self.put("/etc/letsencrypt/archive/fullchain%d.pem" % self.issued, "")
            self.put("/etc/letsencrypt/renewal/shop.conf", "")
            live = self.root + "/etc/letsencrypt/live/shop/fullchain.pem"
            os.makedirs(os.path.dirname(live), exist_ok=True)
            if os.path.lexists(live):
                os.unlink(live)
            os.symlink(self.root + "/etc/letsencrypt/archive/fullchain%d.pem" % self.issued, live)
        return ""

    def delete(self, argv):
        os.unlink(self.root + "/etc/letsencrypt/live/shop/fullchain.pem")
        return ""

    def self_sign(self, argv):
        for option in ("-keyout", "-out"):
            with open(argv[argv.index(option) + 1], "w", encoding="utf-8"):
                pass
        return ""

    def served(self):
        return os.readlink(self.root + PUBLIC)

    def certonly(self):
        return [one for one in self.commands if one.startswith("certbot certonly")]

    def test_the_first_issue_is_served_although_no_hook_runs(self):
        self.assertEqual(certificate.apply(HTTP), {"name": "shop", "source": "acme", "waiting": False})
        self.assertEqual(self.served(), "/etc/letsencrypt/live/shop")
        self.assertEqual(self.reloads, 1)
        self.assertEqual(self.certonly(), [
            "certbot certonly --non-interactive --agree-tos --no-eff-email --email ops@example.com --key-type ecdsa --cert-name shop --renew-with-new-domains "
            "--webroot --webroot-path /var/lib/flowfleet/acme -d shop.example.com -d www.example.com --keep-until-expiring"])
        self.assertEqual(self.text(acme.HOOK), acme.HOOK_TEXT)
        self.assertEqual(self.tree()[acme.HOOK][1], "0o100755")

    def by_hand(self):
        """A certificate of certbot of the same name, which somebody else made, and the site that has it."""
        self.put("/etc/letsencrypt/renewal/shop.conf", "authenticator = nginx\n")
        self.put("/etc/letsencrypt/archive/shop/fullchain1.pem", "old")
        os.makedirs(self.root + "/etc/letsencrypt/live/shop")
        os.symlink("../../archive/shop/fullchain1.pem", self.root + "/etc/letsencrypt/live/shop/fullchain.pem")

    def test_somebody_elses_is_refused_without_the_word(self):
        self.by_hand()
        before = self.tree()
        with self.assertRaises(Refused) as caught:
            certificate.apply(HTTP)
        self.assertEqual(caught.exception.problems, [
            "name: certbot has a certificate shop that Flowfleet did not make; takeOver: [nginx] takes it over, or remove it by hand "
            "(certbot delete --cert-name shop), or take another name"])
        self.assertEqual(self.tree(), before)

    def test_with_the_word_ours_is_a_newer_one_and_the_former_is_kept(self):
        self.by_hand()
        takeover.allow(["nginx"])
        certificate.apply(HTTP)
        self.assertTrue(self.certonly()[0].endswith("--force-renewal"))
        self.assertEqual(self.served(), "/etc/letsencrypt/live/shop")
        kept = "/var/lib/flowfleet/before/etc/letsencrypt/"
        self.assertEqual(self.text(kept + "renewal/shop.conf"), "authenticator = nginx\n")
        self.assertEqual(self.text(kept + "archive/shop/fullchain1.pem"), "old")
        self.assertEqual(os.readlink(self.root + kept + "live/shop/fullchain.pem"), "../../archive/shop/fullchain1.pem")
        certificate.apply(HTTP)
        self.assertTrue(self.certonly()[1].endswith("--keep-until-expiring"))

    def test_one_that_could_not_be_had_leaves_somebody_elses_to_him(self):
        self.by_hand()
        takeover.allow(["nginx"])
        self.answers["certbot certonly"] = runner.Result(1, "", "no")
        before = self.tree("/etc/letsencrypt")
        for _ in range(2):
            with self.assertRaisesRegex(Failure, "no certificate for"):
                certificate.apply(HTTP)
        self.assertIsNone(store.read("certificates", "shop"))
        self.assertEqual({path: held for path, held in self.tree("/etc/letsencrypt").items() if path in before}, before)
        self.assertEqual(len(takeover.all_kept()), 3)
        self.assertEqual({len(places) for places in takeover.all_kept().values()}, {1})

    def test_one_that_a_site_of_before_has_is_not_deleted(self):
        certificate.apply(HTTP)
        self.put(nginx_before.PLACE, "server { ssl_certificate /etc/letsencrypt/live/shop/fullchain.pem; }\n")
        certificate.remove(HTTP)
        self.assertNotIn("certbot delete --non-interactive --cert-name shop", self.commands)
        self.assertIn("certbot: certificate shop stays, a site that was set up by hand has it", self.said)

    def test_again_reloads_nothing(self):
        certificate.apply(HTTP)
        acme._issued.clear()
        certificate.apply(HTTP)
        self.assertEqual((self.reloads, self.issued), (1, 1))

    def test_another_way_of_getting_it_makes_certbot_note_it(self):
        certificate.apply(HTTP)
        certificate.apply({**HTTP, "challenge": {"type": "cloudflare", "token": "hush"}})
        self.assertEqual(self.text(acme.credentials("shop")), "dns_cloudflare_api_token = hush\n")
        self.assertEqual(self.tree()[acme.credentials("shop")][1], "0o100600")
        self.assertTrue(self.certonly()[-1].endswith(" --force-renewal"))
        self.assertNotIn("hush", " ".join(self.commands))
        self.assertEqual(self.reloads, 2)

    def test_a_rotated_token_issues_nothing_anew_and_serves_the_next_renewal(self):
        for kind, secret, challenge in (("cloudflare", "token", {}), ("rfc2136", "secret", {"server": "192.0.2.1", "keyName": "k."})):
            for value in ("first", "second"):
                certificate.apply({**HTTP, "challenge": {"type": kind, secret: value, **challenge}})
            self.assertTrue(self.certonly()[-1].endswith(" --keep-until-expiring"))
            self.assertIn("= second\n", self.text(acme.credentials("shop")))

    def test_rfc2136(self):
        certificate.apply({**HTTP, "challenge": {"type": "rfc2136", "server": "192.0.2.1", "keyName": "k.", "secret": "aHVzaA=="}})
        self.assertEqual(self.text(acme.credentials("shop")), "dns_rfc2136_server = 192.0.2.1\ndns_rfc2136_port = 53\ndns_rfc2136_name = k.\n"
                         "dns_rfc2136_secret = aHVzaA==\ndns_rfc2136_algorithm = HMAC-SHA512\n")
        self.assertIn("--dns-rfc2136 --dns-rfc2136-credentials /etc/flowfleet/acme/shop.ini", self.certonly()[0])

    def test_self_signed_until_acme_gives_one(self):
        self.answers["certbot certonly"] = runner.Result(1, "", "DNS problem")
        wanted = {**HTTP, "fallback": "self-signed"}
        self.assertEqual(certificate.apply(wanted), {"name": "shop", "source": "self-signed", "waiting": True})
        self.assertTrue(self.served().startswith("/etc/flowfleet/own-certificates/shop@self-signed-"))
        self.assertIn("systemctl enable --now --quiet flowfleet-certificates.timer", self.commands)
        certificate.retry()
        self.assertTrue(store.read("certificates", "shop")["pending"])
        self.answers["certbot certonly"] = self.certbot
        certificate.retry()
        self.assertEqual(self.served(), "/etc/letsencrypt/live/shop")
        self.assertFalse(store.read("certificates", "shop")["pending"])
        self.assertNotIn("/etc/systemd/system/flowfleet-certificates.timer", self.tree())

    def test_a_failure_without_fallback_leaves_the_host_as_it_was(self):
        before = self.tree()
        self.answers["certbot certonly"] = runner.Result(1, "", "DNS problem")
        with self.assertRaisesRegex(Failure, "DNS problem"):
            certificate.apply(HTTP)
        self.assertEqual(self.tree(), before)
        self.assertEqual(store.names("certificates"), [])

    def test_a_failure_keeps_serving_the_old_one(self):
        certificate.apply(HTTP)
        before = self.tree()
        self.answers["certbot certonly"] = runner.Result(1, "", "DNS problem")
        with self.assertRaisesRegex(Failure, "DNS problem"):
            certificate.apply({**HTTP, "names": ["other.example.com"], "fallback": "self-signed"})
        self.assertEqual(self.tree(), before)

    def test_an_nginx_that_refuses_it_keeps_the_old_one(self):
        certificate.apply(SELF_SIGNED)
        before = self.served()

        def refuse(changes):
            raise Failure("nginx: no")
        self._patch(nginx, "check", refuse)
        with self.assertRaisesRegex(Failure, "nginx: no"):
            certificate.apply(HTTP)
        self.assertEqual(self.served(), before)

    def test_one_of_somebody_else_is_never_touched(self):
        self.put("/etc/letsencrypt/renewal/shop.conf", "")
        with self.assertRaises(Refused):
            certificate.apply(HTTP)
        self.assertEqual(self.certonly(), [])

    def test_an_account_that_the_server_lost_is_registered_anew(self):
        self.put("/etc/letsencrypt/accounts/acme.example.com:14000/dir/x/meta.json", "{}")
        self.put("/var/log/letsencrypt/letsencrypt.log", "urn:ietf:params:acme:error:accountDoesNotExist")
        account = self.root + "/etc/letsencrypt/accounts/acme.example.com:14000/dir"
        self.answers["certbot certonly"] = lambda argv: runner.Result(1) if os.path.exists(account) else self.certbot(argv)
        certificate.apply({**HTTP, "server": "https://acme.example.com:14000/dir"})
        self.assertEqual(len(self.certonly()), 2)

    def test_removed_only_by_its_owner_and_not_while_a_site_needs_it(self):
        certificate.apply(HTTP)
        certificate.remove({**HTTP, "owner": "urn:former"})
        self.assertEqual(self.served(), "/etc/letsencrypt/live/shop")
        self.answers["nginx -t"] = lambda argv: "" if os.path.lexists(self.root + PUBLIC) else runner.Result(1)
        with self.assertRaisesRegex(Failure, "a site still uses this certificate"):
            certificate.remove(HTTP)
        self.assertEqual(self.served(), "/etc/letsencrypt/live/shop")
        self.answers["nginx -t"] = ""
        certificate.remove(HTTP)
        self.assertFalse(os.path.lexists(self.root + PUBLIC))
        self.assertNotIn(acme.HOOK, self.tree())

    def test_what_cannot_be_is_refused(self):
        with self.assertRaises(Refused) as caught:
            certificate.apply({**HTTP, "names": ["*.example.com"], "email": ""})
        self.assertEqual(caught.exception.problems, ["names: *.example.com is a wildcard, which needs a DNS challenge (rfc2136, cloudflare)",
                                                     "email: is missing; the ACME account needs it"])


if __name__ == "__main__":
    unittest.main()
