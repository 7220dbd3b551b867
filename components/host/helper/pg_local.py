"""The noun `postgres-local`: a role and its database in the PostgreSQL that the distribution runs on this host, over its socket."""

import os

import document
import inside
import locks
import paths
import postgres
import runner
import store
from errors import Failure
from progress import Outcome

_NAME = document.string(r"(?!pg_|postgres$|template[01]$)[a-z_][a-z0-9_]{0,62}", 'a name other than PostgreSQL\'s own such as "app_40227"')

SHAPE = {
    "role": _NAME,
    "database": _NAME,
    "passwordFile": document.path(),
    # Only so that the step runs again for another password.
    "revision": document.optional(document.string()),
}
KIND = "postgres-local"
_PSQL = ["runuser", "-u", "postgres", "--", "psql", "--no-psqlrc", "--quiet", "--no-align", "--tuples-only", "--no-password", "--set=ON_ERROR_STOP=1", "--dbname=postgres"]


def apply(wanted):
    """Makes what is missing, and sets the password if it is another. The server gets what it keeps of a password, never the password."""
    role, database, password = wanted["role"], wanted["database"], _password(wanted["passwordFile"])
    with locks.hold(KIND):
        record = store.read(KIND, role)
        kept, owner = _role(role, password), _owner(database, password)
        _refuse(wanted, record, kept, owner, password)
        statements, changed = [], []
        if kept is None or not postgres.matches(password, kept):
            changed.append("role " + role)
            verb = "CREATE" if kept is None else "ALTER"
            statements.append("%s ROLE \"%s\" LOGIN PASSWORD '%s';" % (verb, role, postgres.verifier(password, os.urandom(16))))
        if owner is None:
            changed.append("database " + database)
            statements += ['CREATE DATABASE "%s" OWNER "%s";' % (database, role), 'REVOKE ALL ON DATABASE "%s" FROM PUBLIC;' % database]
        if statements:
            _psql("\n".join(statements), password)
        # By this a retry knows that the role is ours, whether or not somebody reads the result.
        store.write(KIND, role, {"owner": wanted["owner"], "database": database})

    def undo():
        if kept and "role " + role in changed:
            with locks.hold(KIND):
                _psql("ALTER ROLE \"%s\" PASSWORD '%s';" % (role, kept), password)

    return Outcome({"role": role, "database": database, "changed": changed}, undo=undo)


def remove(wanted):
    """Nobody's any more. The role, the database and what is in it stay; so does the record: whoever asks for them again may have another password."""
    with locks.hold(KIND):
        record = store.read(KIND, wanted["role"])
        if record and record["owner"] == wanted["owner"]:
            store.write(KIND, wanted["role"], {**record, "owner": None})
    return {"role": wanted["role"], "database": wanted["database"], "removed": False}


def _refuse(wanted, record, kept, owner, password):
    role, database = wanted["role"], wanted["database"]
    if kept is not None and not record and not postgres.matches(password, kept):
        raise Failure("role: %s exists in this host's PostgreSQL, was not made by Flowfleet and has another password. Configure the password that it has, "
                      "or rename or drop the role, then run again" % role)
    if owner is not None and owner != role:
        raise Failure("database: %s exists and belongs to the role %s, not %s. Give it to %s with all that is in it, or rename it, then run again: in psql, "
                      "ALTER DATABASE \"%s\" OWNER TO \"%s\", and ALTER … OWNER TO for its schemas, tables and sequences" % (database, owner, role, role, database, role))
    if record and record["database"] != database:
        raise Failure("database: the role %s has the database %s here; another one is another role's. Name that one, or another role for %s" % (role, record["database"], database))


def _password(file):
    try:
        with open(paths.at(file), encoding="utf-8") as opened:
            mode, password = os.fstat(opened.fileno()).st_mode & 0o077, opened.read()
    except FileNotFoundError:
        raise Failure("passwordFile: %s does not exist on this host; the SecretBundle writes it" % file) from None
    password = password[:-1] if password.endswith("\n") else password
    if mode:
        raise Failure("passwordFile: %s can be read by others; its mode must be 0600 or 0400" % file)
    if not password or not (password.isascii() and password.isprintable()):
        raise Failure("passwordFile: %s must hold one line, a password of printable ASCII signs" % file)
    return password


def _role(role, password):
    """What the server keeps of the role's password: "" for none, and None where there is no such role."""
    found = _psql("SELECT rolsuper || E'\\t' || coalesce(rolpassword, '') FROM pg_authid WHERE rolname = '%s';" % role, password)
    if not found:
        return None
    superuser, _, kept = found[0].partition("\t")
    if superuser in ("t", "true"):
        raise Failure("role: %s may do everything in this host's PostgreSQL; an application gets a role of its own" % role)
    return kept


def _owner(database, password):
    """The role that a database belongs to, or None where there is no such database."""
    found = _psql("SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = '%s';" % database, password)
    return found[0] if found else None


def _psql(script, password):
    """The lines that it answers."""
    found = runner.run(_PSQL, input=script + "\n", env={"HOME": "/nonexistent"}, check=False)
    if found.ok:
        return found.out.splitlines()
    told = inside.hidden(found.err + found.out, [password])
    if "could not connect" in told or "connection to server" in told or "unknown user" in told or "does not exist" in told and "user postgres" in told:
        raise Failure("postgres-local: no PostgreSQL answers on this host (package postgresql, service postgresql)\n%s" % runner.last_lines(told, 5))
    raise Failure("postgres-local: psql did not do what it was told, exit status %d\n%s" % (found.code, runner.last_lines(told, 5)))
