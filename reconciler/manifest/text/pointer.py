"""Pointers into a JSON value: cheap tuples inside, RFC 6901 text at the border."""

Pointer = tuple[str | int, ...]


def write_pointer(at: Pointer) -> str:
    """Return the RFC 6901 text of *at*."""
    return "".join(f"/{str(token).replace('~', '~0').replace('/', '~1')}" for token in at)


def read_pointer(text: str) -> tuple[str, ...]:
    """Return the tokens of the RFC 6901 *text*; an index stays text, for only the value knows."""
    return tuple(token.replace("~1", "/").replace("~0", "~") for token in text.split("/")[1:])
