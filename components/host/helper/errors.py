"""What a person is told when a step does not succeed."""


class Failure(Exception):
    """A step that cannot be done. Its text is for a person: what is wrong, where, what to do. Never a secret."""


class Refused(Failure):
    """Refused before anything was touched; says everything that is wrong at once."""

    def __init__(self, title, problems):
        super().__init__(title + "".join("\n  - " + problem for problem in problems))
        self.problems = list(problems)


class CallerGone(Failure):
    """Nobody is left to read the result, so the caller will believe that the step failed."""


class Interrupted(BaseException):
    """SIGTERM, SIGHUP or SIGINT. Not an Exception, so that no broad `except` swallows it."""
