"""What drift jobs saw last, on either kind of database."""

from collections.abc import Iterator

import pytest

from reconciler.journal.drift_seen import recalled, remember
from reconciler.journal.store import Store
from reconciler.model.address import Address
from reconciler.planning.drift.new_findings import Sighting

AT = "2026-03-01T00:00:00.000Z"
NAME = Address.of("a").object_type("x").field("name")
ONE = Sighting(differences={NAME: "sha256:1"})
UNREAD = Sighting(differences={}, readable=False)


@pytest.fixture
def store(journal_url: str) -> Iterator[Store]:
    made = Store(journal_url)
    yield made
    made.close()


def test_what_was_kept_is_recalled(store: Store) -> None:
    assert recalled(store, "p") == {}
    remember(store, "p", {"a": ONE, "b": UNREAD}, at=AT)
    assert recalled(store, "p") == {"a": ONE, "b": UNREAD}
    assert recalled(store, "other") == {}


def test_a_job_replaces_what_is_known_of_its_own_sources(store: Store) -> None:
    """Shards share one journal, and each tells of its own."""
    remember(store, "p", {"a": ONE}, at=AT)
    remember(store, "p", {"b": ONE}, at=AT)
    remember(store, "p", {"a": UNREAD}, at=AT)
    remember(store, "p", {}, at=AT)
    assert recalled(store, "p") == {"a": UNREAD, "b": ONE}


def test_many_sources_are_kept_at_once(store: Store) -> None:
    many = {f"source-{n}": ONE for n in range(10_000)}
    remember(store, "p", many, at=AT)
    remember(store, "p", many, at=AT)
    assert recalled(store, "p") == many
