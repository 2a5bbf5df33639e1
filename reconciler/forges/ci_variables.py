"""What the variables of a CI job say: tokens, repository and pull request, and what is missing."""

from collections.abc import Mapping

from reconciler.errors import WrongUsage


class Variables:
    """The process's variables; one that is set to nothing counts as not set."""

    def __init__(self, values: Mapping[str, str]) -> None:
        """Keep them; nothing is copied, and nothing shown."""
        self._values = values

    def get(self, name: str) -> str | None:
        """Return the value without outer white space, None where there is none."""
        return self._values.get(name, "").strip() or None

    def need(self, name: str, what: str, hint: str) -> str:
        """Return the value. Raises WrongUsage that says *what* is missing, and *hint*."""
        value = self.get(name)
        if value is None:
            raise WrongUsage(f"{what} is not known: {name} is not set", hint=hint)
        return value


def number(value: str, name: str) -> int:
    """Return the number of a pull request. Raises WrongUsage where *value* is none."""
    if not value.isascii() or not value.isdigit() or int(value) == 0:
        raise WrongUsage(f"{name} is not the number of a pull request")
    return int(value)
