"""GitHub: comments and labels of a pull request, which its API treats as those of an issue.

From docs.github.com: REST API endpoints for issue comments (list, create, update); for
labels (list, add: creates missing ones; remove: 404 if it is not set); Using pagination in the
REST API (Link, 100 a page). The answer to a body of more than 65,536 characters is 422.
"""

from collections.abc import Mapping
from functools import partial
from pathlib import Path

from reconciler.assets.links import segment
from reconciler.assets.retry import REAL_TIME, Pacing
from reconciler.errors import ManifestError, NotFound, WrongUsage
from reconciler.forges.forge import Comment, comment_of
from reconciler.forges.github.repository import REFUSALS, open_repository, viewer
from reconciler.forges.requests import OnWire, as_object, object_list
from reconciler.forges.variables import Variables, pull_number
from reconciler.manifest.text.file import read_text
from reconciler.manifest.text.parser import json_value
from reconciler.render.markdown.marker import Marker, marker_in

LONGEST = 65_536
_REFUSALS = REFUSALS(
    forbidden="give the job permissions: {pull-requests: write}; the token of a pull request "
    "from a fork may only read",
    not_found="check GITHUB_REPOSITORY and --pr; a token without access to the repository is "
    "answered 404 as well",
    rejected="if the body is too long, lower --limit",
)


_comment = partial(comment_of, by="user", account="login")


class GitHub(OnWire):
    """One pull request on GitHub, or on a GitHub Enterprise Server: a Forge."""

    repository: str
    pull: int
    name: str = "GitHub"

    @property
    def _issue(self) -> str:
        return f"repos/{self.repository}/issues/{self.pull}"

    async def me(self) -> str | None:
        """Return the login of the token's account."""
        return await viewer(self.wire)

    async def comments(self) -> tuple[Comment, ...]:
        """Return the comments, oldest first: by ascending id, as the API lists them."""
        found: list[Comment] = []
        async for page in self.wire.pages(f"{self._issue}/comments?per_page=100"):
            found += [_comment(raw, raw.get("body")) for raw in object_list(page, page.json)]
        return tuple(found)

    async def post(self, text: str) -> Comment:
        """Add a comment and return it."""
        page = await self.wire.send("POST", f"{self._issue}/comments", {"body": text})
        return _comment(as_object(page, page.json), text)

    async def update(self, comment: Comment, text: str) -> None:
        """Replace the text of *comment* by *text*."""
        path = f"repos/{self.repository}/issues/comments/{segment(comment.id)}"
        await self.wire.send("PATCH", path, {"body": text})

    async def labels(self) -> frozenset[str]:
        """Return the names of the pull request's labels."""
        found: set[str] = set()
        async for page in self.wire.pages(f"{self._issue}/labels?per_page=100"):
            found |= {str(raw.get("name")) for raw in object_list(page, page.json)}
        return frozenset(found)

    async def change_labels(self, *, add: frozenset[str], remove: frozenset[str]) -> None:
        """Add and remove labels; one that was removed meanwhile is no error."""
        if add:
            await self.wire.send("POST", f"{self._issue}/labels", {"labels": sorted(add)})
        for label in sorted(remove):
            try:
                await self.wire.send("DELETE", f"{self._issue}/labels/{segment(label)}")
            except NotFound:
                continue

    def marker_in(self, text: str) -> Marker | None:
        """Return the marker in the text of a comment."""
        return marker_in(text)


def from_environment(
    values: Mapping[str, str], *, pull: int | None, pacing: Pacing = REAL_TIME
) -> GitHub:
    """Return the pull request from the variables of Actions, or *pull* if it is given.

    Raises WrongUsage that says what to set if something is missing.
    """
    variables = Variables(values)
    wire, repository = open_repository(variables, refusals=_REFUSALS, pacing=pacing)
    return GitHub(wire=wire, repository=repository, pull=pull or _pull(variables))


def run_url(values: Mapping[str, str]) -> str | None:
    """Return the URL of the workflow run, None outside of Actions."""
    variables = Variables(values)
    server, run = variables.get("GITHUB_SERVER_URL"), variables.get("GITHUB_RUN_ID")
    repository = variables.get("GITHUB_REPOSITORY")
    if not server or not repository or not run:
        return None
    return f"{server}/{repository}/actions/runs/{run}"


def _pull(variables: Variables) -> int:
    """Return the number from the event, otherwise from refs/pull/N/merge."""
    if (path := variables.get("GITHUB_EVENT_PATH")) is not None:
        found = _pull_of_event(Path(path))
        if found is not None:
            return found
    parts = (variables.get("GITHUB_REF") or "").split("/")
    if parts[:2] == ["refs", "pull"] and len(parts) > 2:  # noqa: PLR2004 - refs/pull/N
        return pull_number(parts[2], "the part after refs/pull/ of GITHUB_REF")
    raise WrongUsage(
        "the pull request is not known: neither the event nor GITHUB_REF names one",
        hint="name it with --pr N, or run on: pull_request",
    )


def _pull_of_event(path: Path) -> int | None:
    try:
        event = json_value(read_text(path, file=str(path)), file=str(path))
    except ManifestError:
        return None
    if not isinstance(event, dict):
        return None
    issue = event.get("issue")
    # A comment's event contains the pull request as an issue with this key.
    is_pull = isinstance(issue, dict) and "pull_request" in issue
    for raw in (event.get("pull_request"), issue if is_pull else None):
        if isinstance(raw, dict) and isinstance(raw.get("number"), int):
            return int(raw["number"])
    return None
