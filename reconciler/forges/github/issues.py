"""GitHub: the issues of a repository.

From docs.github.com: REST API endpoints for issues (list: includes pull requests, which have
the key `pull_request`; create; update: `state`, `state_reason`; 410 if issues are disabled),
Using pagination in the REST API. The list can be filtered by `creator`, but the value for an
app's account, as in Actions, is not documented: all open issues are searched.
"""

from collections.abc import Mapping

from reconciler.assets.retry import REAL_TIME, Pacing
from reconciler.forges.github.repository import REFUSALS, open_repository, viewer
from reconciler.forges.markdown_issues import IssueApi, MarkdownIssues
from reconciler.forges.tracker import Issue
from reconciler.forges.variables import Variables

_REFUSALS = REFUSALS(
    forbidden="give the job permissions: {issues: write}",
    not_found="check GITHUB_REPOSITORY, and that its issues are switched on; a token without "
    "access to the repository is answered 404 as well",
)


_API = IssueApi(
    number="number",
    body="body",
    author="user",
    account="login",
    edit="PATCH",
    closed={"state": "closed", "state_reason": "completed"},
    not_issue="pull_request",
)


class GitHubIssues(MarkdownIssues):
    """The issues of a repository on GitHub, or on a GitHub Enterprise Server: a Tracker."""

    api: IssueApi = _API
    name: str = "GitHub"

    async def me(self) -> str:
        """Return the login of the token's account."""
        return await viewer(self.wire)

    async def open_issues(self, author: str) -> tuple[Issue, ...]:  # noqa: ARG002 - see above
        """Return the open issues with a marker, oldest first."""
        return await self.marked("state=open&sort=created&direction=asc")


def from_environment(values: Mapping[str, str], *, pacing: Pacing = REAL_TIME) -> GitHubIssues:
    """Return the issues of the repository from the variables of Actions.

    Raises WrongUsage that says what to set if something is missing.
    """
    wire, repository = open_repository(Variables(values), refusals=_REFUSALS, pacing=pacing)
    return GitHubIssues(wire=wire, path=f"repos/{repository}/issues")
