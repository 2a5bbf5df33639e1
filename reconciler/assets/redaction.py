"""Keep secrets out of whatever the server, or a library, says back to us (design.md#promises)."""

import json
import re
from collections.abc import Iterable
from urllib.parse import quote

REDACTED = "[secret]"

# Container tokens and API tokens by their looks, whoever they belong to, and anything
# that stands where an Authorization header would have it.
_TOKEN = re.compile(r"AT[AC]TT[\w.~+/=-]+")
_HEADER = re.compile(r"\b(Bearer|Basic)(\s+|%20)[\w.~+/=-]+", re.IGNORECASE)


def redact(text: str, secrets: Iterable[str]) -> str:
    """Return *text* without *secrets* in any spelling they travel in, and without tokens."""
    spellings = {form for secret in secrets if secret for form in _spellings(secret)}
    for form in sorted(spellings, key=len, reverse=True):
        text = text.replace(form, REDACTED)
    text = _TOKEN.sub(REDACTED, text)
    return _HEADER.sub(rf"\1 {REDACTED}", text)


def _spellings(secret: str) -> tuple[str, ...]:
    escaped = json.dumps(secret)[1:-1]
    return (secret, escaped, escaped.replace("/", "\\/"), quote(secret, safe=""), quote(secret))
