"""Variables in the file of before that ours will not have: nothing takes them over, so whoever wrote them is told. Names alone, since values may be secrets."""

import os
import re

import ownership
import paths
from progress import say

# A value in quotes may have several lines, of which none is another variable; but only if something ends it where a line ends.
_ASSIGNED = re.compile(r"""^[ \t]*(?:export[ \t]+)?([A-Za-z_]\w*)[ \t]*=[ \t]*((?:"(?:\\.|[^"\\])*"|'[^']*'|`[^`]*`)(?=[ \t]*(?:\#[^\r\n]*)?\r?$)|[^\r\n]*)""", re.A | re.M | re.S)


def tell(system, files):
    """`files`: path -> the names that a service of `system` gets in any case."""
    for path, known in files.items():
        left_out = [name for name in _names(path) if name not in known]
        if left_out:
            say("variables: %s has %s, and ours will not. What a service still needs is to be set as flowfleet:%s.more.<NAME>; the rest may be left out"
                % (path, ", ".join(left_out), system))


def _names(path):
    """Without those that are empty, and without the last line of a key that lost its quotes: it ends in "=" as well."""
    real = paths.at(path)
    if not os.path.isfile(real) or ownership.is_ours(path):
        return []
    with open(real, encoding="utf-8-sig", errors="replace") as file:
        return list(dict.fromkeys(name for name, value in _ASSIGNED.findall(file.read()) if value.strip("= \t\"'`")))
