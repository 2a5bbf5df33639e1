"""Chunks: nothing lost, nothing split, no order changed, no limit passed, the same ids again."""

import itertools
from collections.abc import Iterable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.data.entries import RootEntry
from reconciler.errors import DataError
from reconciler.ingest.chunks import Chunk, split_into_chunks
from reconciler.model.canonical import canonical_json

OBJECTS = st.dictionaries(
    st.text("abä", max_size=3),
    st.none() | st.booleans() | st.integers() | st.text(max_size=20) | st.floats(-1e6, 1e6),
    max_size=4,
)
ENTRIES = st.lists(
    st.builds(
        lambda root, value, line: RootEntry(root=root, value=value, place=f"line {line}"),
        st.sampled_from(["drives", "hösts", 'say "x"']),
        OBJECTS | st.lists(OBJECTS, max_size=2),
        st.integers(1, 10**6),
    ),
    max_size=40,
)
LIMITS = {"most_entries": st.integers(1, 10), "most_bytes": st.integers(1, 300)}


def by_root(entries: Iterable[tuple[str, Any]]) -> dict[str, list[Any]]:
    out: dict[str, list[Any]] = {}
    for root, value in entries:
        out.setdefault(root, []).append(value)
    return out


@given(entries=ENTRIES, **LIMITS)
def test_the_chunks_together_are_the_entries_in_their_order(
    entries: list[RootEntry], most_entries: int, most_bytes: int
) -> None:
    rest = list(entries)
    for chunk in split_into_chunks(entries, most_entries=most_entries, most_bytes=most_bytes):
        mine, rest = rest[: chunk.entries], rest[chunk.entries :]
        assert list(chunk.data.items()) == list(by_root((e.root, e.value) for e in mine).items())
        assert (chunk.first, chunk.last) == (mine[0].place, mine[-1].place)
    assert rest == []


@given(entries=ENTRIES, **LIMITS)
def test_no_chunk_passes_a_limit_but_an_entry_alone(
    entries: list[RootEntry], most_entries: int, most_bytes: int
) -> None:
    chunks = list(split_into_chunks(entries, most_entries=most_entries, most_bytes=most_bytes))
    for chunk in chunks:
        assert chunk.size == len(canonical_json(chunk.data))
        assert 1 <= chunk.entries <= most_entries
        assert chunk.size <= most_bytes or chunk.entries == 1
    assert [chunk.number for chunk in chunks] == list(range(1, len(chunks) + 1))


@given(entries=ENTRIES, **LIMITS)
def test_a_chunk_ends_only_where_the_next_entry_has_no_room(
    entries: list[RootEntry], most_entries: int, most_bytes: int
) -> None:
    chunks = list(split_into_chunks(entries, most_entries=most_entries, most_bytes=most_bytes))
    for chunk, after in itertools.pairwise(chunks):
        root, values = next(iter(after.data.items()))
        data = {**chunk.data, root: [*chunk.data.get(root, ()), values[0]]}
        assert chunk.entries == most_entries or len(canonical_json(data)) > most_bytes


@given(entries=ENTRIES, **LIMITS)
def test_the_same_entries_have_the_same_ids_and_no_two_chunks_share_one(
    entries: list[RootEntry], most_entries: int, most_bytes: int
) -> None:
    def ids(execution: str = "") -> list[str]:
        again = [
            RootEntry(root=each.root, value=reordered(each.value), place="elsewhere")
            for each in entries
        ]
        chunks = split_into_chunks(
            again, most_entries=most_entries, most_bytes=most_bytes, execution=execution
        )
        return [chunk.client_id for chunk in chunks]

    first = split_into_chunks(entries, most_entries=most_entries, most_bytes=most_bytes)
    assert [chunk.client_id for chunk in first] == ids()
    assert len(set(ids())) == len(ids())
    assert not set(ids()) & set(ids("another"))


def reordered(value: Any) -> Any:
    """Return the same JSON with its keys in another order."""
    if isinstance(value, list):
        return [reordered(each) for each in value]
    return dict(reversed(value.items()))


@given(entries=ENTRIES.filter(bool), at=st.integers(0), text=st.text(min_size=1))
def test_another_content_has_another_id(entries: list[RootEntry], at: int, text: str) -> None:
    def only(these: list[RootEntry]) -> Chunk:
        (chunk,) = split_into_chunks(these, most_entries=100, most_bytes=10**9)
        return chunk

    at %= len(entries)
    changed = RootEntry(root=entries[at].root, value={"a new key": text}, place="line 1")
    others = [*entries[:at], changed, *entries[at + 1 :]]
    assert only(entries).client_id != only(others).client_id


def test_a_root_that_is_no_list_is_sent_as_it_is() -> None:
    alone = RootEntry(root="site", value={"racks": [1]}, place="site", is_alone=True)
    drives = [RootEntry(root="drives", value={"n": n}, place=f"drives[{n}]") for n in range(2)]
    entries = [drives[0], alone, drives[1], alone, drives[1]]
    chunks = list(split_into_chunks(entries, most_entries=9, most_bytes=10**6))
    first = {"drives": [{"n": 0}, {"n": 1}], "site": {"racks": [1]}}
    assert [chunk.data for chunk in chunks] == [
        first,
        {"site": {"racks": [1]}, "drives": [{"n": 1}]},
    ]
    assert [chunk.size for chunk in chunks] == [len(canonical_json(c.data)) for c in chunks]


def test_chunks_are_made_as_entries_come() -> None:
    taken = 0

    def endless() -> Iterable[RootEntry]:
        nonlocal taken
        while True:
            taken += 1
            yield RootEntry(root="drives", value={}, place=f"line {taken}")

    chunks = split_into_chunks(endless(), most_entries=5, most_bytes=10**6)
    assert (next(chunks).last, taken) == ("line 5", 6)


def test_an_entry_that_no_post_could_carry_is_named() -> None:
    entry = RootEntry(root="drives", value={"a": "x" * 100}, place="drives[7]")
    chunks = split_into_chunks([entry], most_entries=5, most_bytes=50, largest_entry=100)
    said = r"^drives\[7\] has 108 bytes, and cannot be split; the most that is sent at once is 100$"
    with pytest.raises(DataError, match=said):
        list(chunks)


def test_ids_do_not_change_from_release_to_release() -> None:
    """A run that was begun with one version may be resumed with the next."""
    entry = RootEntry(root="drives", value={"a": 1.5, "b": "ä"}, place="line 1")
    (chunk,) = split_into_chunks([entry], most_entries=5, most_bytes=50, execution="7")
    assert chunk.client_id == "8ea5073e-77c2-5e7b-9d11-3eb18f80006e"
