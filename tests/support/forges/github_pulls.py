"""GitHub's API as its documentation has it: the comments and labels of one pull request."""

import contextlib
from collections.abc import Iterator
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.support.forges.server import BOT, TOKEN, Pull, answered, body_of, serving

REPOSITORY = "octo/cmdb"
LONGEST = 65_536
LOGIN = f"{BOT}[bot]"


def comment(number: int, login: str, body: str) -> dict[str, Any]:
    return {"id": number, "user": {"login": login}, "body": body}


@contextlib.contextmanager
def github(*, prefix: str = "") -> Iterator[Pull]:  # noqa: C901 - an endpoint each
    desk = Pull()

    def refused(request: Request) -> Response | None:
        if request.headers.get("authorization") != f"Bearer {TOKEN}":
            return answered(401, "Bad credentials")
        if request.path_params.get("number") not in {None, 7}:
            return answered(404, "Not Found")
        return None

    async def graphql(_: Request) -> Response:
        return JSONResponse({"data": {"viewer": {"login": LOGIN}}})

    async def user(_: Request) -> Response:
        return answered(403, "Resource not accessible by integration")

    async def comments(request: Request) -> Response:
        if request.method == "GET":
            return desk.linked(request, desk.comments, default=30)
        body = (await body_of(request))["body"]
        if len(body) > LONGEST:
            return answered(422, f"Body is too long (maximum is {LONGEST} characters)")
        made = comment(desk.new_id(), LOGIN, body)
        desk.comments.append(made)
        return JSONResponse(made, 201)

    async def one(request: Request) -> Response:
        body = (await body_of(request))["body"]
        for each in desk.comments:
            if each["id"] == request.path_params["id"]:
                # A token that may write may change anybody's comment.
                each["body"] = body
                return JSONResponse(each)
        return answered(404, "Not Found")

    async def labels(request: Request) -> Response:
        if request.method == "POST":
            desk.labels += (await body_of(request))["labels"]
        named = [{"name": name} for name in desk.labels]
        return desk.linked(request, named, default=30)

    async def label(request: Request) -> Response:
        if request.path_params["name"] not in desk.labels:
            return answered(404, "Label does not exist")
        desk.labels.remove(request.path_params["name"])
        return JSONResponse([{"name": name} for name in desk.labels])

    issue = f"{prefix}/repos/{REPOSITORY}/issues"
    routes = [
        Route(f"{prefix.removesuffix('/v3')}/graphql", graphql, methods=["POST"]),
        Route(f"{prefix}/user", user),
        Route(f"{issue}/{{number:int}}/comments", comments, methods=["GET", "POST"]),
        Route(f"{issue}/comments/{{id:int}}", one, methods=["PATCH"]),
        Route(f"{issue}/{{number:int}}/labels", labels, methods=["GET", "POST"]),
        Route(f"{issue}/{{number:int}}/labels/{{name:path}}", label, methods=["DELETE"]),
    ]
    with serving(routes, desk, refused):
        yield desk


def variables(desk: Pull, prefix: str = "") -> dict[str, str]:
    return {
        "GITHUB_TOKEN": TOKEN,
        "GITHUB_REPOSITORY": REPOSITORY,
        "GITHUB_API_URL": f"{desk.url}{prefix}",
        "GITHUB_REF": "refs/pull/7/merge",
    }
