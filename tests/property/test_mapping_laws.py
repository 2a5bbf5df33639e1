"""Order and cutting of data mean nothing, and a mapping against itself does nothing."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from reconciler.mapping.effect import Effects
from reconciler.mapping.mapper import Mapper
from reconciler.mapping.preview import Effect
from tests.support.documents.mapped import (
    ID,
    LABEL,
    PLAIN,
    attribute,
    fill,
    mapper,
    object_type,
    preview,
    type_mapping,
)


def made(*, selector: str = "rows.files", part: str = "id", size: str = "size") -> Mapper:
    """Return a mapping of two types that refer to each other."""
    file_id, file_name = attribute("file-id"), attribute("file-name", label=True)
    drive = attribute("drive", "referenced_object", referenceObjectTypeExternalId="t")
    return mapper(
        [
            object_type("t", ID, LABEL, attribute("n", "integer", unique=True)),
            object_type("f", file_id, file_name, drive, attribute("size", "integer")),
        ],
        [
            type_mapping("t", "rows", *PLAIN, fill("n", "n", "m")),
            type_mapping(
                "f",
                selector,
                fill("file-id", part, part=True),
                fill("file-name", "name"),
                fill("size", size),
                fill("drive", iql="name = ${drive}"),
            ),
        ],
    )


NAMES = st.sampled_from(["a", "b", "A", "", None, 1])
FILES = st.fixed_dictionaries(
    {}, optional={"id": NAMES, "name": NAMES, "size": NAMES, "drive": NAMES, "more": NAMES}
)
ROWS = st.one_of(
    st.fixed_dictionaries(
        {},
        optional={
            "id": NAMES,
            "name": NAMES,
            "n": NAMES,
            "m": NAMES,
            "files": st.one_of(st.lists(FILES, max_size=3), FILES, NAMES),
            "other": NAMES,
        },
    ),
    NAMES,
)
MAPPERS = st.builds(
    made,
    selector=st.sampled_from(["rows.files", "rows"]),
    part=st.sampled_from(["id", "name"]),
    size=st.sampled_from(["size", "id"]),
)


@given(MAPPERS, st.lists(ROWS, max_size=6), st.data())
def test_the_order_of_entries_means_nothing(
    mapping: Mapper, rows: list[Any], data: st.DataObject
) -> None:
    shuffled = data.draw(st.permutations(rows))
    assert preview(mapping, {"rows": shuffled}, sample=2) == preview(
        mapping, {"rows": rows}, sample=2
    )


@given(MAPPERS, st.lists(ROWS, max_size=6), st.randoms(use_true_random=False))
def test_a_repeated_entry_makes_no_object(mapping: Mapper, rows: list[Any], rng: Any) -> None:
    once = preview(mapping, {"rows": rows})
    repeated = [*rows, *(rng.sample(rows, k=min(2, len(rows))))]
    twice = preview(mapping, {"rows": repeated})
    assert [t.objects for t in once.types] == [t.objects for t in twice.types]


def compared(before: Mapper, after: Mapper, rows: list[Any]) -> Effect:
    effects = Effects(before, after, "x")
    for row in rows:
        effects.take("rows", row)
    return effects.effect()


@given(MAPPERS, st.lists(ROWS, max_size=6))
def test_a_mapping_against_itself_does_nothing(mapping: Mapper, rows: list[Any]) -> None:
    assert compared(mapping, mapping, rows).types == ()


@given(MAPPERS, MAPPERS, st.lists(ROWS, max_size=6), st.data())
def test_the_order_of_entries_means_nothing_to_an_effect(
    before: Mapper, after: Mapper, rows: list[Any], data: st.DataObject
) -> None:
    shuffled = data.draw(st.permutations(rows))
    assert compared(before, after, shuffled) == compared(before, after, rows)


@given(MAPPERS, MAPPERS, st.lists(ROWS, max_size=6))
def test_the_way_back_mirrors_the_way(before: Mapper, after: Mapper, rows: list[Any]) -> None:
    there = {t.type: t for t in compared(before, after, rows).types}
    back = {t.type: t for t in compared(after, before, rows).types}
    assert there.keys() == back.keys()
    for key, one in there.items():
        other = back[key]
        assert (one.objects_before, one.objects_after) == (
            other.objects_after,
            other.objects_before,
        )
        assert (one.gone, one.new) == (other.new, other.gone)
        assert (one.emptied, one.filled) == (other.filled, other.emptied)
        assert one.identity_changed == other.identity_changed
