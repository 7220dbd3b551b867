"""A job as a systemd unit of its own: a program of a release that came as an archive."""

import archives
import runner
import transient
from document import array, fields, integer, path, string, user
from release_document import BUILT_AT

SHAPE = {
    "release": fields({"archive": archives.ARCHIVE, "sha256": archives.SHA256, "builtAt": BUILT_AT}),
    "directory": path(),
    "executable": string(r"[^/\s][^\s]*", 'a path in the archive such as "bin/migrator"'),
    "arguments": array(string(empty=True)),
    "user": user(),
    "sandbox": array(string(r"[A-Za-z]+=.*", 'a setting of systemd such as "PrivateTmp=yes"')),
    "downloadTimeout": integer(1),
}


def fetch(wanted):
    """Whether it was not here."""
    how = wanted["run"]
    fetched = not archives.is_here(how["release"], how["directory"])
    archives.unpack(how["release"], how["directory"], how["downloadTimeout"])
    return fetched


def unfetch(wanted):
    archives.remove(wanted["run"]["release"], wanted["run"]["directory"])


def run(wanted):
    """Returns None when it ended as it should, else how it ended in words."""
    unit, deadline = _unit(wanted["job"]), wanted["deadline"]
    # systemd ends it in time by itself; this is for a systemd that does not.
    if runner.run(start_arguments(wanted), timeout=deadline + 120, check=False).ok:
        return None
    ending = transient.ending(unit)
    return "did not end within %d s and was stopped" % deadline if ending == transient.TOO_LONG else ending


def start_arguments(wanted):
    """`systemd-run …`, which waits for its end."""
    how, limits = wanted["run"], wanted["limits"]
    settings = ["User=" + how["user"], "WorkingDirectory=" + how["directory"], "RuntimeMaxSec=%d" % wanted["deadline"], "TimeoutStopSec=30",
                "MemoryMax=%dM" % limits["memory"], "MemorySwapMax=0", "CPUQuota=%g%%" % (limits["cpus"] * 100), "TasksMax=%d" % limits["pids"], *how["sandbox"]]
    if wanted["secrets"]:
        settings.append("EnvironmentFile=" + wanted["secrets"]["file"])
    argv = ["systemd-run", "--quiet", "--wait", "--service-type=exec", "--unit", _unit(wanted["job"])]
    for setting in settings:
        argv += ["--property", setting]
    for variable in wanted["environment"].items():
        argv += ["--setenv", "%s=%s" % variable]
    # systemd takes what follows a dollar sign for a variable.
    return [*argv, "%s/%s" % (archives.folder(how["release"], how["directory"]), how["executable"]), *(one.replace("$", "$$") for one in how["arguments"])]


def release(wanted):
    return "%s@sha256:%s" % (wanted["run"]["release"]["archive"], wanted["run"]["release"]["sha256"])


def log(job):
    """Of its last run alone."""
    run_ = runner.run(["systemctl", "show", _unit(job), "--property", "InvocationID", "--value"], check=False).out.strip()
    return runner.run(["journalctl", "-n", "30", "--no-pager", "-o", "cat", "_SYSTEMD_INVOCATION_ID=" + run_], check=False).out if run_ else ""


def finished(wanted, _record, fetched):
    """Archives are the services' to prune: they have the same. What came for a release that fails then goes with it."""
    return {"fetched": wanted["run"]["release"]["sha256"] if fetched else None}


def forget(_record):
    pass


def running(job):
    shown = runner.run(["systemctl", "show", _unit(job), "--property", "ActiveState", "--value"], check=False)
    return shown.out.strip() in ("activating", "active", "deactivating")


def stop(job):
    runner.run(["systemctl", "stop", _unit(job)], check=False, timeout=120)


def sweep(job):
    stop(job)
    runner.run(["systemctl", "reset-failed", _unit(job)], check=False)


def _unit(job):
    return "flowfleet-job-%s.service" % job
