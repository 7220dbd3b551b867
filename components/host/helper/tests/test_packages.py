import struct
import unittest
from unittest import mock

from tests import OnHost

import apt_lists
import host
import openpgp
import packages
import runner
import store
import takeover
from errors import Failure, Refused

FINGERPRINT = "45D5A64430100E66294EBEB1CFCDACF41ADADE9A"
KEY = b"""-----BEGIN PGP PUBLIC KEY BLOCK-----

mDMEawECRBYJKwYBBAHaRw8BAQdAX4+4OyqzwjvCudyp++kFDcD/RGQe/t1Sr0BN
zx/Gkli0FHRlc3QgPHRAZXhhbXBsZS5jb20+iJAEExYIADgWIQRF1aZEMBAOZilO
vrHPzaz0GtremgUCawECRAIbAwULCQgHAgYVCgkICwIEFgIDAQIeAQIXgAAKCRDP
zaz0GtremqG8AP46o7GRCbSv/EWTPTLUQiW/3TIaIT5+Jr9VHNSAvkGuZwEAqdYA
G9CnaOjE3V2CqnsF3FnxrgqXyHZ/y5/VXUyfJwo=
=u7oe
-----END PGP PUBLIC KEY BLOCK-----
"""
REPOSITORY = {"uri": "https://download.example.com/linux", "suite": "bookworm", "components": ["stable", "edge"],
              "fingerprint": "45D5 A644 3010 0E66 294E  BEB1 CFCD ACF4 1ADA DE9A", "keyUrl": "https://download.example.com/key"}


class Keys(unittest.TestCase):
    def test_the_fingerprint_of_an_armoured_key(self):
        self.assertEqual(openpgp.fingerprints(KEY), [FINGERPRINT])

    def test_a_binary_key_becomes_the_text_that_apt_reads(self):
        binary = openpgp._dearmoured(KEY)
        text = openpgp.armoured(binary)
        self.assertEqual(openpgp._dearmoured(text), binary)
        self.assertEqual(openpgp.fingerprints(text), [FINGERPRINT])
        self.assertEqual([line for line in text.splitlines() if len(line) > 64], [])
        self.assertEqual(openpgp.armoured(KEY), KEY)

    def test_what_is_no_key_is_refused(self):
        for text in (b"<html>", b"", struct.pack("BB", 0xB4, 0), KEY.replace(b"mDME", b"!!!!")):
            with self.assertRaises(ValueError):
                openpgp.fingerprints(text)


class Installing(OnHost):
    def setUp(self):
        super().setUp()
        self.there = {"curl", "ca-certificates"}
        self.answers.update({"dpkg-query -W -f ${db:Status-Status} ": lambda argv: "installed" if argv[-1] in self.there else "",
                             "apt-get": self.apt})
        self.fetched = mock.MagicMock()
        self.fetched.return_value.__enter__.return_value.read.return_value = KEY
        patch = mock.patch("urllib.request.urlopen", self.fetched)
        patch.start()
        self.addCleanup(patch.stop)

    def apt(self, argv):
        if "--no-install-recommends" in argv:
            self.there |= set(argv[argv.index("--no-install-recommends") + 1:])
        return ""

    def apply(self, **more):
        outcome = packages.apply({"owner": "u", "install": [], **more})
        outcome.finish()
        return outcome.result

    def test_nginx_is_not_started_with_debians_site_where_that_cannot_listen(self):
        seen = []
        self.answers["apt-get"] = lambda argv: seen.append(packages.POLICY in self.tree("/usr")) or self.apt(argv)
        for has, policy, expected in ((True, None, False), (False, None, True), (False, packages.POLICY_TEXT.decode(), True), (False, "theirs", True)):
            self._patch(host, "has_ipv6", lambda has=has: has)
            if policy:
                self.put(packages.POLICY, policy)
            self.there.discard("nginx")
            packages.install(["nginx"])
            with self.subTest(has=has, policy=policy):
                self.assertEqual(seen[-1], expected)
                self.assertEqual(packages.POLICY in self.tree("/usr"), policy == "theirs")

    def test_nothing_missing_asks_no_mirror(self):
        self.assertEqual(self.apply(install=["curl"]), {"installed": [], "repositories": []})
        self.assertEqual([one for one in self.commands if one.startswith("apt-get")], [])

    def test_installs_what_is_missing(self):
        self.assertEqual(self.apply(install=["curl", "jq", "bc"]), {"installed": ["jq", "bc"], "repositories": []})
        self.assertRegex(self.commands[-3], r"^apt-get -q -y -o DPkg::Lock::Timeout=300 .* install --no-install-recommends jq bc$")

    def test_a_repository_comes_with_its_key_and_goes_with_its_owner(self):
        document = {"owner": "u", "install": [], "repositories": {"docker": REPOSITORY}}
        packages.apply(document).finish()
        self.assertEqual(self.text("/etc/apt/sources.list.d/flowfleet-docker.sources"),
                         "Types: deb\nURIs: https://download.example.com/linux\nSuites: bookworm\nComponents: stable edge\n"
                         "Signed-By: /etc/apt/keyrings/flowfleet-docker.asc\n")
        self.assertEqual(self.text("/etc/apt/keyrings/flowfleet-docker.asc").encode(), KEY)
        packages.apply(document).finish()
        self.assertEqual(self.fetched.call_count, 1)
        packages.remove({"owner": "former", "install": []}).finish()
        self.assertIn("/etc/apt/keyrings/flowfleet-docker.asc", self.tree())
        packages.remove(document).finish()
        self.assertEqual(self.tree(), {})

    def test_its_updates_are_installed_every_day_where_it_says_so(self):
        place = "/etc/apt/apt.conf.d/99flowfleet-docker"
        for unattended in (True, False, True):
            document = {"owner": "u", "install": [], "repositories": {"docker": {**REPOSITORY, "unattended": unattended}}}
            packages.apply(document).finish()
            self.assertEqual(place in self.tree(), unattended)
        self.assertEqual(self.text(place), '// Written by Flowfleet.\nUnattended-Upgrade::Origins-Pattern:: "site=download.example.com";\n')
        packages.remove(document).finish()
        self.assertEqual(self.tree(), {})

    def test_with_the_word_a_list_of_the_same_vendor_that_somebody_made_is_set_aside(self):
        theirs = "deb [arch=amd64 signed-by=/etc/apt/keyrings/docker.asc] https://download.example.com/linux bookworm stable\n"
        self.put("/etc/apt/sources.list.d/docker.list", theirs)
        self.put("/etc/apt/sources.list.d/older.sources", "Types: deb\nURIs: http://download.example.com/old/\nSuites: x\n")
        self.put("/etc/apt/sources.list", "deb http://deb.example.org x main\n" + theirs)
        self.apply(repositories={"docker": REPOSITORY})
        self.assertEqual(takeover.all_kept(), {})
        takeover.allow(["docker"])
        self.apply(repositories={"docker": REPOSITORY})
        self.assertEqual(sorted(takeover.all_kept()), ["/etc/apt/sources.list.d/docker.list", "/etc/apt/sources.list.d/older.sources"])
        self.assertEqual(self.text("/var/lib/flowfleet/before/etc/apt/sources.list.d/docker.list"), theirs)
        self.assertNotIn("/etc/apt/sources.list.d/docker.list", self.tree())
        # Debian's own repository is in this one, too.
        self.assertEqual(apt_lists.foreign("https://download.example.com/linux/"), ["/etc/apt/sources.list"])

    def test_a_binary_key_is_kept_as_text(self):
        binary = openpgp._dearmoured(KEY)
        self.fetched.return_value.__enter__.return_value.read.return_value = binary
        self.apply(repositories={"docker": REPOSITORY})
        self.assertEqual(self.text("/etc/apt/keyrings/flowfleet-docker.asc").encode(), openpgp.armoured(binary))

    def test_another_key_is_refused(self):
        with self.assertRaisesRegex(Failure, "repositories.docker.fingerprint: the key at https://download.example.com/key has 45D5.*, not 00000"):
            self.apply(repositories={"docker": {**REPOSITORY, "fingerprint": "0" * 40}})
        self.assertEqual(self.tree(), {})

    def test_a_failing_mirror_takes_the_repository_back(self):
        self.answers["apt-get"] = runner.Result(100, "", "E: Unable to fetch\n")
        with self.assertRaisesRegex(Failure, "apt-get update: exit status 100\n    E: Unable to fetch"):
            self.apply(repositories={"docker": REPOSITORY})
        self.assertEqual(self.tree(), {})

    def test_an_interrupted_dpkg_is_finished_first(self):
        self.answers["dpkg-query -W -f ${db:Status-Abbrev}"] = "ii \niU \n"
        self.apply(install=["jq"])
        order = [one.split(" ")[0] for one in self.commands if one.startswith(("dpkg ", "apt-get"))]
        self.assertEqual(order, ["dpkg", "apt-get", "apt-get", "apt-get"])

    def test_too_old_is_an_error_or_a_substitution(self):
        self.there.add("docker.io")
        self.answers.update({"dpkg-query -W -f ${source:Upstream-Version} docker.io": "20.10.24", "dpkg --compare-versions 20.10.24 ge 24.0": runner.Result(1)})
        with self.assertRaises(Refused) as caught:
            self.apply(minimum={"docker": "24.0", "nginx": "1.18"})
        self.assertEqual(caught.exception.problems, [
            "docker: version 20.10.24, needs 24.0 or newer. Take its vendor's repository, or a newer release of the system", "nginx: not installed, needs 1.18 or newer"])
        self.apply(minimum={"docker": "24.0"}, lenient=True)
        self.assertEqual(store.read("substitutions", "version-docker"), {"text": "docker 20.10.24 in the place of 24.0 or newer"})
        self.assertIn("substitution: docker 20.10.24 in the place of 24.0 or newer", self.said)


if __name__ == "__main__":
    unittest.main()
