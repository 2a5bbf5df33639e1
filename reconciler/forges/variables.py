"""The variables of a CI job: tokens, repository and pull request; errors say which is missing."""

from collections.abc import Mapping

from reconciler.errors import WrongUsage
from reconciler.regex import regex

_NUMBER = regex(r"[1-9][0-9]{0,17}")


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
