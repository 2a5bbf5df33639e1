"""GitLab's API as its documentation has it: the notes and labels of one merge request."""

import contextlib
from collections.abc import Iterator
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.support.forges.server import BOT, TOKEN, Pull, answered, body_of, serving

PROJECT = "42"
LONGEST = 1_000_000


def note(number: int, username: str, body: str, *, system: bool = False) -> dict[str, Any]:
    return {"id": number, "author": {"username": username}, "body": body, "system": system}


@contextlib.contextmanager
def gitlab() -> Iterator[Pull]:  # noqa: C901 - an endpoint each
    desk = Pull(comments=[note(1, BOT, "changed the description", system=True)])

    def refused(request: Request) -> Response | None:
        # The token of a job may read notes, and nothing else of these.
        reads = request.method == "GET" and "notes" in request.url.path
        by_job = reads and request.headers.get("job-token") == TOKEN
        if request.headers.get("private-token") != TOKEN and not by_job:
            return answered(401, "401 Unauthorized")
        if request.path_params.get("iid") not in {None, 7}:
            return answered(404, "404 Not found")
        return None

    async def user(_: Request) -> Response:
        return JSONResponse({"id": 5, "username": BOT})

    async def notes(request: Request) -> Response:
        if request.method == "GET":
            ascending = request.query_params.get("sort", "desc") == "asc"
            listed = desk.comments if ascending else desk.comments[::-1]
            return desk.linked(request, listed, default=20)
        body = (await body_of(request))["body"]
        if len(body) > LONGEST:
            return answered(400, "note is too long (maximum is 1000000 characters)")
        made = note(desk.new_id(), BOT, body)
        desk.comments.append(made)
        return JSONResponse(made, 201)

    async def one(request: Request) -> Response:
        for each in desk.comments:
            if each["id"] == request.path_params["id"]:
                each["body"] = (await body_of(request))["body"]
                return JSONResponse(each)
        return answered(404, "404 Not found")

    async def merge_request(request: Request) -> Response:
        if request.method == "PUT":
            body = await body_of(request)
            gone = set(body.get("remove_labels", "").split(","))
            new = [name for name in body.get("add_labels", "").split(",") if name]
            desk.labels[:] = [name for name in desk.labels if name not in gone] + new
        return JSONResponse({"iid": 7, "labels": desk.labels})

    path = f"/api/v4/projects/{PROJECT}/merge_requests/{{iid:int}}"
    routes = [
        Route("/api/v4/user", user),
        Route(path, merge_request, methods=["GET", "PUT"]),
        Route(f"{path}/notes", notes, methods=["GET", "POST"]),
        Route(f"{path}/notes/{{id:int}}", one, methods=["PUT"]),
    ]
    with serving(routes, desk, refused):
        yield desk


def variables(desk: Pull) -> dict[str, str]:
    return {
        "GITLAB_TOKEN": TOKEN,
        "CI_API_V4_URL": f"{desk.url}/api/v4",
        "CI_PROJECT_ID": PROJECT,
        "CI_MERGE_REQUEST_IID": "7",
    }
