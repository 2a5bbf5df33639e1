"""Documents to which something happened."""

import copy
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
