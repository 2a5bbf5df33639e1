"""From a forge's statuses to our errors: what was refused, and what to do about it."""

from collections.abc import Callable
from datetime import datetime
from http import HTTPStatus

from reconciler.assets.call import Call
from reconciler.assets.failures import phrase, plain_error, shorten_body
from reconciler.assets.reply import NotJson, Reply, parse_json
from reconciler.assets.retry import wait_asked
from reconciler.errors import BackendError, Rejected, UnreadableAnswer
from reconciler.value import Value


class Refusals(Value):
    """What to do, on one forge, about each kind of failed request."""

    no_connection: str
    no_token: str
    unauthorized: str
    forbidden: str
    not_found: str
    rejected: str = "the API's answer says why"


_LIMITED = "the rate limit is reached: try again then, or give the job a token of its own"


def forge_error(
    call: Call, reply: Reply, clean: Callable[[str], str], refusals: Refusals, *, now: datetime
) -> BackendError:
    """Return the error for *reply*, which is no success; *clean* removes the secrets from it."""
    status = reply.status
    raw = shorten_body(_message(clean(reply.text))) or None
    if status < HTTPStatus.BAD_REQUEST:
        return UnreadableAnswer(
            f"{call} was answered {phrase(status)}: redirects are not followed, for they would "
            "take the token along",
            request=call.name,
            status=status,
            sent=call.writes,
            hint=refusals.no_connection,
        )
    hints = {
        401: refusals.unauthorized,
        403: refusals.forbidden,
        404: refusals.not_found,
        410: refusals.not_found,
        429: _LIMITED,
    }
    asked = wait_asked(reply.headers, now=now)
    return plain_error(call, status, raw, hints=hints, asked=asked) or Rejected(
        f"{call} was answered {phrase(status)}",
        request=call.name,
        status=status,
        raw=raw,
        hint=refusals.rejected,
    )


def _message(body: str) -> str:
    """Return the API's message if its body has one of the forges' shapes."""
    try:
        answer = parse_json(body)
    except NotJson:
        return body
    if isinstance(answer, dict) and set(answer) <= {"message", "documentation_url", "status"}:
        return str(answer.get("message", body))
    return body
