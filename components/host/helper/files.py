"""A set of files that are changed as one."""

import actions
import backup
import checks
import confirm
import document
import nginx
import nginx_before
import runner
import working_copy
from progress import Outcome, say
from transaction import Transaction

_RIGHTS = {"mode": document.mode(), "user": document.optional(document.user()), "group": document.optional(document.user())}

SHAPE = {
    "directories": document.optional(document.table(document.path(), document.fields(_RIGHTS))),
    "files": document.table(document.path(), document.fields({**_RIGHTS, "text": document.lines()})),
    "links": document.optional(document.table(document.path(), document.string())),
    "check": document.optional(document.array(document.choice(*checks.BY_NAME, "sysctl"))),
    "after": document.optional(document.array(document.string(actions.PATTERN, actions.SAYS))),
    "confirm": document.optional(document.fields({"name": document.name(), "within": document.integer(5, 3600)})),
}


def apply(wanted):
    change = Transaction(wanted["owner"], "files")
    for path, rights in wanted.get("directories", {}).items():
        change.directory(path, int(rights["mode"], 8), rights.get("user", "root"), rights.get("group"))
    texts = {path: "".join(line + "\n" for line in (nginx.fitting(file["text"]) if path.startswith("/etc/nginx/") else file["text"]))
             for path, file in wanted["files"].items()}
    for path, text in texts.items():
        if path.startswith(backup.FOLDER + "/"):
            backup.refuse(text)
    for path, file in wanted["files"].items():
        change.write(path, texts[path], int(file["mode"], 8), file.get("user", "root"), file.get("group"))
    for path, target in wanted.get("links", {}).items():
        change.link(path, target)
    change.prune()
    nginx_before.join(change, texts)
    change.after(*wanted.get("after", []))
    change.check(*(name for name in wanted.get("check", []) if name in checks.BY_NAME))
    needed = wanted.get("confirm")
    if needed:
        confirm.settle_before(needed["name"])
    changed = change.commit()
    if needed and changed:
        return confirm.armed(change, needed["name"], needed["within"], {"changed": changed})
    if needed:
        confirm.unchanged(needed["name"])

    def finish():
        change.finish()
        if any(path.startswith(nginx_before.SITES) for path in texts):
            working_copy.again()

    return Outcome({"changed": changed}, change.undo, finish)


def remove(wanted):
    change = Transaction(wanted["owner"], "files")
    change.prune()
    if wanted.get("confirm"):
        confirm.settle_before(wanted["confirm"]["name"])
    after = list(_after_removal(wanted.get("after", []), change.going()))
    change.after(*(action for action in after if action == "reload nginx"))
    changed = change.commit()

    def tell():
        # A service that does not run without our settings must not keep them from being taken away.
        for action in after if changed else ():
            problem = action != "reload nginx" and actions.undo(action)
            if problem:
                say("%s: did not succeed without these files: %s" % (action, problem))

    def undo():
        change.undo()
        tell()

    tell()
    return Outcome({"removed": changed}, undo, change.finish)


def _after_removal(after, going):
    """What to tell once the files are gone. A unit whose own file goes is stopped now, while systemd still knows it."""
    for action in after:
        verb, _, unit = action.partition(" ")
        own = {"/etc/systemd/system/" + unit, "/etc/systemd/system/%s.service" % unit} & going
        if own:
            say("%s: stopped and disabled" % unit)
            runner.run(["systemctl", "disable", "--now", "--quiet", unit], check=False, timeout=120)
        elif verb != "enable":
            yield action
