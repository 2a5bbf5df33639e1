"""What drift jobs saw last, on either kind of database."""

from collections.abc import Iterator

import pytest

from reconciler.journal.drift_seen import load_drift_seen, save_drift_seen
from reconciler.journal.store import JournalStore
from reconciler.model.address import Address
from reconciler.planning.drift.new_findings import DriftSeen

AT = "2026-03-01T00:00:00.000Z"
NAME = Address.of("a").object_type("x").field("name")
ONE = DriftSeen(differences={NAME: "sha256:1"})
UNREAD = DriftSeen(differences={}, readable=False)


@pytest.fixture
def store(journal_url: str) -> Iterator[JournalStore]:
    made = JournalStore(journal_url)
    yield made
    made.close()


def test_what_was_kept_is_recalled(store: JournalStore) -> None:
    assert load_drift_seen(store, "p") == {}
    save_drift_seen(store, "p", {"a": ONE, "b": UNREAD}, at=AT)
    assert load_drift_seen(store, "p") == {"a": ONE, "b": UNREAD}
    assert load_drift_seen(store, "other") == {}


def test_a_job_replaces_what_is_known_of_its_own_sources(store: JournalStore) -> None:
    """Shards share one journal, and each tells of its own."""
    save_drift_seen(store, "p", {"a": ONE}, at=AT)
    save_drift_seen(store, "p", {"b": ONE}, at=AT)
    save_drift_seen(store, "p", {"a": UNREAD}, at=AT)
    save_drift_seen(store, "p", {}, at=AT)
    assert load_drift_seen(store, "p") == {"a": UNREAD, "b": ONE}


def test_many_sources_are_kept_at_once(store: JournalStore) -> None:
    many = {f"source-{n}": ONE for n in range(10_000)}
    save_drift_seen(store, "p", many, at=AT)
    save_drift_seen(store, "p", many, at=AT)
    assert load_drift_seen(store, "p") == many
