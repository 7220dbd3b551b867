"""One process of a new release that is tried out before the others start, where all releases share one port.

It is the same program with the same variables, told by a script that node loads before it to listen on a spare port of the loopback
address. So a release that ends, never listens or answers badly gets no request of anybody.
"""

import json
import socket

import paths
import pm2_files

# What is in its log if it would end at once when it is told to end.
RUDE = "flowfleet: nothing listens for SIGINT here"
_SCRIPT = """\
// Written by Flowfleet. Loaded before a release that is tried out beside the one that has its port: that port becomes a spare one of the
// loopback address, and any other port one that nobody else has.
"use strict";
const { Server } = require("node:net");
const [taken, spare] = process.env.FLOWFLEET_CANARY.split(":").map(Number);
const listen = Server.prototype.listen;

Server.prototype.listen = function (...args) {
  const [first] = args;
  const options = first !== null && typeof first === "object" ? first : { port: first };
  const port = Number(options.port ?? 0);
  if (typeof first !== "function" && (options.port === undefined || Number.isNaN(port))) return listen.apply(this, args);
  const heard = args.filter((one) => typeof one === "function");
  return listen.call(this, { port: port === taken ? spare : 0, host: "127.0.0.1", signal: options.signal }, ...heard);
};

// Of all listeners this one is called first, and is gone by then.
process.prependOnceListener("SIGINT", () => {
  if (process.listenerCount("SIGINT") > 0) return;
  process.stderr.write("%(rude)s\\n");
  process.exit(130);
});
""" % {"rude": RUDE}
_CONFIG = """\
// Written by Flowfleet for a release that is tried out.
const { apps: [app] } = require(%(file)s);
const { out_file, error_file, log_file, cron_restart, max_memory_restart, restart_delay, exp_backoff_restart_delay, ...rest } = app;
module.exports = { apps: [{
  ...rest, name: %(name)s, exec_mode: "fork", instances: 1, autorestart: false, wait_ready: false, watch: false, merge_logs: true,
  out_file: %(log)s, error_file: %(log)s, pid_file: %(process)s,
  node_args: ["--require", %(script)s].concat(app.node_args ?? []), env: { ...app.env, FLOWFLEET_CANARY: %(ports)s },
}] };
"""


def spare_port():
    """A port of the loopback address that nobody listens on now."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def write(service, texts, taken, spare):
    """Writes its file: `texts` are {file: of the release, name, log, process: file of its process number}; instead of port `taken` it gets `spare`."""
    quoted = {"file": paths.at(texts["file"]), "name": texts["name"], "log": paths.at(texts["log"]), "process": texts["process"],
              "script": paths.at(pm2_files.script(service)), "ports": "%d:%d" % (taken, spare)}
    pm2_files.write(service, pm2_files.CANARY, _CONFIG % {key: json.dumps(value) for key, value in quoted.items()}, _SCRIPT)
