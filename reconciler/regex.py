"""Regular expressions that are compiled when one is first used.

A command loads a hundred and needs a dozen: to compile all of them was 3 % of a small plan.
"""

import re
from typing import TYPE_CHECKING, Any

__all__ = ["regex"]

if TYPE_CHECKING:
    from re import compile as regex
else:

    class regex:  # noqa: N801 - stands for `re.compile`
        """What `re.compile` returns for the same arguments."""

        def __init__(self, text: str | bytes, flags: int = 0) -> None:
            """Store them."""
            self._text, self._flags = text, flags

        def __getattr__(self, name: str) -> Any:
            """Return what the compiled expression has by this *name*, and keep it."""
            found = getattr(re.compile(self._text, self._flags), name)
            setattr(self, name, found)
            return found
