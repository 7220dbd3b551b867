"""A systemd that exists in the fake docker's file only, and archives of programs for it."""

import hashlib
import io
import os
import re
import tarfile

import paths
from tests.fake_docker import FakeDocker

UNITS = "/etc/systemd/system"


def archive(*members):
    """(bytes, sha256) of a tar.gz of (name, text, mode) files, (name, "-> target") links and other (name, tar's type) members."""
    held = io.BytesIO()
    with tarfile.open(fileobj=held, mode="w:gz") as tar:
        for name, what, *mode in members:
            member = tarfile.TarInfo(name)
            if isinstance(what, bytes):
                member.type = what
                tar.addfile(member)
            elif what.startswith("-> "):
                member.type, member.linkname = tarfile.SYMTYPE, what[3:]
                tar.addfile(member)
            else:
                member.size, member.mode, member.uid = len(what), mode[0], 4711
                tar.addfile(member, io.BytesIO(what.encode()))
    return held.getvalue(), hashlib.sha256(held.getvalue()).hexdigest()


class FakeSystemd(FakeDocker):
    """Answers systemctl and journalctl too. A program's text is how it behaves: ok, bad, exit, again<seconds>, late<seconds>."""

    def __init__(self, place, clock):
        super().__init__(place, clock)
        self.state.update(units={}, read={}, alias={}, offered={}, log="", listening="", downloads=0)

    def offer(self, behaves):
        """A release whose bin/api behaves so."""
        content, sha256 = archive(("bin/api", behaves, 0o755), ("bin/migrator", "ok", 0o755))
        url = "https://releases.example.com/%s.tar.gz" % behaves
        self.state["offered"][url] = content.hex()
        return {"archive": url, "sha256": sha256, "builtAt": "2026-11-20T10:00:00Z"}

    def fetch(self, url, place, _end):
        content = bytes.fromhex(self.state["offered"][url])
        self.state["downloads"] += 1
        with open(place, "wb") as file:
            file.write(content)
        return hashlib.sha256(content).hexdigest()

    def active(self):
        return sorted(name for name in self.state["units"] if self._now(name)[0] == "active")

    def ask(self, address, port, path, timeout):
        unit = next((name for name in self.active() if 'HOST=%s"' % address in self.state["units"][name]["text"]), None)
        if not unit:
            return super().ask(address, port, path, timeout)
        self.clock.sleep(0.01)
        one = self.state["units"][unit]
        late = one["behaves"].startswith("late") and self.clock.now - one["started"] < float(one["behaves"][4:])
        return "answered 503" if one["behaves"] == "bad" or late else None

    def reboot(self):
        """What comes back by itself, before anything of ours runs."""
        self.state["units"] = {}
        self._systemctl_daemonreload([])
        wants = paths.at(UNITS + "/multi-user.target.wants")
        for name in os.listdir(wants) if os.path.isdir(wants) else []:
            self._systemctl_start(["start", name])

    def _look_for_outage(self, command):
        for address in re.findall(r"server ([\d.]+):", self.state["loaded"]):
            if self.ask(address, 0, "", 0):
                self.state["outages"].append(command)

    def _now(self, unit):
        """(ActiveState, NRestarts) of a unit that was started."""
        one = self.state["units"][unit]
        behaves, ran = one["behaves"], self.clock.now - one["started"]
        if not one["on"]:
            return "inactive", 0
        if behaves == "exit":
            return "activating", 0
        return "active", 1 if behaves.startswith("again") and ran > float(behaves[5:]) else 0

    def _systemctl_daemonreload(self, _words):
        folder = paths.at(UNITS)
        read, alias = {}, {}
        for name in sorted(os.listdir(folder)) if os.path.isdir(folder) else []:
            place = os.path.join(folder, name)
            if os.path.islink(place):
                alias[name] = os.path.basename(os.readlink(place))
            elif name.endswith(".service") and not name.startswith("."):
                with open(place, encoding="utf-8") as file:
                    read[name] = file.read()
        self.state.update(read=read, alias=alias)
        return 0, ""

    def _systemctl_start(self, words):
        unit = self.state["alias"].get(words[-1], words[-1])
        text = self.state["read"].get(unit)
        if text is None:
            return 5, "Unit %s not found." % unit
        with open(paths.at(re.search(r"^ExecStart=(\S+)", text, re.M).group(1)), encoding="utf-8") as file:
            behaves = file.read()
        self.state["units"][unit] = {"on": True, "text": text, "behaves": behaves, "started": self.clock.now}
        return 0, ""

    def _systemctl_stop(self, words):
        self.state["units"].pop(words[-1], None)
        return 0, ""

    def _systemctl_show(self, words):
        unit = words[-1]
        if "--value" in words:
            return 0, "1\n"
        if unit in self.state["units"]:
            active, restarts = self._now(unit)
            failed = self.state["units"][unit]["behaves"] == "exit"
            return 0, "Result=%s\nExecMainStatus=%d\nLoadState=loaded\nActiveState=%s\nNRestarts=%d\n" % (
                "exit-code" if failed else "success", 3 if failed else 0, active, restarts)
        loaded = "loaded" if unit in self.state["read"] else "not-found"
        return 0, "Result=success\nExecMainStatus=0\nLoadState=%s\nActiveState=inactive\nNRestarts=0\n" % loaded

    def _journalctl(self, words):
        return 0, "" if "--sync" in words else self.state["log"]

    def _ss(self, words):
        return (0, self.state["listening"]) if "-Hltn" in words else super()._ss(words)
