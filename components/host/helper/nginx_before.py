"""Sites that nginx served before us go on serving under our nginx.conf, until each is ours.

All that the old nginx.conf and the files that it includes say is put into one file of our tree, PLACE: what only the whole of http can have
(zones, formats, upstreams, maps), and each server with what it had from above. The old files are set aside in the same change, so that file is
the one to edit. Names that a site of ours serves leave it, at the ports of ours, in the change that brings that site; with the last server that
has a certificate of certbot its renewal is set aside too, unless others than nginx read it. Zones and formats get a prefix there, for ours may have the same names.
"""

import contextlib
import copy
import glob
import os
import re

import nginx_syntax
import ownership
import paths
import store
import takeover
from nginx_syntax import Directive
from progress import say
from wanted import File, Gone, SetAside

MAIN = "/etc/nginx/nginx.conf"
SITES = "/etc/nginx/flowfleet/sites/"
# No domain begins so.
PLACE = SITES + "_before.conf"
# The package's own site, which our nginx.conf leaves out as well.
_PACKAGED = ("/etc/nginx/sites-enabled/default", "/etc/nginx/conf.d/default.conf")
# Whose files are in PLACE as a whole; others may be read by servers as well.
_ABSORBED = ("/etc/nginx/sites-enabled/", "/etc/nginx/conf.d/")
_MODULES = "/etc/nginx/modules-enabled/"
# Whoever configures something by more than that, in bytes, does not do it by hand.
_READ = 1 << 20
_RENEWAL = "/etc/letsencrypt/renewal/%s.conf"

# What a server cannot have of its own; the sizes of tables are ours, which are large.
_OF_HTTP = ("upstream", "map", "geo", "split_clients", "log_format", "limit_req_zone", "limit_conn_zone", "proxy_cache_path", "fastcgi_cache_path",
            "uwsgi_cache_path", "scgi_cache_path", "geoip_country", "geoip_city", "geoip2", "js_import", "js_path", "perl_modules", "perl_require")
_LEFT_OUT = ("types", "types_hash_max_size", "types_hash_bucket_size", "server_names_hash_max_size", "server_names_hash_bucket_size",
             "variables_hash_max_size", "variables_hash_bucket_size", "map_hash_max_size", "map_hash_bucket_size", "include")
# What only one `listen` of a socket may say, and ours do.
_SOCKET = r"default_server|default|reuseport|bind|deferred|(ipv6only|backlog|rcvbuf|sndbuf|fastopen|so_keepalive|setfib|accept_filter)=.*"
_CHALLENGE = "/.well-known/acme-challenge/"
_HEAD = "# Sites that were set up by hand before Flowfleet came, as it found them; the files are kept in %s. Change them here." % takeover.FOLDER
_OWNER = {"owner": "sites of before", "noun": "takeover"}


def problems():
    """What of a foreign nginx.conf could not go on serving."""
    if ownership.of(MAIN) is not None or ownership.is_packaged(MAIN) or not os.path.isfile(paths.at(MAIN)):
        return []
    return ["files: %s has a block %s, which nothing takes over; remove it by hand" % (path, name)
            for path, names in _at_the_top(MAIN, []) for name in ("stream", "mail") if name in names]


def _at_the_top(path, seen):
    """[(file, names of what it has)] outside of http. Our nginx.conf includes modules-enabled itself."""
    seen.append(path)
    tree = nginx_syntax.parse(_text(path), path)
    found = [(path, [one.name for one in tree])]
    for one in tree:
        for inner in _files(one.words()[0]) if one.name == "include" else ():
            if inner not in seen and not inner.startswith(_MODULES):
                found += _at_the_top(inner, seen)
    return found


def join(change, wanted):
    """Adds to a change of files for nginx what it means for the sites of before. `wanted`: {path: text} of the change."""
    if not any(path.startswith("/etc/nginx/") for path in wanted):
        return
    if os.path.isfile(paths.at(PLACE)):
        tree = nginx_syntax.parse(_text(PLACE), PLACE)
    elif MAIN in wanted and ownership.of(MAIN) is None and takeover.allows("nginx"):
        tree, files = before()
        for path in files if _servers(tree) else ():
            if path.startswith(_ABSORBED):
                change.put(SetAside(path))
    else:
        return
    left = _left(tree, _our_names(change, wanted), _is_open(wanted))
    if not _servers(left):
        change.put(Gone(PLACE))
    elif left != tree or not os.path.isfile(paths.at(PLACE)):
        change.put(Place(PLACE, "".join(line + "\n" for line in [_HEAD, *nginx_syntax.lines(left)]).encode(), 0o644, "root", None))
    coming = {name for path, text in wanted.items() if path.startswith(SITES) for name in _said_names(text)}
    for name in sorted({name for one in _servers(left) for name in _names(one)} & coming):
        say("nginx: %s has a server of before at another port than 80 and 443, too, which goes on: %s" % (name, PLACE))
    _end_renewals(change, tree, left)


class Place(File):
    """A file that belongs to no step, so that no step's leaving takes it away."""

    def entry(self, transaction, former):
        return {**_OWNER, "kind": self.kind, "sha256": self.digest(), "original": None}


def before():
    """(the tree of PLACE, the files that the old nginx.conf includes), from what nginx has now."""
    http, servers, files = [], [], []

    def walk(tree):
        for one in tree:
            if one.name == "server" and one.inner is not None:
                servers.append(one)
            elif one.name == "include" and not one.words()[0].endswith("mime.types"):
                for path in _files(one.words()[0]):
                    files.append(path)
                    walk(nginx_syntax.parse(_text(path), path))
            else:
                http.append(one)

    for one in nginx_syntax.parse(_text(MAIN), MAIN):
        if one.name == "http":
            walk(one.inner or [])
    inherited = [one for one in http if one.name not in (*_OF_HTTP, *_LEFT_OUT)]
    tree = [*(one for one in http if one.name in _OF_HTTP), *(Directive("server", [], _whole(server.inner, copy.deepcopy(inherited))) for server in servers)]
    _rename(tree)
    return tree, files


def _left(tree, ours, is_open):
    """The tree without names of ours at the ports of ours, and without servers that nobody reaches any more."""
    found = []
    for one in tree:
        names = _names(one)
        if one.name != "server" or not any(map(_is_at_our_ports, _listens(one))):
            found.append(one)
            continue
        left = [name for name in names if name not in ours]
        elsewhere = [listen for listen in _listens(one) if not _is_at_our_ports(listen)]
        if left == names and (set(names) - {"_", '""'} or not is_open or elsewhere):
            found.append(one)
        if left != names:
            found += [_with_names(one, left)] if left else []
            found += [_with_names(one, [name for name in names if name in ours], elsewhere)] if elsewhere else []
    return found


def _names(server):
    return [word for one in server.inner or [] if one.name == "server_name" for word in one.arguments]


_WITHOUT = Directive("listen", ["80"])


def _listens(server):
    return [one for one in server.inner if one.name == "listen"] or [_WITHOUT]


def _is_at_our_ports(listen):
    """Whether it is at 80, which no port means too, or 443."""
    return re.fullmatch(r"(.*:)?(80|443)|\[[^]]*\]|[^:]*[^:0-9][^:]*", listen.words()[0])


def _with_names(server, names, listens=None):
    inner = [one for one in server.inner if one.name != "server_name" and (listens is None or one.name != "listen" or one in listens)]
    return Directive("server", [], [Directive("server_name", names), *inner])


def _is_open(wanted):
    place = "/etc/nginx/flowfleet/default.conf"
    return "default_server" in (wanted[place] if place in wanted else _text(place))


def _servers(tree):
    return [one for one in tree if one.name == "server"]


def _files(pattern):
    """The files that an include names. The package's own site is none, unless somebody changed it."""
    pattern = pattern if pattern.startswith("/") else "/etc/nginx/" + pattern
    found = [paths.shown(real) for real in sorted(glob.glob(paths.at(pattern))) if os.path.isfile(real)]
    return [path for path in found if not (path in _PACKAGED and ownership.is_packaged(_behind(path)))]


def _behind(path):
    return paths.shown(os.path.realpath(paths.at(path)))


def _text(path):
    try:
        with open(paths.at(path), encoding="utf-8", errors="surrogateescape") as file:
            return file.read()
    except FileNotFoundError:
        return ""


def _our_names(change, wanted):
    """What sites of ours serve once the change is done."""
    gone = change.going()
    found = set()
    for path in {*ownership.manifest(), *wanted}:
        if path.startswith(SITES) and path.endswith(".conf") and path != PLACE and path not in gone:
            found |= _said_names(wanted[path] if path in wanted else _text(path))
    return found


def _said_names(text):
    plain = re.sub(r"^\s*#.*", "", text, flags=re.M)
    return {name for names in re.findall(r"^\s*server_name\s+([^;]+);", plain, re.M) for name in names.split()}


def _whole(tree, inherited):
    """A server as it is where nothing is inherited: with what it had from above, without what is the socket's, and open to challenges."""
    own = _names_within(tree)
    tree = [*(one for one in inherited if one.name not in own), *map(_plain, tree)]
    if not _listens_at_80(tree) or any(one.name == "location" and _CHALLENGE.rstrip("/") in " ".join(one.arguments) for one in tree):
        return tree
    # Ahead of whatever sends all of port 80 to HTTPS.
    past = Directive("if", ["($request_uri", "~", '"^%s")' % _CHALLENGE.replace(".", r"\.")], [Directive("break")])
    answered = [Directive("root", [paths.ACME_WEBROOT]), Directive("default_type", ["text/plain"]), Directive("auth_basic", ["off"]), Directive("allow", ["all"])]
    return [past, *tree, Directive("location", ["^~", _CHALLENGE], answered)]


def _plain(one):
    return Directive("listen", [word for word in one.arguments if not re.fullmatch(_SOCKET, word)]) if one.name == "listen" else one


def _listens_at_80(tree):
    listens = [one.words()[0] for one in tree if one.name == "listen" and one.arguments]
    return not listens or any(re.fullmatch(r"(.*:)?80|[0-9]+(\.[0-9]+){3}|\[[^]]*\]|localhost", word) for word in listens)


def _names_within(tree):
    """Which directives a server has itself, from files that it includes too. Rules of access are one."""
    found = {one.name for one in tree}
    for one in tree:
        if one.name == "include":
            for path in _files(one.words()[0]):
                with contextlib.suppress(OSError):
                    found |= _names_within(nginx_syntax.parse(_text(path), path))
    return found | ({"allow", "deny"} if {"allow", "deny"} & found else set())


def _rename(tree):
    """Names of zones and log formats, where they are made and where they are used."""
    for one in nginx_syntax.every(tree):
        if one.name in ("limit_req_zone", "limit_conn_zone", "limit_req"):
            one.arguments = [re.sub(r"^zone=", "zone=before_", word) for word in one.arguments]
        elif one.name in ("log_format", "limit_conn") and one.arguments:
            one.arguments = ["before_" + one.arguments[0], *one.arguments[1:]]
        elif one.name == "access_log" and len(one.arguments) > 1 and "=" not in one.arguments[1] and one.arguments[1] != "combined":
            one.arguments = [one.arguments[0], "before_" + one.arguments[1], *one.arguments[2:]]


def _end_renewals(change, tree, left):
    """The renewal of certificates that none of those left uses ends, if it is not ours by now and nobody else reads them."""
    ours = {(store.read("certificates", name) or {}).get("lineage") for name in store.names("certificates")}
    for lineage in sorted(lineages(tree) - lineages(left) - ours):
        readers = _readers(lineage)
        if readers:
            say("certbot: certificate %s is still renewed, for %s" % (lineage, ", ".join(readers)))
        elif os.path.lexists(paths.at(_RENEWAL % lineage)):
            change.put(SetAside(_RENEWAL % lineage))


def _readers(lineage):
    """Who else has a certificate of certbot, such as a server for mail: files of /etc that name it, and its renewal where that tells somebody of the new one."""
    found = []
    for folder, folders, files in os.walk(paths.at("/etc")):
        if paths.shown(folder) == "/etc":
            folders[:] = [name for name in folders if name not in ("nginx", "letsencrypt", "flowfleet", "ssl")]
        for path in (os.path.join(folder, name) for name in files):
            if os.path.isfile(path) and os.path.getsize(path) <= _READ:
                with contextlib.suppress(OSError), open(path, "rb") as file:
                    found += [paths.shown(path)] if b"/etc/letsencrypt/live/%s/" % lineage.encode() in file.read() else []
    told = re.search(r"^\s*(renew_hook|deploy_hook|post_hook)\s*=", _text(_RENEWAL % lineage), re.M)
    return sorted(found) + ([_RENEWAL % lineage] if told else [])


def lineages(tree):
    """The certificates of certbot that servers have."""
    said = [word for server in _servers(tree) for one in server.inner if one.name == "ssl_certificate" for word in one.words()]
    return {found.group(1) for found in (re.fullmatch(r"/etc/letsencrypt/live/([^/]+)/.*", word) for word in said) if found}


def uses(lineage):
    """Whether a site of before still has a certificate of certbot."""
    return lineage in lineages(nginx_syntax.parse(_text(PLACE), PLACE))
