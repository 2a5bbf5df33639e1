"""GitLab: the issues of a project.

From docs.gitlab.com: Issues API (list: `state`, `author_username`, `order_by`, `sort`;
create; edit: `state_event`; a description holds 1,048,576 characters), REST API pagination
(Link). A job token has access to none of it (GitLab CI/CD job token, Job token access).
"""

from collections.abc import Mapping

from reconciler.assets.links import segment
from reconciler.assets.retry import REAL_TIME, Pacing
from reconciler.forges.gitlab.project import (
    REFUSALS,
    WHAT_TO_SET,
    account,
    open_gitlab_project,
    token_access,
)
from reconciler.forges.markdown_issues import IssueApi, MarkdownIssues
from reconciler.forges.tracker import Issue
from reconciler.forges.variables import Variables

_REFUSALS = REFUSALS(
    forbidden=WHAT_TO_SET + "; with the role Reporter",
    not_found="check CI_PROJECT_ID, and that its issues are switched on; a token without access "
    "to the project is answered 404 as well",
)


_API = IssueApi(
    number="iid",
    body="description",
    author="author",
    account="username",
    edit="PUT",
    closed={"state_event": "close"},
)


class GitLabIssues(MarkdownIssues):
    """The issues of a project on GitLab: a Tracker."""

    api: IssueApi = _API
    name: str = "GitLab"

    async def me(self) -> str:
        """Return the user name of the token's account."""
        return await account(self.wire)

    async def open_issues(self, author: str) -> tuple[Issue, ...]:
        """Return the open issues of *author* with a marker, oldest first."""
        return await self.marked(
            f"state=opened&author_username={segment(author)}&order_by=created_at&sort=asc"
        )


def from_environment(values: Mapping[str, str], *, pacing: Pacing = REAL_TIME) -> GitLabIssues:
    """Return the issues of the project from GitLab's variables.

    Raises WrongUsage that says what to set if something is missing.
    """
    variables = Variables(values)
    token = variables.need("GITLAB_TOKEN", "the token", WHAT_TO_SET)
    access = token_access("PRIVATE-TOKEN", token)
    wire, project = open_gitlab_project(variables, access=access, refusals=_REFUSALS, pacing=pacing)
    return GitLabIssues(wire=wire, path=f"projects/{project}/issues")
