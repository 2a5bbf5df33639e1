"""A site on a real socket whose answers are given, and a project that is bound to it."""

import asyncio
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.utils import formatdate
from typing import Any

from tests.support.processes.raw_server import in_thread, request_head

CONTAINER, ACCOUNT = "ATCTT-of-disks", "ATATT-of-me"
EMAIL = "me@example.org"
PROJECT = """\
environments:
  production:
    backend: cloud
    baseUrl: {url}
    workspaceId: w
    auth: {{bearer: "${{ASSETS_TOKEN}}"}}
    schemaAuth: {{basic: {{email: "${{ASSETS_EMAIL}}", token: "${{ACCOUNT_TOKEN}}"}}}}
    sources: {{disks: {{importSourceId: disks-id}}}}
"""
VARIABLES = {"ASSETS_TOKEN": CONTAINER, "ASSETS_EMAIL": EMAIL, "ACCOUNT_TOKEN": ACCOUNT}

INFO, STATUS, ITSELF, LIST = "v1/imports/info", "configstatus", "disks-id", "objectschema/list"


@dataclass(kw_only=True)
class Answer:
    """One answer: JSON, or any text."""

    body: Any = None
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)

    def written(self) -> bytes:
        body = (self.body if isinstance(self.body, str) else json.dumps(self.body)).encode()
        headers = {"Date": formatdate(usegmt=True), "Content-Length": str(len(body))}
        lines = [f"{name}: {text}" for name, text in (headers | self.headers).items()]
        head = "\r\n".join([f"HTTP/1.1 {self.status} Answered", *lines, "Connection: close"])
        return head.encode() + b"\r\n\r\n" + body


def source_itself(**changes: Any) -> Answer:
    """Return what a source tells of itself."""
    known = {
        "name": "Disks of the scanner",
        "objectSchemaId": "41",
        "importSourceModuleKey": "rlabs-import-type-external",
        "importSpecificConfiguration": '{"password": "hunter2-hunter2"}',
    }
    return Answer(body=known | changes)


def object_schemas(**changes: Any) -> Answer:
    """Return a list of one object schema."""
    schema = {"id": "41", "name": "Hardware", "canManage": True} | changes
    page = {"startAt": 0, "maxResults": 100, "total": 1, "values": [schema], "isLast": True}
    return Answer(body=page)


def info(url: str, workspace: str = "w", source: str = "disks-id") -> Answer:
    """Return what `imports/info` answers to a container token."""
    below = f"{url}/workspace/{workspace}/v1/importsource/{source}"
    tails = {"getStatus": "configstatus", "start": "executions", "mapping": "mapping"}
    return Answer(body={"links": {key: f"{below}/{tail}" for key, tail in tails.items()}})


@dataclass(kw_only=True)
class CannedSite:
    """A server; `answers` by the end of the path, and `asked` are the requests in full."""

    url: str = ""
    answers: dict[str, Answer] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def heal(self) -> None:
        """Answer as a site where nothing is wrong."""
        self.asked.clear()
        self.answers = {
            INFO: info(self.url),
            STATUS: Answer(body={"status": "IDLE"}),
            ITSELF: source_itself(),
            LIST: object_schemas(),
        }


@contextmanager
def canned_site() -> Iterator[CannedSite]:
    """Yield a server where nothing is wrong."""
    site = CannedSite()

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await request_head(reader)).decode()
        site.asked.append(head)
        path = head.split()[1].partition("?")[0]
        found = next((a for end, a in site.answers.items() if path.endswith(end)), None)
        writer.write((found or Answer(status=404, body={})).written())
        await writer.drain()

    with in_thread(answer) as site.url:
        site.heal()
        yield site
