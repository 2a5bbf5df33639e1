"""The types of options: what a function reads, and numbers, which are finite and bounded.

A guard of `nan` would hold nothing, a wait of `inf` would never end, and an integer of more than
64 bits could be saved in a plan that nobody can read.
"""

import math
from collections.abc import Callable
from typing import Any, TypeVar

import click

MOST = 1_000_000_000
MOST_LANES = 1_000
_MOST_SECONDS = 7 * 24 * 3600.0


T = TypeVar("T")


class TextType(click.ParamType[T]):
    """What *parse* makes of a text; the ValueError that it raises says what is wrong."""

    def __init__(self, name: str, parse: Callable[[str], T]) -> None:
        """Show the value as *name*."""
        self.name = name
        self._parse = parse

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> T:
        """Return the value; a default may be one already."""
        if not isinstance(value, str):
            made: T = value
            return made
        try:
            return self._parse(value)
        except ValueError as error:
            self.fail(str(error), param, ctx)


class Count(click.IntRange):
    """An integer from *least* to *most*."""

    def __init__(self, least: int, most: int = MOST) -> None:
        """Accept what is between the two, which belong to it."""
        super().__init__(min=least, max=most)


class Quantity(click.FloatRange):
    """A number from 0 to *most*, which is finite."""

    def __init__(self, most: float = MOST, *, above_0: bool = False) -> None:
        """Accept what is between the two; with *above_0* not 0 itself."""
        super().__init__(min=0, max=most, min_open=above_0)

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        """Return the number; fail for `nan` too, which is in no range and outside of none."""
        number: float = super().convert(value, param, ctx)
        if math.isnan(number):
            self.fail(f"{value!r} is not a number.", param, ctx)
        return number


class Seconds(Quantity):
    """A time from 0 seconds to a week."""

    def __init__(self, *, above_0: bool = False) -> None:
        """Accept these times; with *above_0* not 0 itself."""
        super().__init__(_MOST_SECONDS, above_0=above_0)
