"""A repository on GitHub: the connection to its API, and the account of the token.

From docs.github.com: GraphQL, `viewer`; Variables (of Actions).
"""

from functools import partial

from reconciler.assets.auth import bearer
from reconciler.assets.links import segment
from reconciler.assets.retry import Pacing
from reconciler.errors import Forbidden, NotFound, UnreadableAnswer, WrongUsage
from reconciler.forges.refusals import Refusals
from reconciler.forges.requests import Wire, as_object, open_wire, text_of
from reconciler.forges.variables import Variables

WHAT_TO_SET = "set GITHUB_TOKEN; in a workflow: env: {GITHUB_TOKEN: ${{ github.token }}}"
REFUSALS = partial(
    Refusals,
    no_connection="check GITHUB_API_URL, the network and the proxy variables",
    no_token=WHAT_TO_SET,
    unauthorized="GITHUB_TOKEN is wrong or has expired",
)
_API = "https://api.github.com"
_VIEWER = {"query": "{ viewer { login } }"}


def open_repository(
    variables: Variables, *, refusals: Refusals, pacing: Pacing
) -> tuple[Wire, str]:
    """Return the connection to the API, and OWNER/REPOSITORY as used in paths.

    Raises WrongUsage that says what to set if something is missing.
    """
    token = variables.need("GITHUB_TOKEN", "the token", WHAT_TO_SET)
    repository = variables.need("GITHUB_REPOSITORY", "the repository", "set it to OWNER/REPOSITORY")
    owner, slash, name = repository.partition("/")
    if not owner or not slash or not name or "/" in name:
        raise WrongUsage("GITHUB_REPOSITORY is not OWNER/REPOSITORY")
    wire = open_wire(
        forge="GitHub",
        base_url=variables.get("GITHUB_API_URL") or _API,
        variable="GITHUB_API_URL",
        access=bearer(token),
        refusals=refusals,
        headers={
            "Accept": "application/vnd.github+json",
            "X-GitHub-Api-Version": "2022-11-28",
        },
        pacing=pacing,
    )
    return wire, f"{segment(owner)}/{segment(name)}"


async def viewer(wire: Wire) -> str:
    """Return the login of the token's account.

    GET /user refuses the tokens of Actions ("Resource not accessible by integration");
    GraphQL's viewer works for all of them, with the login that comments and issues show.
    """
    # An Enterprise Server has REST at /api/v3, GraphQL at /api/graphql.
    root = wire.site.base.path.rstrip("/").removesuffix("/v3")
    try:
        page = await wire.at_origin("POST", f"{root}/graphql", _VIEWER)
        data = as_object(page, as_object(page, page.json).get("data"))
        return text_of(page, as_object(page, data.get("viewer")), "login")
    except (Forbidden, NotFound, UnreadableAnswer) as error:
        error.hint = "name the account whose work this is: --author LOGIN"
        raise
