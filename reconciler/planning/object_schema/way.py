"""How a kind of schema operation is done to a kind of element, and how it is judged.

The rows are in `kinds.WAYS`, each from the module of its kind in `ways`.
"""

from collections.abc import Callable, Mapping
from typing import Any

from reconciler.diagnostics import Confidence
from reconciler.model.document import Document
from reconciler.planning.diff.difference import Difference
from reconciler.planning.object_schema.operation import (
    Losses,
    Phase,
    Requirement,
    SchemaOperation,
)
from reconciler.planning.object_schema.seen import MappingTargets, Seen
from reconciler.planning.object_schema.target import SchemaTarget
from reconciler.planning.premises import Premise
from reconciler.semantics.rules import RuleCode
from reconciler.value import Value

# The differences that one operation settles: all about one element, in reading order.
Wanted = tuple[Difference, ...]
Done = tuple[SchemaOperation, ...]
Body = Mapping[str, Any] | None


class SchemaCall(Value):
    """What is sent; a body of None is none."""

    method: str
    path: str
    body: Body = None


def before(_: Difference, __: Wanted) -> Phase:
    """Return the phase of what comes before the PATCH, whatever is wanted."""
    return Phase.BEFORE


def after(_: Difference, __: Wanted) -> Phase:
    """Return the phase of what comes after the PATCH, whatever is wanted."""
    return Phase.AFTER


def _nothing(*_: object) -> None:
    """Return that nothing hinders it, casts doubt on it, or takes it back."""


class Way(Value):
    """One row.

    `does` completes "reconciler can "; `grade` says how well it is known that the call does it
    (unless `doubt` names a rule that a call with this body rests on), `rests_on` what is assumed
    of it always, `verify` what is read afterwards. `rules` are required of the element whatever is
    wanted of it (keys of `rules.RULES`). One that `needs_confirmed` is not done where names alone
    say which element it is.

    Of what is wanted of a target: `phase` is when each part of it is done, `obstacle` why it
    cannot be, given the operations before it (it completes "reconciler cannot …: "; None if it
    can), `requires` what must hold besides, `call` what is sent, `losses` what is lost in Assets,
    `reversible` what takes it back, None if nothing does; `excludes_patch` says whether a PATCH
    must not try what cannot be done so. `hindrance` is what of live, or of its mappings, keeps it
    from being done by then. One whose losses nobody counted (None) is not planned.

    `effect` makes live as the operation leaves it, which may have been done already: KeyError if
    its element is not there, ChangeRefused if the API would refuse it. `proof` says what shows
    that it had no effect, or another one; None if it is done.
    """

    does: str
    grade: Confidence
    verify: str
    phase: Callable[[Difference, Wanted], Phase]
    call: Callable[[Wanted, SchemaTarget], SchemaCall]
    effect: Callable[[Document, SchemaOperation], Document]
    proof: Callable[[SchemaOperation, Seen], str | None]
    rules: tuple[str, ...] = ()
    requires: Callable[[Wanted, SchemaTarget], tuple[Requirement, ...]]
    obstacle: Callable[[Wanted, SchemaTarget, Done], str | None] = _nothing
    hindrance: Callable[[SchemaTarget, Document, MappingTargets], str | None] = _nothing
    reversible: Callable[[Wanted, SchemaTarget], str | None] = _nothing
    losses: Callable[[Wanted, SchemaTarget], Losses | None] = lambda _, __: Losses()
    excludes_patch: Callable[[Wanted], bool] = lambda _: False
    needs_confirmed: bool = False
    rests_on: tuple[Premise, ...] = ()
    doubt: Callable[[Body], RuleCode | None] = _nothing
