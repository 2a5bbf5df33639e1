"""Shards: together they are exactly the whole, and each is stable."""

from hypothesis import given
from hypothesis import strategies as st

from reconciler.planning.drift.report import Shard

names = st.sets(st.text(max_size=12), max_size=60)


@given(names, st.integers(1, 12))
def test_every_source_is_in_one_shard(sources: set[str], total: int) -> None:
    shares = [{s for s in sources if Shard(i, total).has(s)} for i in range(1, total + 1)]
    assert set().union(*shares) == sources
    assert sum(map(len, shares)) == len(sources), "no two overlap"


def test_a_share_never_moves() -> None:
    assert [n for n in range(20) if Shard(1, 4).has(f"source-{n}")] == [1, 3, 4, 16, 17]


def test_shares_are_about_equal() -> None:
    sizes = [sum(Shard(i, 8).has(f"source-{n}") for n in range(8_000)) for i in range(1, 9)]
    assert max(sizes) < 1.2 * min(sizes)
