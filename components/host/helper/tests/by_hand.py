"""What the tests of containers made by hand share: a docker with containers, volumes and networks, and databases that answer."""

import json

from tests.containing import InContainers

import runner
import store
import takeover
import volume

DEFAULTS = {"labels": {}, "running": True, "restart": "unless-stopped", "networks": {"infra_default": ["postgres"]}, "env": [], "mounts": {},
            "health": "healthy", "check": ["NONE"], "mode": "infra_default"}


class ByHand(InContainers):
    """`self.docker` is {name: container}; `self.volumes` names the volumes that are there."""

    def setUp(self):
        super().setUp()
        self.docker, self.log, self.fails = {}, [], ""
        self.answers["docker container inspect"] = self._inspect
        for verb in ("stop", "start", "rename", "update"):
            self.answers["docker %s" % verb] = getattr(self, "_" + verb)
        self.answers["docker network connect"] = self._connect
        self.answers["docker network disconnect"] = self._disconnect
        self.answers["docker ps --filter"] = self._ps
        self.answers["docker ps --all"] = self._ps_all
        self.answers["docker volume inspect"] = lambda argv: json.dumps([{"Name": argv[-1], "Mountpoint": "/volumes/" + argv[-1]}])
        self.answers["docker logs"] = "FATAL: it broke\n"
        self.answers["nsenter"] = "0 0 172.18.0.5:49152 172.18.0.4:2181\n"
        self.words("docker")

    @staticmethod
    def words(*allowed):
        store.write(takeover.KIND, takeover.NAME, {"words": list(allowed)})

    def container(self, name, **more):
        self.docker[name] = {**DEFAULTS, "id": "%064x" % len(self.docker), "started": 0, "addresses": {}, **more}

    def forget(self):
        """From here on what is done counts."""
        self.commands.clear()

    def done(self):
        """What was changed, in order."""
        return [command for command in self.commands if command.split()[1] in ("stop", "start", "rename", "update") or command.startswith(("docker network c", "docker network d"))]

    def _inspect(self, argv):
        one = self.docker.get(argv[-1])
        if one is None:
            return runner.Result(1, "", "Error: No such container: " + argv[-1])
        mounts = [{"Type": "volume", "Name": of, "Destination": path} if not of.startswith("/") else {"Type": "bind", "Source": of, "Destination": path}
                  for path, of in one["mounts"].items()]
        return json.dumps([{
            "Id": one["id"], "Name": "/" + argv[-1], "Config": {"Labels": one["labels"], "Env": one["env"], "Healthcheck": {"Test": one["check"]}}, "Mounts": mounts,
            "State": {"Running": one["running"], "Status": "running" if one["running"] else "exited", "ExitCode": 0, "Pid": 4711, "StartedAt": "at %d" % one["started"],
                      "Health": {"Status": one["health"], "Log": [{"Output": "no response\n"}]}},
            "HostConfig": {"RestartPolicy": {"Name": one["restart"], "MaximumRetryCount": 0}, "NetworkMode": one["mode"]},
            "NetworkSettings": {"Networks": {name: {"Aliases": [*names, one["id"][:12]], "IPAMConfig": {"IPv4Address": one["addresses"].get(name)}}
                                             for name, names in one["networks"].items()}}}])

    def _stop(self, argv):
        self.docker[argv[-1]]["running"] = False
        return runner.Result(1, "", "no") if self.fails == "stop" else ""

    def _start(self, argv):
        self.docker[argv[-1]]["running"] = True
        self.docker[argv[-1]]["started"] += 1
        return ""

    def _rename(self, argv):
        if self.fails == "rename":
            return runner.Result(1, "", "no")
        self.docker[argv[-1]] = self.docker.pop(argv[-2])
        return ""

    def _update(self, argv):
        if argv[2] == "--restart":
            self.docker[argv[-1]]["restart"] = argv[3]
        return ""

    def _connect(self, argv):
        if self.fails == "connect":
            return runner.Result(1, "", "no")
        if "--ip" in argv:
            self.docker[argv[-1]]["addresses"] = {argv[-2]: argv[argv.index("--ip") + 1]}
        self.docker[argv[-1]]["networks"] = {**self.docker[argv[-1]]["networks"], argv[-2]: [argv[i + 1] for i, word in enumerate(argv) if word == "--alias"]}
        return ""

    def _disconnect(self, argv):
        self.docker[argv[-1]]["networks"] = {name: names for name, names in self.docker[argv[-1]]["networks"].items() if name != argv[-2]}
        return ""

    def _ps(self, argv):
        kind, _, value = argv[3].partition("=")
        running = {name: one for name, one in self.docker.items() if one["running"]}
        if kind == "volume":
            return "\n".join(name for name, one in running.items() if value in one["mounts"].values())
        return "\n".join("%s\t%s" % (name, ",".join("%s=%s" % label for label in one["labels"].items())) for name, one in running.items() if value in one["networks"])

    def _ps_all(self, argv):
        label = argv[argv.index("--filter") + 1].partition("=")[2].partition("=") if "--filter" in argv else None
        found = {name: one for name, one in self.docker.items() if label is None or one["labels"].get(label[0]) == label[2]}
        if "Labels" not in argv[-1]:
            return "".join(name + "\n" for name in found)
        return "".join("%s\t%s\n" % (name, ",".join("%s=%s" % one for one in one["labels"].items())) for name, one in found.items())

    def worked(self, name):
        """A volume that a server from here worked with."""
        store.write(volume.KIND, name, {"owner": "urn:a", "engine": "postgres", "major": 15})
