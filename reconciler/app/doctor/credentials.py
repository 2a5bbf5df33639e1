"""Which kind of base URL takes which kind of credential, and when one ends (api.md#base-url).

Pure. Secrets are looked at by their form only, and are in no result.
"""

import base64
import binascii
import json
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from enum import StrEnum
from urllib.parse import urlsplit

from reconciler.codes.check import CheckCode
from reconciler.loopback import is_loopback
from reconciler.manifest.project.model import Auth
from reconciler.outcome.diagnosis import CheckLevel, CheckResult, result
from reconciler.regex import regex

SITE_BASE = "https://api.atlassian.com/jsm/assets"
CLOUD_BASE = "https://api.atlassian.com/ex/jira/CLOUD_ID/jsm/assets"
_BASIC = "{basic: {email: …, token: …}}"
_SOURCES_ONLY = "a container token is good for import sources only"
# An apply may take longer.
_SOON = 600


class BaseKind(StrEnum):
    """A kind of base URL, in words."""

    LOOPBACK = "a server on this machine"
    SITE = "the base URL of container tokens"
    CLOUD = "the base URL of OAuth and of tokens with scopes"
    GATEWAY = "the gateway of a site"
    OTHER = "no base URL that is known"


class CredentialKind(StrEnum):
    """A kind of credential, in words."""

    CONTAINER = "container token"
    ACCOUNT = "API token of an account, sent as Bearer"
    BEARER = "OAuth or another token"
    BASIC = "account with API token (Basic)"


class Use(StrEnum):
    """What a credential is for, by its name in the project file."""

    SOURCES = "auth"
    SCHEMAS = "schemaAuth"


_PATHS: tuple[tuple[str, BaseKind], ...] = (
    (r"api\.atlassian\.com/jsm/(assets|insight)", BaseKind.SITE),
    (r"api\.atlassian\.com/ex/jira/[^/]+/jsm/(assets|insight)", BaseKind.CLOUD),
    (r"[^/]+/gateway/api/jsm/(assets|insight)", BaseKind.GATEWAY),
)
_CLOUD_ID = regex(r"/ex/jira/[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}/")
_PLACE = f"baseUrl: {SITE_BASE}"
_SCOPED = f"baseUrl: {CLOUD_BASE}"

_Verdict = tuple[CheckLevel, str, str | None]
# What does not go together, or is not known to; all else does. The first row that fits counts.
_MISFITS: tuple[tuple[Use | None, BaseKind | None, CredentialKind | None, _Verdict], ...] = (
    (
        Use.SCHEMAS, None, CredentialKind.CONTAINER,
        (CheckLevel.FAIL, _SOURCES_ONLY, f"schemaAuth: {_BASIC}"),
    ),
    (
        None, BaseKind.OTHER, None,
        (CheckLevel.WARN, "its path is none of the API's", f"{_PLACE}, or {_SCOPED}"),
    ),
    (
        None, None, CredentialKind.ACCOUNT,
        (CheckLevel.WARN, "an account's token goes with its e-mail address", f"write {_BASIC}"),
    ),
    (
        None, BaseKind.CLOUD, CredentialKind.CONTAINER,
        (CheckLevel.WARN, "a container token is documented for another base URL", _PLACE),
    ),
    (
        None, BaseKind.SITE, CredentialKind.BEARER,
        (CheckLevel.WARN, "OAuth and tokens with scopes need the id of the site in it", _SCOPED),
    ),
    (
        None, BaseKind.GATEWAY, CredentialKind.CONTAINER,
        (CheckLevel.WARN, "a container token is documented for another base URL", _PLACE),
    ),
)  # fmt: skip


def base_kind(url: str) -> BaseKind:
    """Return the kind of the base URL *url*, which is valid."""
    parts = urlsplit(url)
    if is_loopback(parts.hostname or ""):
        return BaseKind.LOOPBACK
    place = f"{parts.hostname}{parts.path.rstrip('/')}"
    return next((kind for path, kind in _PATHS if re.fullmatch(path, place)), BaseKind.OTHER)


def credential_kind(auth: Auth, variables: Mapping[str, str]) -> CredentialKind:
    """Return the kind of *auth* by its form. Raises ManifestError if a variable is not set."""
    if auth.bearer is None:
        for each in (auth.basic_email, auth.basic_token):
            if each is not None:
                each.resolve(variables)
        return CredentialKind.BASIC
    token = auth.bearer.resolve(variables).strip()
    if token.startswith("ATCTT"):
        return CredentialKind.CONTAINER
    return CredentialKind.ACCOUNT if token.startswith("ATATT") else CredentialKind.BEARER


def base_url_results(
    url: str, use: Use, kinds: Mapping[CredentialKind, str]
) -> Iterator[CheckResult]:
    """Yield how *url* goes with each of *kinds*, which has the names of who uses it."""
    base = base_kind(url)
    if base is BaseKind.CLOUD and not _CLOUD_ID.search(url):
        yield result(
            CheckCode.BASE_URL,
            CheckLevel.FAIL,
            f"the base URL of {use} holds no cloud id behind ex/jira/",
            "put the cloudId there that https://SITE.atlassian.net/_edge/tenant_info shows",
        )
    for kind, names in kinds.items():
        level, why, remedy = _verdict(use, base, kind)
        text = f"{use} of {names}: {kind}, to {base}"
        yield result(CheckCode.BASE_URL, level, f"{text}: {why}" if why else text, remedy)


def _verdict(use: Use, base: BaseKind, kind: CredentialKind) -> _Verdict:
    for row in _MISFITS:
        if all(said in {None, is_} for said, is_ in zip(row[:3], (use, base, kind), strict=True)):
            return row[3]
    return CheckLevel.OK, "", None


_ACCOUNT_END = "an API token does not say when it ends: 1 to 365 days after it was made"
_LIVES: Mapping[CredentialKind, str] = {
    CredentialKind.CONTAINER: "how long a container token lives is not known",
    CredentialKind.ACCOUNT: _ACCOUNT_END,
    CredentialKind.BEARER: "the token does not say when it ends",
    CredentialKind.BASIC: _ACCOUNT_END,
}


def end_result(kind: CredentialKind, names: str, token: str | None, now: datetime) -> CheckResult:
    """Return what is known of the end of a credential of *names*; *token* is its bearer token."""
    end = None if token is None else jwt_end(token)
    if end is None:
        return result(CheckCode.TOKEN_END, CheckLevel.OK, f"{names}: {_LIVES[kind]}")
    at = f"{end:%Y-%m-%d %H:%M} UTC"
    if end <= now:
        return result(CheckCode.TOKEN_END, CheckLevel.FAIL, f"{names}: the token ended at {at}")
    level = CheckLevel.WARN if (end - now).total_seconds() < _SOON else CheckLevel.OK
    return result(CheckCode.TOKEN_END, level, f"{names}: the token ends at {at}")


def jwt_end(token: str) -> datetime | None:
    """Return when a token ends that is a JWT and says so (RFC 7519, `exp`), otherwise None."""
    head, _, rest = token.strip().partition(".")
    payload, _, signature = rest.partition(".")
    if not (head and payload and signature):
        return None
    try:
        claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
        return datetime.fromtimestamp(claims["exp"], UTC)
    except (
        binascii.Error,
        ValueError,
        KeyError,
        TypeError,
        OverflowError,
        OSError,
        RecursionError,
    ):
        return None
