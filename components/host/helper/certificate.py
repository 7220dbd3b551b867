"""A certificate for nginx, however it comes about, at /etc/flowfleet/certificates/<name>/{fullchain,privkey}.pem.

That path is a link to certbot's live folder or to one of our own, so a change of its source is one rename.
"""

import contextlib
import os

import acme
import document
import locks
import nginx
import own_certificates
import paths
import runner
import store
from errors import Failure, Refused
from progress import say



SHAPE = {
    "name": document.name(),
    "names": document.array(document.domain(), 1),
    "email": document.optional(document.string()),
    "challenge": document.variants("type", {
        "http": {},
        "rfc2136": {"server": document.address(), "port": document.optional(document.port()), "keyName": document.string(), "algorithm": document.optional(document.string()),
                    "secret": document.string(secret=True)},
        "cloudflare": {"token": document.string(secret=True)},
        "files": {"certificate": own_certificates.lines_or_path, "key": own_certificates.lines_or_path},
        "self-signed": {},
    }),
    "server": document.optional(document.string(r"https?://\S+", "a URL")),
    "trust": document.optional(document.path()),
    "fallback": document.optional(document.choice("self-signed")),
}

KIND = "certificates"


def apply(wanted):
    _refuse_impossible(wanted)
    with locks.hold("certificates"):
        record = store.read(KIND, wanted["name"])
        acme.refuse_foreign(wanted, record)
        source, pending = _obtained(wanted, record)
        with locks.hold(locks.HOST):
            _serve(wanted["name"], source)
        lineage = wanted["name"] if source == acme.live(wanted["name"]) else (record or {}).get("lineage")
        # The whole document, with what may be secret in it, only as long as it is needed to ask again.
        store.write(KIND, wanted["name"], {"owner": wanted["owner"], "lineage": lineage, "way": acme.way(wanted), "pending": pending and wanted})
        acme.retries(any(record.get("pending") for record in _records()))
    return {"name": wanted["name"], "source": "self-signed" if pending else _source_of(wanted), "waiting": pending}


def remove(wanted):
    with locks.hold("certificates"):
        name = wanted["name"]
        record = store.read(KIND, name)
        if not record or record["owner"] != wanted["owner"]:
            return {}
        with locks.hold(locks.HOST):
            _withdraw(name)
        if record.get("lineage"):
            acme.forget(name)
        own_certificates.forget(name)
        store.remove(KIND, name)
        others = _records()
        acme.retries(any(other.get("pending") for other in others))
        if not others:
            acme.tidy()
    return {}


def retry():
    """Called by a timer while a self-signed certificate serves in the place of one from ACME."""
    with locks.hold("certificates"):
        for name in store.names(KIND):
            record = store.read(KIND, name)
            if not record or not record.get("pending"):
                continue
            try:
                source = acme.obtain(record["pending"], record)
            except Failure as failure:
                say("%s: still self-signed: %s" % (name, failure))
                continue
            with locks.hold(locks.HOST):
                _serve(name, source)
            store.write(KIND, name, {**record, "lineage": name, "pending": False})
            say("%s: served with the certificate from ACME from now on" % name)
        acme.retries(any(record.get("pending") for record in _records()))


def _refuse_impossible(wanted):
    kind, problems = wanted["challenge"]["type"], []
    if kind == "http":
        problems += ["names: %s is a wildcard, which needs a DNS challenge (rfc2136, cloudflare)" % name for name in wanted["names"] if name.startswith("*")]
    if kind in acme.CHALLENGES and not wanted.get("email"):
        problems.append("email: is missing; the ACME account needs it")
    if problems:
        raise Refused("the certificate is refused", problems)


def _obtained(wanted, record):
    """The folder with the certificate, and whether it only stands in for one that ACME did not give yet."""
    kind = wanted["challenge"]["type"]
    if kind == "self-signed":
        return own_certificates.self_signed(wanted["name"], wanted["names"]), False
    if kind == "files":
        return own_certificates.given(wanted["name"], wanted["names"], wanted["challenge"]), False
    foreign = acme.is_foreign(wanted["name"], record)
    if foreign:
        acme.keep_former(wanted["name"])
    # Noted before certbot begins, so that a lineage that it made is known for ours whatever ends this call.
    store.write(KIND, wanted["name"], {"owner": wanted["owner"], "way": None, "pending": False, **(record or {}), "lineage": wanted["name"]})
    try:
        return acme.obtain(wanted, record), False
    except Failure as failure:
        if foreign or not acme.has_lineage(wanted["name"]):
            store.put_back(KIND, wanted["name"], record)
        if not wanted.get("fallback") or acme.has_lineage(wanted["name"]):
            raise
        say("%s: no certificate from ACME yet, self-signed until it gives one (tried again every 30 minutes):\n%s" % (wanted["name"], failure))
        return own_certificates.self_signed(wanted["name"], wanted["names"]), True


def _source_of(wanted):
    kind = wanted["challenge"]["type"]
    return "acme" if kind in acme.CHALLENGES else kind


def _records():
    return [store.read(KIND, name, {}) for name in store.names(KIND)]


def _serve(name, source):
    """Points the public path to the folder and tells nginx, if that is a change."""
    link = paths.at("%s/%s" % (paths.CERTIFICATES, name))
    former = os.readlink(link) if os.path.islink(link) else None
    if os.path.lexists(link) and former is None:
        raise Failure("%s: is a folder that Flowfleet did not make" % paths.shown(link))
    if former == source and not acme.renewed(name):
        return
    os.makedirs(os.path.dirname(link), mode=0o755, exist_ok=True)
    os.chmod(os.path.dirname(link), 0o755)
    _link(link, source)
    try:
        _tell_nginx()
    except BaseException:
        if former:
            _link(link, former)
        else:
            os.unlink(link)
        raise


def _withdraw(name):
    link = paths.at("%s/%s" % (paths.CERTIFICATES, name))
    if not os.path.islink(link):
        return
    former = os.readlink(link)
    os.unlink(link)
    if _nginx_runs() and not runner.succeeds(["nginx", "-t", "-q"]):
        _link(link, former)
        if runner.succeeds(["nginx", "-t", "-q"]):
            raise Failure("%s: a site still uses this certificate; remove the site first" % name)
        os.unlink(link)


def _link(link, target):
    temporary = link + ".flowfleet-new"
    with contextlib.suppress(FileNotFoundError):
        os.unlink(temporary)
    os.symlink(target, temporary)
    os.rename(temporary, link)


def _tell_nginx():
    if _nginx_runs():
        nginx.check({})
        nginx.reload()


def _nginx_runs():
    return runner.succeeds(["systemctl", "is-active", "--quiet", "nginx"])
