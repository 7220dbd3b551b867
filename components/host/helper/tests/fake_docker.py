"""A docker, an nginx and their host that exist in one JSON file only, so that they outlive a helper that is killed."""

import json
import os

import paths
import runner


class Clock:
    """Stands for the module `time`: sleeping costs nothing."""

    def __init__(self):
        self.now = 1000.0

    def monotonic(self):
        return self.now

    def time(self):
        return self.now

    def sleep(self, seconds):
        self.now += seconds


class FakeDocker:
    """Answers what the release asks of docker, compose, nginx, ss and ps. `state` is written when its helper is killed."""

    def __init__(self, place, clock):
        self.place, self.clock = place, clock
        self.steps, self.die_at = 0, None
        self.state = {
            "containers": {}, "images": {}, "registry": {}, "networks": {"shop": {"Subnet": "10.90.2.0/24", "Gateway": "10.90.2.1"}},
            "connections": {}, "loaded": "", "generation": 1, "refuses": "", "outages": [], "commands": [], "made": 0, "pull": "", "compose": "1.29.2",
        }

    def image(self, digit, behaves="ok", here=False, **more):
        """An image in the registry; `behaves` is ok, bad, exit, again<seconds>, late<seconds> or ill<seconds>."""
        name = "registry.example.com/shop/backend@sha256:" + digit * 64
        self.state["registry"][name] = {"behaves": behaves, "entrypoint": ["python"], "command": ["app.py"], "log": "", "files": {}, **more}
        if here:
            self.state["images"][name] = self.state["registry"][name]
        return name

    def save(self):
        with open(self.place, "w", encoding="utf-8") as file:
            json.dump(self.state, file)

    def load(self):
        with open(self.place, encoding="utf-8") as file:
            self.state = json.load(file)

    def running(self):
        return sorted(name for name, one in self.state["containers"].items() if one["status"] == "running")

    def step(self):
        """One more thing was done; here a helper may be killed."""
        self.steps += 1
        if self.steps == self.die_at:
            self.save()
            os._exit(9)

    def run(self, argv, input=None, timeout=60, check=True, env=None):
        self.step()
        self.state["commands"].append(" ".join(argv))
        code, text = self._answer(argv)
        self._look_for_outage(" ".join(argv))
        result = runner.Result(code, text if code == 0 else "", "" if code == 0 else text)
        if check and code:
            from errors import Failure
            raise Failure("%s: exit status %d\n    %s" % (" ".join(argv[:3]), code, text))
        return result

    def ask(self, address, port, path, timeout):
        self.clock.sleep(0.01)
        image = next((self.state["images"][one["image"]] for one in self.state["containers"].values() if one["ip"] == address and one["status"] == "running"), None)
        if not image:
            return "did not answer: Connection refused"
        behaves, ran = image["behaves"], self.clock.now - self._at(address)["started"]
        late = behaves.startswith("late") and ran < float(behaves[4:])
        ill = behaves.startswith("ill") and ran > float(behaves[3:])
        return "answered 503" if behaves == "bad" or late or ill else None

    def _at(self, address):
        return next(one for one in self.state["containers"].values() if one["ip"] == address and one["status"] == "running")

    def _look_for_outage(self, command):
        """Whatever nginx has loaded must run and be healthy, at each moment."""
        for address in ("10.90.2.10", "10.90.2.11"):
            if "server %s:" % address in self.state["loaded"] and self.ask(address, 0, "", 0):
                self.state["outages"].append(command)

    def _answer(self, argv):
        name = "_" + "_".join(word.replace("-", "") for word in argv[:2] if not word.startswith("-"))
        words = argv[2:] if argv[0] == "docker" else argv[1:]
        if argv[:2] in (["docker", "container"], ["docker", "image"], ["docker", "network"]):
            name, words = name + "_" + argv[2], argv[3:]
        method = getattr(self, name, None) or getattr(self, "_" + argv[0].replace("-", "")[:20], None)
        return method(words) if method else (0, "")

    def _docker(self, words):
        return 1, "docker: unknown command"

    def _dockercompose(self, words):
        if not self.state["compose"]:
            return 127, "docker-compose: not installed on this host"
        if words[0] == "version":
            return 0, self.state["compose"] + "\n"
        return 0, "%s %s\n" % (words[-1], "c0ffee")

    def _docker_container_inspect(self, words):
        one = self.state["containers"].get(words[0])
        if not one:
            return 1, "Error: No such container: " + words[0]
        behaves = self.state["images"].get(one.get("image"), {}).get("behaves", "ok")
        again = behaves.startswith("again") and one["status"] == "running" and self.clock.now - one["started"] > float(behaves[5:])
        if again and one["restart"] == "no":
            one["status"], one["exit"] = "exited", 3
        state = {"Running": one["status"] == "running", "Restarting": False, "Status": one["status"], "ExitCode": one["exit"], "OOMKilled": False}
        return 0, json.dumps([{"State": state, "RestartCount": int(again), "Config": {"Labels": one["labels"]}}])

    def _docker_ps(self, words):
        wanted = [word.split("=", 1)[1].split("=") for word in words if word.startswith("label=")]
        return 0, "\n".join(name for name, one in self.state["containers"].items() if all(one["labels"].get(key) == value for key, value in wanted))

    def _docker_create(self, words):
        def values(option):
            return [words[index + 1] for index, word in enumerate(words) if word == option]
        image = next(word for word in words if "@sha256:" in word)
        if image not in self.state["images"]:
            return 1, "Unable to find image"
        self.state["made"] += 1
        name = (values("--name") or ["nameless%d" % self.state["made"]])[0]
        if name in self.state["containers"]:
            return 1, "Conflict. The container name is already in use"
        for mount in values("--mount"):
            if not os.path.exists(paths.at(mount.split("source=")[1].split(",")[0])):
                return 1, "bind source path does not exist"
        self.state["containers"][name] = {
            "image": image, "ip": (values("--ip") or [None])[0], "labels": dict(label.split("=", 1) for label in values("--label")),
            "status": "created", "exit": 0, "restart": (values("--restart") or ["no"])[0], "argv": words, "started": 0}
        return 0, name

    def _docker_start(self, words):
        one = self.state["containers"][words[0]]
        if one["ip"] in [other["ip"] for other in self.state["containers"].values() if other["status"] == "running" and other is not one]:
            return 1, "Address already in use"
        one["status"], one["exit"] = ("exited", 3) if self.state["images"][one["image"]]["behaves"] == "exit" else ("running", 0)
        one["started"] = self.clock.now
        return 0, words[0]

    def _docker_stop(self, words):
        self.state["containers"][words[-1]]["status"] = "exited"
        return 0, ""

    def _docker_update(self, words):
        self.state["containers"][words[-1]]["restart"] = words[1]
        return 0, ""

    def _docker_rename(self, words):
        if words[1] in self.state["containers"]:
            return 1, "Conflict. The container name is already in use"
        self.state["containers"][words[1]] = self.state["containers"].pop(words[0])
        return 0, ""

    def _docker_rm(self, words):
        if not self.state["containers"].pop(words[-1], None):
            return 1, "Error: No such container: " + words[-1]
        return 0, ""

    def _docker_logs(self, words):
        return 0, self.state["images"][self.state["containers"][words[-1]]["image"]]["log"]

    def _docker_image_inspect(self, words):
        image = self.state["images"].get(words[0])
        if not image:
            return 1, "Error: No such image: " + words[0]
        return 0, json.dumps([{"Id": "sha256:id", "Config": {"Entrypoint": image["entrypoint"], "Cmd": image["command"]}}])

    def _docker_image_rm(self, words):
        if any(one["image"] == words[0] for one in self.state["containers"].values()):
            return 1, "conflict: unable to remove repository reference"
        return (0, "") if self.state["images"].pop(words[0], None) else (1, "Error: No such image")

    def _docker_pull(self, words):
        if self.state["pull"]:
            return 1, self.state["pull"]
        if words[-1] not in self.state["registry"]:
            return 1, "Error response from daemon: manifest unknown: manifest unknown"
        self.state["images"][words[-1]] = self.state["registry"][words[-1]]
        return 0, ""

    def _docker_network_inspect(self, words):
        network = self.state["networks"].get(words[0])
        if not network:
            return 1, "Error: No such network: " + words[0]
        attached = {name: {"Name": name, "IPv4Address": one["ip"] + "/24"} for name, one in self.state["containers"].items() if one["status"] == "running" and one["ip"]}
        return 0, json.dumps([{"IPAM": {"Config": [network]}, "Labels": network.get("labels"), "Containers": attached}])

    def _docker_network_create(self, words):
        def value(option):
            return words[words.index(option) + 1]
        self.state["networks"][words[-1]] = {"Subnet": value("--subnet"), "Gateway": value("--gateway"), "labels": dict([value("--label").split("=")])}
        return 0, ""

    def _docker_network_rm(self, words):
        del self.state["networks"][words[0]]
        return 0, ""

    def _docker_cp(self, words):
        container, path = words[-2].split(":", 1)
        if container not in self.state["containers"]:
            return 1, "Error: No such container"
        files = self.state["images"][self.state["containers"][container]["image"]]["files"]
        if not path.endswith("/."):
            if path not in files:
                return 1, "Error: Could not find the file %s in container" % path
            return self._put(words[-1], files[path])
        found = {name: text for name, text in files.items() if name.startswith(path[:-1])}
        for name, text in found.items():
            self._put(os.path.join(words[-1], name[len(path) - 1:]), text)
        return (0, "") if found else (1, "Error: Could not find the file %s in container" % path)

    @staticmethod
    def _put(place, text):
        os.makedirs(os.path.dirname(place), exist_ok=True)
        with open(place, "w", encoding="utf-8") as file:
            file.write(text)
        return 0, ""

    def _ss(self, words):
        return 0, "ESTAB 0 0\n" * self.state["connections"].get(words[-1], 0)

    def _ps(self, words):
        return 0, "%d nginx: worker process\n" % self.state["generation"] if "--ppid" in words else ""

    def _unshare(self, words):
        return (1, self.state["refuses"]) if self.state["refuses"] else (0, "")

    def _systemctl_reload(self, words):
        folder = paths.at("/etc/nginx/flowfleet/services")
        texts = []
        for name in sorted(os.listdir(folder)) if os.path.isdir(folder) else []:
            if not name.startswith("."):
                with open(os.path.join(folder, name), encoding="utf-8") as file:
                    texts.append(file.read())
        self.state["loaded"] = "".join(texts)
        self.state["generation"] += 1
        return 0, ""

    def _systemctl(self, words):
        return (1, "") if words[0] == "is-failed" else (0, "1\n")
