"""A connection to SQLite that is dropped unclosed warns, as it does from Python 3.13 on."""

import sqlite3
import sys
import warnings
from functools import partial
from typing import Any


class _Connection(sqlite3.Connection):
    """Says in 3.11 and 3.12 too what 3.13 says of itself; the suite turns it into an error."""

    _open = False

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._open = True

    def close(self) -> None:
        super().close()
        self._open = False

    def __del__(self) -> None:
        if self._open:
            text = f"unclosed database in {self!r}"
            warnings.warn(text, ResourceWarning, stacklevel=2, source=self)


def watch() -> None:
    """Let each connection that is made from now on, by whatever library, be a watched one."""
    if sys.version_info < (3, 13):
        connect = partial(sqlite3.connect, factory=_Connection)
        sqlite3.connect = sqlite3.dbapi2.connect = connect  # type: ignore[assignment]
