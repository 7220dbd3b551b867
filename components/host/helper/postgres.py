"""The noun `postgres`: roles, their passwords and one database of a PostgreSQL server, over the socket in its container."""

import base64
import hashlib
import hmac
import os
import re

import aside
import inside
import locks
import runner
import store
from document import array, fields, name, string
from errors import Failure

_NAME = string(r"[a-z_][a-z0-9_-]{0,62}", "the name of a role or database")
# A password is prepared the same way by all only where it is of plain signs.
_PASSWORD = string(r"[ -~]+", "a password of printable ASCII signs", secret=True)

SHAPE = {
    "container": name(),
    # Only so that the step runs again for another volume.
    "volume": string(),
    "superuser": _NAME,
    "roles": array(fields({"name": _NAME, "password": _PASSWORD}), least=1),
    "database": fields({"name": _NAME, "owner": _NAME}),
}
_ITERATIONS = 4096


def apply(document):
    """Makes what is missing and sets the passwords that differ. The server gets what it keeps of a password, never the password."""
    container, database = document["container"], document["database"]
    with locks.hold("postgres-" + container):
        changed = _make_superuser(document)
        kept = dict(line.split("\t", 1) for line in _psql(document, "SELECT rolname || E'\\t' || coalesce(rolpassword, '') FROM pg_authid;"))
        there = _psql(document, "SELECT datname FROM pg_database;")
        statements = []
        for role in document["roles"]:
            verb = "ALTER" if role["name"] in kept else "CREATE"
            if verb == "ALTER" and matches(role["password"], kept[role["name"]]):
                continue
            changed.append("role " + role["name"])
            statements.append("%s ROLE %s LOGIN PASSWORD '%s';" % (verb, _quoted(role["name"]), verifier(role["password"], os.urandom(16))))
        if database["name"] not in there:
            changed.append("database " + database["name"])
            statements.append("CREATE DATABASE %s OWNER %s;" % (_quoted(database["name"]), _quoted(database["owner"])))
        if statements:
            _psql(document, "\n".join(statements))
    return {"container": container, "changed": changed}


def verifier(password, salt, iterations=_ITERATIONS):
    """What PostgreSQL keeps of a password (RFC 5803): by it a login can be checked, and none can be made."""
    salted = hashlib.pbkdf2_hmac("sha256", password.encode(), salt, iterations)
    stored = hashlib.sha256(hmac.digest(salted, b"Client Key", "sha256")).digest()
    server = hmac.digest(salted, b"Server Key", "sha256")
    return "SCRAM-SHA-256$%d:%s$%s:%s" % (iterations, *(base64.b64encode(part).decode() for part in (salt, stored, server)))


def matches(password, kept):
    """Whether what the server keeps is of this password."""
    found = re.fullmatch(r"SCRAM-SHA-256\$(\d+):([A-Za-z0-9+/=]+)\$\S+", kept)
    return bool(found) and hmac.compare_digest(verifier(password, base64.b64decode(found.group(2)), int(found.group(1))), kept)


def ask(container, user, script, secrets=()):
    """The lines that the server answers to a user who comes over its socket."""
    argv = ["psql", "--no-psqlrc", "--quiet", "--no-align", "--tuples-only", "--no-password", "--set=ON_ERROR_STOP=1",
            "--username=" + user, "--dbname=postgres"]
    found = inside.run(container, argv, script + "\n", secrets)
    if not found.ok:
        raise Failure("container %s: psql did not do what it was told, exit status %d\n%s"
                      % (container, found.code, runner.last_lines(found.err + found.out, 5)))
    return found.out.splitlines()


def is_md5(role, password, kept):
    """Whether it is what servers kept of a role's password before PostgreSQL 14."""
    return hmac.compare_digest("md5" + hashlib.md5((password + role).encode()).hexdigest(), kept)


def _make_superuser(document):
    """A volume of before knows its administrator by another name, who makes ours."""
    container, superuser = document["container"], document["superuser"]
    former = (store.read(aside.KIND, container) or {}).get("superuser", superuser)
    if former == superuser or ask(container, former, "SELECT 1 FROM pg_roles WHERE rolname = '%s';" % superuser):
        return []
    ask(container, former, "CREATE ROLE %s LOGIN SUPERUSER CREATEDB CREATEROLE REPLICATION BYPASSRLS;" % _quoted(superuser))
    return ["administrator " + superuser]


def _quoted(word):
    return '"%s"' % word.replace('"', '""')


def _psql(document, script):
    return ask(document["container"], document["superuser"], script, [role["password"] for role in document["roles"]])
