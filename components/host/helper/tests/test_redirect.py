import os
import socket
import subprocess
import sys
import unittest

from tests import OnHost

import redirect
import runner
import store

REAL = runner.run
CHAIN = "inet flowfleet_takeover output"
KEEPING = ["add table inet flowfleet_takeover", "add chain %s { type nat hook output priority -110; policy accept; }" % CHAIN, "flush chain " + CHAIN,
           "add rule %s ip saddr 127.0.70.76 return" % CHAIN, "add rule %s ip daddr 127.0.70.76 tcp dport 1 redirect to :1" % CHAIN]
GONE = ["add table inet flowfleet_takeover", "delete table inet flowfleet_takeover"]


class Redirecting(OnHost):
    """What is told to the kernel."""

    def setUp(self):
        super().setUp()
        self.scripts = []
        self._patch(runner, "run", self._heard)
        self.answers["iptables -w -t nat -C"] = runner.Result(1)
        self.answers["ip6tables -w -t nat -C"] = runner.Result(1)

    def _heard(self, argv, input=None, timeout=60, check=True, env=None):
        self.scripts += [input] if input else []
        return self._run(argv, input, timeout, check, env)

    def test_by_nft_as_one_change(self):
        redirect.on("shop-api", [3001, 3000], 13000)
        redirect.on("shop-cms", [4000], 14000)
        self.assertEqual(self.scripts[1].splitlines(), [*KEEPING, *(
            "add rule inet flowfleet_takeover output %s tcp dport %d tcp flags & (syn | ack) == syn redirect to :%d" % (to, port, slot)
            for port, slot in ((3000, 13000), (3001, 13000), (4000, 14000)) for to in ("ip daddr 127.0.0.1", "ip6 daddr ::1"))])
        redirect.off("shop-api")
        redirect.off("shop-cms")
        self.assertEqual([script.splitlines() for script in self.scripts[3:]], [KEEPING, GONE])
        self.assertEqual(store.names("redirects"), [])

    def test_what_was_never_on_needs_no_tool(self):
        redirect.off("shop-api")
        self.assertEqual(self.commands, [])

    def test_by_iptables_where_there_is_no_nft(self):
        self.answers["nft"] = runner.Result(127)
        redirect.on("shop-api", [3000], 13000)
        self.assertEqual(self.scripts, [
            "*nat\n:FLOWFLEET-TAKEOVER - [0:0]\n-A FLOWFLEET-TAKEOVER -s %s -j RETURN\n-A FLOWFLEET-TAKEOVER -d %s -p tcp --dport 1 -j REDIRECT --to-ports 1\n"
            "-A FLOWFLEET-TAKEOVER -d %s -p tcp --syn --dport 3000 -j REDIRECT --to-ports 13000\nCOMMIT\n" % (past, past, to)
            for past, to in (("127.0.70.76", "127.0.0.1"), ("100::1", "::1"))])
        self.assertIn("iptables -w -t nat -I OUTPUT 1 -j FLOWFLEET-TAKEOVER", self.commands)
        redirect.off("shop-api")
        self.assertEqual([one for one in self.commands if one.startswith("iptables -w")][-3:], [
            "iptables -w -t nat -D OUTPUT -j FLOWFLEET-TAKEOVER", "iptables -w -t nat -F FLOWFLEET-TAKEOVER", "iptables -w -t nat -X FLOWFLEET-TAKEOVER"])

    def test_a_host_with_neither(self):
        self.answers.update({"nft": runner.Result(127), "iptables": runner.Result(127)})
        with self.assertRaisesRegex(redirect.Failure, "^takeOver: neither nft nor iptables works on this host"):
            redirect.on("shop-api", [3000], 13000)

    def test_whose_connections_are_elsewhere(self):
        self.answers["ss -Htn state established dport"] = ("0 0 127.0.0.1:50001 127.0.0.1:3000\n0 0 127.0.0.1:50002 127.0.0.1:3000\n"
                                                           "0 0 [::1]:50003 [::1]:3000\n0 0 192.0.2.1:50004 192.0.2.2:3000\n")
        self.answers["ss -Htn state established sport"] = "0 0 [::ffff:127.0.0.1]:3000 [::ffff:127.0.0.1]:50002\n"
        self.assertEqual(redirect.connections([3000]), 2)

    def test_the_empty_table_stays_for_them(self):
        redirect.on("shop-api", [3000], 13000)
        self.answers["ss -Htn state established dport"] = "0 0 127.0.0.1:50001 127.0.0.1:3000\n"
        redirect.off("shop-api")
        self.assertEqual(self.scripts[-1].splitlines(), KEEPING)
        redirect.sweep()
        self.assertEqual((self.scripts[-1].splitlines(), store.names("redirects")), (KEEPING, ["left"]))
        self.answers["ss -Htn state established dport"] = ""
        redirect.sweep()
        self.assertEqual((self.scripts[-1].splitlines(), store.names("redirects")), (GONE, []))

    def test_it_stays_for_those_of_a_service_before_as_well(self):
        """Whether that was over by the time when the next began, or not."""
        for together in (False, True):
            if together:
                redirect.on("shop-cms", [4000], 14000)
            redirect.on("shop-api", [3000], 13000)
            self.answers["ss -Htn state established dport = :3000"] = "0 0 127.0.0.1:50001 127.0.0.1:3000\n"
            redirect.off("shop-api")
            redirect.on("shop-cms", [4000], 14000)
            redirect.off("shop-cms")
            self.assertEqual((self.scripts[-1].splitlines(), store.read("redirects", "left")), (KEEPING, {"ports": [3000, 4000]}))
            self.answers["ss -Htn state established dport = :3000"] = ""
            redirect.sweep()
            self.assertEqual((self.scripts[-1].splitlines(), store.names("redirects")), (GONE, []))

    def test_how_a_probe_gets_past_it(self):
        redirect.on("shop-api", [3000], 13000)
        self.assertEqual([redirect.past(*to) for to in (("127.0.0.1", 3000), ("127.0.0.1", 13000), ("10.0.0.1", 3000))], [("127.0.70.76", 0), None, None])



class InTheKernel(OnHost):
    """In a network of its own."""

    def real(self, tool):
        if "FLOWFLEET_ALONE" not in os.environ:
            name = "tests.test_redirect.InTheKernel." + self._testMethodName
            if subprocess.run(["unshare", "-n", "true"], capture_output=True).returncode or not REAL([tool, "--version"], check=False).ok:
                raise unittest.SkipTest("needs root and %s" % tool)
            found = subprocess.run(["unshare", "-n", "sh", "-c", 'ip link set lo up && exec "$0" -B -m unittest "$1"', sys.executable, name],
                                   cwd=os.path.dirname(os.path.dirname(os.path.abspath(__file__))), env={**os.environ, "FLOWFLEET_ALONE": "1"}, capture_output=True, text=True)
            self.assertEqual(found.returncode, 0, found.stderr)
            return
        self._patch(runner, "run", lambda argv, *rest, **more: runner.Result(127) if argv[0] == "nft" and tool != "nft" else REAL(argv, *rest, **more))
        former, later = self.listening(3000), self.listening(13000)
        before = {family: self.connected(family, former) for family in ("127.0.0.1", "::1")}
        redirect.on("shop-api", [3000], 13000)
        redirected = {family: self.connected(family, later) for family in ("127.0.0.1", "::1")}
        self.connected("127.0.0.1", former, (redirect.PAST, 0))
        self.assertEqual(redirect.connections([3000]), 2)
        redirect.off("shop-api")
        self.connected("127.0.0.1", former)
        for one in (*before.values(), *redirected.values()):
            self.speak(*one)
        for one in redirected.values():
            one[0].close()
            one[1].close()
        redirect.sweep()
        self.assertNotIn("takeover", REAL(["nft", "list", "ruleset"], check=False).out.lower())

    def listening(self, port):
        server = socket.create_server(("::", port), family=socket.AF_INET6, dualstack_ipv6=True)
        self.addCleanup(server.close)
        server.settimeout(5)
        return server

    def connected(self, address, server, source=None):
        asking = socket.create_connection((address, 3000), timeout=5, source_address=source)
        self.addCleanup(asking.close)
        answering = server.accept()[0]
        self.addCleanup(answering.close)
        self.speak(asking, answering)
        return asking, answering

    @staticmethod
    def speak(asking, answering):
        asking.sendall(b"x")
        answering.settimeout(5)
        assert answering.recv(1) == b"x"
        answering.sendall(b"y")
        assert asking.recv(1) == b"y"

    def test_by_nft(self):
        self.real("nft")

    def test_by_iptables(self):
        self.real("iptables")
