"""The noun `mongo`: users of a MongoDB server in a container, through its own shell."""

import json

import inside
import locks
import runner
import store
import volume
from document import array, boolean, fields, name, string
from errors import Failure

_NAME = string(r"[A-Za-z0-9][A-Za-z0-9._-]*", "the name of a user")

SHAPE = {
    "container": name(),
    # Only so that the step runs again for another volume.
    "volume": string(),
    "root": fields({"user": _NAME, "password": string(secret=True)}),
    "users": array(fields({
        "name": _NAME,
        "password": string(secret=True),
        "database": string(r"[A-Za-z0-9][A-Za-z0-9_-]*", "the name of a database"),
        "roles": array(string(r"[A-Za-z]+", 'a role such as "readWrite"'), least=1),
    })),
    "retire": boolean(),
}
KIND = "mongo"

# What the shell runs, in one line each. It answers with one line that begins with MARK; what else it prints says nothing.
MARK = "flowfleet-result:"
# A call that is returned as it is would be waited for outside of its `try`: hence the names for results.
_UTILITIES = """
const server = (user, password, database) => {
  try {
    const opened = connect(`mongodb://${encodeURIComponent(user)}:${encodeURIComponent(password)}@127.0.0.1:27017/${database}?authSource=${database}`);
    return opened;
  } catch (error) { if (error.code === 18) return null; throw error }
};
const done = (result) => { if (result.ok !== 1) throw new Error(result.errmsg) };
"""
_PROGRAM = """
const changed = [];
const passwords = [wanted.root.password, ...wanted.former];
let used, root = null;
for (const password of passwords) { if (root === null) { used = password; root = server(wanted.root.user, password, "admin") } }
if (root === null) throw new Error("no-login");
if (used !== wanted.root.password) { done(root.runCommand({ updateUser: wanted.root.user, pwd: wanted.root.password })); changed.push("admin." + wanted.root.user) }
for (const { name, password, database, roles } of wanted.users) {
  const there = root.getSiblingDB(database);
  const found = there.runCommand({ usersInfo: { user: name, db: database } }).users[0];
  const rights = roles.map((role) => ({ role, db: database }));
  const same = found && JSON.stringify((found.roles || []).filter(({ db }) => db === database).map(({ role }) => role).sort()) === JSON.stringify(roles)
    && (found.roles || []).length === roles.length;
  if (!found) done(there.runCommand({ createUser: name, pwd: password, roles: rights }));
  else if (!same) done(there.runCommand({ updateUser: name, roles: rights }));
  const known = found && server(name, password, database) !== null;
  if (found && !known) done(there.runCommand({ updateUser: name, pwd: password }));
  if (!found || !same || !known) changed.push(database + "." + name);
  if (server(name, password, database) === null) throw new Error("user " + name + " of database " + database + " cannot log in");
}
const retired = [];
for (const { name, database } of wanted.retired) {
  const there = root.getSiblingDB(database);
  if (there.runCommand({ usersInfo: { user: name, db: database } }).users.length > 0) { done(there.runCommand({ dropUser: name })); retired.push(database + "." + name) }
}
return { changed, retired };
"""


def apply(document):
    """Makes the users and brings them up to date. With `retire` those that were made here earlier and are not wanted any more go."""
    container = document["container"]
    with locks.hold("mongo-" + container):
        record = store.read(KIND, container) or {"passwords": [], "users": []}
        wanted = _keys(document["users"])
        retired = [key for key in record["users"] if key not in wanted] if document["retire"] else []
        # Written down before: a call that is cut short leaves neither a user nor a password that nobody knows.
        passwords = _first(document["root"]["password"], record["passwords"])
        _remember(document, passwords, sorted({*record["users"], *wanted}))
        result = _run(document, [one for one in passwords if one != document["root"]["password"]], retired)
        _remember(document, [document["root"]["password"]], sorted({*record["users"], *wanted} - set(retired)))
    return {"container": container, **result}


def _keys(users):
    return ["%s/%s" % (user["database"], user["name"]) for user in users]


def _first(password, others):
    return [password, *(one for one in others if one != password)]


def _remember(document, passwords, users):
    """The administrator's password, without which it could not be changed: the volume outlives the stack that made it."""
    store.write(KIND, document["container"], {"owner": document["owner"], "passwords": passwords, "users": users})


def _run(document, former, retired):
    container = document["container"]
    wanted = {"root": document["root"], "former": former, "users": document["users"], "retired": [_pair(key) for key in retired]}
    secrets = [document["root"]["password"], *former, *(user["password"] for user in document["users"])]
    # A home that is none: no log, no history, no settings of the shell.
    argv = ["mongosh", "--quiet", "--norc", "--nodb"]
    found = inside.run(container, argv, script(wanted), secrets, variables=["HOME=/nonexistent"], timeout=120)
    answer = next((line.partition(MARK)[2] for line in found.out.splitlines() if MARK in line), None)
    if answer is None:
        raise Failure("container %s: mongosh did not end what it was told, exit status %d\n%s" % (container, found.code, runner.last_lines(found.err + found.out, 5)))
    result = json.loads(answer)
    if result.get("error") == "no-login":
        raise Failure("container %s: %s can log in neither with the password of the stack nor with one that was set from here. Its volume was made with "
                      "another.\nTo take it over, with that one: %s" % (container, document["root"]["user"], volume.move("mongodb")))
    if "error" in result:
        raise Failure("container %s: %s" % (container, inside.hidden(result["error"], secrets)))
    return result


def script(wanted):
    """One line: the shell takes each line of its stdin for itself."""
    body = " ".join((_UTILITIES + _PROGRAM).split("\n"))
    answer = 'const answer = (() => { try { const result = run(%s); return result } catch (error) { return { error: error.message } } })(); print("%s" + JSON.stringify(answer))'
    return "const run = (wanted) => { %s }; %s\n" % (body, answer % (json.dumps(wanted), MARK))


def _pair(key):
    database, _, user = key.partition("/")
    return {"database": database, "name": user}
