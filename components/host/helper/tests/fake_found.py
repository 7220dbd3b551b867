"""A server on which somebody started processes in a PM2 of his own: the fake PM2 beside that, and the kernel's redirects."""

import json
import os
import re

import paths
from tests.fake_pm2 import FakePm2

OLD = "/home/ubuntu"


class FakeFound(FakePm2):
    """`state["old"]` is the PM2 of ubuntu; the port 3000 is what everybody knows."""

    def __init__(self, place, clock):
        super().__init__(place, clock)
        self.state.update(old={"processes": [], "dump": [], "up": True, "dies": False}, kernel={})
        self.scripts = []

    def by_hand(self, name, port=3000, mode="cluster", status="online", cwd="/opt/shop/apps/api", count=2):
        old = self.state["old"]
        for _ in range(count):
            number = len(old["processes"])
            old["processes"].append({"name": name, "id": number, "pid": 500 + number, "port": port, "mode": mode, "status": status, "cwd": cwd})
        old["dump"] = json.loads(json.dumps(old["processes"]))

    def daemons(self):
        return [{"user": "ubuntu", "home": OLD, "folder": OLD + "/.pm2", "pid": 77}] if self.state["old"]["up"] else []

    def answers(self, who):
        return self.state["old"]["up"] if "folder" in who else super().answers(who)

    def whose(self, pid):
        """What the kernel says: the account's, at its folder."""
        found = [one for one in self.state["old"]["processes"] if one["pid"] == pid and one["status"] == "online"]
        return (found[0].get("uid", os.getuid()), paths.at(found[0].get("stands", found[0]["cwd"]))) if found else None

    def old_online(self, port=None):
        return [one for one in self.state["old"]["processes"] if one["status"] == "online" and port in (None, one["port"])]

    def run(self, argv, input=None, timeout=60, check=True, env=None):
        self.input = input
        return super().run(argv, input, timeout, check, env)

    def reboot(self):
        self.state["kernel"] = {}
        self.state["old"]["processes"] = json.loads(json.dumps(self.state["old"]["dump"]))
        super().reboot()

    def _nft(self, words):
        if words[0] == "-f":
            self.state["kernel"] = {port: int(to) for port, to in re.findall(r"ip daddr 127.0.0.1 tcp dport (\d+) .* redirect to :(\d+)", self.input)}
        return 0, ""

    def _look_for_outage(self, command):
        """Somebody asks 127.0.0.1:3000 at each moment."""
        if "setpriv" in command and "save" in command or not self.state.get("watched"):
            return
        super()._look_for_outage(command)
        if not self._answers_at(self.state["kernel"].get("3000", 3000)):
            self.state["outages"].append(command)

    def _answers_at(self, port):
        if self.old_online(port) or any(one["port"] == port and self._now(one) == (0, "online") for one in self._list()):
            return True
        upstream = re.search(r"server 127.0.0.1:(\d+)", self.state["loaded"])
        return "listen 127.0.0.1:%d;" % port in self.state["loaded"] and bool(upstream) and self._answers_at(int(upstream.group(1)))

    def _setpriv(self, words):
        if "PM2_HOME=%s/.pm2" % OLD not in words:
            return super()._setpriv(words)
        words, old = words[words.index("LANG=C.UTF-8") + 1:], self.state["old"]
        if not old["up"]:
            return 1, "PM2 would start a daemon of its own"
        if "pm2 save" in words[2]:
            old["dump"] = json.loads(json.dumps(old["processes"]))
            return 0, ""
        verb, ids = words[5], words[6:]
        if verb == "jlist":
            return 0, json.dumps([{"name": one["name"], "pm_id": one["id"], "pid": one["pid"], "pm2_env": {
                "status": one["status"], "pm_cwd": one["cwd"], "exec_mode": one["mode"] + "_mode", "pm_uptime": 0, "SECRET": "hush now",
                "pm_out_log_path": "/opt/shop/logs/%s-out.log" % one["name"]}} for one in old["processes"]])
        assert ids or verb == "kill"
        if verb == "delete":
            old["processes"] = [one for one in old["processes"] if str(one["id"]) not in ids]
        if verb == "kill":
            old.update(up=False, processes=[])
        for one in old["processes"]:
            if str(one["id"]) in ids:
                one["status"] = {"stop": "stopped", "restart": "errored" if old["dies"] else "online"}[verb]
        return 0, ""

    def _systemctl_disable(self, words):
        if words[-1] == "pm2-ubuntu.service":
            self.state["old"].update(up=False, processes=[], dump=[])
            return 0, ""
        return super()._systemctl_disable(words)

    def _systemctl_reload(self, words):
        found = super()._systemctl_reload(words)
        for port in re.findall(r"listen 127.0.0.1:(\d+);", self.state["loaded"]):
            assert not self.old_online(int(port)), "nginx does not get port " + port
        return found

    def _pm2_start(self, words):
        app = self._app(words[0])
        assert not (app["port"] and self.old_online(app["port"])), "the port is somebody else's"
        return super()._pm2_start(words)

    def _ss(self, words):
        if words[0] == "-Hltnp":
            told = 'LISTEN 0 511 *:%d *:* users:(("node",pid=%d,fd=3))'
            lines = [told % (one["port"], 77 if one["mode"] == "cluster" else one["pid"]) for one in self.old_online() if one["port"]]
            lines += [told % (one["port"], one["pid"]) for one in self._list() if one["port"]]
            return 0, "\n".join(lines) + "\n"
        if words[0] == "-Htn":
            return 0, "".join("ESTAB 0 0\n" * self.state["connections"].get(one, 0) for one in words if one.startswith(":"))
        found = super()._ss(words)
        port = int(words[-1].lstrip(":"))
        return found[0], found[1] + ("LISTEN 0 511 *:%d *:*\n" % port if self.old_online(port) else "")


def files(root):
    """What is lent, kept and recorded of a takeover, by record."""
    found = {}
    for kind in ("lent", "redirects", "working-copies"):
        folder = root + paths.STATE + "/" + kind
        found[kind] = sorted(os.listdir(folder)) if os.path.isdir(folder) else []
    return found
