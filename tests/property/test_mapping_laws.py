"""Order and cutting of data mean nothing, and a mapping against itself does nothing.

What is counted fast is what counting the objects one by one gives.
"""

from collections import Counter
from ipaddress import ip_address
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from reconciler.mapping.effect import Effects
from reconciler.mapping.mapper import Mapper
from reconciler.mapping.preview import DataFinding, Effect
from reconciler.mapping.value_types import value_type
from tests.support.documents.mapped import (
    ID,
    LABEL,
    PLAIN,
    attribute,
    fill,
    found,
    mapper,
    object_type,
    objects,
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


FEW = st.sampled_from(["a", "b"])
WHOLE = st.fixed_dictionaries(
    {"id": FEW, "name": FEW, "n": st.sampled_from([None, 1, 2])},
    optional={"files": st.fixed_dictionaries({"id": FEW, "name": FEW, "drive": NAMES})},
)


@given(MAPPERS, st.lists(WHOLE | ROWS, max_size=6))
def test_a_preview_counts_what_the_objects_are(mapping: Mapper, rows: list[Any]) -> None:
    seen = preview(mapping, {"rows": rows}, sample=99)
    made = objects(mapping, "rows", *rows)
    kept = [each for each in made if not mapping.losses(each)]
    labels = {"t": set[str](), "f": set[str]()}
    for each in kept:
        labels[each.type_key].add((each.label or "").casefold())
    findings: Counter[DataFinding] = Counter()
    for type_ in seen.types:
        of_type = [each for each in made if each.type_key == type_.type]
        mine = [each for each in kept if each.type_key == type_.type]
        contents: dict[Any, list[Any]] = {}
        for each in mine:
            asked = {key: lookup.asked for key, lookup in each.references.items()}
            contents.setdefault(each.external_id, []).append((each.values, asked))
        values = Counter(key for each in of_type for key in (*each.values, *each.references))
        assert (type_.entries, type_.objects) == (len(of_type), len(contents))
        assert type_.filled == values
        for alike in contents.values():
            distinct = [content for at, content in enumerate(alike) if content not in alike[:at]]
            findings[DataFinding.DUPLICATE] += len(distinct) - 1
            findings[DataFinding.REPEATED] += len(alike) - len(distinct)
        owners = {(each.external_id, *each.values.get("n", ())) for each in mine}
        owned = Counter(value for _, *values in owners for value in values)
        findings[DataFinding.NOT_UNIQUE] += sum(count - 1 for count in owned.values())
        lookups = [lookup for each in mine for lookup in each.references.values()]
        lost = [v for each in lookups for v in each.values if v.casefold() not in labels["t"]]
        findings[DataFinding.UNRESOLVED] += len(lost)
        assert sum(type_.resolved.values()) == sum(len(e.values) for e in lookups) - len(lost)
    told = found(seen)
    assert {each: told.get(each, 0) for each in findings} == findings


@given(st.from_regex(r"[0-9a-fA-F:.%]{2,40}", fullmatch=True) | st.ip_addresses(v=6).map(str))
def test_an_address_is_what_the_standard_library_takes_for_one(text: str) -> None:
    check = value_type("ipaddress", None).check
    assert check is not None
    try:
        ip_address(text)
    except ValueError:
        assert not check(text)
    else:
        assert check(text)


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
