"""The header that proves who asks, and how to keep it out of everything else."""

import base64
from dataclasses import dataclass, field

from reconciler.assets.redaction import redact


@dataclass(frozen=True, kw_only=True, slots=True)
class Access:
    """A header by its name and value, and the strings that must never be shown."""

    header: str
    value: str = field(repr=False)
    secrets: tuple[str, ...] = field(repr=False)

    @property
    def is_sendable(self) -> bool:
        """Whether a header can carry it: visible ASCII, and no white space in the token.

        Asked before httpx sees it, for its complaint would quote the header.
        """
        return all(s.isascii() and s.isprintable() and " " not in s for s in self.secrets if s)

    def clean(self, text: str) -> str:
        """Return *text* without the secrets."""
        return redact(text, self.secrets)


def token_header(header: str, token: str) -> Access:
    """Return *token* as the whole value of *header*; outer white space is dropped."""
    token = token.strip()
    return Access(header=header, value=token, secrets=(token,))


def bearer(token: str) -> Access:
    """Return *token* as a bearer; outer white space is dropped."""
    token = token.strip()
    return Access(header="Authorization", value=f"Bearer {token}", secrets=(token,))


def basic(user: str, password: str) -> Access:
    """Return a user name and a password; outer white space is dropped."""
    password = password.strip()
    pair = base64.b64encode(f"{user.strip()}:{password}".encode()).decode()
    return Access(header="Authorization", value=f"Basic {pair}", secrets=(pair, password))
