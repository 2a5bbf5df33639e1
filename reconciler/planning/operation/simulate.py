"""Simulates the operation before it is shown, to find what the API would refuse.

A predicted refusal removes its element, with its contents, from the body; the rest is
simulated again until the API would accept it.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from reconciler.model.address import Address
from reconciler.model.document import Document
from reconciler.planning.diff.align import Side
from reconciler.planning.diff.difference import Difference
from reconciler.planning.plan import Edit, Kind
from reconciler.semantics.response import Accepted, Outcome, Refusal

Build = Callable[[Sequence[Difference]], Document]
Send = Callable[[Document], Outcome]


@dataclass(frozen=True, kw_only=True, slots=True)
class Simulated:
    """The result: the body that is accepted, live after it, and what had to be left out.

    `outcome` is Refused only if no element can be blamed for a refusal.
    """

    body: Document
    outcome: Outcome
    refused: Mapping[Address, Refusal] = field(default_factory=dict)


def simulate(
    differences: Sequence[Difference], *, sides: tuple[Side, ...], build: Build, send: Send
) -> Simulated:
    """Return the simulated result of the body that *build* makes of *differences*.

    *refused* in the result is keyed by address. *build* receives the differences that may
    still be sent.
    """
    refused: dict[Address, Refusal] = {}
    while True:
        left = [d for d in differences if d.address not in refused]
        body = build(left)
        outcome = send(body)
        if isinstance(outcome, Accepted):
            return Simulated(body=body, outcome=outcome, refused=refused)
        blamed = blame(outcome.refusals, left, sides)
        if not blamed:
            return Simulated(body=body, outcome=outcome, refused=refused)
        refused |= blamed


def blame(
    refusals: Iterable[Refusal], differences: Sequence[Difference], sides: tuple[Side, ...]
) -> dict[Address, Refusal]:
    """Return, by address, the differences that *refusals* are about, each with its first refusal.

    Differences that depend on such a difference are included.
    """
    by_type: dict[str, list[Difference]] = {}
    for difference in differences:
        for name in _identities(difference.type_key, sides):
            by_type.setdefault(name, []).append(difference)
    blamed: dict[Address, Refusal] = {}
    for refusal in refusals:
        for difference in by_type.get(refusal.subject.object_type or "", ()):
            if _is_about(refusal, difference, sides):
                blamed.setdefault(difference.address, refusal)
                for inner in _dependents(difference, differences, sides):
                    blamed.setdefault(inner.address, refusal)
    return blamed


def _is_about(refusal: Refusal, difference: Difference, sides: tuple[Side, ...]) -> bool:
    subject = refusal.subject
    if subject.part == "mapping":
        if difference.kind not in {Kind.MAPPING, Kind.ATTRIBUTE_MAPPING}:
            return False
        if subject.attribute is None or difference.kind is Kind.MAPPING:
            # A new mapping is one change: a refusal of any part of it refuses all of it.
            return subject.attribute is None or difference.edit is Edit.ADD
    elif difference.kind is not (Kind.ATTRIBUTE if subject.attribute else Kind.OBJECT_TYPE):
        return False
    if subject.attribute is None:
        return True
    key = difference.attribute_key
    if key == subject.attribute:
        return True
    return any(
        (node := side.types.get(difference.type_key or ""))
        and (attribute := node.attributes.get(key or ""))
        and attribute.name == subject.attribute
        for side in sides
    )


def _dependents(
    difference: Difference, differences: Sequence[Difference], sides: tuple[Side, ...]
) -> Iterable[Difference]:
    """Yield the differences that depend on a refused new element."""
    if difference.edit is not Edit.ADD:
        return
    if difference.kind is Kind.ATTRIBUTE:
        for other in differences:
            if other.kind is Kind.ATTRIBUTE_MAPPING and (other.type_key, other.attribute_key) == (
                difference.type_key,
                difference.attribute_key,
            ):
                yield other
    elif difference.kind is Kind.OBJECT_TYPE:
        inside = {difference.type_key}
        for side in sides:
            for key, node in side.types.items():
                if node.parent in inside:
                    inside.add(key)
        yield from (d for d in differences if d.type_key in inside and d.edit is Edit.ADD)


def _identities(type_key: str | None, sides: tuple[Side, ...]) -> set[str]:
    names = {type_key} if type_key else set()
    for side in sides:
        if node := side.types.get(type_key or ""):
            names |= {node.identity, node.element.name}
    return names
