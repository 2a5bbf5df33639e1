"""Documents to which something happened."""

import copy
from functools import reduce
from typing import Any

from hypothesis import assume
from hypothesis import strategies as st


def steps(value: Any, above: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place in a document."""
    here = [above] if above else []
    pairs = (
        value.items()
        if isinstance(value, dict)
        else enumerate(value)
        if isinstance(value, list)
        else ()
    )
    return here + [s for key, inner in pairs for s in steps(inner, (*above, key))]


@st.composite
def mutated(draw: st.DrawFn, documents: st.SearchStrategy[Any], *, most: int = 2) -> Any:
    """One of *documents* with one place or some gone, or holding something else."""
    document = copy.deepcopy(draw(documents))
    for _ in range(draw(st.integers(1, most))):
        places = steps(document)
        assume(places)
        *way, last = draw(st.sampled_from(places))
        holder = document
        for step in way:
            holder = holder[step]
        if draw(st.booleans()):
            del holder[last]
        else:
            values: tuple[object, ...] = (
                None,
                "x",
                "",
                7,
                1.5,
                True,
                [],
                {},
                ["x"],
                "status",
                "referenced_object",
            )
            holder[last] = copy.deepcopy(draw(st.sampled_from(values)))
    return document


@st.composite
def exchanged(draw: st.DrawFn, documents: st.SearchStrategy[Any]) -> Any:
    """One of *documents* in which some keys have the values of the same keys elsewhere."""
    document = copy.deepcopy(draw(documents))
    by_key: dict[str, list[tuple[Any, ...]]] = {}
    for way in steps(document):
        if isinstance(way[-1], str):
            by_key.setdefault(way[-1], []).append(way)
    for key in draw(st.lists(st.sampled_from(sorted(by_key)), min_size=1, max_size=4)):
        ways = st.sampled_from(by_key[key])
        *to, _ = draw(ways)
        *source, _ = draw(ways)
        try:
            value = reduce(lambda holder, step: holder[step], source, document)[key]
            reduce(lambda holder, step: holder[step], to, document)[key] = copy.deepcopy(value)
        except (KeyError, IndexError, TypeError):
            continue  # an exchange above took it away
    return document
