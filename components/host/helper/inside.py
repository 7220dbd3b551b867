"""Commands in a container, with what they shall do on stdin, so that no secret is in a command line or in a message."""

import runner
from environment import HIDDEN
from errors import Failure


def run(container, argv, script, secrets=(), variables=(), timeout=60):
    """The result of a command in a running container; whatever of `secrets` it printed is hidden."""
    words = ["docker", "exec", "-i"]
    for variable in variables:
        words += ["--env", variable]
    found = runner.run([*words, container, *argv], input=script, timeout=timeout, check=False)
    result = runner.Result(found.code, hidden(found.out, secrets), hidden(found.err, secrets))
    if "no such container" in result.err.lower() or "is not running" in result.err.lower():
        raise Failure("container %s: does not run on this host\n%s" % (container, runner.last_lines(result.err, 3)))
    return result


def hidden(text, secrets):
    """The text without the secrets, the longest first, should one be part of another."""
    for secret in sorted((one for one in secrets if one), key=len, reverse=True):
        text = text.replace(secret, HIDDEN)
    return text
