"""Drift as metrics, in the text format that Prometheus' node exporter collects from files.

A source that cannot be read keeps the time of its last success, which is read from the file
that is replaced. Where nobody knows which sources there are, for nothing was judged or an error
belongs to none of them, all times stay, and those of every environment if its own is unknown.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from functools import partial

from prometheus_client import CollectorRegistry, Gauge, generate_latest
from prometheus_client.parser import text_string_to_metric_families

from reconciler.diagnostics import errors_in
from reconciler.planning.change import Kind
from reconciler.planning.drift.report import DriftReport, SourceDrift

# An environment and a source.
_Named = tuple[str, str]
_LAST = "reconciler_drift_last_success_timestamp_seconds"


def drift_prometheus(report: DriftReport, *, replaced: str = "") -> str:
    """Return the metrics of *report*; *replaced* is the text that they replace."""
    registry = CollectorRegistry()
    of_run = partial(_gauge, registry, ("environment",))
    of_source = partial(_gauge, registry, ("environment", "source"))
    drift = _gauge(
        registry,
        ("environment", "source", "kind"),
        "reconciler_drift",
        "Differences that live has outside git, by what they are about.",
    )
    unreadable = of_source(
        "reconciler_drift_unreadable", "1 where the source could not be read, so nobody knows."
    )
    last = of_source(_LAST, "When the source was last judged.")
    duration = of_run("reconciler_drift_duration_seconds", "How long the run took.")
    errored = of_run("reconciler_drift_errored", "1 where the run could not judge everything.")

    environment = report.environment
    for source in report.sources:
        unreadable.labels(environment, source.source).set(source.error is not None)
        for kind, number in _counted(source).items():
            drift.labels(environment, source.source, kind).set(number)
    for (of, name), at in _judged(report, replaced).items():
        last.labels(of, name).set(at)
    duration.labels(environment).set(round(report.seconds, 3))
    errored.labels(environment).set(report.errored)
    return generate_latest(registry).decode()


def _gauge(
    registry: CollectorRegistry, labels: tuple[str, ...], name: str, documentation: str
) -> Gauge:
    return Gauge(name, documentation, labels, registry=registry)


def _counted(source: SourceDrift) -> Counter[Kind]:
    return Counter(f.change.kind for f in source.findings if f.standing.alarms)


def _judged(report: DriftReport, replaced: str) -> dict[_Named, float]:
    """Return when each source was last judged, in seconds since 1970, as far as known."""
    ours = report.environment
    now = datetime.fromisoformat(report.created_at).timestamp()
    before = {named: at for named, at in _last_of(replaced) if ours in {named[0], ""}}
    known = {
        (ours, s.source): now if s.error is None else before.get((ours, s.source))
        for s in report.sources
    }
    if any(d.source is None for d in errors_in(report.diagnostics)) or not known:
        known = {**(before if report.errored else {}), **known}
    return {named: at for named, at in known.items() if at is not None}


def _last_of(text: str) -> Iterator[tuple[_Named, float]]:
    """Yield the sources in *text* with the times of their last success, if it has this format."""
    try:
        families = list(text_string_to_metric_families(text))
    except ValueError:
        return
    for family in families:
        for sample in family.samples:
            if sample.name == _LAST and {"environment", "source"} <= sample.labels.keys():
                named = sample.labels["environment"], sample.labels["source"]
                yield named, sample.value
