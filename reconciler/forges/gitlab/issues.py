"""GitLab: the issues of a project.

From docs.gitlab.com: Issues API (list: `state`, `author_username`, `order_by`, `sort`;
create; edit: `state_event`; a description holds 1,048,576 characters), REST API pagination
(Link). A job token has access to none of it (GitLab CI/CD job token, Job token access).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote

from reconciler.assets.links import segment
from reconciler.assets.retry import Pacing
from reconciler.forges.auth import Variables, token_header
from reconciler.forges.gitlab.project import WHAT_TO_SET, account, open_gitlab_project
from reconciler.forges.refusals import Refusals
from reconciler.forges.requests import OnWire, account_of, as_object, object_list
from reconciler.forges.tracker import Issue, Message
from reconciler.render.markdown.marker import marker_in

_REFUSALS = Refusals(
    no_connection="check CI_API_V4_URL, the network and the proxy variables",
    no_token=WHAT_TO_SET,
    unauthorized="the token is wrong, has expired, or may not do this: " + WHAT_TO_SET,
    forbidden=WHAT_TO_SET + "; with the role Reporter",
    not_found="check CI_PROJECT_ID, and that its issues are switched on; a token without access "
    "to the project is answered 404 as well",
)


@dataclass(frozen=True, kw_only=True, slots=True)
class GitLabIssues(OnWire):
    """The issues of a project on GitLab: a Tracker."""

    project: str
    name: str = "GitLab"

    @property
    def _issues(self) -> str:
        return f"projects/{self.project}/issues"

    async def me(self) -> str:
        """Return the user name of the token's account."""
        return await account(self.wire)

    async def open_issues(self, author: str) -> tuple[Issue, ...]:
        """Return the open issues of *author* with a marker, oldest first."""
        found: list[Issue] = []
        path = (
            f"{self._issues}?state=opened&author_username={quote(author, safe='')}"
            "&order_by=created_at&sort=asc&per_page=100"
        )
        async for page in self.wire.pages(path):
            for raw in object_list(page, page.json):
                marker = marker_in(str(raw.get("description") or ""))
                if marker is not None:
                    found.append(
                        Issue(
                            id=str(raw.get("iid")),
                            author=account_of(raw.get("author"), "username"),
                            title=str(raw.get("title")),
                            marker=marker,
                        )
                    )
        return tuple(found)

    async def open(self, message: Message) -> str:
        """Open an issue and return its number in the project."""
        body = {"title": message.title, "description": message.body}
        page = await self.wire.send("POST", self._issues, body)
        return str(as_object(page, page.json).get("iid"))

    async def update(self, issue: Issue, message: Message) -> None:
        """Replace the title and body of *issue* by those of *message*."""
        body = {"title": message.title, "description": message.body}
        await self.wire.send("PUT", f"{self._issues}/{segment(issue.id)}", body)

    async def close(self, issue: Issue, message: Message) -> None:
        """Replace the body of *issue* and close it, in one request."""
        body = {"description": message.body, "state_event": "close"}
        await self.wire.send("PUT", f"{self._issues}/{segment(issue.id)}", body)


def from_environment(values: Mapping[str, str], *, pacing: Pacing | None = None) -> GitLabIssues:
    """Return the issues of the project from GitLab's variables.

    Raises WrongUsage that says what to set if something is missing.
    """
    variables = Variables(values)
    token = variables.need("GITLAB_TOKEN", "the token", WHAT_TO_SET)
    access = token_header("PRIVATE-TOKEN", token)
    wire, project = open_gitlab_project(variables, access=access, refusals=_REFUSALS, pacing=pacing)
    return GitLabIssues(wire=wire, project=project)
