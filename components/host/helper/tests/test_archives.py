import hashlib
import http.server
import os
import shutil
import ssl
import subprocess
import tarfile
import tempfile
import threading

from tests import OnHost
from tests.fake_docker import Clock
from tests.fake_systemd import archive

import archives
from document import checked
from errors import Failure, Refused


class Server(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.server.asked.append(self.path)
        answer = self.server.answers.get(self.path, 404)
        if callable(answer):
            answer = answer()
        if isinstance(answer, bytes):
            self.send_response(200)
            self.send_header("Content-Length", str(len(answer) if "short" not in self.path else len(answer) + 1))
            self.end_headers()
            self.wfile.write(answer)
        elif isinstance(answer, str):
            self.send_response(302)
            self.send_header("Location", answer)
            self.end_headers()
        else:
            self.send_error(answer)

    def log_message(self, *_):
        pass


class Unpacking(OnHost):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.mkdtemp(prefix="flowfleet-archives-")
        cls.addClassCleanup(shutil.rmtree, cls.folder)
        cls.certificate = cls.folder + "/cert.pem"
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj", "/CN=localhost",
                        "-addext", "subjectAltName=DNS:localhost", "-keyout", cls.folder + "/key.pem", "-out", cls.certificate], check=True, capture_output=True)

    def setUp(self):
        super().setUp()
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Server)
        self.server.asked, self.server.answers = [], {}
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.certificate, self.folder + "/key.pem")
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()
        self.addCleanup(self.server.server_close)
        self.addCleanup(self.server.shutdown)
        self.url = "https://localhost:%d" % self.server.server_address[1]
        self.trust(self.certificate)
        self.clock = Clock()
        self._patch(archives, "time", self.clock)

    def trust(self, certificate):
        former = os.environ.get("SSL_CERT_FILE")
        os.environ["SSL_CERT_FILE"] = certificate
        self.addCleanup(lambda: os.environ.pop("SSL_CERT_FILE") if former is None else os.environ.update(SSL_CERT_FILE=former))

    def offered(self, *members, path="/shop.tar.gz"):
        self.server.answers[path], sha256 = archive(*members)
        return {"archive": self.url + path, "sha256": sha256}

    def unpack(self, release):
        return archives.unpack(release, "/opt/shop", 60)

    def fails(self, release):
        before = self.tree("/opt") if os.path.isdir(self.root + "/opt") else {}
        with self.assertRaises(Failure) as caught:
            self.unpack(release)
        self.assertEqual({path: held for path, held in self.tree("/opt").items() if path not in ("/opt/shop", "/opt/shop/releases")},
                         {path: held for path, held in before.items() if path not in ("/opt/shop", "/opt/shop/releases")})
        return str(caught.exception)

    def test_for_root_alone_to_change(self):
        release = self.offered(("./bin/api", "ELF", 0o4770), ("./configs/config.yaml", "a: b", 0o600), ("./bin/link", "-> ../configs/config.yaml"))
        place = self.unpack(release)
        self.assertEqual(place, "/opt/shop/releases/" + release["sha256"][:16])
        found = {path[len(place):]: held[:2] for path, held in self.tree(place).items()}
        self.assertEqual(found, {
            "/bin": ("folder", "0o40755"), "/bin/api": (b"ELF", "0o100755"), "/bin/link": ("../configs/config.yaml", "0o120777"),
            "/configs": ("folder", "0o40755"), "/configs/config.yaml": (b"a: b", "0o100644")})
        self.assertEqual({held[2] for held in self.tree("/opt").values()}, {os.getuid()})
        self.assertEqual([path for path in self.tree("/opt/shop/releases") if "/." in path], [])

    def test_once_only(self):
        release = self.offered(("a", "1", 0o644))
        self.assertFalse(archives.is_here(release, "/opt/shop"))
        self.unpack(release)
        self.unpack(release)
        self.assertTrue(archives.is_here(release, "/opt/shop"))
        self.assertEqual(len(self.server.asked), 1)

    def test_a_call_that_was_cut_short_leaves_nothing_for_long(self):
        release = self.offered(("a", "1", 0o644))
        self.put("/opt/shop/releases/.0123456789abcdef.00000000/content/a", "half")
        self.unpack(release)
        self.assertEqual(sorted(os.listdir(self.root + "/opt/shop/releases")), [release["sha256"][:16]])

    def test_another_file_than_the_named_one(self):
        release = self.offered(("a", "1", 0o644))
        wanted = {**release, "sha256": "0" * 64}
        self.assertEqual(self.fails(wanted), "release.sha256: %s is another file: its sum is %s, not %s" % (release["archive"], release["sha256"], "0" * 64))

    def test_names_that_lead_outside(self):
        for members, told in (
            ([("../a", "1", 0o644)], "../a leads outside"),
            ([("/etc/a", "1", 0o644)], "/etc/a leads outside"),
            ([("a", "-> /etc")], "a links to /etc, which leads outside"),
            ([("a/b", "-> ../../etc")], "a/b links to ../../etc, which leads outside"),
            ([("a/s", "-> .."), ("a/e", "-> s/../..")], "a/e links to s/../.., which leads outside"),
            ([("a/s", "-> .."), ("a/s/b", "1", 0o644)], "s is there twice"),
            ([("a", "-> b"), ("a", "1", 0o644)], "a is there twice"),
            ([("a", "1", 0o644), ("a/b", "1", 0o644)], "a is there twice"),
            ([("a", tarfile.FIFOTYPE)], "a is neither a folder, a file nor a symbolic link"),
            ([("a", tarfile.LNKTYPE)], "a is neither a folder, a file nor a symbolic link"),
        ):
            with self.subTest(told):
                self.assertIn("is no tar archive that can be read: " + told, self.fails(self.offered(*members)))

    def test_what_is_no_archive(self):
        for content in (b"<html>", b"", archive(("a", "1" * 9999, 0o644))[0][:40]):
            self.server.answers["/x.tar.gz"] = content
            release = {"archive": self.url + "/x.tar.gz", "sha256": hashlib.sha256(content).hexdigest()}
            self.assertIn("is no tar archive that can be read", self.fails(release))

    def test_what_may_pass_is_asked_again(self):
        release = self.offered(("a", "1", 0o644))
        content, answers = self.server.answers["/shop.tar.gz"], [503, 502]
        self.server.answers["/shop.tar.gz"] = lambda: answers.pop() if answers else content
        self.unpack(release)
        self.assertEqual((len(self.server.asked), self.clock.now), (3, 1007.0))

    def test_and_what_does_not_is_not(self):
        self.assertEqual(self.fails({"archive": self.url + "/none", "sha256": "0" * 64}), "release.archive: %s/none answered 404" % self.url)
        self.assertEqual(len(self.server.asked), 1)

    def test_a_connection_that_ends_too_early(self):
        self.assertIn("ended 1 bytes too early", self.fails(self.offered(("a", "1", 0o644), path="/short.tar.gz")))

    def test_nobody_answers(self):
        self.server.shutdown()
        self.server.server_close()
        self.assertIn("does not answer: ", self.fails({"archive": self.url + "/a", "sha256": "0" * 64}))

    def test_a_certificate_that_the_host_does_not_trust(self):
        release = self.offered(("a", "1", 0o644))
        self.trust("/dev/null")
        self.assertRegex(self.fails(release), "has a certificate that this host does not trust: ")

    def test_redirects_stay_with_https(self):
        release = self.offered(("a", "1", 0o644))
        self.server.answers["/moved"] = self.url + "/shop.tar.gz"
        self.unpack({**release, "archive": self.url + "/moved"})
        self.server.answers["/moved"] = "http://localhost/shop.tar.gz"
        self.assertIn("redirects to an address without https", self.fails({"archive": self.url + "/moved", "sha256": "0" * 64}))

    def test_the_caller_goes_away(self):
        self._patch(archives, "caller_gone", lambda: True)
        self.assertEqual(self.fails(self.offered(("a", "1", 0o644))), "the caller is gone")

    def test_the_last_used_and_those_in_use_stay(self):
        releases = [self.offered(("a", str(number), 0o644), path="/%d.tar.gz" % number) for number in range(7)]
        for number, release in enumerate(releases):
            self.unpack(release)
            os.utime(self.root + archives.folder(release, "/opt/shop"), (number, number))
        archives.prune("/opt/shop", 5, [releases[0]["sha256"]])
        self.assertEqual([archives.is_here(release, "/opt/shop") for release in releases], [True, False, True, True, True, True, True])
        archives.remove(releases[2], "/opt/shop")
        archives.remove(releases[2], "/opt/shop")
        self.assertFalse(archives.is_here(releases[2], "/opt/shop"))
        archives.prune("/opt/shop", 0, [])
        archives.prune("/opt/shop", 0, [])
        self.assertEqual(os.listdir(self.root + "/opt/shop"), [])


class Documents(OnHost):
    def test_addresses(self):
        self.assertEqual(checked("https://a.example.com:5000/v2/x/blobs/sha256:0", archives.ARCHIVE), "https://a.example.com:5000/v2/x/blobs/sha256:0")
        for wrong in ("http://a.example.com/x.tar.gz", "https://user:pass@a.example.com/x", "https://a b"):
            with self.assertRaises(Refused):
                checked(wrong, archives.ARCHIVE)
