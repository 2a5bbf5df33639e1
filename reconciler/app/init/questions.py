"""What `init` asks a person for, where neither an option nor a variable tells."""

from collections.abc import Mapping
from typing import Protocol


class Questions(Protocol):
    """Answers questions. Raises WrongUsage where nobody can be asked; *flag* says what does."""

    def choose(
        self, question: str, options: Mapping[str, str], *, flag: str, default: str | None = None
    ) -> str:
        """Return one of *options*, which have what each means; nothing typed is the *default*."""

    def text(self, question: str, *, flag: str, default: str | None = None) -> str:
        """Return a line; nothing typed is the *default*."""

    def secret(self, question: str, *, flag: str) -> str:
        """Return a line that is not shown."""
