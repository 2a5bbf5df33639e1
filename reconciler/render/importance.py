"""What matters first: the one order by which every format sorts, and cuts where room is short.

A limit must never leave out what cannot be undone, or a risk to data, for the sake of a lint
warning. What is left out is counted by its kind.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from enum import Enum
from typing import TypeVar

from reconciler.codes.run import RunCode
from reconciler.diagnostics import Diagnostic, Severity
from reconciler.model.policy import Risk
from reconciler.planning.change import Attribution, Change, Verdict
from reconciler.planning.plan import Action, SourcePlan
from reconciler.render.shorten import count

T = TypeVar("T")


class Importance(Enum):
    """The kinds of what is reported, the most important first; the value is the kind's noun."""

    FINAL = "operation that cannot be undone"
    DATA_RISK = "risk to data"
    BLOCKED = "blocked source"
    IMPOSSIBLE = "impossible change"
    ERROR = "error"
    CONFLICT = "conflict"
    DRIFT = "drifted difference"
    REVIEW_RISK = "risk to review"
    # Of live, of the API's likely answers, of the journal.
    REMARK = "remark of the run"
    CHANGE = "other change"
    OPEN = "difference left open"
    LINT = "lint warning"
    NOTHING = "settled difference"


_RANKS = {each: rank for rank, each in enumerate(Importance)}
_PLURALS = {
    Importance.FINAL: "operations that cannot be undone",
    Importance.DATA_RISK: "risks to data",
    Importance.REVIEW_RISK: "risks to review",
    Importance.REMARK: "remarks of the run",
    Importance.OPEN: "differences left open",
}
_OF_RUNS = frozenset(RunCode)


def by_importance(items: Iterable[T], of: Callable[[T], Importance]) -> list[T]:
    """Return *items* by their importance *of*, otherwise in their order."""
    return sorted(items, key=lambda item: _RANKS[of(item)])


def most_important(kinds: Iterable[Importance]) -> Importance:
    """Return the most important of *kinds*, NOTHING of none."""
    return min(kinds, key=_RANKS.__getitem__, default=Importance.NOTHING)


def by_kind(kinds: Iterable[Importance]) -> str:
    """Return how many there are of each kind: `2 risks to data, 8 lint warnings`."""
    numbers = Counter(kinds)
    return ", ".join(
        count(numbers[kind], kind.value, _PLURALS.get(kind)) for kind in Importance if numbers[kind]
    )


def of_diagnostic(diagnostic: Diagnostic) -> Importance:
    """Return the importance of *diagnostic*: lint is what a manifest alone gives rise to."""
    if diagnostic.severity is Severity.ERROR:
        return Importance.ERROR
    return Importance.REMARK if diagnostic.code in _OF_RUNS else Importance.LINT


def of_change(change: Change) -> Importance:
    """Return the importance of *change*."""
    if change.verdict is Verdict.IMPOSSIBLE:
        return Importance.IMPOSSIBLE
    whose = Importance.CHANGE if change.verdict.takes_effect else Importance.OPEN
    if change.overwrites_edit:
        conflict = change.attribution is Attribution.CONFLICT
        whose = Importance.CONFLICT if conflict else Importance.DRIFT
    return most_important((whose, of_risk(change) or Importance.NOTHING))


def of_source(source: SourcePlan) -> Importance:
    """Return the importance of *source*: that of the most important thing about it."""
    final = (Importance.FINAL,) if any(each.is_final for each in source.schema_operations) else ()
    blocked = (Importance.BLOCKED,) if source.action is Action.BLOCKED else ()
    sent = (Importance.CHANGE,) if source.sends else ()
    every = (*source.changes, *source.residual)
    # Of very many hardly any two differ in what decides.
    kinds = {(c.verdict, c.risk, c.attribution): c for c in every}
    changes = map(of_change, kinds.values())
    return most_important((*final, *blocked, *sent, *changes))


def of_risk(change: Change) -> Importance | None:
    """Return the importance of what *change* puts at risk, None if it is nothing."""
    match change.risk:
        case Risk.DATA:
            return Importance.DATA_RISK
        case Risk.REVIEW:
            return Importance.REVIEW_RISK
        case Risk.NONE:
            return None
