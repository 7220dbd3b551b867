"""The noun `redis`: users of a Redis server by its ACL file. Passwords are in it as hashes, so an earlier one can stay valid beside a new one."""

import hashlib
import re

import containers
import inside
import locks
import mark
import paths
import runner
import store
from document import boolean, fields, name, optional, path, string
from errors import Failure
from transaction import Transaction

SHAPE = {
    "container": name(),
    "file": path(),
    "user": string(r"[0-9]+:[0-9]+", 'the numbers of a user and a group such as "999:999"'),
    "passwords": fields({"application": string(secret=True), "administrator": string(secret=True)}),
    "retire": boolean(),
    # Only so that the step runs again after one that left other passwords valid.
    "after": optional(string()),
}
KIND = "redis"

# The application is `default`, whose connections outlive a new list of users. What is dangerous is the administrator's.
_RULES = {"default": "~* &* +@all -@admin -@dangerous", "administrator": "~* &* +@all"}
_HEALTH = "user health on nopass sanitize-payload resetkeys resetchannels -@all +ping"


def apply(document):
    """Writes the file, and has a server that runs read it. Without `retire` passwords of earlier rotations stay valid."""
    container, wanted = document["container"], document["passwords"]
    with locks.hold("redis-" + container):
        record = store.read(KIND, container) or {"passwords": []}
        administrators = list(dict.fromkeys([wanted["administrator"], *record["passwords"]]))
        server = Server(container, [*administrators, wanted["application"]])
        found = containers.look(container)
        # One of before ends soon, and knows none of these users.
        running = found is not None and found["running"] and containers.is_ours(found["labels"])
        if running:
            server.find_administrator(administrators)
        store.write(KIND, container, {"owner": document["owner"], "passwords": administrators})
        change = _write(document)
        try:
            if running:
                server.load()
                server.login("default", wanted["application"])
                server.login("administrator", wanted["administrator"])
        except BaseException:
            change.undo()
            if running:
                server.ask("administrator", server.password, "ACL LOAD")
            raise
        store.write(KIND, container, {"owner": document["owner"], "passwords": [wanted["administrator"]]})
        # Not undone should nobody read the result: whoever has an earlier password still comes in.
        change.finish()
    return {"container": container, "changed": bool(change.changed), "valid": _valid(document)}


def _valid(document):
    with open(paths.at(document["file"]), "rb") as file:
        return mark.of(file.read(), document["passwords"]["administrator"])


def _write(document):
    """The change of the file, done."""
    former = {} if document["retire"] else hashes(document["file"])
    user, group = document["user"].split(":")
    change = Transaction(document["owner"], "redis")
    change.directory(document["file"].rpartition("/")[0], 0o700, user, group)
    change.write(document["file"], text(document["passwords"], former), 0o400, user, group)
    change.commit()
    return change


def text(passwords, former):
    """The file: each user with the hash of the password, and of those in `former` ({user: [hash]})."""
    lines = []
    for user, key in (("default", "application"), ("administrator", "administrator")):
        valid = dict.fromkeys([hashlib.sha256(passwords[key].encode()).hexdigest(), *former.get(user, [])])
        lines.append("user %s on %s %s" % (user, " ".join("#" + one for one in valid), _RULES[user]))
    return "\n".join([*lines, _HEALTH]) + "\n"


def hashes(file):
    """{user: [hash]} of the file as it is; empty where there is none."""
    try:
        with open(paths.at(file), encoding="ascii") as handle:
            lines = handle.read().splitlines()
    except FileNotFoundError:
        return {}
    return {line.split()[1]: re.findall(r"#([0-9a-f]{64})\b", line) for line in lines if line.startswith("user ")}


class Server:
    """The server in a container. `password` is the administrator's, once it is found."""

    def __init__(self, container, secrets):
        self.container, self.secrets, self.password = container, secrets, None

    def find_administrator(self, passwords):
        self.password = next((one for one in passwords if self.ask("administrator", one, "PING") == "PONG"), None)
        if self.password is None:
            raise Failure("container %s: the administrator of Redis cannot log in with a password that was set from here. Were its users changed by hand? "
                          "Then stop it (docker stop %s), run this again, and start it: it reads its users when it starts" % (self.container, self.container))

    def load(self):
        answer = self.ask("administrator", self.password, "ACL LOAD")
        if answer != "OK":
            raise Failure("container %s: refused its list of users\n%s" % (self.container, runner.last_lines(answer, 3)))

    def login(self, user, password):
        answer = self.ask(user, password, "PING")
        if answer != "PONG":
            raise Failure("container %s: user %s cannot log in with its new password\n%s" % (self.container, user, runner.last_lines(answer, 3)))

    def ask(self, user, password, command):
        """The server's answer to one command."""
        found = inside.run(self.container, ["redis-cli"], "AUTH %s %s\n%s\n" % (user, quoted(password), command), self.secrets, timeout=30)
        answers = (found.out + found.err).strip().splitlines()
        return "\n".join(answers[1:]) if answers[:1] == ["OK"] else "\n".join(answers)


def quoted(word):
    """A word as redis-cli reads it from a line: every byte by its number, so that none has a meaning."""
    return '"%s"' % "".join("\\x%02x" % byte for byte in word.encode())
