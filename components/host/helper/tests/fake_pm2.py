"""A PM2 that exists in the fake docker's file only, and releases for it that are built of nothing."""

import json
import os
import re

import paths
import pm2_canary
from tests.fake_systemd import FakeSystemd

HOME = "/home/shop"


class FakePm2(FakeSystemd):
    """A release's app.js says how it behaves: ok, bad, exit, deaf, unready, again<seconds>, late<seconds>. An ecosystem file's first line says what it is, in JSON."""

    def __init__(self, place, clock):
        super().__init__(place, clock)
        self.state.update(pm2={"processes": [], "next": 0, "up": True, "known": True}, dump=[], commits={}, pid=1000)

    def commit(self, digit, behaves):
        self.state["commits"][digit * 40] = behaves
        return {"repository": "https://git.example.com/shop.git", "ref": "main", "commit": digit * 40, "builtAt": "2026-11-20T10:00:00Z"}

    def checkout(self, release, _login, real, _end, _submodules=False):
        """In the place of git's."""
        self.step()
        with open(os.path.join(real, "app.js"), "w", encoding="utf-8") as file:
            file.write(self.state["commits"][release["commit"]])

    def answers(self, _who):
        return self.state["pm2"]["up"]

    def alive(self, pid):
        return any(one["pid"] == pid and self._now(one) == (0, "online") for one in self._list())

    def online(self):
        return sorted(one["name"] for one in self._list() if self._now(one)[1] == "online")

    def ask(self, address, port, path, timeout):
        answering = [one for one in self._list() if one["port"] == port and self._now(one)[1] == "online" and one["behaves"] != "deaf"]
        if not answering:
            return super().ask(address, port, path, timeout)
        self.clock.sleep(0.01)
        return next((told for one in answering if (told := self._told(one))), None)

    def reboot(self):
        super().reboot()
        self._resurrect()

    def crash(self):
        """The daemon is gone, and all processes with it."""
        self.state["pm2"].update(up=False, processes=[])

    def _resurrect(self):
        self.state["pm2"].update(up=True, processes=[], next=0)
        for one in self.state["dump"]:
            self._add({**one, "restarts": 0, "began": self.clock.now})

    def leaves(self, process, when):
        """PM2 ends it by itself."""
        process["until"] = when

    def _list(self):
        listed = self.state["pm2"]["processes"]
        listed[:] = [one for one in listed if one.get("until", self.clock.now + 1) > self.clock.now]
        return listed

    def _add(self, one):
        number = self.state["pm2"]["next"]
        self.state["pm2"]["next"] += 1
        self.state["pid"] += 1
        self._list().append({**one, "id": number, "pid": self.state["pid"], "file": re.sub(r"(-\d+)?\.pid$", "-%d.pid" % number, one["file"])})

    def _now(self, one):
        """(restarts, status); units of systemd are asked by their name."""
        if isinstance(one, str):
            return super()._now(one)
        if one["behaves"] == "exit":
            return (0, "waiting restart") if one["again"] else (0, "stopped")
        again = one["behaves"].startswith("again") and self.clock.now - one["began"] > float(one["behaves"][5:])
        return (1 if again else 0), "online"

    def _told(self, one):
        late = one["behaves"].startswith("late") and self.clock.now - one["began"] < float(one["behaves"][4:])
        return "answered 500" if one["behaves"] == "bad" or late else None

    def _look_for_outage(self, command):
        for address, port in re.findall(r"server ([\d.]+):(\d+)", self.state["loaded"]):
            if self.ask(address, int(port), "", 0):
                self.state["outages"].append(command)

    def _setpriv(self, words):
        words = words[words.index("-i") + 1:]
        words = words[next(index for index, word in enumerate(words) if "=" not in word):]
        if words[0] == "node":
            return self._facts(words[-1])
        if words[0] == "tail":
            with open(words[-1], encoding="utf-8") as file:
                return 0, file.read()[int(words[2]) - 1:]
        if not self.state["pm2"]["up"]:
            return 1, "PM2 would start a daemon of its own"
        if "pm2 save" in words[2]:
            self.state["dump"] = json.loads(json.dumps(self._list()))
            return 0, ""
        return getattr(self, "_pm2_" + words[5])(words[6:])

    def _facts(self, file):
        app = self._app(file)
        told = {**{key: app[key] for key in ("name", "mode", "instances", "logs")}, "ready": app["mode"] == "cluster", "listen": 3000}
        return 0, json.dumps([told]) + "\n"

    @staticmethod
    def _app(file):
        with open(file, encoding="utf-8") as opened:
            text = opened.read()
        base = re.search(r'require\("(.*?)"\)', text)
        if not base:
            return {**json.loads(text.splitlines()[0][3:]), "file": re.search(r'pid_file = "(.*)"', text).group(1), "again": True}
        app = FakePm2._app(base.group(1))
        ports = re.search(r'FLOWFLEET_CANARY: "(\d+):(\d+)"', text)
        assert int(ports.group(1)) == app["port"]
        return {**app, "name": re.search(r'name: "(.*?)"', text).group(1), "mode": "fork", "instances": 1, "again": False,
                "file": re.search(r'pid_file: "(.*?)"', text).group(1), "port": int(ports.group(2)), "logs": [paths.shown(re.search(r'out_file: "(.*?)"', text).group(1))]}

    def _pm2_jlist(self, _words):
        told = []
        for one in self._list():
            restarts, status = self._now(one)
            facts = {"status": status, "restart_time": restarts, "pm_uptime": one["began"] * 1000, "pm_pid_path": one["file"],
                     "exit_code": 3 if one["behaves"] == "exit" else None}
            told.append({"name": one["name"], "pm_id": one["id"], "pid": one["pid"] if status == "online" else 0, "pm2_env": {**facts, "JWT_SECRET": "hush now"}})
        return 0, "[PM2] a notice\n" + json.dumps(told)

    def _pm2_start(self, words):
        app = self._app(words[0])
        if any(one["name"] == app["name"] for one in self._list()):
            return 1, "a test would miss that PM2 restarts the one of that name"
        with open(app["folder"] + "/app.js", encoding="utf-8") as file:
            behaves = file.read()
        with open(app["environment"], encoding="utf-8") as file:
            assert "hush now" in file.read()
        for log in app["logs"]:
            self._write(paths.at(log), "%s begins\npassword is hush now\n" % behaves)
        for _ in range(app["instances"]):
            if app["port"] and app["mode"] != "cluster" and any(one["port"] == app["port"] for one in self._list()):
                behaves = "exit"
            self._add({"name": app["name"], "file": app["file"], "port": app["port"], "behaves": behaves, "again": app["again"], "restarts": 0, "began": self.clock.now})
            self.clock.sleep(3.05 if behaves == "unready" and app["mode"] == "cluster" else 0.2)
        return 0, ""

    @staticmethod
    def _write(log, text):
        os.makedirs(os.path.dirname(log), exist_ok=True)
        with open(log, "a", encoding="utf-8") as file:
            file.write(text)

    def _pm2_delete(self, words):
        known = {str(one["id"]) for one in self._list() if isinstance(one["id"], int)}
        if not words or not set(words) <= known:
            return 1, "[PM2][ERROR] Process or Namespace %s not found" % words
        for one in self._list():
            if str(one["id"]) in words and one["behaves"] == "rude" and not one["again"]:
                self._write(paths.at(HOME + "/.pm2/logs/api-canary.log"), pm2_canary.RUDE + "\n")
        self.state["pm2"]["processes"] = [one for one in self._list() if str(one["id"]) not in words]
        return 0, ""

    def _pm2_restart(self, words):
        for one in self._list():
            if str(one["id"]) in words:
                self.state["pid"] += 1
                one.update(pid=self.state["pid"], began=self.clock.now, behaves="ok")
        return 0, ""

    def _systemctl_show(self, words):
        if words[-1] == "pm2-shop.service":
            known, up = self.state["pm2"]["known"], self.state["pm2"]["up"] and "elsewhere" not in self.state["pm2"]
            return 0, "LoadState=%s\nActiveState=%s\n" % ("loaded" if known else "not-found", "active" if known and up else "inactive")
        return super()._systemctl_show(words)

    def _systemctl_start(self, words):
        if words[-1] != "pm2-shop.service":
            return super()._systemctl_start(words)
        if "elsewhere" in self.state["pm2"]:
            return 1, "Job for pm2-shop.service failed because the service did not take the steps required by its unit configuration."
        if not self.state["pm2"]["up"]:
            self._resurrect()
        return 0, ""

    def _systemctl_reload(self, words):
        found = super()._systemctl_reload(words)
        for port in re.findall(r"listen 127.0.0.1:(\d+);", self.state["loaded"]):
            assert not any(one["port"] == int(port) for one in self._list()), "nginx does not get port " + port
        return found

    def _ss(self, words):
        if "sport" not in words:
            return super()._ss(words)
        port = int(words[-1].lstrip(":"))
        used = any(one["port"] == port and self._now(one)[1] == "online" for one in self._list())
        used = used or "listen 127.0.0.1:%d;" % port in self.state["loaded"]
        return 0, self.state["listening"] + ("LISTEN 0 511 127.0.0.1:%d 0.0.0.0:*\n" % port if used else "")


def text(way, port):
    """An ecosystem file that the fake understands."""
    app = {"name": "@name@", "folder": "@release@", "environment": "@environment@", "mode": "cluster" if way == "reload" else "fork",
           "instances": 2 if way == "reload" else 1, "port": "@port@", "logs": [HOME + "/logs/out.log", HOME + "/logs/error.log"]}
    line = "// " + json.dumps(app)
    return [line.replace('"@port@"', "@port@" if port else "null")]
