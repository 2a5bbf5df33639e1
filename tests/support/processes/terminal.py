"""The other side of a terminal: what a person there sees."""

import os
import select

LIMIT_SECONDS = 30


def read_until(terminal: int, text: str | None) -> str:
    """Return what comes until *text*, or until the other side is gone; fail after half a minute."""
    shown = ""
    while text is None or text not in shown:
        readable, _, _ = select.select([terminal], [], [], LIMIT_SECONDS)
        assert readable, f"nothing more came after {shown!r}"
        try:
            shown += os.read(terminal, 65536).decode()
        except OSError:  # how Linux says that nobody holds the other side
            break
    return shown
