"""Jira Cloud: the work items of a project, for forges without issues.

Bitbucket Cloud has removed its issue tracker (Atlassian's announcement of its sunset; its API
answers 410), so the issue of a Bitbucket pipeline is a Jira issue.

From developer.atlassian.com, the Jira Cloud platform REST API v3: Myself; Issue search (POST
search/jql: `fields`, `properties`, `nextPageToken`; results may lag behind recent writes);
Issues (create, edit: `fields` and `properties`; get and do transitions:
`to.statusCategory.key`); Basic auth for REST APIs; from support.atlassian.com: JQL fields
(`creator` takes an account id). None of it could be tried on a Jira site.

The marker is an issue property, which nobody sees. Unlike its reporter, the creator of an issue
cannot be set by anybody: that is what makes an issue ours. A summary holds 255 characters. A
text holds 32,767; whether Jira counts the characters of the document's JSON is not documented,
so they are counted here, with some margin.
"""

import json
from collections.abc import AsyncIterator, Mapping
from typing import Any

from reconciler.assets.auth import basic
from reconciler.assets.links import segment
from reconciler.assets.retry import REAL_TIME, Pacing
from reconciler.errors import ReconcilerError, WrongUsage
from reconciler.forges.refusals import Refusals
from reconciler.forges.requests import (
    MOST_PAGES,
    OnWire,
    Page,
    account_of,
    as_object,
    object_list,
    open_wire,
    text_of,
)
from reconciler.forges.tracker import Issue, Message
from reconciler.forges.variables import Variables
from reconciler.regex import regex
from reconciler.render.markdown.marker import Marker, marker_of

LONGEST = 30_000
PROPERTY = "reconciler"
_ISSUE_TYPE = "Task"
_API = "rest/api/3"
_PROJECT_KEY = regex(r"[A-Za-z][A-Za-z0-9_]+")
_WHAT_TO_SET = "set JIRA_EMAIL and JIRA_TOKEN to an account's e-mail address and its API token"
_REFUSALS = Refusals(
    no_connection="check JIRA_BASE_URL, the network and the proxy variables",
    no_token=_WHAT_TO_SET,
    unauthorized="the e-mail address or the token is wrong, or the token has expired: "
    + _WHAT_TO_SET,
    forbidden="the account must be let browse the project, create, edit and close issues in it",
    not_found="check JIRA_BASE_URL and JIRA_PROJECT; what the account may not see is answered "
    "404 as well",
    rejected="check JIRA_PROJECT and JIRA_ISSUE_TYPE, and that the type needs no field beyond "
    "summary and description; the API's answer says which",
)


class Jira(OnWire):
    """The work items of a project of Jira: a Tracker."""

    project: str
    issue_type: str
    name: str = "Jira"

    async def me(self) -> str:
        """Return the account id of the token's account."""
        page = await self.wire.send("GET", f"{_API}/myself")
        return text_of(page, as_object(page, page.json), "accountId")

    async def open_issues(self, author: str) -> tuple[Issue, ...]:
        """Return the issues of *author* with a marker that are not done, oldest first."""
        jql = (
            f'project = "{self.project}" AND creator = {json.dumps(author)} '
            "AND statusCategory != Done ORDER BY created ASC"
        )
        found: list[Issue] = []
        async for page in self._searched(jql):
            for raw in object_list(page, as_object(page, page.json).get("issues")):
                marker = marker_of(_inside(raw, "properties").get(PROPERTY))
                fields = _inside(raw, "fields")
                if marker is not None:
                    found.append(
                        Issue(
                            id=text_of(page, raw, "key"),
                            author=account_of(fields.get("creator"), "accountId"),
                            title=str(fields.get("summary")),
                            marker=marker,
                        )
                    )
        return tuple(found)

    async def open(self, message: Message) -> str:
        """Create an issue and return its key."""
        fields = {
            "project": {"key": self.project},
            "issuetype": {"name": self.issue_type},
            "summary": message.title,
            "description": message.body,
        }
        body = {"fields": fields, "properties": _properties(message.marker)}
        page = await self.wire.send("POST", f"{_API}/issue", body)
        return text_of(page, as_object(page, page.json), "key")

    async def update(self, issue: Issue, message: Message) -> None:
        """Replace the title and body of *issue* by those of *message*."""
        fields = {"summary": message.title, "description": message.body}
        await self._edit(issue, fields, message.marker)

    async def close(self, issue: Issue, message: Message) -> None:
        """Replace the body of *issue*, then move it to a status that means done.

        Raises ReconcilerError if the workflow has no such transition from its status.
        """
        if issue.marker.digest != message.marker.digest:
            await self._edit(issue, {"description": message.body}, message.marker)
        path = f"{_API}/issue/{segment(issue.id)}/transitions"
        page = await self.wire.send("GET", path)
        ways = object_list(page, as_object(page, page.json).get("transitions"))
        done = [
            way
            for way in ways
            if _inside(_inside(way, "to"), "statusCategory").get("key") == "done"
        ]
        if not done:
            raise ReconcilerError(
                f"{issue.id} is in sync, and cannot be closed: no transition leads from its "
                "status to one of the category Done",
                hint="let the account do such a transition, or close the issue by hand",
            )
        await self.wire.send("POST", path, {"transition": {"id": text_of(page, done[0], "id")}})

    async def _edit(self, issue: Issue, fields: Mapping[str, Any], marker: Marker) -> None:
        body = {"fields": fields, "properties": _properties(marker)}
        await self.wire.send("PUT", f"{_API}/issue/{segment(issue.id)}", body)

    async def _searched(self, jql: str) -> AsyncIterator[Page]:
        asked = {"jql": jql, "fields": ["creator", "summary"], "properties": [PROPERTY]}
        token: Any = None
        for _ in range(MOST_PAGES):
            more = {"nextPageToken": token} if token else {}
            page = await self.wire.send("POST", f"{_API}/search/jql", {**asked, **more})
            yield page
            token = as_object(page, page.json).get("nextPageToken")
            if not isinstance(token, str) or not token:
                return
        self.wire.unreadable(page.call, f"names more than {MOST_PAGES} pages")


def from_environment(values: Mapping[str, str], *, pacing: Pacing = REAL_TIME) -> Jira:
    """Return the Jira project from the variables.

    Raises WrongUsage that says what to set if something is missing.
    """
    variables = Variables(values)
    site = variables.need("JIRA_BASE_URL", "the site", "set it to https://SITE.atlassian.net")
    project = variables.need("JIRA_PROJECT", "the project", "set it to the project's key")
    if not _PROJECT_KEY.fullmatch(project):
        raise WrongUsage("JIRA_PROJECT is not the key of a project: letters, digits and _")
    email = variables.need("JIRA_EMAIL", "the account", _WHAT_TO_SET)
    token = variables.need("JIRA_TOKEN", "the token", _WHAT_TO_SET)
    wire = open_wire(
        forge="Jira",
        base_url=site,
        variable="JIRA_BASE_URL",
        access=basic(email, token),
        refusals=_REFUSALS,
        headers={"Accept": "application/json"},
        pacing=pacing,
    )
    issue_type = variables.get("JIRA_ISSUE_TYPE") or _ISSUE_TYPE
    return Jira(wire=wire, project=project, issue_type=issue_type)


def _properties(marker: Marker) -> list[Mapping[str, Any]]:
    return [{"key": PROPERTY, "value": marker.to_dict()}]


def _inside(raw: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """Return the object *name* of *raw*, an empty one if there is none."""
    found = raw.get(name)
    return found if isinstance(found, dict) else {}
