"""Bitbucket Cloud: comments of a pull request, and a Code Insights report of its commit.

From developer.atlassian.com, the Bitbucket Cloud REST API: Pullrequests (comments: `content`
with `raw`; at most 32,768 characters), Reports (at most 1,000 annotations, 100 a request),
pagination (`next` in the body); from support.atlassian.com: Variables and secrets. Access
tokens of a repository are refused by GET /user (jira.atlassian.com, BCLOUD-23528), and
only its author may edit a comment. There are no labels.
"""

import contextlib
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from reconciler.assets.auth import Credentials, basic, bearer
from reconciler.assets.links import segment
from reconciler.assets.retry import REAL_TIME, Pacing
from reconciler.errors import Forbidden, NotFound, Unauthorized, WrongUsage
from reconciler.forges.forge import Comment, comment_of
from reconciler.forges.refusals import Refusals
from reconciler.forges.requests import OnWire, account_of, as_object, object_list, open_wire
from reconciler.forges.variables import Variables, pull_number
from reconciler.render.markdown.bitbucket import marker_in_bitbucket
from reconciler.render.markdown.marker import Marker

LONGEST = 32_768
ANNOTATIONS_A_REQUEST = 100
_API = "https://api.bitbucket.org/2.0"
_WHAT_TO_SET = (
    "set BITBUCKET_TOKEN to a repository access token with the scope pullrequest:write, or "
    "BITBUCKET_USERNAME and BITBUCKET_APP_PASSWORD (an API token goes with the e-mail address)"
)
_REFUSALS = Refusals(
    no_connection="check BITBUCKET_API_URL, the network and the proxy variables",
    no_token=_WHAT_TO_SET,
    unauthorized="the token is wrong or has expired: " + _WHAT_TO_SET,
    forbidden="the token needs the scopes pullrequest:write and, for --code-insights, repository",
    not_found="check BITBUCKET_WORKSPACE, BITBUCKET_REPO_SLUG and --pr; a token without access "
    "to the repository is answered 404 as well",
    rejected="if the comment is too long, lower --limit",
)


_comment = partial(comment_of, by="user", account="uuid")


class Bitbucket(OnWire):
    """One pull request on Bitbucket Cloud: a Forge, and Code Insights."""

    repository: str
    pull: int
    commit: str | None
    name: str = "Bitbucket"

    @property
    def _comments(self) -> str:
        return f"repositories/{self.repository}/pullrequests/{self.pull}/comments"

    async def me(self) -> str | None:
        """Return the account's UUID, None for access tokens, whose account is unknown."""
        try:
            page = await self.wire.send("GET", "user")
        except (Unauthorized, Forbidden):
            return None
        return account_of(as_object(page, page.json), "uuid")

    async def comments(self) -> tuple[Comment, ...]:
        """Return the comments that are not deleted, oldest first."""
        found: list[Comment] = []
        path = f"{self._comments}?pagelen=100&sort=created_on"
        async for page in self.wire.pages(path, next_in_body=True):
            for raw in object_list(page, as_object(page, page.json).get("values")):
                content = raw.get("content")
                if isinstance(content, dict) and not raw.get("deleted"):
                    found.append(_comment(raw, content.get("raw")))
        return tuple(found)

    async def post(self, text: str) -> Comment:
        """Add a comment and return it."""
        page = await self.wire.send("POST", self._comments, {"content": {"raw": text}})
        return _comment(as_object(page, page.json), text)

    async def update(self, comment: Comment, text: str) -> None:
        """Replace the text of *comment* by *text*."""
        path = f"{self._comments}/{segment(comment.id)}"
        await self.wire.send("PUT", path, {"content": {"raw": text}})

    async def labels(self) -> frozenset[str]:
        """Raise WrongUsage: pull requests have none."""
        raise WrongUsage("Bitbucket has no labels", hint="leave --labels out")

    async def change_labels(self, *, add: frozenset[str], remove: frozenset[str]) -> None:
        """Raise WrongUsage: pull requests have none."""
        raise WrongUsage(f"Bitbucket has no labels ({', '.join(sorted(add | remove))})")

    async def publish(
        self, report_id: str, report: Mapping[str, Any], annotations: Sequence[Mapping[str, Any]]
    ) -> None:
        """Put the Code Insights report *report_id* of the commit, with its annotations.

        The report of an earlier run is deleted first, since its annotations would stay. Raises
        WrongUsage if the commit is unknown.
        """
        if self.commit is None:
            raise WrongUsage(
                "the commit is not known: BITBUCKET_COMMIT is not set",
                hint="set it to the commit that the plan was made of",
            )
        commit = f"repositories/{self.repository}/commit/{segment(self.commit)}"
        path = f"{commit}/reports/{segment(report_id)}"
        with contextlib.suppress(NotFound):  # first run for this commit
            await self.wire.send("DELETE", path)
        await self.wire.send("PUT", path, report)
        for start in range(0, len(annotations), ANNOTATIONS_A_REQUEST):
            part = annotations[start : start + ANNOTATIONS_A_REQUEST]
            await self.wire.send("POST", f"{path}/annotations", list(part))

    def marker_in(self, text: str) -> Marker | None:
        """Return the marker in the text of a comment."""
        return marker_in_bitbucket(text)


def from_environment(
    values: Mapping[str, str], *, pull: int | None, pacing: Pacing = REAL_TIME
) -> Bitbucket:
    """Return the pull request from the variables of Pipelines, or *pull* if it is given.

    Raises WrongUsage that says what to set if something is missing.
    """
    variables = Variables(values)
    access = _access(variables)
    workspace = variables.need("BITBUCKET_WORKSPACE", "the workspace", "set it to its id")
    slug = variables.need("BITBUCKET_REPO_SLUG", "the repository", "set it to its name in URLs")
    name = "BITBUCKET_PR_ID"
    hint = "name it with --pr N, or run in pipelines: pull-requests:"
    return Bitbucket(
        wire=open_wire(
            forge="Bitbucket",
            base_url=variables.get("BITBUCKET_API_URL") or _API,
            variable="BITBUCKET_API_URL",
            access=access,
            refusals=_REFUSALS,
            headers={},
            pacing=pacing,
        ),
        repository=f"{segment(workspace)}/{segment(slug)}",
        pull=pull or pull_number(variables.need(name, "the pull request", hint), name),
        commit=variables.get("BITBUCKET_COMMIT"),
    )


def run_url(values: Mapping[str, str]) -> str | None:
    """Return the URL of the pipeline, None outside of Pipelines."""
    variables = Variables(values)
    build, origin = (
        variables.get("BITBUCKET_BUILD_NUMBER"),
        variables.get("BITBUCKET_GIT_HTTP_ORIGIN"),
    )
    return f"{origin}/pipelines/results/{build}" if build and origin else None


def _access(variables: Variables) -> Credentials:
    if (token := variables.get("BITBUCKET_TOKEN")) is not None:
        return bearer(token)
    user, password = variables.get("BITBUCKET_USERNAME"), variables.get("BITBUCKET_APP_PASSWORD")
    if user is None or password is None:
        raise WrongUsage("the token is not known: BITBUCKET_TOKEN is not set", hint=_WHAT_TO_SET)
    return basic(user, password)
