"""GitLab: notes and labels of a merge request.

From docs.gitlab.com: Notes API (at most 1,000,000 characters; those with `system` are
GitLab's own), Merge requests API (`add_labels`, `remove_labels`: comma-separated names),
Users API (GET /user), REST API pagination (Link), Predefined CI/CD variables. A job token may
only read notes (GitLab CI/CD job token, Job token access), and its user is whoever started
the pipeline.
"""

from collections.abc import Mapping
from functools import partial

from reconciler.assets.links import segment
from reconciler.assets.retry import REAL_TIME, Pacing
from reconciler.errors import WrongUsage
from reconciler.forges.forge import Comment, comment_of
from reconciler.forges.gitlab.project import (
    REFUSALS,
    WHAT_TO_SET,
    account,
    open_gitlab_project,
    token_access,
)
from reconciler.forges.requests import OnWire, as_object, object_list
from reconciler.forges.variables import Variables, pull_number
from reconciler.render.markdown.marker import Marker, marker_in

LONGEST = 1_000_000
_REFUSALS = REFUSALS(
    forbidden=WHAT_TO_SET + "; the role Reporter may comment, Developer may label",
    not_found="check CI_PROJECT_ID and --pr; a token without access to the project is answered "
    "404 as well",
    rejected="if the note is too long, lower --limit",
)


_comment = partial(comment_of, by="author", account="username")


class GitLab(OnWire):
    """One merge request on GitLab: a Forge."""

    project: str
    merge_request: int
    # For a job token the API only tells who started the pipeline.
    knows_me: bool = True
    name: str = "GitLab"

    @property
    def _path(self) -> str:
        return f"projects/{self.project}/merge_requests/{self.merge_request}"

    async def me(self) -> str | None:
        """Return the user name of the token's account, None for a job token."""
        if not self.knows_me:
            return None
        return await account(self.wire)

    async def comments(self) -> tuple[Comment, ...]:
        """Return the notes of people and programs, oldest first."""
        found: list[Comment] = []
        path = f"{self._path}/notes?sort=asc&order_by=created_at&per_page=100"
        async for page in self.wire.pages(path):
            notes = object_list(page, page.json)
            found += [_comment(raw, raw.get("body")) for raw in notes if not raw.get("system")]
        return tuple(found)

    async def post(self, text: str) -> Comment:
        """Add a note and return it."""
        page = await self.wire.send("POST", f"{self._path}/notes", {"body": text})
        return _comment(as_object(page, page.json), text)

    async def update(self, comment: Comment, text: str) -> None:
        """Replace the text of the note *comment* by *text*."""
        await self.wire.send("PUT", f"{self._path}/notes/{segment(comment.id)}", {"body": text})

    async def labels(self) -> frozenset[str]:
        """Return the names of the merge request's labels."""
        page = await self.wire.send("GET", self._path)
        labels = as_object(page, page.json).get("labels")
        return frozenset(map(str, labels)) if isinstance(labels, list) else frozenset()

    async def change_labels(self, *, add: frozenset[str], remove: frozenset[str]) -> None:
        """Add and remove labels in one request."""
        body = {"add_labels": ",".join(sorted(add)), "remove_labels": ",".join(sorted(remove))}
        wanted = {name: labels for name, labels in body.items() if labels}
        if wanted:
            await self.wire.send("PUT", self._path, wanted)

    def marker_in(self, text: str) -> Marker | None:
        """Return the marker in the text of a note."""
        return marker_in(text)


def from_environment(
    values: Mapping[str, str],
    *,
    pull: int | None,
    reads: bool = False,
    pacing: Pacing = REAL_TIME,
) -> GitLab:
    """Return the merge request from GitLab's variables, or *pull* if it is given.

    The job token is used only if *reads* says that nothing is written, and there is no other
    token. Raises WrongUsage that says what to set if something is missing.
    """
    variables = Variables(values)
    token, job_token = variables.get("GITLAB_TOKEN"), variables.get("CI_JOB_TOKEN")
    if token is not None:
        access = token_access("PRIVATE-TOKEN", token)
    elif reads and job_token is not None:
        access = token_access("JOB-TOKEN", job_token)
    else:
        raise WrongUsage("the token is not known: GITLAB_TOKEN is not set", hint=WHAT_TO_SET)
    wire, project = open_gitlab_project(variables, access=access, refusals=_REFUSALS, pacing=pacing)
    return GitLab(
        wire=wire,
        project=project,
        merge_request=pull or _merge_request(variables),
        knows_me=token is not None,
    )


def run_url(values: Mapping[str, str]) -> str | None:
    """Return the URL of the job, None outside of GitLab CI."""
    return Variables(values).get("CI_JOB_URL")


def _merge_request(variables: Variables) -> int:
    name = "CI_MERGE_REQUEST_IID"
    hint = (
        "name it with --pr N, or run in a merge request pipeline: "
        'if: $CI_PIPELINE_SOURCE == "merge_request_event"'
    )
    return pull_number(variables.need(name, "the merge request", hint), name)
