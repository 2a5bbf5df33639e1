"""Drift as metrics: what a node exporter reads, by a parser that is not ours."""

import pytest
from prometheus_client.parser import text_string_to_metric_families

from reconciler.planning.drift.report import DriftReport, SourceDrift
from reconciler.render.drift.prometheus import drift_prometheus
from reconciler.value import replace
from tests.support.stages.cli_project import Desk
from tests.support.stages.drift_desk import behind_our_back

LAST = "reconciler_drift_last_success_timestamp_seconds"
FIRST, SECOND = "2026-03-01T00:00:00Z", "2026-03-02T00:00:00Z"


def report(*sources: SourceDrift, at: str = FIRST, errored: bool = False) -> DriftReport:
    return DriftReport(
        environment="p", sources=sources, created_at=at, seconds=1.5, errored=errored
    )


def read(text: str) -> dict[tuple[str, ...], float]:
    """Return each sample by its name, its source and its kind."""
    return {
        (s.name, *(s.labels[k] for k in ("source", "kind") if k in s.labels)): s.value
        for family in text_string_to_metric_families(text)
        for s in family.samples
    }


def test_a_source_that_cannot_be_read_keeps_its_last_success() -> None:
    first = drift_prometheus(report(SourceDrift(source="a"), SourceDrift(source="b")))
    unread = SourceDrift(source="a", error="401")
    second = read(
        drift_prometheus(
            report(unread, SourceDrift(source="b"), at=SECOND, errored=True), replaced=first
        )
    )
    assert second[LAST, "a"] == read(first)[LAST, "a"]
    assert second[LAST, "b"] == second[LAST, "a"] + 86_400
    assert second["reconciler_drift_unreadable", "a"] == 1
    assert second["reconciler_drift_unreadable", "b"] == 0
    assert second["reconciler_drift_errored",] == 1
    assert second["reconciler_drift_duration_seconds",] == 1.5


def test_so_does_one_that_does_not_know_its_environment() -> None:
    """As where the project file is in error."""
    first = drift_prometheus(report(SourceDrift(source="a")))
    lost = replace(report(at=SECOND, errored=True), environment="")
    second = drift_prometheus(lost, replaced=first)
    kept = [line for line in first.splitlines() if line.startswith(f"{LAST}{{")]
    assert len(kept) == 1
    assert kept[0] in second.splitlines()


@pytest.mark.parametrize("replaced", ["", "no metrics {", "\x00", f"{LAST} 3\n", "a" * 10_000])
def test_what_is_replaced_may_be_anything(replaced: str) -> None:
    found = read(drift_prometheus(report(SourceDrift(source="a")), replaced=replaced))
    assert found[LAST, "a"] > 0


def test_names_of_strangers_are_labels() -> None:
    name = 'a"} 1\nreconciler_evil{x="\\'
    assert (LAST, name) in read(drift_prometheus(report(SourceDrift(source=name))))


def test_differences_are_counted_by_source_and_kind(desk: Desk) -> None:
    assert desk("apply", "--auto-approve").code == 0
    behind_our_back(desk, "A drive", "Theirs")
    assert desk("drift", "--output", "prometheus=drift.prom").code == 2
    path = desk.root / "drift.prom"
    found = read(path.read_text())
    assert found["reconciler_drift", "disks", "object_type"] == 1
    assert {k for k in found if k[0] == "reconciler_drift"} == {
        ("reconciler_drift", "disks", "object_type")
    }
    assert path.stat().st_mode & 0o044, "the collector is somebody else"
    desk.edit("disks.yaml", "type: text", "type: txt")
    assert desk("drift", "--output", "prometheus=drift.prom").code == 1
    after = read(path.read_text())
    assert after["reconciler_drift_errored",] == 1
    assert after[LAST, "disks"] == found[LAST, "disks"]
