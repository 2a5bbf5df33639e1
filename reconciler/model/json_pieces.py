"""JSON in pieces: what is large in it is written by an encoder of its own, a part after the other.

Nobody needs all of it in one text, and new memory costs as much as to write there.
"""

from collections.abc import Callable, Iterator
from typing import Any, AnyStr

_STAND_IN = "\x7f"


def json_pieces(
    value: Any,
    write: Callable[..., AnyStr],
    pieces_of: Callable[[Any], Iterator[AnyStr]],
    stand_in: str = _STAND_IN,
) -> Iterator[AnyStr]:
    """Yield the JSON of *value* that *write* writes, in pieces.

    What is none by itself is written by *pieces_of* it. Until then there is *stand_in* in its
    place, another one where anything in *value* is called so.
    """
    apart: list[Any] = []

    def default(each: Any) -> str:
        apart.append(each)
        return stand_in

    around = write(value, default=default).split(write(stand_in))
    if len(around) != len(apart) + 1:
        yield from json_pieces(value, write, pieces_of, stand_in * 2)
        return
    yield around[0]
    for each, after in zip(apart, around[1:], strict=True):
        yield from pieces_of(each)
        yield after
