"""Certificates that do not come from ACME: made here, or given."""

import hashlib
import os
import shutil

import document
import packages
import paths
import runner
import store
from errors import Failure

FOLDER = "/etc/flowfleet/own-certificates"

_path = document.path()
_lines = document.lines()


def lines_or_path(value, path, problems):
    """A check: PEM text as lines, or the path of a file on the host."""
    (_path if isinstance(value, str) else _lines)(value, path, problems)


def self_signed(name, names):
    """A folder with a self-signed certificate for the names; the one of an earlier call while it is good."""
    folder = _folder(name, "self-signed", names)
    certificate = folder + "/fullchain.pem"
    if runner.succeeds(["openssl", "x509", "-noout", "-checkend", "2592000", "-in", paths.at(certificate)]):
        return folder
    packages.install(["openssl"])
    _make(folder)
    runner.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-sha256", "-days", "3650",
                "-subj", "/CN=%s" % (names[0] if len(names[0]) <= 64 else "flowfleet"), "-addext", "subjectAltName=" + ",".join("DNS:" + one for one in names),
                "-addext", "extendedKeyUsage=serverAuth", "-keyout", paths.at(folder + "/privkey.pem"), "-out", paths.at(certificate)])
    os.chmod(paths.at(folder + "/privkey.pem"), 0o600)
    return folder


def given(name, names, challenge):
    """A folder with the given certificate and key, once they are found to fit each other and the names."""
    folder = _folder(name, "given", challenge["certificate"], challenge["key"])
    packages.install(["openssl"])
    _make(folder)
    places = []
    for file, key in (("fullchain.pem", "certificate"), ("privkey.pem", "key")):
        real = paths.at("%s/%s" % (folder, file))
        if os.path.lexists(real):
            os.unlink(real)
        if isinstance(challenge[key], str):
            if not os.path.isfile(paths.at(challenge[key])):
                raise Failure("challenge.%s: %s does not exist on this host" % (key, challenge[key]))
            os.symlink(challenge[key], real)
        else:
            store.write_file(real, "".join(line + "\n" for line in challenge[key]).encode(), 0o600)
        places.append(real)
    _refuse_unfit(names, *places)
    return folder


def forget(name):
    folder = paths.at(FOLDER)
    for found in os.listdir(folder) if os.path.isdir(folder) else []:
        if found.startswith(name + "@"):
            shutil.rmtree(os.path.join(folder, found))


def _refuse_unfit(names, certificate, key):
    public = runner.run(["openssl", "x509", "-noout", "-pubkey", "-in", certificate], check=False)
    private = runner.run(["openssl", "pkey", "-pubout", "-in", key], check=False)
    problems = []
    if not public.ok:
        problems.append("challenge.certificate: is no certificate in PEM form")
    if not private.ok:
        problems.append("challenge.key: is no private key in PEM form")
    if public.ok and private.ok and public.out != private.out:
        problems.append("challenge.key: does not belong to the certificate")
    if public.ok:
        if not runner.succeeds(["openssl", "x509", "-noout", "-checkend", "0", "-in", certificate]):
            problems.append("challenge.certificate: has expired")
        problems += ["names: the certificate is not for %s" % name for name in names
                     if " does match" not in runner.run(["openssl", "x509", "-noout", "-checkhost", name.replace("*", "any"), "-in", certificate]).out]
    if problems:
        raise Failure("the certificate is refused; the host serves what it served\n" + "\n".join("  - " + problem for problem in problems))


def _folder(name, kind, *what):
    return "%s/%s@%s-%s" % (FOLDER, name, kind, hashlib.sha256(repr(what).encode()).hexdigest()[:8])


def _make(folder):
    os.makedirs(paths.at(folder), mode=0o700, exist_ok=True)
    os.chmod(paths.at(FOLDER), 0o700)
