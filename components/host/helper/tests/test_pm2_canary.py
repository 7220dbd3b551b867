import json
import os
import signal
import subprocess

from tests import OnHost

import pm2_canary
import pm2_files

FORMS = """
const { createServer } = require("node:http");
const told = (server) => server.on("listening", () => console.log(JSON.stringify(server.address())));
const heard = () => console.log("heard");
%s
setInterval(() => {}, 1000);
"""


class Canary(OnHost):
    """The script and the file, by node itself."""

    def setUp(self):
        super().setUp()
        self.spare = pm2_canary.spare_port()
        self.put(pm2_files.place("shop-api", "b"), 'module.exports = { apps: [{ name: "api-b", script: "app.js", cwd: "/opt/shop", exec_mode: "cluster", instances: 2, '
                 'wait_ready: true, out_file: "/x/out.log", exp_backoff_restart_delay: 100, node_args: ["--enable-source-maps"], env: { PORT: "3000" } }] };\n')
        pm2_canary.write("shop-api", {"file": pm2_files.place("shop-api", "b"), "name": "api-canary", "log": "/x/canary.log", "process": "/x/1.pid"}, 3000, self.spare)

    def node(self, *argv):
        environment = {"PATH": os.environ["PATH"], "FLOWFLEET_CANARY": "3000:%d" % self.spare}
        process = subprocess.Popen(["node", *argv], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment)
        self.addCleanup(lambda: (process.kill(), process.wait(), process.stdout.close(), process.stderr.close()))
        return process

    def listening(self, what, lines):
        process = self.node("--require", self.root + pm2_files.script("shop-api"), "-e", FORMS % what)
        return process, [process.stdout.readline().strip() for _ in range(lines)]

    def test_the_port_that_is_taken_becomes_the_spare_one_however_it_is_asked_for(self):
        for form in ("3000", '"3000", "0.0.0.0"', "3000, heard", "{ port: 3000, host: '::' }, heard", "3000, '0.0.0.0', 511, heard"):
            with self.subTest(form):
                process, found = self.listening("told(createServer()).listen(%s);" % form, 2 if "heard" in form else 1)
                process.kill()
                process.wait()
                self.assertEqual([one for one in found if one != "heard"], [json.dumps({"address": "127.0.0.1", "family": "IPv4", "port": self.spare}, separators=(",", ":"))])

    def test_any_other_port_becomes_one_that_nobody_has_and_a_path_stays(self):
        socket = self.root + "/run/app.sock"
        _, found = self.listening("told(createServer()).listen(9229, () => told(createServer()).listen(() => told(createServer()).listen(%s)));" % json.dumps(socket), 3)
        for address in map(json.loads, found[:2]):
            self.assertEqual(address["address"], "127.0.0.1")
            self.assertNotIn(address["port"], (9229, self.spare, 0))
        self.assertEqual(json.loads(found[2]), socket)

    def test_whether_it_would_lose_requests(self):
        for listener, rude in (("", True), ('process.on("SIGINT", () => process.exit(0));', False)):
            process, _ = self.listening(listener + "told(createServer()).listen(3000);", 1)
            process.send_signal(signal.SIGINT)
            self.assertEqual((process.wait(10), pm2_canary.RUDE in process.stderr.read()), (130 if rude else 0, rude))

    def test_its_file(self):
        process = self.node("-e", "console.log(JSON.stringify(require(%s)))" % json.dumps(self.root + pm2_files.place("shop-api", "canary")))
        self.assertEqual(json.loads(process.stdout.readline()), {"apps": [{
            "name": "api-canary", "script": "app.js", "cwd": "/opt/shop", "exec_mode": "fork", "instances": 1, "wait_ready": False, "node_args": [
                "--require", self.root + pm2_files.script("shop-api"), "--enable-source-maps"], "autorestart": False, "watch": False, "merge_logs": True,
            "out_file": self.root + "/x/canary.log", "error_file": self.root + "/x/canary.log", "pid_file": "/x/1.pid",
            "env": {"PORT": "3000", "FLOWFLEET_CANARY": "3000:%d" % self.spare}}]})
