import http.server
import socket
import threading
import time

from tests import OnHost
from tests.fake_docker import Clock

import drain
import probe
from errors import CallerGone


class Answering(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        if self.path == "/slow":
            time.sleep(0.4)
        self.server.asked.append((self.path, self.headers["Host"]))
        self.send_response(int(self.path[1:]) if self.path[1:].isdigit() else 200)
        self.end_headers()

    def log_message(self, *_):
        pass


class Asking(OnHost):
    def setUp(self):
        super().setUp()
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answering)
        self.server.asked = []
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()
        self.addCleanup(self.server.server_close)
        self.addCleanup(self.server.shutdown)

    def ask(self, path, timeout=5):
        return probe.ask("127.0.0.1", self.port, path, timeout)

    def test_answers_as_curl_and_wget_see_them(self):
        self.assertEqual([self.ask("/%d" % status) for status in (200, 204, 302, 404, 503)], [None, None, None, "answered 404", "answered 503"])
        self.assertEqual(self.server.asked[0], ("/200", "localhost"))

    def test_no_answer(self):
        self.assertEqual(self.ask("/slow", 0.2), "did not answer within 0.2 s")
        with socket.socket() as closed:
            closed.bind(("127.0.0.1", 0))
            self.assertEqual(probe.ask("127.0.0.1", closed.getsockname()[1], "/", 1), "did not answer: Connection refused")

    def test_what_is_no_http(self):
        with socket.create_server(("127.0.0.1", 0)) as odd:
            threading.Thread(target=lambda: _say(odd, b"SSH-2.0-x\r\n\r\n"), daemon=True).start()
            self.assertRegex(probe.ask("127.0.0.1", odd.getsockname()[1], "/", 1), "did not answer")


class Working(OnHost):
    def asked_for(self, **health):
        """How long one answer may take."""
        seen = []
        self._patch(probe, "ask", lambda address, port, path, timeout: seen.append(timeout))
        document = {"port": 80, "deadline": 60, "health": {"path": "/ready", "timeout": 10, **health}}
        self.assertIsNone(probe.until_works({"address": "10.9.0.10", "document": document}, lambda: None))
        return seen

    def test_the_timeout_of_dockers_own_check_unless_it_has_one_of_its_own(self):
        self.assertEqual((self.asked_for(), self.asked_for(probeTimeout=3)), ([10], [3]))


def _say(listening, words):
    connection, _ = listening.accept()
    with connection:
        connection.sendall(words)


class Waiting(OnHost):
    def setUp(self):
        super().setUp()
        self.clock = Clock()
        self._patch(probe, "time", self.clock)
        self._patch(drain, "time", self.clock)

    def test_asks_every_half_second_until_it_is_healthy(self):
        answers = ["answered 503", "answered 503", None]
        self._patch(probe, "ask", lambda *_: answers.pop(0))
        self.assertIsNone(probe.until_healthy("10.0.0.1", 80, "/", 3, 160, lambda: None))
        self.assertEqual(self.clock.now, 1001.0)

    def test_gives_up_at_the_deadline_with_the_last_answer(self):
        self._patch(probe, "ask", lambda *_: "answered 503")
        self.assertEqual(probe.until_healthy("10.0.0.1", 80, "/", 3, 10, lambda: None), "answered 503")
        self.assertEqual(self.clock.now, 1010.0)

    def test_ends_when_it_need_not_go_on(self):
        def gone():
            raise CallerGone("gone")
        with self.assertRaises(CallerGone):
            probe.until_healthy("10.0.0.1", 80, "/", 3, 10, gone)

    def test_drains_until_nothing_is_under_way(self):
        left = ["ESTAB 0 0 a b\n" * 2, "ESTAB 0 0 a b\n", "", ""]
        self.answers["ss -Htn "] = lambda argv: left.pop(0)
        self.assertEqual(drain.wait("10.0.0.1", 30, lambda: None), 0)
        self.assertEqual((self.clock.now, self.commands[0]), (1001.0, "ss -Htn state established dst 10.0.0.1"))

    def worker(self, *sockets):
        """A former worker with these sockets, (local, peer, milliseconds of silence), beside a newer one."""
        self.answers.update({
            "ps": " 7 nginx: worker process is shutting down\n 8 nginx: worker process\n",
            "ss -Hltn": "LISTEN 0 511 0.0.0.0:443 0.0.0.0:*\nLISTEN 0 511 [::]:443 [::]:*\n",
            "ss -HtnpiO": "".join('0 0 %s %s users:(("nginx",pid=%d,fd=3)) cubic lastsnd:0 lastrcv:%d lastack:0\n' % (one[0], one[1], (*one, 7)[3], one[2]) for one in sockets)})
        return drain.readers()

    def test_a_former_worker_may_still_read_a_request_that_it_will_send_there(self):
        reading = ("192.0.2.1:443", "198.51.100.9:5000", 9000)
        self.assertEqual(self.worker(reading), ["7"])
        self.assertEqual(self.worker(reading, ("192.0.2.1:443", "198.51.100.9:5001", 9000), ("10.9.0.1:44444", "10.9.0.9:80", 5)), ["7"])

    def test_nor_is_one_waited_for_that_serves_other_systems_only(self):
        websocket = [("[2001:db8::1]:443", "[2001:db8::9]:5000", 9000), ("10.9.0.1:44444", "10.9.0.9:80", 5)]
        self.assertEqual(self.worker(*websocket), [])
        self.assertEqual(self.worker(*websocket, ("192.0.2.1:443", "198.51.100.9:5000", 1, 8)), [])
        self.assertEqual(drain.wait("10.0.0.1", 30, lambda: None), 0)
        self.assertEqual(self.clock.now, 1000.0)

    def test_but_its_clients_may_send_something_else_on_the_same_connection(self):
        self.assertEqual(self.worker(("192.0.2.1:443", "198.51.100.9:5000", 999), ("10.9.0.1:44444", "10.9.0.9:80", 9000)), ["7"])

    def test_waits_for_such_a_worker(self):
        workers = [["7"], []]
        self._patch(drain, "readers", lambda: workers.pop(0))
        self.assertEqual(drain.wait("10.0.0.1", 30, lambda: None), 0)
        self.assertEqual(self.clock.now, 1000.5)

    def test_counts_what_outlasts_it(self):
        self.answers["ss -Htn "] = "ESTAB 0 0 a b\n" * 2
        self.assertEqual(drain.wait("10.0.0.1", 30, lambda: None), 2)
        self.assertEqual(self.clock.now, 1030.0)
