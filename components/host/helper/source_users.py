"""Who runs what of the releases that were built below one directory: services and static sites may share it."""

import service_record
import sources
import store

SITES = "statics"


def folders(directory, leaving_out=()):
    """The folders of releases below `directory` that some service or site is at, but those named in `leaving_out`: ("service" or "static", name)."""
    found = set()
    for name in store.names(service_record.KIND):
        if ("service", name) not in leaving_out:
            record = service_record.Record(name)
            for instance in (record.serving, (record.attempt or {}).get("next")):
                found |= _folder(instance["document"] if instance else None, directory)
    for name in store.names(SITES):
        if ("static", name) not in leaving_out:
            found |= _folder((store.read(SITES, name) or {}).get("serving"), directory)
    return found


def _folder(document, directory):
    source = (document or {}).get("source")
    return {sources.folder(document["release"], source)} if source and source["directory"] == directory else set()
