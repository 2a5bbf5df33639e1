"""How long a comment is, as the forges count."""

SEPARATOR = "\n\n"


def length(text: str) -> int:
    """Return the number of UTF-16 units of *text*.

    Forges count characters (code points, or units of UTF-16 as JavaScript and Java do);
    units are never fewer, so what fits by them fits everywhere. Bytes would halve what
    people who do not write in Latin letters can see.
    """
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def placed(text: str) -> int:
    """Return what *text* takes with the blank line before it."""
    return length(text) + len(SEPARATOR)
