"""Issues in Markdown, as GitHub and GitLab keep them: one behaviour, and a row for each API."""

from collections.abc import Mapping
from typing import Any

from reconciler.assets.links import segment
from reconciler.forges.requests import OnWire, account_of, as_object, object_list
from reconciler.forges.tracker import Issue, Message
from reconciler.render.markdown.marker import marker_in
from reconciler.value import Value, field


class IssueApi(Value):
    """How an API writes an issue: the keys of its JSON, the verb of an edit, what closes it.

    `author` is the key of the account, `account` that of its name in it. An object with the
    key `not_issue` is none.
    """

    number: str
    body: str
    author: str
    account: str
    edit: str
    closed: Mapping[str, str] = field(default_factory=dict)
    not_issue: str | None = None


class MarkdownIssues(OnWire):
    """The issues at *path* of an API: what its Tracker does once it knows whose they are."""

    path: str
    api: IssueApi
    name: str

    async def marked(self, query: str) -> tuple[Issue, ...]:
        """Return the issues with a marker that the list with *query* holds, in its order."""
        found: list[Issue] = []
        async for page in self.wire.pages(f"{self.path}?{query}&per_page=100"):
            for raw in object_list(page, page.json):
                marker = marker_in(str(raw.get(self.api.body) or ""))
                if marker is not None and self.api.not_issue not in raw:
                    found.append(
                        Issue(
                            id=str(raw.get(self.api.number)),
                            author=account_of(raw.get(self.api.author), self.api.account),
                            title=str(raw.get("title")),
                            marker=marker,
                        )
                    )
        return tuple(found)

    async def open(self, message: Message) -> str:
        """Open an issue and return its number."""
        page = await self.wire.send("POST", self.path, self._texts(message))
        return str(as_object(page, page.json).get(self.api.number))

    async def update(self, issue: Issue, message: Message) -> None:
        """Replace the title and body of *issue* by those of *message*."""
        await self._edit(issue, self._texts(message))

    async def close(self, issue: Issue, message: Message) -> None:
        """Replace the body of *issue* and close it, in one request."""
        await self._edit(issue, {self.api.body: message.body, **self.api.closed})

    def _texts(self, message: Message) -> dict[str, Any]:
        return {"title": message.title, self.api.body: message.body}

    async def _edit(self, issue: Issue, content: dict[str, Any]) -> None:
        await self.wire.send(self.api.edit, f"{self.path}/{segment(issue.id)}", content)
