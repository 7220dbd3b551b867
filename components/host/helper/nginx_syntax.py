"""nginx's configuration as a tree: read, looked through, written again."""

import re

from errors import Failure

_TOKEN = re.compile(r"""
    \#[^\n]* | \s+
  | (?P<end>[;{}])
  | (?P<word>(?:"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')\)?(?=[\s;{]|$) | (?:\\.|\$\{[^}]*\}|[^\s;{\\])+)
""", re.X | re.S)


class Directive:
    """A name, its arguments as they were written, quotes and all, and for a block what is in it (else None)."""

    def __init__(self, name, arguments=(), inner=None):
        self.name, self.arguments, self.inner = name, list(arguments), inner

    def words(self):
        """The arguments without quotes."""
        return [word[1:-1] if word[:1] in "\"'" and word[-1:] == word[:1] else word for word in self.arguments]


def parse(text, where):
    """The directives of a file."""
    tree, above, words, at = [], [], [], 0
    while at < len(text):
        found = _TOKEN.match(text, at)
        if not found:
            raise Failure("%s: not to be read as nginx's configuration near %r" % (where, text[at:at + 40]))
        at = found.end()
        if found.group("word"):
            words.append(found.group("word"))
        elif found.group("end") == "}":
            if not above or words:
                raise Failure("%s: a } that nothing belongs to" % where)
            tree = above.pop()
        elif found.group("end") and words:
            one = Directive(words[0], words[1:], [] if found.group("end") == "{" else None)
            tree.append(one)
            words = []
            if one.inner is not None:
                above.append(tree)
                tree = one.inner
    if above or words:
        raise Failure("%s: ends within a block or a directive" % where)
    return tree


def lines(tree, depth=0):
    """The lines of a tree."""
    found = []
    for one in tree:
        head = "    " * depth + " ".join([one.name, *one.arguments])
        found += [head + ";"] if one.inner is None else [head + " {", *lines(one.inner, depth + 1), "    " * depth + "}"]
    return found


def every(tree):
    """All directives, however deep."""
    for one in tree:
        yield one
        yield from every(one.inner or [])
