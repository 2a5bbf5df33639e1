"""The inputs of planning one source: desired, live, options, and the baseline.

The baseline is what an earlier time tells of the source. It includes what was last sent of the
parts that live does not show (design.md#write-only): icons, statuses, types' `iconKey` and
attributes' `typeValues` have never been seen in an answer (api.md#write-only-parts), so there
is nothing else to compare with.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from reconciler.manifest.locations import Locations
from reconciler.model.address import Address
from reconciler.model.document import Attribute, Document, Icon, ObjectType, Status, walk_types
from reconciler.model.fields import ATTRIBUTE, ICON, OBJECT_TYPE, Table
from reconciler.model.normalise import LiveDocument
from reconciler.model.policy import Policy
from reconciler.model.source import Live, SourceRef

# An element by its external id, or by its name path: what was sent before live had ids is known
# by names alone.
_Identity = str | tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class LastSent:
    """The hidden parts as they were last sent; `fields` by key, then by element."""

    icons: Mapping[str, Icon] = field(default_factory=dict)
    statuses: Mapping[str, Status] = field(default_factory=dict)
    fields: Mapping[tuple[str, _Identity], Any] = field(default_factory=dict)


def last_sent(bodies: Iterable[Document]) -> LastSent:
    """Return the hidden parts that *bodies*, oldest first, sent last."""
    icons: dict[str, Icon] = {}
    statuses: dict[str, Status] = {}
    fields: dict[tuple[str, _Identity], Any] = {}

    def take(table: Table, element: ObjectType | Attribute, names: tuple[str, ...]) -> None:
        # Not by both: another element may have got the name of one with an id.
        for key, value in _hidden_in(table, element):
            fields[key, element.external_id or names] = value

    for body in bodies:
        icons |= {i.key: i for i in body.icons}
        statuses |= {s.name: s for s in body.statuses}
        for object_type, ancestors in walk_types(body.object_types):
            names = (*(a.name for a in ancestors), object_type.name)
            take(OBJECT_TYPE, object_type, names)
            for attribute in object_type.attributes:
                take(ATTRIBUTE, attribute, (*names, attribute.name))
    return LastSent(icons=icons, statuses=statuses, fields=fields)


def with_last_sent(live: LiveDocument, last_sent: LastSent, desired: Document) -> Document:
    """Return the live document with its hidden parts filled in from *last_sent*.

    Icons and statuses that *desired* does not have stay out: having been sent once does not
    mean that they still exist.
    """
    document, shown = live.document, live.shown
    wanted_icons = {i.key for i in desired.icons}
    wanted_statuses = {s.name for s in desired.statuses}

    def of_fields(
        table: Table, element: ObjectType | Attribute, names: tuple[str, ...]
    ) -> dict[str, Any]:
        return {
            f.attribute: _found(last_sent.fields, f.key, element.external_id, names)
            for f in table.write_only
            if f.key not in shown and getattr(element, f.attribute) is None
        }

    def of_attribute(attribute: Attribute, names: tuple[str, ...]) -> Attribute:
        found = of_fields(ATTRIBUTE, attribute, names)
        return (
            replace(attribute, **found) if any(v is not None for v in found.values()) else attribute
        )

    def of_type(object_type: ObjectType, above: tuple[str, ...]) -> ObjectType:
        names = (*above, object_type.name)
        return replace(
            object_type,
            **of_fields(OBJECT_TYPE, object_type, names),
            attributes=tuple(of_attribute(a, (*names, a.name)) for a in object_type.attributes),
            children=tuple(of_type(c, names) for c in object_type.children),
        )

    return replace(
        document,
        object_types=tuple(of_type(t, ()) for t in document.object_types)
        if last_sent.fields
        else document.object_types,
        icons=_icons(live, last_sent, wanted_icons),
        statuses=document.statuses
        if "statuses" in shown
        else tuple(s for n, s in sorted(last_sent.statuses.items()) if n in wanted_statuses),
    )


def hidden_parts(document: Document) -> Document:
    """Return just enough of *document* for `last_sent` to find its hidden parts again."""

    def of_type(object_type: ObjectType) -> ObjectType | None:
        kept = tuple(a for a in object_type.attributes if any(_hidden_in(ATTRIBUTE, a)))
        children = tuple(filter(None, map(of_type, object_type.children)))
        if not kept and not children and not any(_hidden_in(OBJECT_TYPE, object_type)):
            return None
        return replace(object_type, attributes=kept, children=children)

    types = tuple(filter(None, map(of_type, document.object_types)))
    if document.statuses and not types:
        # Documents without types would count as ones without ids, which cannot have statuses.
        types = tuple(replace(t, attributes=(), children=()) for t in document.object_types[:1])
    return Document(
        object_types=types,
        icons=document.icons,
        statuses=document.statuses,
    )


def _icons(live: LiveDocument, last_sent: LastSent, wanted: set[str]) -> tuple[Icon, ...]:
    if "icons" not in live.shown:
        return tuple(i for k, i in sorted(last_sent.icons.items()) if k in wanted)
    hidden = [f.key for f in ICON.write_only if f.key not in live.shown]
    return tuple(
        replace(icon, **ICON.values(known, hidden))
        if hidden and (known := last_sent.icons.get(icon.key))
        else icon
        for icon in live.document.icons
    )


def _hidden_in(table: Table, element: Any) -> Iterator[tuple[str, Any]]:
    """Yield the write-only fields that *element* has, by key."""
    for each in table.write_only:
        if (value := getattr(element, each.attribute)) is not None:
            yield each.key, value


def _found(
    known: Mapping[tuple[str, _Identity], Any],
    key: str,
    external_id: str | None,
    names: tuple[str, ...],
) -> Any:
    return known.get((key, external_id or names)) or known.get((key, names))


@dataclass(frozen=True, kw_only=True, slots=True)
class Baseline:
    """A commit's manifest, or what the journal's last receipt holds.

    `name` says which. `desired` is the manifest at the time, None if it was not stored; `live`
    what was read back, None for a commit, whose manifest is assumed to have been applied.
    `last_sent` is what was last sent of the parts that live does not show. `ineffective` holds,
    by address, the values that were sent as undocumented changes and had no effect.
    """

    name: str
    desired: Document | None
    live: LiveDocument | None = None
    last_sent: LastSent = field(default_factory=LastSent)
    ineffective: Mapping[Address, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class SourceInput:
    """One source: its desired document, live, and what else is known of it.

    `baseline` is the baseline of both, `locations` the places in the manifest; both are None if
    unknown. `only` holds the addresses of the differences that may be sent, None for all.
    """

    ref: SourceRef
    desired: Document
    live: Live
    baseline: Baseline | None = None
    locations: Locations | None = None
    only: frozenset[Address] | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class PlanOptions:
    """The choices that change a plan. `sync`: the operation is sent synchronously.

    `policy` holds the guards: planning under a project's policy applies all of them.
    """

    policy: Policy = field(default_factory=Policy)
    allow_residual: bool = False
    resend_write_only: bool = False
    sync: bool = False

    @classmethod
    def of_drift(cls, policy: Policy) -> "PlanOptions":
        """Return the options for detecting drift under *policy*: nothing is sent or guarded."""
        return cls(policy=Policy(orphans=policy.orphans))

    @classmethod
    def of_repair(cls, policy: Policy) -> "PlanOptions":
        """Return the options for reverting drift under *policy*.

        What the API cannot do stays open: it drifted all the same.
        """
        return cls(policy=policy, allow_residual=True)
