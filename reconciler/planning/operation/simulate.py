"""Simulates the operation before it is shown, to find what the API would refuse.

A predicted refusal removes its element, with what is new in it, from the body; the rest is
simulated again until the API would accept it. What lives under its own id stays in.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from reconciler.model.address import Address
from reconciler.model.document import Document
from reconciler.planning.change import Edit, Kind
from reconciler.planning.diff.align import Side, attribute_key, keyed_types
from reconciler.planning.diff.difference import Difference
from reconciler.planning.object_schema.operation import SchemaOperation
from reconciler.planning.operation.omissions import Element
from reconciler.semantics.body import placed_types
from reconciler.semantics.response import Accepted, Outcome, Refusal
from reconciler.value import Value, field

Build = Callable[[Sequence[Difference]], Document]
Send = Callable[[Document], Outcome]

_REFERENCES = frozenset({"referenceObjectTypeExternalId", "referenceObjectTypeName"})


class Simulated(Value):
    """The result: the body that is accepted, live after it, and what had to be left out.

    `outcome` is Refused only if no element can be blamed for a refusal.
    """

    body: Document
    outcome: Outcome
    refused: Mapping[Address, Refusal] = field(default_factory=dict)


class PhaseOperations(Value):
    """The schema operations of a phase; `settled` are the differences that are gone by then.

    `document` is live after it. `hints` say, by address, of what stays whether an operation could
    settle it; what is `withheld` of it no PATCH may try either.
    """

    document: Document = Document()
    operations: tuple[SchemaOperation, ...] = ()
    settled: tuple[Difference, ...] = ()
    withheld: frozenset[Address] = frozenset()
    hints: Mapping[Address, str] = field(default_factory=dict)


def simulate(
    differences: Sequence[Difference], *, desired: Side, build: Build, send: Send
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
        blamed = blame(outcome.refusals, left, body=body, desired=desired)
        if not blamed:
            return Simulated(body=body, outcome=outcome, refused=refused)
        refused |= blamed


def blame(
    refusals: Iterable[Refusal], differences: Sequence[Difference], *, body: Document, desired: Side
) -> dict[Address, Refusal]:
    """Return, by address, the differences that *refusals* of *body* are about.

    Each comes with its first refusal; what depends on a refused new element is included.
    """
    elements = dict(_elements(body, desired))
    by_element: dict[Element | None, list[Difference]] = {}
    for difference in differences:
        for element in _elements_of(difference):
            by_element.setdefault(element, []).append(difference)
    blamed: dict[Address, Refusal] = {}
    for refusal in refusals:
        for difference in by_element.get(elements.get(refusal.pointer), ()):
            blamed.setdefault(difference.address, refusal)
            for inner in _dependents(difference, differences, desired):
                blamed.setdefault(inner.address, refusal)
    return blamed


def below_refused(
    refused: Mapping[Address, Refusal], differences: Iterable[Difference], desired: Side
) -> dict[Address, Refusal]:
    """Return, by address, the changes that put something under a refused type, or refer to one.

    They are impossible anyway, but for the reason for which the type is.
    """
    types = {
        d.type_key: refused[d.address]
        for d in differences
        if d.kind is Kind.OBJECT_TYPE and d.edit is Edit.ADD and d.address in refused
    }
    found: dict[Address, Refusal] = {}
    for difference in differences if types else ():
        if refusal := types.get(_target(difference, desired)):
            found[difference.address] = refusal
    return found


def _target(difference: Difference, desired: Side) -> str | None:
    """Return the key of the type that the changed field of *difference* names, if it does."""
    node = desired.types.get(difference.type_key or "")
    if node is None or difference.edit is not Edit.CHANGE:
        return None
    if difference.field == "parent":
        return node.parent
    if difference.field in _REFERENCES:
        return _reference(difference, desired)
    return None


def _reference(difference: Difference, desired: Side) -> str | None:
    """Return the key of the type that the attribute of *difference* refers to, if it does."""
    attribute = desired.types[difference.type_key or ""].attributes[difference.attribute_key or ""]
    return desired.reference(attribute)


def _elements(body: Document, desired: Side) -> Iterator[tuple[str, Element]]:
    """Yield the JSON pointers of *body*'s types, attributes and mappings, with their elements."""
    typed = zip(placed_types(body.object_types), keyed_types(body), strict=True)
    for placed_type, (key, _, _) in typed:
        yield placed_type.pointer, (Kind.OBJECT_TYPE, key, None)
        for attribute, pointer in placed_type.attributes():
            yield pointer, (Kind.ATTRIBUTE, key, attribute_key(attribute))
    by_name = {
        node.element.object_type_name: key
        for key, node in desired.mappings.items()
        if node.element.object_type_external_id is None
    }
    for i, mapping in enumerate(body.mappings):
        key = mapping.object_type_external_id or by_name.get(mapping.object_type_name) or ""
        pointer = f"/mapping/objectTypeMappings/{i}"
        yield pointer, (Kind.MAPPING, key, None)
        for j, entry in enumerate(mapping.attributes):
            # An entry without an id is never refused.
            yield (
                f"{pointer}/attributesMapping/{j}",
                (Kind.ATTRIBUTE_MAPPING, key, entry.attribute_external_id),
            )


def _elements_of(difference: Difference) -> Iterator[Element]:
    """Yield the elements of a body whose refusal refuses *difference*."""
    kind, key = difference.kind, difference.type_key
    yield kind, key, difference.attribute_key
    if kind is Kind.ATTRIBUTE_MAPPING:
        yield Kind.MAPPING, key, None
    if kind is Kind.MAPPING and difference.edit is Edit.ADD:
        # A new mapping is one change: a refusal of any part of it refuses all of it.
        entries = difference.after.get("attributesMapping", ())
        yield from ((Kind.ATTRIBUTE_MAPPING, key, e.get("attributeExternalId")) for e in entries)


def _dependents(
    difference: Difference, differences: Sequence[Difference], desired: Side
) -> Iterator[Difference]:
    """Yield the differences that depend on a refused new element.

    What lives has its own place, whatever parent the manifest gives it.
    """
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
        yield from _of_type(difference.type_key, differences, desired)


def _of_type(
    type_key: str | None, differences: Sequence[Difference], desired: Side
) -> Iterator[Difference]:
    """Yield what is new in the new type *type_key*, or refers to it or to a new one in it."""
    added = [d for d in differences if d.edit is Edit.ADD]
    new = {d.type_key for d in added if d.kind is Kind.OBJECT_TYPE}
    inside = {type_key}
    for key, node in desired.types.items():  # parents before their children
        if node.parent in inside and key in new:
            inside.add(key)
    for other in added:
        if other.type_key in inside:
            yield other
        elif other.kind is Kind.ATTRIBUTE and _reference(other, desired) in inside:
            yield other
            yield from _dependents(other, differences, desired)
