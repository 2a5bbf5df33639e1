"""Credentials for requests: Bearer or Basic (api.md#authentication).

Credentials are created for a request and dropped after it; their repr is empty. Secrets are
removed from everything that the server or a library returns to us (design.md#promises).
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
        """Whether a header can carry them: a token of nothing but visible ASCII.

        Checked before httpx sees them, since its error would quote the header.
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


def basic_pair(user: str, password: str) -> str:
    """Return both in Base64; bytes of a variable that are no UTF-8 go as they are."""
    return base64.b64encode(f"{user}:{password}".encode(errors="surrogateescape")).decode()


def basic(email: str, token: str) -> Credentials:
    """Return the credentials for an account's API token; outer white space is dropped."""
    token = token.strip()
    # An empty token makes an empty header, which is not sendable.
    pair = basic_pair(email.strip(), token) if token else ""
    return Credentials(authorization=f"Basic {pair}", secrets=(pair, token))
