"""The forges by their command line names, and their differences."""

from collections.abc import Callable, Mapping
from enum import StrEnum
from functools import partial
from typing import Protocol

from reconciler.errors import WrongUsage
from reconciler.forges import bitbucket
from reconciler.forges.forge import Forge
from reconciler.forges.github import pulls as github
from reconciler.forges.gitlab import merge_requests as gitlab
from reconciler.planning.plan import Plan
from reconciler.render.markdown.bitbucket import for_bitbucket
from reconciler.render.markdown.plan import plan_markdown
from reconciler.value import Value

_SHORTEST = 1_000


class ForgeName(StrEnum):
    """A forge by its command line name."""

    GITHUB = "github"
    GITLAB = "gitlab"
    BITBUCKET = "bitbucket"


class Opening(Protocol):
    """How to open the pull request from a CI's variables."""

    def __call__(self, values: Mapping[str, str], *, pull: int | None) -> Forge:
        """Return the pull request, *pull* if it is given; raises WrongUsage."""


class ForgeKind(Value):
    """A forge: how to open it, the maximum length of a comment, and the URL of the CI's run.

    `open_read_only` opens it where a read-only token is enough.
    `adapt` adapts Markdown made for GitHub.
    """

    open: Opening
    longest: int
    run_url: Callable[[Mapping[str, str]], str | None]
    open_read_only: Opening | None = None
    adapt: Callable[[str], str] = str
    has_labels: bool = True


KINDS: Mapping[ForgeName, ForgeKind] = {
    ForgeName.GITHUB: ForgeKind(
        open=github.from_environment, longest=github.LONGEST, run_url=github.run_url
    ),
    ForgeName.GITLAB: ForgeKind(
        open=gitlab.from_environment,
        open_read_only=partial(gitlab.from_environment, reads=True),
        longest=gitlab.LONGEST,
        run_url=gitlab.run_url,
    ),
    ForgeName.BITBUCKET: ForgeKind(
        open=bitbucket.from_environment,
        longest=bitbucket.LONGEST,
        run_url=bitbucket.run_url,
        adapt=for_bitbucket,
        has_labels=False,
    ),
}


def comment_text(
    kind: ForgeKind, plan: Plan, *, directory: str, limit: int | None, whole: str | None
) -> str:
    """Return the comment that shows *plan*, of at most *limit* characters.

    Raises WrongUsage if the limit is too small for what must be shown.
    """
    longest = kind.longest if limit is None else limit
    allowed = longest
    while allowed >= _SHORTEST:
        markdown = plan_markdown(plan, directory=directory, limit=allowed, whole=whole)
        text = kind.adapt(markdown)
        if len(text) <= longest:
            return text
        # The limit does not count what the forge needs in place of the tags.
        allowed -= len(text) - longest
    raise WrongUsage(f"a comment of {longest} characters cannot hold the plan: raise --limit")
