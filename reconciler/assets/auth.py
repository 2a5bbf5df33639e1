"""What is sent to prove who asks: Bearer or Basic (api.md#authentication).

Credentials are made when a request is made and dropped after it; their repr is empty.
"""

import base64
from dataclasses import dataclass, field

from reconciler.assets.redaction import redact


@dataclass(frozen=True, kw_only=True, slots=True)
class Credentials:
    """The Authorization header of one source, and the strings that must never be shown."""

    authorization: str = field(repr=False)
    secrets: tuple[str, ...] = field(repr=False)

    @property
    def are_sendable(self) -> bool:
        """Whether a header can carry them: a token, and nothing but visible ASCII.

        Asked before httpx sees them, for its complaint would quote the header.
        """
        _, _, value = self.authorization.partition(" ")
        return bool(value) and value.isascii() and value.isprintable() and " " not in value

    def clean(self, text: str) -> str:
        """Return *text* without the secrets."""
        return redact(text, self.secrets)


def bearer(token: str) -> Credentials:
    """Return the credentials for a container or OAuth token; outer white space is dropped."""
    token = token.strip()
    return Credentials(authorization=f"Bearer {token}", secrets=(token,))


def basic(email: str, token: str) -> Credentials:
    """Return the credentials for an account's API token; outer white space is dropped."""
    token = token.strip()
    # An empty token makes an empty header, which is not sendable.
    pair = base64.b64encode(f"{email.strip()}:{token}".encode()).decode() if token else ""
    return Credentials(authorization=f"Basic {pair}", secrets=(pair, token))
