"""PM2's command line, called as the user whose daemon it is, which is the unit `pm2-<user>.service`.

PM2 hands the variables of whoever calls it on to the processes it starts, so it gets none but those that every program needs. It would
start a daemon of its own where none answers, outside of the unit: so the unit is started first. And what it tells of a process holds all
variables of that process: nothing of it is ever shown.

`who` is {user, home}. One that was started by hand has its `folder` (PM2_HOME) beside, and no unit that is asked for: where it does not
answer it is gone.
"""

import json
import os
import pwd
import socket
import time

import environment
import locks
import paths
import runner
from errors import Failure

_PATH = "/usr/local/bin:/usr/bin:/bin"
# How long its unit may take to start, which waits for all that was saved; a little longer than systemd's own time for that.
_STARTING = 630
# How long a daemon that was started gets until it answers, in seconds.
_WAKING = 30
# What is read of an ecosystem file without PM2: nothing that may be a secret.
_FACTS = """
const config = require(process.argv[1]);
const facts = (app) => ({ name: app.name, mode: app.exec_mode ?? null, instances: app.instances ?? 1, ready: app.wait_ready === true,
  listen: app.listen_timeout ?? 3000, logs: app.log_file ? [app.log_file] : [app.out_file ?? null, app.error_file ?? null] });
console.log(JSON.stringify([].concat(config.apps ?? []).map(facts)));
"""


# For its user alone, on the disk before anybody is told so, and without --force a list of processes that are gone where none is left.
_SAVE = 'umask 077; chmod -f 600 "$PM2_HOME"/dump.pm2*; pm2 save --force && sync "$PM2_HOME/dump.pm2"'


def unit(who):
    return "pm2-%s.service" % who["user"]


def principal(who):
    """(uid, gid) of {user, home}."""
    try:
        found = pwd.getpwnam(who["user"])
    except KeyError:
        raise Failure("pm2.user: there is no user %s on this host" % who["user"]) from None
    return found.pw_uid, found.pw_gid


def known(who):
    """Whether there is such a daemon on this host, running or not."""
    return _state(who)[0] not in ("", "not-found")


def processes(who):
    """All processes of this daemon: {name, id, numbered: whether the id is one that PM2 takes, pid, status, restarts: since it was started,
    began: in ms, file: of its process number, cluster: whether its daemon
    listens for it, cwd, logs: its files}."""
    if not _wake(who):
        return []
    found = _call(who, ["jlist"], 60)
    start = min((place for place in (found.out.find("[{"), found.out.find("[]")) if place >= 0), default=-1)
    try:
        listed, _ = json.JSONDecoder().raw_decode(found.out[start:] if start >= 0 else "")
    except ValueError:
        raise Failure("pm2 jlist: exit status %d, and no list of processes (%s)" % (found.code, unit(who))) from None
    return [_process(one) for one in listed]


def facts(who, file, hidden):
    """What an ecosystem file asks for: [{name, mode, instances, ready, listen: in ms, logs}]. `hidden` are values that no message may show."""
    found = runner.run([*_as(who), "node", "-e", _FACTS, paths.at(file)], check=False, timeout=30)
    if not found.ok:
        raise Failure("pm2.text: node does not read it\n%s" % runner.last_lines(environment.scrubbed(found.err, hidden), 12))
    return json.loads(found.out.splitlines()[-1])


def start(who, file, hidden, timeout):
    """Starts what an ecosystem file asks for and waits until PM2 calls it online."""
    if not _wake(who):
        raise Failure("pm2.user: there is no %s on this host; a Pm2Daemon makes it" % unit(who))
    found = _call(who, ["start", paths.at(file)], timeout)
    if not found.ok:
        raise Failure("pm2 start: exit status %d\n%s" % (found.code, runner.last_lines(environment.scrubbed(found.out + found.err, hidden), 12)))


def delete(who, gone, timeout):
    """Ends processes and forgets them."""
    _done(_call(who, ["delete", *(str(one["id"]) for one in gone)], timeout), "delete")


def restart(who, which, timeout):
    _done(_call(who, ["restart", *(str(one["id"]) for one in which)], timeout), "restart")


def stop(who, which, timeout):
    """Ends processes; PM2 still knows them, and how to start them again."""
    _done(_call(who, ["stop", *(str(one["id"]) for one in which)], timeout), "stop")


def kill(who):
    """Ends the daemon and all that it runs."""
    _done(_call(who, ["kill"], 120), "kill")


def save(who):
    """What runs now is what a reboot brings back. The file holds the variables of all processes."""
    if not _wake(who):
        return
    with locks.hold("pm2-" + who["user"]):
        _done(runner.run([*_as(who), "sh", "-c", _SAVE], check=False, timeout=60), "save")


def tail(who, file, start):
    """The text of a log from a place in it on, as its user may read it."""
    return runner.run([*_as(who), "tail", "-c", "+%d" % (start + 1), "--", paths.at(file)], check=False).out


def alive(pid):
    return os.path.exists("/proc/%d" % pid)


def _process(one):
    told = one["pm2_env"]
    return {"name": one["name"], "id": one["pm_id"], "numbered": isinstance(one["pm_id"], int), "pid": one.get("pid") or 0,
            "status": told.get("status"), "restarts": told.get("restart_time") or 0,
            "began": told.get("pm_uptime") or 0, "file": os.path.basename(told.get("pm_pid_path") or ""), "code": told.get("exit_code"),
            "cluster": str(told.get("exec_mode") or "").startswith("cluster"), "cwd": told.get("pm_cwd") or "",
            "logs": [told[key] for key in ("pm_out_log_path", "pm_err_log_path", "pm_log_path") if told.get(key)]}


def _as(who):
    uid, gid = principal(who)
    variables = ["HOME=" + who["home"], "PM2_HOME=" + _folder(who), "USER=" + who["user"], "LOGNAME=" + who["user"], "PATH=" + _PATH, "LANG=C.UTF-8"]
    return ["setpriv", "--reuid=%d" % uid, "--regid=%d" % gid, "--init-groups", "env", "-i", *variables]


def _folder(who):
    return who.get("folder") or who["home"] + "/.pm2"


def _call(who, words, timeout):
    return runner.run([*_as(who), "sh", "-c", 'umask 077; exec "$@"', "sh", "pm2", *words], check=False, timeout=timeout)


def _done(found, what):
    if not found.ok:
        raise Failure("pm2 %s: exit status %d\n%s" % (what, found.code, runner.last_lines(found.err, 5)))


def _state(who):
    """(LoadState, ActiveState) of its unit."""
    told = runner.run(["systemctl", "show", "--property", "LoadState,ActiveState", unit(who)], check=False).out
    found = dict(line.split("=", 1) for line in told.splitlines() if "=" in line)
    return found.get("LoadState", ""), found.get("ActiveState", "")


def _wake(who):
    """Whether there is such a daemon; it answers then, and has brought back what it had saved."""
    if "folder" in who:
        return _answers(who)
    loaded, active = _state(who)
    if loaded in ("", "not-found"):
        return False
    if active == "active" and _answers(who):
        return True
    runner.run(["systemctl", "reset-failed", unit(who)], check=False)
    started = runner.run(["systemctl", "start", unit(who)], check=False, timeout=_STARTING)
    if not started.ok and _answers(who):
        raise Failure("pm2.user: PM2 of %s runs outside of %s, as somebody started it by hand. Look at what it runs (pm2 list, as %s), end it with that (pm2 kill), then run again"
                      % (who["user"], unit(who), who["user"]))
    if not started.ok:
        raise Failure("pm2.user: %s does not start; journalctl -u %s says why\n%s" % (unit(who), unit(who), runner.last_lines(started.err, 5)))
    end = time.monotonic() + _WAKING
    while not _answers(who):
        if time.monotonic() >= end:
            raise Failure("%s: runs, but does not answer at %s/.pm2/rpc.sock (journalctl -u %s)" % (unit(who), who["home"], unit(who)))
        time.sleep(0.25)
    return True


def _answers(who):
    with socket.socket(socket.AF_UNIX) as asked:
        asked.settimeout(5)
        try:
            asked.connect(paths.at(_folder(who) + "/rpc.sock"))
        except OSError:
            return False
    return True

