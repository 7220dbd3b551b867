"""The noun `once`: a command that runs once for each word, and never again for a word that it came to its end for.

It is for what must not happen by itself a second time, such as deleting all data: neither because something else in its document changed, nor
because every step of a host is to run again. What the words were is remembered for as long as the host is.
"""

import document
import environment
import locks
import store
import transient
from errors import CallerGone, Failure
from progress import caller_gone, say

SHAPE = {
    "job": document.name(),
    "word": document.name(),
    "command": document.array(document.string(), least=1),
    "user": document.user(),
    "directory": document.path(),
    "environment": document.table(document.string(r"[A-Za-z_][A-Za-z0-9_]*", "the name of a variable"), document.string(empty=True)),
    "secrets": document.nullable(document.fields({"file": document.path()})),
    "limits": document.fields({"memory": document.integer(6), "cpus": document.number(0.01), "pids": document.integer(1)}),
    "sandbox": document.array(document.string(r"[A-Za-z]+=.*", 'a setting of systemd such as "PrivateTmp=yes"')),
    "deadline": document.integer(1),
}
KIND = "once"


def apply(wanted):
    """Runs it, unless it ran for this word. A status other than 0, or no end within the deadline, is a Failure; the same word then tries again."""
    name, word = wanted["job"], wanted["word"]
    with locks.hold("once-" + name):
        words = store.read(KIND, name, {"words": []})["words"]
        if word in words:
            say("%s: not run: it ran for %s already" % (name, word))
            return {"job": name, "ran": False}
        if caller_gone():
            raise CallerGone("the caller was gone before it was started")
        say("%s: running for %s, at most %d s" % (name, word, wanted["deadline"]))
        ending, printed = transient.run("flowfleet-once-%s.service" % name, _settings(wanted), wanted["environment"], wanted["command"], wanted["deadline"])
        if ending:
            raise Failure("%s: %s%s" % (name, ending, environment.last_lines(printed, wanted["secrets"] and wanted["secrets"]["file"])))
        store.write(KIND, name, {"words": [*words, word]})
        say("%s: came to its end" % name)
    return {"job": name, "ran": True}


def _settings(wanted):
    limits = wanted["limits"]
    secrets = ["EnvironmentFile=" + wanted["secrets"]["file"]] if wanted["secrets"] else []
    return ["User=" + wanted["user"], "WorkingDirectory=" + wanted["directory"], "MemoryMax=%dM" % limits["memory"], "MemorySwapMax=0",
            "CPUQuota=%g%%" % (limits["cpus"] * 100), "TasksMax=%d" % limits["pids"], *secrets, *wanted["sandbox"]]
