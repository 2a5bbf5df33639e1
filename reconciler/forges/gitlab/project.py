"""A project on GitLab: the connection to its API, and the account of the token.

From docs.gitlab.com: Users API (GET /user), Predefined CI/CD variables.
"""

from functools import partial

from reconciler.assets.auth import Credentials
from reconciler.assets.links import segment
from reconciler.assets.retry import Pacing
from reconciler.forges.refusals import Refusals
from reconciler.forges.requests import Wire, as_object, open_wire, text_of
from reconciler.forges.variables import Variables

WHAT_TO_SET = (
    "set GITLAB_TOKEN to a project access token with the scope api; CI_JOB_TOKEN may only read"
)
REFUSALS = partial(
    Refusals,
    no_connection="check CI_API_V4_URL, the network and the proxy variables",
    no_token=WHAT_TO_SET,
    unauthorized="the token is wrong, has expired, or may not do this: " + WHAT_TO_SET,
)
_API = "https://gitlab.com/api/v4"


def token_access(header: str, token: str) -> Credentials:
    """Return *token* as the entire value of *header*."""
    return Credentials(header=header, value=token, secrets=(token,))


def open_gitlab_project(
    variables: Variables, *, access: Credentials, refusals: Refusals, pacing: Pacing
) -> tuple[Wire, str]:
    """Return the connection to the API, and the project as used in paths.

    Raises WrongUsage that says what to set if something is missing.
    """
    project = variables.need(
        "CI_PROJECT_ID", "the project", "set it to the project's number or GROUP/PROJECT"
    )
    wire = open_wire(
        forge="GitLab",
        base_url=variables.get("CI_API_V4_URL") or _API,
        variable="CI_API_V4_URL",
        access=access,
        refusals=refusals,
        headers={},
        pacing=pacing,
    )
    return wire, segment(project)


async def account(wire: Wire) -> str:
    """Return the user name of the token's account."""
    page = await wire.send("GET", "user")
    return text_of(page, as_object(page, page.json), "username")
