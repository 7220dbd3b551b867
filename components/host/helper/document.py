"""Says everything that is wrong with a document at once, each with its path, before anything is touched.

A shape is made of checks: `check(value, path, problems)` adds a line to `problems` for each thing that is wrong.
"""

import ipaddress
import json
import re

from errors import Refused


def parse(text, shape):
    """The document in `text`, checked against `shape` plus the keys that every document has: a dict of checks, or what makes one of the document."""
    try:
        value = json.loads(text, object_pairs_hook=_once)
    except ValueError as error:
        raise Refused("the document on stdin is not JSON", [str(error)]) from None
    return checked(value, whole(value, shape))


def whole(value, shape):
    """The check of a whole document."""
    wanted = shape(value if isinstance(value, dict) else {}) if callable(shape) else shape
    return fields({"owner": string(), "reapply": optional(string()), **wanted})


def checked(value, check):
    problems = []
    check(value, "", problems)
    if problems:
        raise Refused("the document on stdin is refused", problems)
    return value


def _once(pairs):
    found = {}
    for key, value in pairs:
        if key in found:
            raise ValueError("key %r is there twice" % key)
        found[key] = value
    return found


class Optional:
    """A key that may be left out."""

    def __init__(self, check):
        self.check = check


def optional(check):
    return Optional(check)


def nullable(check):
    def run(value, path, problems):
        if value is not None:
            check(value, path, problems)
    return run


def string(pattern=None, says=None, secret=False, empty=False):
    """Text without NUL and line ends. `says` names what is allowed where `pattern` is given. A secret is never shown."""
    def run(value, path, problems):
        got = "a secret" if secret else _shown(value)
        if not isinstance(value, str):
            problems.append("%s: must be text, got %s" % (_at(path), got))
        elif not value and not empty:
            problems.append("%s: must not be empty" % _at(path))
        elif any(sign in value for sign in "\0\n\r"):
            problems.append("%s: must be one line of text, got %s" % (_at(path), got))
        elif pattern and not re.fullmatch(pattern, value):
            problems.append("%s: must be %s, got %s" % (_at(path), says, got))
    return run


def choice(*allowed):
    def run(value, path, problems):
        if value not in allowed or isinstance(value, bool):
            problems.append("%s: must be one of %s, got %s" % (_at(path), ", ".join(json.dumps(one) for one in allowed), _shown(value)))
    return run


def integer(least=None, most=None):
    def run(value, path, problems):
        if not isinstance(value, int) or isinstance(value, bool):
            problems.append("%s: must be a whole number, got %s" % (_at(path), _shown(value)))
        elif (least is not None and value < least) or (most is not None and value > most):
            problems.append("%s: must be from %s to %s, got %d" % (_at(path), "any" if least is None else least, "any" if most is None else most, value))
    return run


def number(least=None):
    def run(value, path, problems):
        if not isinstance(value, (int, float)) or isinstance(value, bool):
            problems.append("%s: must be a number, got %s" % (_at(path), _shown(value)))
        elif least is not None and value < least:
            problems.append("%s: must be at least %s, got %s" % (_at(path), least, value))
    return run


def boolean():
    def run(value, path, problems):
        if not isinstance(value, bool):
            problems.append("%s: must be true or false, got %s" % (_at(path), _shown(value)))
    return run


def array(item, least=0):
    def run(value, path, problems):
        if not isinstance(value, list):
            problems.append("%s: must be a list, got %s" % (_at(path), _shown(value)))
            return
        if len(value) < least:
            problems.append("%s: needs at least %d, got %d" % (_at(path), least, len(value)))
        for index, one in enumerate(value):
            item(one, "%s[%d]" % (path, index), problems)
    return run


def lines(secret=True):
    """Text as a list of lines, each written with a line end. Never shown, it may be a secret."""
    return array(string(secret=secret, empty=True))


def table(key, item):
    """An object with any keys that pass `key`."""
    def run(value, path, problems):
        if not isinstance(value, dict):
            problems.append("%s: must be an object, got %s" % (_at(path), _shown(value)))
            return
        for name, one in value.items():
            key(name, "%s: the key" % _at(path), problems)
            item(one, _under(path, name), problems)
    return run


def fields(shape):
    """An object with exactly these keys."""
    def run(value, path, problems):
        if not isinstance(value, dict):
            problems.append("%s: must be an object, got %s" % (_at(path), _shown(value)))
            return
        for name, check in shape.items():
            if name in value:
                (check.check if isinstance(check, Optional) else check)(value[name], _under(path, name), problems)
            elif not isinstance(check, Optional):
                problems.append("%s: is missing" % _under(path, name))
        for name in value:
            if name not in shape:
                problems.append("%s: unknown key; known are %s" % (_under(path, name), ", ".join(sorted(shape))))
    return run


def variants(key, shapes):
    """An object whose `key` says which of the shapes it has."""
    def run(value, path, problems):
        if not isinstance(value, dict) or value.get(key) not in shapes:
            got = _shown(value.get(key)) if isinstance(value, dict) else _shown(value)
            problems.append("%s: must be one of %s, got %s" % (_under(path, key), ", ".join(json.dumps(one) for one in shapes), got))
            return
        fields({key: string(), **shapes[value[key]]})(value, path, problems)
    return run


def either(*shapes):
    """An object with exactly the keys of one of these shapes, which have none in common."""
    def run(value, path, problems):
        fitting = [shape for shape in shapes if isinstance(value, dict) and set(shape) & set(value)]
        if len(fitting) == 1:
            fields(fitting[0])(value, path, problems)
        else:
            problems.append("%s: must have the keys of one of %s; got %s" % (_at(path), " or ".join("(%s)" % ", ".join(shape) for shape in shapes), _shown(value)))
    return run


def path():
    return _path


def _path(value, where, problems):
    if not isinstance(value, str) or not re.fullmatch(r"(/[^/\0\n\r]+)+", value) or any(part in (".", "..") for part in value.split("/")):
        problems.append("%s: must be an absolute path without '.', '..' and a trailing slash, got %s" % (_at(where), _shown(value)))


def mode():
    return string(r"0[0-7]{3}", 'an octal mode such as "0644"')


def user():
    return string(r"[a-z_][a-z0-9_-]*|[0-9]+", "the name or number of a user or group")


def name():
    return string(r"[a-z0-9][a-z0-9._-]{0,100}", "a name of small letters, digits, '.', '_', '-'")


def domain():
    return string(r"(\*\.)?([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?", 'a bare name such as "shop.example.com"')


def port():
    return integer(1, 65535)


def address():
    return _ip(ipaddress.ip_address, "an IP address")


def subnet():
    return _ip(ipaddress.ip_network, "a subnet such as 10.90.2.0/24, without host bits")


def source():
    """Where packets come from: an address or a subnet."""
    return _ip(ipaddress.ip_network, "an address or a subnet, without host bits")


def _ip(make, says):
    def run(value, path, problems):
        try:
            if not isinstance(value, str):
                raise ValueError
            make(value)
        except ValueError:
            problems.append("%s: must be %s, got %s" % (_at(path), says, _shown(value)))
    return run


def _under(path, name):
    return "%s.%s" % (path, name) if path else str(name)


def _at(path):
    return path or "the document"


def _shown(value):
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 80 else text[:77] + "..."
