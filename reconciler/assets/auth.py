"""Credentials for requests: Bearer or Basic (api.md#authentication), or a header of its own.

Credentials are created for a request and dropped after it; their repr is empty. Secrets are
removed from everything that the server or a library returns to us (design.md#promises).
"""

import base64
from dataclasses import dataclass, field

from reconciler.assets.redaction import redact


@dataclass(frozen=True, kw_only=True, slots=True)
class Credentials:
    """A header by name and value, and the strings that must never be shown, first what it sends."""

    header: str = field(repr=False, default="Authorization")
    value: str = field(repr=False)
    secrets: tuple[str, ...] = field(repr=False)

    @property
    def are_sendable(self) -> bool:
        """Whether a header can carry them.

        Checked before httpx sees them, since its error would quote the header.
        """
        return is_sendable(self.secrets[0])

    def clean(self, text: str) -> str:
        """Return *text* without the secrets."""
        return redact(text, self.secrets)


def is_sendable(token: str) -> bool:
    """Return whether *token* is one of nothing but visible ASCII."""
    return bool(token) and token.isascii() and token.isprintable() and " " not in token


def bearer(token: str) -> Credentials:
    """Return the credentials for a container or OAuth token; outer white space is dropped."""
    token = token.strip()
    return Credentials(value=f"Bearer {token}", secrets=(token,))


def basic(user: str, password: str) -> Credentials:
    """Return the credentials for a password or an account's API token, in Base64.

    Outer white space is dropped; bytes of a variable that are no UTF-8 go as they are.
    """
    password = password.strip()
    # An empty token makes an empty header, which is not sendable.
    plain = f"{user.strip()}:{password}" if password else ""
    pair = base64.b64encode(plain.encode(errors="surrogateescape")).decode()
    return Credentials(value=f"Basic {pair}", secrets=(pair, password))
