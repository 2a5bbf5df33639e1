"""GitHub's API as its documentation has it: the issues of a repository."""

import contextlib
from collections.abc import Iterator
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.support.forges.github_pulls import LOGIN, LONGEST, REPOSITORY
from tests.support.forges.server import TOKEN, answered, body_of, serving
from tests.support.forges.tracker import Board


def issue(number: int, login: str, title: str, body: str | None) -> dict[str, Any]:
    return {
        "number": number,
        "user": {"login": login},
        "title": title,
        "body": body,
        "state": "open",
    }


@contextlib.contextmanager
def github() -> Iterator[Board]:
    board = Board()

    def refused(request: Request) -> Response | None:
        if request.headers.get("authorization") != f"Bearer {TOKEN}":
            return answered(401, "Bad credentials")
        return None

    async def graphql(_: Request) -> Response:
        return JSONResponse({"data": {"viewer": {"login": LOGIN}}})

    async def issues(request: Request) -> Response:
        if request.method == "GET":
            assert request.query_params["state"] == "open"
            found = [each for each in board.issues if each["state"] == "open"]
            return board.linked(request, found, default=30)
        body = await body_of(request)
        if len(body["body"]) > LONGEST or len(body["title"]) > 256:
            return answered(422, "Validation Failed")
        made = issue(board.next_number(), LOGIN, body["title"], body["body"])
        board.issues.append(made)
        return JSONResponse(made, 201)

    async def one(request: Request) -> Response:
        for each in board.issues:
            if each["number"] == request.path_params["number"]:
                # A token that may write may change anybody's issue.
                each.update(await body_of(request))
                return JSONResponse(each)
        return answered(404, "Not Found")

    path = f"/repos/{REPOSITORY}/issues"
    routes = [
        Route("/graphql", graphql, methods=["POST"]),
        Route(path, issues, methods=["GET", "POST"]),
        Route(f"{path}/{{number:int}}", one, methods=["PATCH"]),
    ]
    with serving(routes, board, refused):
        yield board


def variables(board: Board) -> dict[str, str]:
    return {
        "GITHUB_TOKEN": TOKEN,
        "GITHUB_REPOSITORY": REPOSITORY,
        "GITHUB_API_URL": board.url,
    }
