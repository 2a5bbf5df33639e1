"""Bitbucket Cloud's API as its documentation has it: comments, and Code Insights reports."""

import base64
import contextlib
from collections.abc import Iterator
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.support.forges.server import TOKEN, Pull, answered, body_of, serving

REPOSITORY = "acme/cmdb"
LONGEST = 32_768
ME = "{5c1d0d3a-0000-4000-8000-000000000001}"
OTHER = "{5c1d0d3a-0000-4000-8000-000000000002}"
USER = "ann@example.com"


def comment(number: int, uuid: str, raw: str, *, deleted: bool = False) -> dict[str, Any]:
    return {"id": number, "user": {"uuid": uuid}, "content": {"raw": raw}, "deleted": deleted}


@contextlib.contextmanager
def bitbucket() -> Iterator[Pull]:  # noqa: C901 - an endpoint each
    desk = Pull()
    pair = base64.b64encode(f"{USER}:{TOKEN}".encode()).decode()

    def refused(request: Request) -> Response | None:
        if request.headers.get("authorization") not in {f"Bearer {TOKEN}", f"Basic {pair}"}:
            return answered(401, "Token is invalid, expired, or not supported for this endpoint.")
        if request.path_params.get("number") not in {None, 7}:
            return answered(404, "Resource not found")
        return None

    async def user(request: Request) -> Response:
        # An access token is not a user (BCLOUD-23528).
        if request.headers.get("authorization") != f"Basic {pair}":
            return answered(401, "Token is invalid or not supported for this endpoint.")
        return JSONResponse({"uuid": ME, "type": "user"})

    async def comments(request: Request) -> Response:
        if request.method == "GET":
            size = min(100, int(request.query_params.get("pagelen", "10")))
            page, following = desk.paged(request, desk.comments, size)
            return JSONResponse({"values": page} | ({"next": following} if following else {}))
        raw = (await body_of(request))["content"]["raw"]
        if len(raw) > LONGEST:
            return answered(400, f"content.raw: max length is {LONGEST}")
        made = comment(desk.new_id(), ME, raw)
        desk.comments.append(made)
        return JSONResponse(made, 201)

    async def one(request: Request) -> Response:
        for each in desk.comments:
            if each["id"] == request.path_params["id"]:
                if each["user"]["uuid"] != ME:
                    return answered(403, "You do not have access to edit this comment.")
                each["content"] = (await body_of(request))["content"]
                return JSONResponse(each)
        return answered(404, "Resource not found")

    async def report(request: Request) -> Response:
        name = request.path_params["report"]
        if request.method == "DELETE":
            if desk.reports.pop(name, None) is None:
                return answered(404, "Report not found")
            desk.annotations.pop(name)
            return Response(status_code=204)
        body = await body_of(request)
        if len(body["data"]) > 10 or len(body["details"]) > 2_000:
            return answered(400, "The report is too big")
        desk.reports[name] = body
        desk.annotations.setdefault(name, {})
        return JSONResponse(body)

    async def annotations(request: Request) -> Response:
        given = await body_of(request)
        kept = desk.annotations[request.path_params["report"]]
        if len(given) > 100 or len(kept) + len(given) > 1_000:
            return answered(400, "Too many annotations")
        for each in given:
            if len(each["summary"]) > 450:
                return answered(400, "The summary field cannot contain more than 450 characters.")
            assert each["severity"] in {"CRITICAL", "HIGH", "MEDIUM", "LOW"}
            assert each["annotation_type"] in {"VULNERABILITY", "CODE_SMELL", "BUG"}
            kept[each["external_id"]] = each
        return JSONResponse(given)

    root = f"/2.0/repositories/{REPOSITORY}"
    pull = f"{root}/pullrequests/{{number:int}}/comments"
    insight = f"{root}/commit/{{commit}}/reports/{{report}}"
    routes = [
        Route("/2.0/user", user),
        Route(pull, comments, methods=["GET", "POST"]),
        Route(f"{pull}/{{id:int}}", one, methods=["PUT"]),
        Route(insight, report, methods=["PUT", "DELETE"]),
        Route(f"{insight}/annotations", annotations, methods=["POST"]),
    ]
    with serving(routes, desk, refused):
        yield desk


def variables(desk: Pull) -> dict[str, str]:
    return {
        "BITBUCKET_TOKEN": TOKEN,
        "BITBUCKET_API_URL": f"{desk.url}/2.0",
        "BITBUCKET_WORKSPACE": "acme",
        "BITBUCKET_REPO_SLUG": "cmdb",
        "BITBUCKET_PR_ID": "7",
        "BITBUCKET_COMMIT": "c0ffee00",
    }
