"""GitLab's API as its documentation has it: the issues of a project."""

import contextlib
from collections.abc import Iterator
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.support.forges.gitlab_merge_requests import PROJECT
from tests.support.forges.server import BOT, TOKEN, answered, body_of, serving
from tests.support.forges.tracker import Board

LONGEST = 1_048_576


def issue(number: int, username: str, title: str, description: str | None) -> dict[str, Any]:
    return {
        "id": number + 90_000,
        "iid": number,
        "author": {"username": username},
        "title": title,
        "description": description,
        "state": "opened",
    }


@contextlib.contextmanager
def gitlab() -> Iterator[Board]:  # noqa: C901 - an endpoint each
    board = Board()

    def refused(request: Request) -> Response | None:
        if request.headers.get("private-token") != TOKEN:
            return answered(401, "401 Unauthorized")
        return None

    async def user(_: Request) -> Response:
        return JSONResponse({"id": 5, "username": BOT})

    async def issues(request: Request) -> Response:
        if request.method == "GET":
            asked = request.query_params
            found = [
                each
                for each in board.issues
                if each["state"] == asked["state"]
                and each["author"]["username"] == asked["author_username"]
            ]
            assert (asked["order_by"], asked["sort"]) == ("created_at", "asc")
            return board.linked(request, found, default=20)
        body = await body_of(request)
        if len(body["description"]) > LONGEST or len(body["title"]) > 255:
            return answered(400, "title is too long (maximum is 255 characters)")
        made = issue(board.next_number(), BOT, body["title"], body["description"])
        board.issues.append(made)
        return JSONResponse(made, 201)

    async def one(request: Request) -> Response:
        for each in board.issues:
            if each["iid"] == request.path_params["iid"]:
                body = await body_of(request)
                if body.pop("state_event", None) == "close":
                    each["state"] = "closed"
                each.update(body)
                return JSONResponse(each)
        return answered(404, "404 Not found")

    path = f"/api/v4/projects/{PROJECT}/issues"
    routes = [
        Route("/api/v4/user", user),
        Route(path, issues, methods=["GET", "POST"]),
        Route(f"{path}/{{iid:int}}", one, methods=["PUT"]),
    ]
    with serving(routes, board, refused):
        yield board


def variables(board: Board) -> dict[str, str]:
    return {
        "GITLAB_TOKEN": TOKEN,
        "CI_API_V4_URL": f"{board.url}/api/v4",
        "CI_PROJECT_ID": PROJECT,
    }
