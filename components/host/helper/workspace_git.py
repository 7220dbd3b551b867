"""git in a checkout of somebody else's, always as its user: what its settings make git do is then no more than that user may."""

import os

import paths
import runner
from errors import Failure


class Tree:
    """A checkout, whether it is there or not. A position is (branch or "" where none, commit)."""

    def __init__(self, directory, account):
        self.directory, self.account = directory, account
        self._real = paths.at(directory)

    def exists(self):
        return os.path.isdir(os.path.join(self._real, ".git"))

    def refuse_foreign(self):
        if not self.exists() and os.path.lexists(self._real) and (not os.path.isdir(self._real) or os.listdir(self._real)):
            raise Failure("directory: %s exists and is no checkout of git. Move it away, then run again" % self.directory)

    def head(self):
        return self._git("rev-parse", "HEAD")

    def position(self):
        return self._git("symbolic-ref", "--quiet", "--short", "HEAD", check=False), self.head()

    def changes(self):
        """Files with uncommitted changes. Such as git does not know are left alone by all that is done here."""
        return [line[3:] for line in self._git("status", "--porcelain", "--untracked-files=no", strip=False).splitlines()]

    def has(self, branch_, commit):
        """Whether the branch, if it is there, has the commit."""
        return self._contains("refs/heads/" + branch_, commit)

    def is_before(self, commit, other):
        return commit != other and self._contains(other, commit)

    def clone(self, mirror, repository, ref, commit):
        """A new checkout, whose origin is the repository; nothing is left of one that fails."""
        there = os.path.isdir(self._real)
        try:
            self._as_user(["git", "init", "--quiet", "--template=", "--", self._real])
            self._git("remote", "add", "origin", repository)
            self.fetch(mirror, ref, commit)
            self._git("checkout", "--quiet", "-B", branch(ref), commit)
            self._follow(ref)
        except BaseException:
            self._as_user(["find", self._real, "-mindepth", "1" if there else "0", "-delete"], check=False)
            raise

    def fetch(self, mirror, ref, commit):
        """What came, under the names that a fetch from the origin would have given it."""
        self._git("fetch", "--quiet", "--no-tags", "--no-recurse-submodules", mirror, "+refs/flowfleet/fetched:refs/remotes/origin/" + branch(ref), commit, timeout=300)

    def forward(self, ref, commit):
        """To the commit, on the branch of `ref`. Raises a Failure and leaves everything as it is where that would touch somebody's work."""
        on, head = self.position()
        changes = self.changes()
        if changes:
            raise Failure("directory: %s has uncommitted changes in %s, which are never touched. Commit or discard them there, then run again"
                          % (self.directory, _some(changes)))
        if not on:
            raise Failure("directory: %s is at the commit %s without a branch. Switch to one there (git switch %s), then run again" % (self.directory, head[:12], branch(ref)))
        there = self._git("rev-parse", "--verify", "--quiet", "refs/heads/%s^{commit}" % branch(ref), check=False)
        if there and not self._contains(commit, there) and not self._contains(there, commit):
            raise Failure("directory: the branch %s of %s has commits of its own and is not behind %s: it cannot be moved forward. "
                          "Merge or rebase it there (git fetch; git rebase %s), then run again" % (branch(ref), self.directory, commit[:12], commit[:12]))
        if not there:
            self._git("checkout", "--quiet", "-b", branch(ref), commit)
            self._follow(ref)
            return
        if on != branch(ref):
            self._git("checkout", "--quiet", branch(ref))
        if self._contains(there, commit):
            return
        merged = self._ran("merge", "--quiet", "--ff-only", commit)
        if not merged.ok:
            if on != branch(ref):
                self._git("checkout", "--quiet", on, check=False)
            raise Failure("directory: %s could not be moved forward to %s. Do what git says there, then run again\n%s"
                          % (self.directory, commit[:12], runner.last_lines(merged.err + merged.out)))

    def back(self, position):
        """To where it was before `forward`; git refuses rather than lose something."""
        on, head = position
        now, _ = self.position()
        if now == on:
            self._git("reset", "--quiet", "--keep", head)
        else:
            self._git("checkout", "--quiet", on)

    def _contains(self, commit, other):
        """Whether `other` is `commit` or one of those before it."""
        return self._ran("merge-base", "--is-ancestor", other, commit).ok

    def _follow(self, ref):
        self._git("branch", "--quiet", "--set-upstream-to=origin/" + branch(ref), check=False)

    def _git(self, *words, check=True, strip=True, timeout=60):
        out = self._ran(*words, check=check, timeout=timeout).out
        return out.strip() if strip else out

    def _ran(self, *words, check=False, timeout=60):
        return self._as_user(["git", "-C", self._real, "-c", "core.hooksPath=/dev/null", "-c", "core.fsmonitor=false", "-c", "gc.auto=0", *words], check, timeout)

    def _as_user(self, argv, check=True, timeout=60):
        given = ["setpriv", "--reuid=%d" % self.account.pw_uid, "--regid=%d" % self.account.pw_gid, "--init-groups", "--no-new-privs", "--"]
        return runner.run([*given, *argv], check=check, timeout=timeout, env={"HOME": self.account.pw_dir, "GIT_TERMINAL_PROMPT": "0"})


def branch(ref):
    """What a checkout calls it."""
    for start in ("refs/heads/", "refs/tags/"):
        if ref.startswith(start):
            return ref[len(start):]
    return ref


def _some(names):
    return ", ".join(names[:5]) + (" and %d more" % (len(names) - 5) if len(names) > 5 else "")
