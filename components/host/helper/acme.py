"""Certificates from an ACME server, by certbot, which renews them by its own timer."""

import contextlib
import hashlib
import json
import os
import shutil
import urllib.parse

import nginx_before
import packages
import paths
import runner
import store
import takeover
from errors import Failure, Refused
from progress import say
from transaction import Transaction

CHALLENGES = ("http", "rfc2136", "cloudflare")
PLUGINS = {"http": [], "rfc2136": ["python3-certbot-dns-rfc2136"], "cloudflare": ["python3-certbot-dns-cloudflare"]}
_SECRETS = ("secret", "token", "key")

# Files that all certificates of a host share.
_SHARED = "flowfleet certificates"
HOOK = "/etc/letsencrypt/renewal-hooks/deploy/flowfleet-nginx"
HOOK_TEXT = """#!/bin/sh
# certbot calls this after a renewal, so that nginx serves the new certificate.
nginx -t -q && systemctl reload nginx
"""
TRUST = paths.STATE + "/acme-trust.pem"
SYSTEM_TRUST = "/etc/ssl/certs/ca-certificates.crt"
DROP_IN = "/etc/systemd/system/certbot.service.d/flowfleet.conf"
RETRY = "/etc/systemd/system/flowfleet-certificates"
RETRY_SERVICE = """[Unit]
Description=Ask the ACME server again for the certificates that it did not give yet

[Service]
Type=oneshot
ExecStart=%s certificate retry
""" % paths.HELPER
# Let's Encrypt allows five failures of a name in an hour.
RETRY_TIMER = """[Unit]
Description=Ask the ACME server again for the certificates that it did not give yet

[Timer]
OnActiveSec=30min
OnUnitActiveSec=30min

[Install]
WantedBy=timers.target
"""

_issued = set()


def live(name):
    return "/etc/letsencrypt/live/" + name


def has_lineage(name):
    return os.path.exists(paths.at(live(name) + "/fullchain.pem"))


def renewed(name):
    """Whether this process got a new certificate of this name, which nginx has to be told of."""
    return name in _issued


def refuse_foreign(wanted, record):
    """A certificate of certbot that somebody else made is never touched, unless the host's `takeOver` has nginx: then ours is a newer one of the same name."""
    name = wanted["name"]
    if is_foreign(name, record) and not takeover.allows("nginx"):
        raise Refused("the certificate is refused; nothing was changed", [
            "name: certbot has a certificate %s that Flowfleet did not make; %s (certbot delete --cert-name %s), or take another name"
            % (name, takeover.way_out("nginx"), name)])


def is_foreign(name, record):
    return os.path.exists(paths.at("/etc/letsencrypt/renewal/%s.conf" % name)) and not (record or {}).get("lineage")


def keep_former(name):
    """What certbot has of a certificate that is about to be ours."""
    for place in ("renewal/%s.conf", "archive/%s", "live/%s"):
        takeover.keep("/etc/letsencrypt/" + place % name)


def obtain(wanted, record):
    """Gets the certificate, or keeps the one that is good. Returns certbot's folder with it."""
    kind, name = wanted["challenge"]["type"], wanted["name"]
    packages.install(["certbot", "openssl", *PLUGINS[kind]])
    before = _serial(name)
    say("certbot: certificate %s for %s" % (name, ", ".join(wanted["names"])))
    shared = _shared_files(wanted.get("trust"))
    try:
        result = _certbot(wanted, record)
        if not result.ok and _account_is_lost():
            say("certbot: the ACME server does not know this host's account (any more); registering anew")
            shutil.rmtree(paths.at(_account(wanted)), ignore_errors=True)
            result = _certbot(wanted, record)
        if not result.ok:
            raise Failure("certbot: no certificate for %s\n%s" % (", ".join(wanted["names"]), runner.last_lines(result.out + result.err, 20)))
    except BaseException:
        shared.undo()
        raise
    shared.finish()
    if _serial(name) != before:
        _issued.add(name)
    runner.run(["systemctl", "enable", "--now", "--quiet", "certbot.timer"], check=False)
    return live(name)


def _certbot(wanted, record):
    return runner.run(_command(wanted, record), timeout=600, check=False, env={"REQUESTS_CA_BUNDLE": TRUST} if wanted.get("trust") else None)


def _account_is_lost():
    """A test CA that was started anew has forgotten everybody; certbot itself shows only that something went wrong."""
    try:
        with open(paths.at("/var/log/letsencrypt/letsencrypt.log"), "rb") as file:
            return b"urn:ietf:params:acme:error:accountDoesNotExist" in file.read()
    except FileNotFoundError:
        return False


def _account(wanted):
    """Where certbot keeps its accounts at a server."""
    server = urllib.parse.urlsplit(wanted.get("server") or "https://acme-v02.api.letsencrypt.org/directory")
    return "/etc/letsencrypt/accounts/%s%s" % (server.netloc, server.path.rstrip("/"))


def _command(wanted, record):
    command = ["certbot", "certonly", "--non-interactive", "--agree-tos", "--no-eff-email", "--email", wanted["email"], "--key-type", "ecdsa",
               "--cert-name", wanted["name"], "--renew-with-new-domains", *_challenge(wanted)]
    for name in wanted["names"]:
        command += ["-d", name]
    if wanted.get("server"):
        command += ["--server", wanted["server"]]
    # certbot remembers how it got a certificate and renews it in that way; it only notes a new way together with a new certificate.
    same_way = (record or {}).get("way") == way(wanted)
    return [*command, "--keep-until-expiring" if same_way or not has_lineage(wanted["name"]) else "--force-renewal"]


def way(wanted):
    """How a certificate is got, in short. A rotated password is no other way: certbot reads it anew at each renewal."""
    challenge = {key: value for key, value in wanted["challenge"].items() if key not in _SECRETS}
    return hashlib.sha256(json.dumps([challenge, wanted.get("server")], sort_keys=True).encode()).hexdigest()


def _challenge(wanted):
    challenge, name = wanted["challenge"], wanted["name"]
    if challenge["type"] == "http":
        webroot = paths.at(paths.ACME_WEBROOT)
        os.makedirs(webroot, mode=0o755, exist_ok=True)
        os.chmod(paths.at(paths.STATE), 0o755)
        return ["--webroot", "--webroot-path", paths.ACME_WEBROOT]
    place = credentials(name)
    if challenge["type"] == "rfc2136":
        text = ("dns_rfc2136_server = %s\ndns_rfc2136_port = %d\ndns_rfc2136_name = %s\ndns_rfc2136_secret = %s\ndns_rfc2136_algorithm = %s\n"
                % (challenge["server"], challenge.get("port", 53), challenge["keyName"], challenge["secret"], challenge.get("algorithm", "HMAC-SHA512")))
    else:
        text = "dns_cloudflare_api_token = %s\n" % challenge["token"]
    store.write_file(paths.at(place), text.encode(), 0o600)
    return ["--dns-" + challenge["type"], "--dns-%s-credentials" % challenge["type"], place]


def credentials(name):
    """Where certbot reads, at each renewal too, what the DNS challenge needs."""
    return "/etc/flowfleet/acme/%s.ini" % name


def _shared_files(trust):
    change = Transaction(_SHARED, "certificate")
    change.write(HOOK, HOOK_TEXT, 0o755)
    if trust:
        _trust(trust)
        change.write(DROP_IN, "[Service]\nEnvironment=REQUESTS_CA_BUNDLE=%s\n" % TRUST)
        change.after("daemon-reload")
    change.commit()
    return change


def _trust(trust):
    """One file with the system's authorities and the one that signed the ACME server's own certificate."""
    text = b""
    for place in (SYSTEM_TRUST, trust):
        try:
            with open(paths.at(place), "rb") as file:
                text += file.read().rstrip(b"\n") + b"\n"
        except FileNotFoundError:
            if place == trust:
                raise Failure("trust: %s does not exist on this host" % trust) from None
    store.write_file(paths.at(TRUST), text, 0o644)


def retries(wanted):
    """Sets or clears the timer that asks again."""
    change = Transaction(_SHARED, "certificate-retry")
    if wanted:
        change.write(RETRY + ".service", RETRY_SERVICE)
        change.write(RETRY + ".timer", RETRY_TIMER)
        change.after("daemon-reload", "enable flowfleet-certificates.timer")
    else:
        change.prune()
        change.after("daemon-reload")
        if change.going():
            runner.run(["systemctl", "disable", "--now", "--quiet", "flowfleet-certificates.timer"], check=False)
    change.commit()
    change.finish()


def forget(name):
    if nginx_before.uses(name):
        say("certbot: certificate %s stays, a site that was set up by hand has it" % name)
    elif has_lineage(name):
        runner.run(["certbot", "delete", "--non-interactive", "--cert-name", name])
    with contextlib.suppress(FileNotFoundError):
        os.unlink(paths.at(credentials(name)))


def tidy():
    """With the last certificate goes what all shared."""
    change = Transaction(_SHARED, "certificate")
    change.prune()
    change.after("daemon-reload")
    change.commit()
    change.finish()
    with contextlib.suppress(FileNotFoundError):
        os.unlink(paths.at(TRUST))


def _serial(name):
    """Which certificate is there: live/ links to numbered files."""
    real = paths.at(live(name) + "/fullchain.pem")
    return os.path.realpath(real) if os.path.exists(real) else None
