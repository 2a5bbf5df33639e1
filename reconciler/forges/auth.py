"""Authentication to forges: the header and its redaction, and the variables of a CI job.

The variables hold tokens, repository and pull request; errors say which ones are missing.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from reconciler.assets.auth import basic_pair
from reconciler.assets.redaction import redact
from reconciler.errors import WrongUsage

_NUMBER = re.compile(r"[1-9][0-9]{0,17}")


@dataclass(frozen=True, kw_only=True, slots=True)
class Access:
    """A header by name and value, and the strings that must never be shown."""

    header: str
    value: str = field(repr=False)
    secrets: tuple[str, ...] = field(repr=False)

    @property
    def is_sendable(self) -> bool:
        """Whether a header can carry it: visible ASCII, and no white space in the token.

        Checked before httpx sees it, since its error would quote the header.
        """
        return all(s.isascii() and s.isprintable() and " " not in s for s in self.secrets if s)

    def clean(self, text: str) -> str:
        """Return *text* without the secrets."""
        return redact(text, self.secrets)


def token_header(header: str, token: str) -> Access:
    """Return *token* as the entire value of *header*; outer white space is dropped."""
    token = token.strip()
    return Access(header=header, value=token, secrets=(token,))


def bearer(token: str) -> Access:
    """Return *token* as a bearer token; outer white space is dropped."""
    token = token.strip()
    return Access(header="Authorization", value=f"Bearer {token}", secrets=(token,))


def basic(user: str, password: str) -> Access:
    """Return a user name and a password; outer white space is dropped."""
    password = password.strip()
    pair = basic_pair(user.strip(), password)
    return Access(header="Authorization", value=f"Basic {pair}", secrets=(pair, password))


class Variables:
    """The environment variables of the process; an empty one counts as not set."""

    def __init__(self, values: Mapping[str, str]) -> None:
        """Store *values* without copying or showing them."""
        self._values = values

    def get(self, name: str) -> str | None:
        """Return the value without outer white space, None if it is not set."""
        return self._values.get(name, "").strip() or None

    def need(self, name: str, what: str, hint: str) -> str:
        """Return the value. Raises WrongUsage that says *what* is missing, and *hint*."""
        value = self.get(name)
        if value is None:
            raise WrongUsage(f"{what} is not known: {name} is not set", hint=hint)
        return value


def pull_number(value: str, name: str) -> int:
    """Return the number of a pull request. Raises WrongUsage if *value* is not one."""
    if not _NUMBER.fullmatch(value):
        raise WrongUsage(f"{name} is not the number of a pull request")
    return int(value)
