"""An instance of a service that is a container; see kinds.py."""

import compose
import containers
import folders
import images
import networks
import release_document
import service_record
from errors import Failure
from transaction import Transaction


def name(instance):
    return instance["document"]["container"]


def taken(document):
    found = []
    for one in (document["container"], _beside(document)):
        there = containers.look(one)
        if there and there["labels"].get(containers.SERVICE) != document["service"]:
            found.append("container: %s exists and does not belong to this service" % one)
    return found


def fetch(record, new):
    image = new["document"]["release"]["image"]
    if not images.facts(image):
        record.note(pulled=True)
        images.pull(image, new["document"]["pullTimeout"])
    if not images.facts(image):
        raise Failure("image %s: was pulled, but docker does not know it" % image)


def place(record, new):
    document = new["document"]
    network = networks.look(document["network"])
    if not network:
        raise Failure("network %s: does not exist on this host; a ContainerNetwork makes it" % document["network"])
    own = record.serving["address"] if record.serving else None
    free = [address for address in document["addresses"] if address != own and address not in network["containers"]]
    if free:
        new["address"] = free[0]
    elif document["overlap"] == "never" and own in document["addresses"]:
        new["address"] = own
    else:
        used = ", ".join("%s by %s" % (address, network["containers"].get(address, "the serving one")) for address in document["addresses"])
        raise Failure("addresses: none is free in network %s: %s is in use" % (document["network"], used))


def principal(new):
    document = new["document"]
    return images.principal(document["release"]["image"], document["user"], containers.identity(document["service"], new["id"]))


def make(record, new):
    document = new["document"]
    image = images.facts(document["release"]["image"])
    uid, gid = (int(number) for number in new["user"].split(":"))
    for folder in sorted(document.get("folders", {}).values()):
        folders.keep(folder, uid, gid)
    new["compose"] = compose.service(document, image, new)
    record.save()
    containers.create({"name": _free_name(document), "service": new["compose"], "labels": compose.labels(document, image, new["compose"])})


def start(instance):
    containers.start(_find(instance))


def stop(instance):
    found = _find(instance)
    if found:
        containers.stop(found, instance["document"]["stopTimeout"])


def stay(instance):
    containers.stay(_find(instance))


def watch(instance):
    found = _find(instance)

    def look():
        state = containers.look(found) if found else None
        if not state:
            return None
        # Docker does not say how one ended that runs again.
        ending = "it was started again" if state["running"] else "%sexit status %d" % ("out of memory, " if state["killed"] else "", state["exit"])
        return {"running": state["running"], "restarts": state["restarts"], "ending": ending}
    return look


def log(instance):
    found = _find(instance)
    return containers.logs(found) if found else ""


def show(record, instance):
    """The compose files of the projects that it belongs or belonged to."""
    known = [one for one in (instance, record.serving, (record.attempt or {}).get("next")) if _is_one(one)]
    for project in sorted({one["document"]["compose"]["project"] for one in known}):
        _compose(project, [one for one in [instance, *(other.live() for other in service_record.others(record.service))] if _is_one(one)])


def take_away(_record, new):
    told = []
    for one in containers.of_service(new["document"]["service"], new["id"]):
        containers.remove(one)
        told.append("container %s removed" % one)
    return told


def unfetch(_record, new):
    image = new["document"]["release"]["image"]
    if not images.facts(image):
        return []
    return ["image %s %s" % (image, "removed" if images.remove(image) else "stays, something else uses it")]


def settle(record, new, former):
    own = _find(new) if _is_one(new) else None
    # Without its container somebody removed it by hand: what else is there may be what serves.
    for other in containers.of_service(record.service) if own or not _is_one(new) else ():
        if other != own:
            containers.remove(other)
    if own and own != new["document"]["container"]:
        containers.rename(own, new["document"]["container"])
    _prune_images(record, [one["document"]["release"]["image"] for one in (former, new) if _is_one(one)], _is_one(new))


def clear(record, _serving):
    for one in containers.of_service(record.service):
        containers.remove(one)
    for image in record.pulled:
        images.remove(image)


def result(instance):
    release = instance["document"]["release"]
    return {"container": name(instance), "release": {"image": release["image"], "builtAt": release["builtAt"]}}


def _is_one(instance):
    return bool(instance) and "container" in instance["document"]


def _find(instance):
    return containers.find(instance["document"]["service"], instance["id"])


def _free_name(document):
    """Its name, or the one it bears until the former one is gone."""
    if not containers.look(document["container"]):
        return document["container"]
    containers.remove(_beside(document))
    return _beside(document)


def _beside(document):
    return document["container"] + "-next"


def _prune_images(record, kept, pulled_last):
    """The images of what serves and of what served before stay, for a quick way back."""
    known = record.pulled + ([kept[-1]] if pulled_last and record.attempt["pulled"] else [])
    for image in known:
        if image not in kept:
            images.remove(image)
    record.data["pulled"] = [image for image in dict.fromkeys(known) if image in kept]


def _compose(project, instances):
    """Writes the compose files of a project from all that is live of it; the last one's end takes them away."""
    change = Transaction("releases", "compose " + project)
    files = {}
    for one in instances:
        if one["document"]["compose"]["project"] == project:
            files.setdefault(release_document.compose_path(one["document"]), []).append(one)
    for path, its in files.items():
        known = its[0]["document"]["compose"]
        change.write(path, compose.render(known["file"], {one["document"]["compose"]["service"]: one["compose"] for one in its}))
        dotenv = known["directory"] + "/.env"
        # Where the services' own variables have that name, whoever writes them says what compose needs to know.
        if dotenv not in [(one["document"].get("secrets") or {}).get("file") for one in its]:
            change.write(dotenv, compose.dotenv(project))
    change.prune()
    change.commit()
    change.finish()
