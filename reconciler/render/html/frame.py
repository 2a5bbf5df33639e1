"""What every page has, whatever it tells of: a verdict, figures, alerts, filters, remarks."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from reconciler import __version__
from reconciler.diagnostics import Diagnostic, errors_in, in_reading_order
from reconciler.render.html.template import fill
from reconciler.render.plan_symbols import Mark

# A browser lays out what is open, and a reader reads it.
MOST_OPEN = 20
_MOST_ALERTS = 20
_FEW_REMARKS = 10


@dataclass(frozen=True, kw_only=True, slots=True)
class Verdict:
    """The one sentence that says it, and the class that colours it."""

    text: str
    tone: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Figure:
    """One count of the summary."""

    number: int
    words: str
    tone: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Alert:
    """A difference to look at before all others, and where on the page it is."""

    anchor: str
    mark: Mark
    source: str
    text: str
    why: str
    rank: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Choice:
    """A checkbox that shows or hides what has `value`."""

    value: str
    words: str
    number: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Filter:
    """A group of checkboxes, all about the attribute `data-NAME`."""

    name: str
    legend: str
    choices: tuple[Choice, ...]


def filled(
    template: str,
    *,
    title: str,
    verdict: Verdict,
    alerts: Iterable[Alert],
    diagnostics: Sequence[Diagnostic],
    tool_version: str = __version__,
    **values: Any,
) -> str:
    """Return the page that *template*, which extends the frame, makes of it all."""
    ranked = sorted(alerts, key=_rank)
    return fill(
        template,
        title=title,
        verdict=verdict,
        alerts=ranked[:_MOST_ALERTS],
        more_alerts=max(0, len(ranked) - _MOST_ALERTS),
        diagnostics=[(d, _place(d)) for d in in_reading_order(diagnostics)],
        diagnostics_open=bool(errors_in(diagnostics)) or len(diagnostics) <= _FEW_REMARKS,
        tool_version=tool_version,
        **values,
    )


def _rank(alert: Alert) -> int:
    return alert.rank


def _place(diagnostic: Diagnostic) -> str:
    parts = (diagnostic.file, diagnostic.line, diagnostic.column)
    return ":".join(str(p) for p in parts if p is not None) or diagnostic.source or ""
