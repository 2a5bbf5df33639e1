"""What planning one source starts from, in one value.

What the command line and policy say about planning.

What an earlier time tells of a source: the third side of a comparison.

What was last sent of the parts that live does not show (design.md#write-only).

Icons, statuses, types' `iconKey` and attributes' `typeValues` have never been seen in an
answer (api.md#write-only-parts). What was sent of them is the only thing to compare with.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from reconciler.manifest.locations import Locations
from reconciler.manifest.project.model import Orphans, Risk, Undocumented
from reconciler.model.document import Attribute, Document, Icon, ObjectType, Status, walk_types
from reconciler.model.normalise import LiveDocument
from reconciler.model.source import Live, SourceRef

# An element by its external id, or by its name path: what was sent before live had
# ids is known by names alone.
_Identity = str | tuple[str, ...]
_T = TypeVar("_T")


@dataclass(frozen=True, kw_only=True, slots=True)
class Remembered:
    """The hidden parts as they were last sent."""

    icons: Mapping[str, Icon] = field(default_factory=dict)
    statuses: Mapping[str, Status] = field(default_factory=dict)
    icon_keys: Mapping[_Identity, str] = field(default_factory=dict)
    type_values: Mapping[_Identity, tuple[str, ...]] = field(default_factory=dict)


def remember(bodies: Iterable[Document]) -> Remembered:
    """Return what *bodies*, oldest first, sent of the hidden parts: the last word of each."""
    icons: dict[str, Icon] = {}
    statuses: dict[str, Status] = {}
    icon_keys: dict[_Identity, str] = {}
    type_values: dict[_Identity, tuple[str, ...]] = {}
    for body in bodies:
        icons |= {i.key: i for i in body.icons}
        statuses |= {s.name: s for s in body.statuses}
        for object_type, ancestors in walk_types(body.object_types):
            names = (*(a.name for a in ancestors), object_type.name)
            if object_type.icon_key is not None:
                for identity in _identities(object_type.external_id, names):
                    icon_keys[identity] = object_type.icon_key
            for attribute in object_type.attributes:
                if attribute.type_values is not None:
                    for identity in _identities(attribute.external_id, (*names, attribute.name)):
                        type_values[identity] = attribute.type_values
    return Remembered(icons=icons, statuses=statuses, icon_keys=icon_keys, type_values=type_values)


def recalled(live: LiveDocument, remembered: Remembered, desired: Document) -> Document:
    """Return the live document with what it hides filled in, as far as *remembered* knows it.

    Icons and statuses that *desired* does not have stay out: that they were sent once
    does not mean that they are there.
    """
    document, shown = live.document, live.shown
    wanted_icons = {i.key for i in desired.icons}
    wanted_statuses = {s.name for s in desired.statuses}

    def of_attribute(attribute: Attribute, names: tuple[str, ...]) -> Attribute:
        if attribute.type_values is not None or "typeValues" in shown:
            return attribute
        values = _found(remembered.type_values, attribute.external_id, (*names, attribute.name))
        return attribute if values is None else replace(attribute, type_values=values)

    def of_type(object_type: ObjectType, above: tuple[str, ...]) -> ObjectType:
        names = (*above, object_type.name)
        icon_key = object_type.icon_key
        if icon_key is None and "iconKey" not in shown:
            icon_key = _found(remembered.icon_keys, object_type.external_id, names)
        return replace(
            object_type,
            icon_key=icon_key,
            attributes=tuple(of_attribute(a, names) for a in object_type.attributes),
            children=tuple(of_type(c, names) for c in object_type.children),
        )

    return replace(
        document,
        object_types=tuple(of_type(t, ()) for t in document.object_types)
        if remembered.icon_keys or remembered.type_values
        else document.object_types,
        icons=_icons(live, remembered, wanted_icons),
        statuses=document.statuses
        if "statuses" in shown
        else tuple(s for n, s in sorted(remembered.statuses.items()) if n in wanted_statuses),
    )


def hidden_parts(document: Document) -> Document:
    """Return just enough of *document* for `remember` to find its hidden parts again."""

    def of_type(object_type: ObjectType) -> ObjectType | None:
        kept = tuple(a for a in object_type.attributes if a.type_values is not None)
        children = tuple(filter(None, map(of_type, object_type.children)))
        if object_type.icon_key is None and not kept and not children:
            return None
        return replace(object_type, attributes=kept, children=children)

    types = tuple(filter(None, map(of_type, document.object_types)))
    if document.statuses and not types:
        # A document is known to have ids, and only such a one statuses, by its types.
        types = tuple(replace(t, attributes=(), children=()) for t in document.object_types[:1])
    return Document(
        object_types=types,
        icons=document.icons,
        statuses=document.statuses,
    )


def _icons(live: LiveDocument, remembered: Remembered, wanted: set[str]) -> tuple[Icon, ...]:
    if "icons" not in live.shown:
        return tuple(i for k, i in sorted(remembered.icons.items()) if k in wanted)
    if "png48" in live.shown:
        return live.document.icons
    return tuple(
        replace(icon, png48=known.png48) if (known := remembered.icons.get(icon.key)) else icon
        for icon in live.document.icons
    )


def _identities(external_id: str | None, names: tuple[str, ...]) -> tuple[_Identity, ...]:
    return (names,) if external_id is None else (external_id, names)


def _found(
    known: Mapping[_Identity, _T], external_id: str | None, names: tuple[str, ...]
) -> _T | None:
    return known.get(external_id or names) or known.get(names)


@dataclass(frozen=True, kw_only=True, slots=True)
class Base:
    """A commit's manifest, or what the journal's last receipt holds.

    `name` says which. `desired` is what the manifest said then, None where that was not
    kept; `live` what was read back, None for a commit, whose manifest is taken as applied.
    `remembered` is what was last sent of what live does not show. `ineffective` holds, by
    address, the values that were sent as undocumented changes and had no effect.
    """

    name: str
    desired: Document | None
    live: LiveDocument | None = None
    remembered: Remembered = field(default_factory=Remembered)
    ineffective: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class SourceInput:
    """One source: what its manifest wants, what is live, and what else is known of it.

    `base` is what an earlier time tells of both, `locations` where the manifest says
    what; both are None where nobody knows. `only` holds the addresses of the differences
    that may be sent, None where all may.
    """

    ref: SourceRef
    desired: Document
    live: Live
    base: Base | None = None
    locations: Locations | None = None
    only: frozenset[str] | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class PlanOptions:
    """The choices that change a plan. `sync`: the operation waits for its end by itself."""

    allow_residual: bool = False
    resend_write_only: bool = False
    sync: bool = False
    undocumented: Undocumented = Undocumented.ATTEMPT
    orphans: Orphans = Orphans.REPORT
    max_changes: int | None = None
    max_change_percent: float | None = None
    max_risk: Risk | None = None
