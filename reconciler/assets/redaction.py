"""What nobody may see of texts from servers and files: secrets, e-mail addresses, signed links.

Every pattern begins where its run of characters does, so that none is read twice, however long
it is: a server decides what is in most texts.
"""

import json
import re
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import quote, unquote

from reconciler.regex import regex

# Takes secrets out of a text.
Clean = Callable[[str], str]
REDACTED = "[secret]"
OMITTED = "[omitted]"

# Container tokens and API tokens by their format, whoever they belong to, JSON Web Tokens, and
# the values of Authorization headers.
_TOKEN = regex(r"AT[AC]TT[\w.~+/=-]+|(?<![\w-])eyJ[\w-]++\.[\w-]++\.[\w-]*+")
# "Bearer token" is said of one.
_HEADER = regex(r"\b(Bearer|Basic)(?:\s+|%20)(?!tokens?(?![\w.~+/=-]))[\w.~+/=-]+", re.IGNORECASE)
# As it is, and as URLs, JSON and HTML write its sign.
_EMAIL = regex(
    r"(?<![\w.+-])(?:[\w.+-]|%(?!40))++(?:@|%40|\\u0040|&#(?:64|x40);)[\w-]++(?:\.[\w-]++)++",
    re.IGNORECASE,
)
_EMAIL_SHOWN = "[e-mail]"
_NUMBERED = regex(r"\[e-mail \d+\]|%5Be-mail%20\d+%5D")
_LINK = regex(r"(https?://)([^\s\"'<>\\/?#]*+)([^\s\"'<>\\?#]*+)(?:\?([^\s\"'<>\\#]*+))?")
# Most texts have nothing of all this.
_SUSPECT = regex(r"@|%40|\\u0040|&#|://|^/|AT[AC]TT|eyJ|bearer|basic|cookie|x-", re.IGNORECASE)
_PATH = regex(r"/[^\s?]*+\?\S*+")
# The parameters that both APIs document; what else a link has may be its signature.
_PARAMETERS = frozenset(
    {"async", "extended", "includeAttributes", "includeObjectCounts", "maxResults"}
    | {"objectSchemaId", "page", "per_page", "startAt"}
)
# The keys of answers that hold accounts, their names and whatever an app keeps.
_PERSONAL = frozenset(
    {"accountId", "actor", "displayName", "emailAddress", "executedAsUser"}
    | {"importSpecificConfiguration"}
)
# What keys are called that hold a secret, `accessToken` among them.
_SECRET = regex("authorization|cookie|credential|passw|secret|token|api[-_]?key", re.IGNORECASE)
# Headers as the page of a proxy repeats them: a line, or the text up to the next element.
_HEADER_LINE = regex(
    r"(?<![\w-])((?:proxy-)?authorization|(?:set-)?cookie|x-[\w-]{0,40}(?:key|token|secret)):"
    r"[ \t]*+(?!(?:\w+ )?\[secret\])[^\r\n<\"\\]++",
    re.IGNORECASE,
)

_SHORTEST = 4
_NO_WORD_BEFORE = r"(?:(?<!\w)|(?<=\\[bfnrt])|(?<=\\u[\da-fA-F]{4})|(?<=%[\da-fA-F]{2}))"


def redact(text: str, secrets: Iterable[str]) -> str:
    """Return *text* without *secrets* in any encoding they are sent in, and without tokens.

    One too short for a token is taken out where it stands alone: the gaps that it left in the
    middle of words would tell it.
    """
    for form in sorted(_forms(secrets), key=len, reverse=True):
        if len(form) < _SHORTEST:
            text = re.sub(_alone(form), REDACTED, text)
        else:
            text = text.replace(form, REDACTED)
    text = _TOKEN.sub(REDACTED, text)
    text = _HEADER.sub(rf"\1 {REDACTED}", text)
    return _HEADER_LINE.sub(rf"\1: {REDACTED}", text)


def _alone(form: str) -> str:
    """Return the pattern of *form* between what are no letters and digits of its word.

    Those of an escape of JSON or a URL before it are not.
    """
    before = _NO_WORD_BEFORE if form[0].isalnum() else ""
    after = r"(?!\w)" if form[-1].isalnum() else ""
    return f"{before}{re.escape(form)}{after}"


def _forms(secrets: Iterable[str]) -> set[str]:
    return {form for secret in secrets if secret for form in _spellings(secret)}


def _spellings(secret: str) -> tuple[str, ...]:
    escaped, plain = (json.dumps(secret, ensure_ascii=each)[1:-1] for each in (True, False))
    quoted = (quote(secret, safe=safe, errors="surrogateescape") for safe in ("", "/"))
    return (secret, plain, escaped, escaped.replace("/", "\\/"), *quoted)


def without_emails(text: str) -> str:
    """Return *text* without e-mail addresses."""
    return _EMAIL.sub(_EMAIL_SHOWN, text)


def same_emails(text: str) -> str:
    """Return *text*, of a Redaction, without the numbers of its e-mail addresses."""
    return _NUMBERED.sub(_EMAIL_SHOWN, text)


class Redaction:
    """The redaction of one recording. What it returns it leaves as it is.

    E-mail addresses are numbered, since two must not become one: documents have them in ids.
    """

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        """Begin without an address; *secrets* are in no text that it returns."""
        forms = sorted(_forms(secrets), key=len, reverse=True)
        self._secrets = re.compile("|".join(map(re.escape, forms))) if forms else None
        self._emails: dict[str, int] = {}
        self._values: dict[str, int] = {}

    def text(self, text: str) -> str:
        """Return *text* without secrets, addresses, and the unknown parameters of its links."""
        if self._secrets is not None:
            text = self._secrets.sub(REDACTED, text)
        if _SUSPECT.search(text) is None:
            return text
        text = redact(text, ())
        if _PATH.fullmatch(text):
            path, _, query = text.partition("?")
            text = f"{path}?{self.query(query)}"
        text = _LINK.sub(self._link, text)
        return _EMAIL.sub(self._numbered, text)

    def json(self, value: Any, *, by_key: bool = True) -> Any:
        """Return *value* with each text redacted, and *by_key* without what its keys call secret.

        Keys that are names, of sources for example, call nothing so.
        """
        match value:
            case str():
                return self.text(value)
            case dict():
                return {
                    self.text(key): (_by_key(key, each) if by_key else None)
                    or self.json(each, by_key=by_key)
                    for key, each in value.items()
                }
            case list():
                return [self.json(each, by_key=by_key) for each in value]
        return value

    def numbered(self, value: str) -> str:
        """Return what stands for *value*, of somebody's data, the same each time."""
        return f"value {self._values.setdefault(value, len(self._values) + 1)}"

    def _numbered(self, found: re.Match[str]) -> str:
        address = re.sub(r"%40|\\u0040|&#(?:64|x40);", "@", found[0], flags=re.IGNORECASE)
        return f"[e-mail {self._emails.setdefault(address.lower(), len(self._emails) + 1)}]"

    def _link(self, found: re.Match[str]) -> str:
        scheme, site, path, query = found.groups()
        shown = f"{scheme}{site.rpartition('@')[2]}{path}"
        return shown if query is None else f"{shown}?{self.query(query)}"

    def query(self, query: str) -> str:
        """Return *query* without the values of parameters that no API documents."""
        return "&".join(map(_parameter, query.split("&")))


def _by_key(key: str, value: Any) -> str | None:
    """Return what stands for *value* where its *key* calls it a secret or somebody's."""
    if value is None or isinstance(value, bool):  # whether there is one
        return None
    if _SECRET.search(key):
        return REDACTED
    return OMITTED if key in _PERSONAL else None


def _parameter(text: str) -> str:
    name, is_set, _ = text.partition("=")
    known = not is_set or unquote(name) in _PARAMETERS
    return text if known else f"{name}={quote(REDACTED)}"
