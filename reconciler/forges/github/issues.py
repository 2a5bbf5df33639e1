"""GitHub: the issues of a repository.

From docs.github.com: REST API endpoints for issues (list: includes pull requests, which have
the key `pull_request`; create; update: `state`, `state_reason`; 410 if issues are disabled),
Using pagination in the REST API. The list can be filtered by `creator`, but the value for an
app's account, as in Actions, is not documented: all open issues are searched.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from reconciler.assets.links import segment
from reconciler.assets.retry import Pacing
from reconciler.forges.auth import Variables
from reconciler.forges.github.repository import WHAT_TO_SET, open_repository, viewer
from reconciler.forges.refusals import Refusals
from reconciler.forges.requests import OnWire, account_of, as_object, object_list
from reconciler.forges.tracker import Issue, Message
from reconciler.render.markdown.marker import marker_in

_REFUSALS = Refusals(
    no_connection="check GITHUB_API_URL, the network and the proxy variables",
    no_token=WHAT_TO_SET,
    unauthorized="GITHUB_TOKEN is wrong or has expired",
    forbidden="give the job permissions: {issues: write}",
    not_found="check GITHUB_REPOSITORY, and that its issues are switched on; a token without "
    "access to the repository is answered 404 as well",
)


@dataclass(frozen=True, kw_only=True, slots=True)
class GitHubIssues(OnWire):
    """The issues of a repository on GitHub, or on a GitHub Enterprise Server: a Tracker."""

    repository: str
    name: str = "GitHub"

    @property
    def _issues(self) -> str:
        return f"repos/{self.repository}/issues"

    async def me(self) -> str:
        """Return the login of the token's account."""
        return await viewer(self.wire)

    async def open_issues(self, author: str) -> tuple[Issue, ...]:  # noqa: ARG002 - see above
        """Return the open issues with a marker, oldest first."""
        found: list[Issue] = []
        path = f"{self._issues}?state=open&sort=created&direction=asc&per_page=100"
        async for page in self.wire.pages(path):
            for raw in object_list(page, page.json):
                marker = marker_in(str(raw.get("body") or ""))
                if marker is not None and "pull_request" not in raw:
                    found.append(
                        Issue(
                            id=str(raw.get("number")),
                            author=account_of(raw.get("user"), "login"),
                            title=str(raw.get("title")),
                            marker=marker,
                        )
                    )
        return tuple(found)

    async def open(self, message: Message) -> str:
        """Open an issue and return its number."""
        body = {"title": message.title, "body": message.body}
        page = await self.wire.send("POST", self._issues, body)
        return str(as_object(page, page.json).get("number"))

    async def update(self, issue: Issue, message: Message) -> None:
        """Replace the title and body of *issue* by those of *message*."""
        body = {"title": message.title, "body": message.body}
        await self.wire.send("PATCH", f"{self._issues}/{segment(issue.id)}", body)

    async def close(self, issue: Issue, message: Message) -> None:
        """Replace the body of *issue* and close it as completed, in one request."""
        body = {"body": message.body, "state": "closed", "state_reason": "completed"}
        await self.wire.send("PATCH", f"{self._issues}/{segment(issue.id)}", body)


def from_environment(values: Mapping[str, str], *, pacing: Pacing | None = None) -> GitHubIssues:
    """Return the issues of the repository from the variables of Actions.

    Raises WrongUsage that says what to set if something is missing.
    """
    wire, repository = open_repository(Variables(values), refusals=_REFUSALS, pacing=pacing)
    return GitHubIssues(wire=wire, repository=repository)
