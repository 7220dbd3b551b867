"""What the host shows of an instance: the nginx files that name its address, and its place in the project's compose file."""

import compose
import locks
import release_document
import service_record
from transaction import Transaction

_OWNER = "releases"


def show(record, instance):
    """Makes nginx and the compose file show `instance` of this service (None: nothing of it), or changes nothing and raises."""
    with locks.hold(locks.HOST):
        _nginx(record.service, instance)
        for project in sorted({one["document"]["compose"]["project"] for one in _instances(record, instance)}):
            _compose(project, [one for one in [instance, *(other.live() for other in service_record.others(record.service))] if one])


def nginx_files(instance):
    """{path: text} with the instance's address filled in."""
    return {path: "".join(line.replace("@address@", instance["address"]) + "\n" for line in lines)
            for path, lines in instance["document"]["nginx"].items()}


def _instances(record, instance):
    attempt = record.attempt or {}
    return [one for one in (instance, record.serving, attempt.get("next")) if one]


def _nginx(service, instance):
    change = Transaction(_OWNER, "release " + service)
    for path, text in (nginx_files(instance) if instance else {}).items():
        change.write(path, text)
    change.prune()
    change.check("nginx")
    change.after("reload nginx")
    _commit(change)


def _compose(project, instances):
    """Writes the compose files of a project from all that is live of it; the last one's end takes them away."""
    change = Transaction(_OWNER, "compose " + project)
    files = {}
    for one in instances:
        if one["document"]["compose"]["project"] == project:
            files.setdefault(release_document.compose_path(one["document"]), []).append(one)
    for path, its in files.items():
        known = its[0]["document"]["compose"]
        change.write(path, compose.render(known["file"], {one["document"]["compose"]["service"]: one["compose"] for one in its}))
        change.write(known["directory"] + "/.env", compose.dotenv(project))
    change.prune()
    _commit(change)


def _commit(change):
    change.commit()
    # What it was before is rendered again from the record where it has to come back.
    change.finish()
