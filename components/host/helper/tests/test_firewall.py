import os
import unittest
from unittest import mock

from tests import OnHost

import firewall
import firewall_rules
import runner
import store
from errors import Failure, Refused

ADDED = """Added user rules (see 'ufw status' for running firewall):
ufw allow 22/tcp comment 'flowfleet'
ufw allow from 10.1.0.0/16 to any port 9000 proto tcp comment 'flowfleet'
ufw allow from 10.90.2.0/24 to 10.90.2.1 port 80 proto tcp comment 'flowfleet-gateway'
ufw allow 8080/tcp
"""

BLOCK = """# BEGIN flowfleet: containers take no new connection from outside
*filter
:flowfleet-containers - [0:0]
-A flowfleet-containers -m conntrack --ctstate RELATED,ESTABLISHED -j RETURN
-A flowfleet-containers -i docker0 -j RETURN
-A flowfleet-containers -i br-+ -j RETURN
-A flowfleet-containers -o docker0 -j DROP
-A flowfleet-containers -o br-+ -j DROP
COMMIT
# END flowfleet
"""

HOOK = """#!/bin/sh
# BEGIN flowfleet: containers take no new connection from outside
if [ "$1" = start ]; then
  for program in iptables ip6tables; do
    "$program" -w -n -L flowfleet-containers >/dev/null 2>&1 || continue
    "$program" -w -n -L DOCKER-USER >/dev/null 2>&1 || "$program" -w -N DOCKER-USER
    "$program" -w -C DOCKER-USER -j flowfleet-containers 2>/dev/null || "$program" -w -I DOCKER-USER -j flowfleet-containers
  done
fi
%s# END flowfleet
set -e
"""


class Text(unittest.TestCase):
    def test_rules_in_ufws_own_words(self):
        self.assertEqual(firewall_rules.of_opening({"port": 80, "protocol": "tcp"}), ["allow 80/tcp"])
        self.assertEqual(firewall_rules.of_opening({"port": 53, "protocol": "udp", "from": ["192.0.2.7/32", "10.0.0.0/8", "2001:db8::/32"]}), [
            "allow from 192.0.2.7 to any port 53 proto udp", "allow from 10.0.0.0/8 to any port 53 proto udp",
            "allow from 2001:db8::/32 to any port 53 proto udp"])

    def test_ours_are_told_from_others(self):
        self.assertEqual(firewall_rules.marked(ADDED, firewall_rules.OPENINGS), {"allow 22/tcp", "allow from 10.1.0.0/16 to any port 9000 proto tcp"})
        self.assertEqual(firewall_rules.marked(ADDED, firewall_rules.GATEWAYS), {"allow from 10.90.2.0/24 to 10.90.2.1 port 80 proto tcp"})
        self.assertEqual(firewall_rules.foreign(ADDED), ["allow 8080/tcp"])

    def test_the_block_is_put_once_and_taken_away_whole(self):
        text = "*filter\nCOMMIT\n"
        once = firewall_rules.with_block(text)
        self.assertEqual(once, text + "\n" + BLOCK)
        self.assertEqual(firewall_rules.with_block(once), once)
        self.assertEqual(firewall_rules.without_block(once), text)

    def test_nothing_empties_a_chain_that_others_write_to(self):
        self.assertEqual([line for line in firewall_rules.BLOCK.splitlines() if line.startswith(":")], [":flowfleet-containers - [0:0]"])
        self.assertNotRegex(HOOK, r" -F|-D|--flush")

    def test_the_hook_wakes_nothing_that_was_asleep(self):
        for executable, asleep in ((True, ""), (False, "# What follows was not executable.\nexit 0\n")):
            once = firewall_rules.with_hook("#!/bin/sh\nset -e\n", executable)
            self.assertEqual(once, HOOK % asleep)
            self.assertEqual(firewall_rules.with_hook(once, True), once)
            self.assertEqual(firewall_rules.without_hook(once), "#!/bin/sh\nset -e\n")
            self.assertEqual(firewall_rules.was_executable(once), executable)


class Applying(OnHost):
    document = {"owner": "u", "allow": [{"port": 22, "protocol": "tcp"}, {"port": 443, "protocol": "tcp"}], "containers": "closed"}

    def setUp(self):
        super().setUp()
        for path in firewall._FILES:
            self.put(path, "*filter\nCOMMIT\n", 0o640)
        self.put("/etc/ufw/after.init", "#!/bin/sh\nset -e\n", 0o640)
        self.put("/etc/default/ufw", 'DEFAULT_INPUT_POLICY="DROP"\nDEFAULT_OUTPUT_POLICY="ACCEPT"\n')
        self.active = False
        self.answers.update({"ufw status": lambda argv: "Status: active\n" if self.active else "Status: inactive\n", "ufw --force enable": self.enable,
                             "ufw show added": ADDED, "sshd -T": "port 22\naddressfamily any\n"})
        patch = mock.patch.dict(os.environ, {"SSH_CONNECTION": ""})
        patch.start()
        self.addCleanup(patch.stop)

    def enable(self, argv):
        self.active = True
        return ""

    def ufw(self):
        return [one for one in self.commands if one.startswith("ufw ") and one not in ("ufw status", "ufw show added")]

    def test_allows_before_it_enables_and_removes_what_is_no_longer_wanted(self):
        firewall.apply(self.document)
        self.assertEqual(self.ufw(), [
            "ufw allow 443/tcp comment flowfleet", "ufw delete allow from 10.1.0.0/16 to any port 9000 proto tcp",
            "ufw delete allow from 10.90.2.0/24 to 10.90.2.1 port 80 proto tcp", "ufw --force enable"])
        self.assertTrue(self.text("/etc/ufw/after.rules").endswith(BLOCK))
        self.assertTrue(self.text("/etc/ufw/after6.rules").endswith(BLOCK))
        self.assertEqual(self.tree()["/etc/ufw/after.init"][:2], ((HOOK % "# What follows was not executable.\nexit 0\n").encode(), "0o100750"))

    def test_refuses_to_lock_out(self):
        with self.assertRaises(Refused) as caught:
            firewall.apply({**self.document, "allow": [{"port": 443, "protocol": "tcp"}]})
        self.assertEqual(caught.exception.problems, ["allow: sshd listens on 22/tcp, which is not among it; it would lock you out"])
        os.environ["SSH_CONNECTION"] = "203.0.113.9 5000 192.0.2.1 22"
        with self.assertRaises(Refused) as caught:
            firewall.apply({**self.document, "allow": [{"port": 22, "protocol": "tcp", "from": ["10.0.0.0/8"]}]})
        self.assertEqual(caught.exception.problems, ["allow: 22/tcp is not open to 203.0.113.9, from where you are logged in; it would lock you out"])
        self.assertEqual(self.ufw(), [])

    def test_a_failure_puts_ufws_files_back(self):
        before = self.tree()
        self.answers["ufw --force enable"] = runner.Result(1, "", "no")
        with self.assertRaises(Failure):
            firewall.apply(self.document)
        self.assertEqual(self.tree(), before)
        self.assertIsNone(store.read("firewall", "rules"))

    def test_putting_back_keeps_the_way_of_a_network_that_came_since(self):
        self.active = True
        outcome = firewall.apply(self.document)
        self.answers["ufw show added"] = ""
        firewall.open_gateway("shop", "10.90.2.0/24", "10.90.2.1")
        self.commands.clear()
        outcome.undo()
        self.assertEqual(self.ufw(), ["ufw reload"] + [
            "ufw allow from 10.90.2.0/24 to 10.90.2.1 port %s proto tcp comment flowfleet-gateway" % ports for ports in ("1024:65535", "443", "80")])

    def test_taken_away_it_keeps_ssh_open(self):
        firewall.apply(self.document)
        self.commands.clear()
        firewall.remove(self.document)
        self.assertEqual(self.ufw(), ["ufw delete allow from 10.1.0.0/16 to any port 9000 proto tcp"])
        self.assertEqual(self.text("/etc/ufw/after.rules"), "*filter\nCOMMIT\n")
        self.assertEqual(self.tree()["/etc/ufw/after.init"][:2], (b"#!/bin/sh\nset -e\n", "0o100640"))
        self.assertEqual([one for one in self.commands if one.startswith("iptables ")], [
            "iptables -w -D DOCKER-USER -j flowfleet-containers", "iptables -w -F flowfleet-containers", "iptables -w -X flowfleet-containers"])

    def test_a_gateway_opens_ahead_of_what_somebody_closed_by_hand(self):
        self.answers["ufw status"] = "Status: active\n"
        self.answers["ufw show added"] = "ufw deny 3000:8080/tcp\n"
        firewall.open_gateway("shop", "10.90.2.0/24", "10.90.2.1")
        self.assertEqual(self.ufw(), ["ufw prepend allow from 10.90.2.0/24 to 10.90.2.1 port %s proto tcp comment flowfleet-gateway" % ports
                                      for ports in ("1024:65535", "443", "80")])

    def test_a_network_opens_its_gateway_only(self):
        self.active = True
        self.answers["ufw show added"] = ""
        firewall.open_gateway("shop", "10.90.2.0/24", "10.90.2.1")
        self.assertEqual(self.ufw(), ["ufw allow from 10.90.2.0/24 to 10.90.2.1 port %s proto tcp comment flowfleet-gateway" % ports for ports in ("1024:65535", "443", "80")])
        self.answers["ufw show added"] = "".join("%s'flowfleet-gateway'\n" % one[:-len("flowfleet-gateway")] for one in self.ufw())
        self.commands.clear()
        firewall.close_gateway("shop")
        self.assertEqual(len(self.ufw()), 3)
        self.assertTrue(all(one.startswith("ufw delete allow from 10.90.2.0/24") for one in self.ufw()))


if __name__ == "__main__":
    unittest.main()
