"""Jira Cloud's API as its documentation has it: the work items of a project."""

import base64
import contextlib
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.support.forges.server import TOKEN, answered, body_of, serving
from tests.support.forges.tracker import Board

EMAIL = "ann@example.com"
ME = "557058:0000-me"
OTHER = "557058:0000-other"
PROJECT = "OPS"
LONGEST = 32_767
_JQL = re.compile(
    rf'project = "{PROJECT}" AND creator = "([^"]+)" AND statusCategory != Done '
    r"ORDER BY created ASC"
)
# What each node may hold, by the schema of the Atlassian Document Format.
_INSIDE = {
    "doc": {"heading", "paragraph", "bulletList"},
    "heading": {"text"},
    "paragraph": {"text"},
    "bulletList": {"listItem"},
    "listItem": {"paragraph"},
}


def issue(
    number: int, account: str, title: str, description: Any, marker: Any = None
) -> dict[str, Any]:
    return {
        "key": f"{PROJECT}-{number}",
        "creator": account,
        "summary": title,
        "description": description,
        "properties": {} if marker is None else {"reconciler": marker},
        "state": "open",
    }


def is_document(node: Mapping[str, Any]) -> bool:
    """Whether *node* is one of the format, as far as we use it."""
    if node["type"] == "text":
        marks = {mark["type"] for mark in node.get("marks", ())}
        return node["text"] != "" and marks <= {"code", "link"}
    return bool(node["content"]) and all(
        child["type"] in _INSIDE[node["type"]] and is_document(child) for child in node["content"]
    )


@contextlib.contextmanager
def jira() -> Iterator[Board]:  # noqa: C901 - an endpoint each
    board = Board()
    pair = base64.b64encode(f"{EMAIL}:{TOKEN}".encode()).decode()

    def refused(request: Request) -> Response | None:
        if request.headers.get("authorization") != f"Basic {pair}":
            return answered(401, "Client must be authenticated to access this resource.")
        return None

    def written(each: dict[str, Any], body: Any) -> Response | None:
        fields = body["fields"]
        if len(fields.get("summary", "")) > 255 or "\n" in fields.get("summary", ""):
            return JSONResponse({"errorMessages": [], "errors": {"summary": "too long"}}, 400)
        document = fields["description"]
        if document["version"] != 1 or document["type"] != "doc" or not is_document(document):
            return JSONResponse({"errors": {"description": "INVALID_INPUT"}}, 400)
        if len(json.dumps(document, ensure_ascii=False)) > LONGEST:
            return JSONResponse({"errors": {"description": "CONTENT_LIMIT_EXCEEDED"}}, 400)
        each |= {name: fields[name] for name in ("summary", "description") if name in fields}
        each["properties"] |= {one["key"]: one["value"] for one in body["properties"]}
        return None

    async def myself(_: Request) -> Response:
        return JSONResponse({"accountId": ME, "active": True})

    async def search(request: Request) -> Response:
        asked = await body_of(request)
        match = _JQL.fullmatch(asked["jql"])
        if match is None:
            return JSONResponse({"errorMessages": ["Error in the JQL Query"]}, 400)
        found = [i for i in board.issues if (i["state"], i["creator"]) == ("open", match[1])]
        start, size = int(asked.get("nextPageToken", "0")), board.page_size or 50
        answers = [
            {
                "key": each["key"],
                "fields": {"summary": each["summary"], "creator": {"accountId": each["creator"]}},
                "properties": {
                    k: v for k, v in each["properties"].items() if k in asked["properties"]
                },
            }
            for each in found[start : start + size]
        ]
        last = start + size >= len(found)
        more = {} if last else {"nextPageToken": str(start + size)}
        return JSONResponse({"issues": answers, "isLast": last, **more})

    async def create(request: Request) -> Response:
        body = await body_of(request)
        fields = body["fields"]
        assert (fields["project"], fields["issuetype"]) == ({"key": PROJECT}, {"name": "Task"})
        made = issue(board.next_number(), ME, "", None)
        if (no := written(made, body)) is not None:
            return no
        board.issues.append(made)
        return JSONResponse({"id": "10000", "key": made["key"]}, 201)

    def found(request: Request) -> dict[str, Any]:
        (each,) = [i for i in board.issues if i["key"] == request.path_params["key"]]
        return each

    async def one(request: Request) -> Response:
        return written(found(request), await body_of(request)) or Response(status_code=204)

    async def transitions(request: Request) -> Response:
        if request.method == "GET":
            ways = [
                {"id": "21", "to": {"statusCategory": {"key": "indeterminate"}}},
                {"id": "31", "to": {"statusCategory": {"key": "done"}}},
            ]
            return JSONResponse({"transitions": ways})
        assert (await body_of(request)) == {"transition": {"id": "31"}}
        found(request)["state"] = "closed"
        return Response(status_code=204)

    root = "/rest/api/3"
    routes = [
        Route(f"{root}/myself", myself),
        Route(f"{root}/search/jql", search, methods=["POST"]),
        Route(f"{root}/issue", create, methods=["POST"]),
        Route(f"{root}/issue/{{key}}", one, methods=["PUT"]),
        Route(f"{root}/issue/{{key}}/transitions", transitions, methods=["GET", "POST"]),
    ]
    with serving(routes, board, refused):
        yield board


def variables(board: Board) -> dict[str, str]:
    return {
        "JIRA_TOKEN": TOKEN,
        "JIRA_EMAIL": EMAIL,
        "JIRA_BASE_URL": board.url,
        "JIRA_PROJECT": PROJECT,
    }
