"""Pointers into a JSON value: tuples inside the program, RFC 6901 text in its input and output."""

Pointer = tuple[str | int, ...]


def write_pointer(at: Pointer) -> str:
    """Return the RFC 6901 text of *at*."""
    return "".join(f"/{str(token).replace('~', '~0').replace('/', '~1')}" for token in at)


def read_pointer(text: str) -> tuple[str, ...]:
    """Return the tokens of the RFC 6901 *text*; indices stay text, as they may be keys."""
    return tuple(token.replace("~1", "/").replace("~0", "~") for token in text.split("/")[1:])
