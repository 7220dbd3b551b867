"""What the tests of databases in containers share: commands with their stdin, answered by the test."""

from tests import OnHost

import runner
from errors import Failure


class InContainers(OnHost):
    """`docker exec` goes to `self.inside(container, argv, script)`, which returns text or a Result; `self.calls` keeps them."""

    def setUp(self):
        super().setUp()
        self.calls = []
        self.answers["docker container inspect"] = '[{"State": {"Running": true, "Status": "running", "ExitCode": 0}, "Config": {"Labels": {"flowfleet.data": "x"}}}]'
        self._patch(runner, "run", self._answered)

    def inside(self, container, argv, script):
        return ""

    def _answered(self, argv, input=None, timeout=60, check=True, env=None):
        if argv[:3] != ["docker", "exec", "-i"]:
            return self._run(argv, input, timeout, check, env)
        words = argv[3:]
        while words[0] == "--env":
            words = words[2:]
        self.calls.append((argv, input))
        answer = self.inside(words[0], words[1:], input)
        result = answer if isinstance(answer, runner.Result) else runner.Result(0, answer)
        if check and not result.ok:
            raise Failure(result.err)
        return result

    def argv(self):
        """Everything that every user of the host could read while the calls ran."""
        return " ".join(" ".join(argv) for argv, _ in self.calls)
