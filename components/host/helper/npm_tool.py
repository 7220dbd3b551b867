"""The noun `npm-tool`: a program from npm's registry for everybody on the host, such as PM2, in one version.

Scripts of packages do not run: they would as root.
"""

import json
import os

import document
import locks
import paths
import runner
import store
from errors import Failure
from progress import say

SHAPE = {
    "package": document.string(r"(@[a-z0-9][a-z0-9._-]*/)?[a-z0-9][a-z0-9._-]*", 'the name of a package such as "pm2"'),
    "version": document.string(r"\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?", 'a whole version such as "6.0.14"'),
}
KIND = "npm-tools"
_CACHE = "/var/cache/flowfleet/npm-tools"


def apply(wanted):
    """Installs it unless this version is here. A newer owner decides on the version."""
    package, version = wanted["package"], wanted["version"]
    with locks.hold("npm-tools"):
        former = installed(package)
        if former != version:
            say("installing %s %s%s" % (package, version, " instead of " + former if former else ""))
            _install(package, version)
        missing = [path for path in programs(package) if not os.access(paths.at(path), os.X_OK)]
        if missing:
            raise Failure("package: %s %s was installed, but %s is no program" % (package, version, missing[0]))
        store.write(KIND, _name(package), {"owner": wanted["owner"], "version": version})
    return {"package": package, "version": version, "changed": former != version}


def remove(wanted):
    """It stays: others may use it by now."""
    name = _name(wanted["package"])
    with locks.hold("npm-tools"):
        record = store.read(KIND, name)
        if record and record["owner"] == wanted["owner"]:
            store.remove(KIND, name)
    return {"package": wanted["package"], "removed": False}


def installed(package):
    """The version that is here, or None."""
    return _facts(package).get("version")


def programs(package):
    """The programs of an installed package, as everybody calls them."""
    found = _facts(package).get("bin", {})
    names = [package.rpartition("/")[2]] if isinstance(found, str) else sorted(found)
    return ["%s/bin/%s" % (_npm("prefix"), name) for name in names]


def _facts(package):
    try:
        with open(paths.at("%s/%s/package.json" % (_npm("root"), package)), encoding="utf-8") as file:
            return json.load(file)
    except (FileNotFoundError, NotADirectoryError, ValueError):
        return {}


def _npm(what):
    """Where npm puts what is for everybody: `root` its packages, `prefix` what is above bin."""
    return runner.run(["npm", what, "--global"], env=_environment()).out.strip()


def _install(package, version):
    argv = ["npm", "install", "--global", "--ignore-scripts", "--engine-strict", "--no-audit", "--no-fund", "--loglevel=error", "%s@%s" % (package, version)]
    found = runner.run(argv, env=_environment(), timeout=600, check=False)
    if found.ok and installed(package) == version:
        return
    lines = found.err + found.out
    if "EBADENGINE" in lines:
        raise Failure("version: %s %s does not run with this host's Node.js %s; choose an older version, or a newer Node.js\n%s"
                      % (package, version, runner.run(["node", "--version"], check=False).out.strip(), runner.last_lines(lines, 8)))
    if "ETARGET" in lines or "E404" in lines:
        raise Failure("version: the registry has no %s %s\n%s" % (package, version, runner.last_lines(lines, 5)))
    raise Failure("package: %s %s could not be installed, exit status %d\n%s" % (package, version, found.code, runner.last_lines(lines)))


def _environment():
    return {"npm_config_cache": paths.at(_CACHE), "npm_config_update_notifier": "false"}


def _name(package):
    return package.replace("@", "").replace("/", "--")
