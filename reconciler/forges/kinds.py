"""The forges by their command line names, and their differences."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from reconciler.errors import WrongUsage
from reconciler.forges import bitbucket
from reconciler.forges.forge import Forge
from reconciler.forges.github import pulls as github
from reconciler.forges.gitlab import merge_requests as gitlab
from reconciler.planning.plan import Plan
from reconciler.render.markdown.bitbucket import for_bitbucket
from reconciler.render.markdown.plan import plan_markdown

_SHORTEST = 1_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Kind:
    """A forge: the maximum length of a comment, and how to adapt Markdown made for GitHub."""

    longest: int
    run_url: Callable[[Mapping[str, str]], str | None]
    dressed: Callable[[str], str] = str


KINDS = {
    "github": Kind(longest=github.LONGEST, run_url=github.run_url),
    "gitlab": Kind(longest=gitlab.LONGEST, run_url=gitlab.run_url),
    "bitbucket": Kind(longest=bitbucket.LONGEST, run_url=bitbucket.run_url, dressed=for_bitbucket),
}


def opened(kind: str, variables: Mapping[str, str], *, pull: int | None, reads: bool) -> Forge:
    """Return the pull request from the CI's *variables*, or *pull* if it is given.

    *reads* means that nothing will be written. Raises WrongUsage if something is missing.
    """
    match kind:
        case "github":
            return github.from_environment(variables, pull=pull)
        case "gitlab":
            return gitlab.from_environment(variables, pull=pull, reads=reads)
        case _:
            return bitbucket.from_environment(variables, pull=pull)


def comment_text(
    kind: Kind, plan: Plan, *, directory: str, limit: int | None, whole: str | None
) -> str:
    """Return the comment that shows *plan*, of at most *limit* characters.

    Raises WrongUsage if the limit is too small for what must be shown.
    """
    longest = kind.longest if limit is None else limit
    allowed = longest
    while allowed >= _SHORTEST:
        markdown = plan_markdown(plan, directory=directory, limit=allowed, whole=whole)
        text = kind.dressed(markdown)
        if len(text) <= longest:
            return text
        # The limit does not count what the forge needs in place of the tags.
        allowed -= len(text) - longest
    raise WrongUsage(f"a comment of {longest} characters cannot hold the plan: raise --limit")
