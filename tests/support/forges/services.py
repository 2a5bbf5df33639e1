"""The servers that `comment` and `issue` work with, as one table each."""

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from tests.support.forges import (
    bitbucket,
    github_issues,
    github_pulls,
    gitlab_issues,
    gitlab_merge_requests,
    jira,
)
from tests.support.forges.server import BOT, STRANGER


@dataclass(frozen=True, kw_only=True, slots=True)
class Service:
    """One kind of server: the variables of its CI, our account on it, and somebody else's."""

    serve: Callable[[], contextlib.AbstractContextManager[Any]]
    variables: Callable[[Any], dict[str, str]]
    me: str
    stranger: str = STRANGER

    @contextlib.contextmanager
    def served(self, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
        """Serve for the block, and set the variables of a job there."""
        with self.serve() as server:
            for variable, value in self.variables(server).items():
                monkeypatch.setenv(variable, value)
            yield server


FORGES = {
    "github": Service(
        serve=github_pulls.github, variables=github_pulls.variables, me=github_pulls.LOGIN
    ),
    "gitlab": Service(
        serve=gitlab_merge_requests.gitlab, variables=gitlab_merge_requests.variables, me=BOT
    ),
    "bitbucket": Service(
        serve=bitbucket.bitbucket,
        variables=bitbucket.variables,
        me=bitbucket.ME,
        stranger=bitbucket.OTHER,
    ),
}
TRACKERS = {
    "github": Service(
        serve=github_issues.github, variables=github_issues.variables, me=github_pulls.LOGIN
    ),
    "gitlab": Service(serve=gitlab_issues.gitlab, variables=gitlab_issues.variables, me=BOT),
    "jira": Service(serve=jira.jira, variables=jira.variables, me=jira.ME, stranger=jira.OTHER),
}
