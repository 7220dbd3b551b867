"""Stand-alone: the first run on a server that has no helper yet, as root.

`python3 -c 'import json, sys; wanted = json.load(sys.stdin); exec("\\n".join(wanted.pop("program")))'` with one document on stdin: that of the noun
`bootstrap` (see first_contact.py) with `program`, the lines of this file. It borrows the helper's modules from the document. Prints one line of
JSON; a second run goes to the installed helper: `sudo -n /usr/local/lib/flowfleet/helper bootstrap apply`, the same document without `program`.
"""

import json
import os
import shutil
import sys
import tempfile


def first_run(given):
    folder = tempfile.mkdtemp(prefix="flowfleet-bootstrap-")
    try:
        for name, lines in given["helper"]["files"].items():
            with open(os.path.join(folder, os.path.basename(name)), "w", encoding="utf-8") as file:
                file.write("".join(line + "\n" for line in lines))
        sys.path.insert(0, folder)
        sys.dont_write_bytecode = True
        return applied(given)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def applied(given):
    import document
    import first_contact
    import signals
    from errors import Failure, Interrupted
    signals.install()
    os.umask(0o022)
    try:
        if os.geteuid() != 0:
            raise Failure("the first run has to be root's; log in as root@, or as a user who may use sudo")
        wanted = document.parse(json.dumps(given), first_contact.SHAPE)
        print(json.dumps(first_contact.apply(wanted), sort_keys=True))
        return 0
    except Failure as failure:
        sys.stderr.write("bootstrap: %s\n" % failure)
    except Interrupted as signal:
        sys.stderr.write("bootstrap: stopped by %s; run it again, it goes on where it stopped\n" % signal)
    return 1


if __name__ == "__main__":
    sys.exit(first_run(globals().get("wanted") or json.load(sys.stdin)))
