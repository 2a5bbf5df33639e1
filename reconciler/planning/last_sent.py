"""What was last sent of the parts that live does not show (design.md#write-only).

Icons, statuses, types' `iconKey` and attributes' `typeValues` have never been seen in an answer
(api.md#write-only-parts), so there is nothing else to compare them with.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from reconciler.model.document import Attribute, Document, Icon, ObjectType, Status, walk_types
from reconciler.model.fields import ATTRIBUTE, ICON, OBJECT_TYPE, STATUS, Table
from reconciler.model.normalise import LiveDocument
from reconciler.value import Value, field, replace

# An element by its external id, or by its name path: what was sent before live had ids is known
# by names alone.
_Identity = str | tuple[str, ...]


class LastSent(Value):
    """The hidden parts as they were last sent; `fields` by key, then by element."""

    icons: Mapping[str, Icon] = field(default_factory=dict)
    statuses: Mapping[str, Status] = field(default_factory=dict)
    fields: Mapping[tuple[str, _Identity], Any] = field(default_factory=dict)

    def value(self, key: str, external_id: str | None, names: tuple[str, ...]) -> Any:
        """Return the field *key* of the type or attribute with this id and path, None if unknown.

        What was sent before live had ids is known by names alone.
        """
        return self.fields.get((key, external_id or names)) or self.fields.get((key, names))

    def apart_from(self, document: Document) -> "LastSent":
        """Return the icons and statuses that *document* does not have."""
        icons, statuses = ({i.key for i in document.icons}, {s.name for s in document.statuses})
        return LastSent(
            icons={k: i for k, i in self.icons.items() if k not in icons},
            statuses={n: s for n, s in self.statuses.items() if n not in statuses},
        )


NOTHING_SENT = LastSent()


def last_sent(history: Iterable[Document | LiveDocument]) -> LastSent:
    """Return the hidden parts that were sent last, as what was shown of them since has them.

    *history* has the bodies that were sent, oldest first, and live between them that showed more:
    what it shows of statuses is what became of those that were sent.
    """
    icons: dict[str, Icon] = {}
    statuses: dict[str, Status] = {}
    fields: dict[tuple[str, _Identity], Any] = {}

    def take(table: Table, element: ObjectType | Attribute, names: tuple[str, ...]) -> None:
        # Not by both: another element may have got the name of one with an id.
        for key, value in _hidden_in(table, element):
            fields[key, element.external_id or names] = value

    for each in history:
        body = each.document if isinstance(each, LiveDocument) else each
        if isinstance(each, LiveDocument):
            there = {s.name: s for s in body.statuses if s.name in statuses}
            statuses = there if "statuses" in each.shown else statuses
            body = replace(body, icons=(), statuses=())
        icons |= {i.key: i for i in body.icons}
        statuses |= {s.name: s for s in body.statuses}
        for object_type, ancestors in walk_types(body.object_types):
            names = (*(a.name for a in ancestors), object_type.name)
            take(OBJECT_TYPE, object_type, names)
            for attribute in object_type.attributes:
                take(ATTRIBUTE, attribute, (*names, attribute.name))
    return LastSent(icons=icons, statuses=statuses, fields=fields)


def hidden_values(document: Document) -> Iterator[tuple[str, Any]]:
    """Yield what *document* has of the parts that live may hide: how to call it, and its value."""
    found = last_sent([document])
    yield from ((f"the icon {key}", icon) for key, icon in found.icons.items())
    yield from ((f"the status {name}", status) for name, status in found.statuses.items())
    for (key, identity), value in found.fields.items():
        name = identity if isinstance(identity, str) else "/".join(identity)
        yield f"{key} of {name}", value


def with_last_sent(live: LiveDocument, last_sent: LastSent) -> Document:
    """Return the live document with its hidden parts filled in from *last_sent*."""
    document, shown = live.document, live.shown

    def sent(
        table: Table, element: ObjectType | Attribute, names: tuple[str, ...]
    ) -> dict[str, Any]:
        return {
            f.attribute: value
            for f in table.write_only
            if f.key not in shown
            and getattr(element, f.attribute) is None
            and (value := last_sent.value(f.key, element.external_id, names)) is not None
        }

    return replace(
        document,
        object_types=_with_fields(document.object_types, sent)
        if last_sent.fields
        else document.object_types,
        icons=_icons(live, last_sent),
        statuses=document.statuses
        if "statuses" in shown
        else STATUS.ordered(last_sent.statuses.values()),
    )


def without_unsent(live: LiveDocument, shown: frozenset[str], last_sent: LastSent) -> LiveDocument:
    """Return *live* without the fields that are not *shown* elsewhere, and that nobody has sent."""
    if not live.shown - shown:
        return live

    def unsent(
        table: Table, element: ObjectType | Attribute, names: tuple[str, ...]
    ) -> dict[str, Any]:
        return {
            f.attribute: None
            for f in table.write_only
            if f.key not in shown
            and getattr(element, f.attribute) is not None
            and last_sent.value(f.key, element.external_id, names) is None
        }

    types = _with_fields(live.document.object_types, unsent)
    return replace(live, document=replace(live.document, object_types=types))


def as_shown(document: Document, shown: frozenset[str]) -> Document:
    """Return *document* as live shows it that shows the parts *shown*."""

    def hidden(table: Table) -> dict[str, Any]:
        return {f.attribute: None for f in table.write_only if f.key not in shown}

    of_types, of_attributes = hidden(OBJECT_TYPE), hidden(ATTRIBUTE)

    def of_type(object_type: ObjectType) -> ObjectType:
        attributes = (replace(a, **of_attributes) for a in object_type.attributes)
        return replace(
            object_type,
            **of_types,
            attributes=tuple(attributes),
            children=tuple(map(of_type, object_type.children)),
        )

    return replace(
        document,
        object_types=tuple(map(of_type, document.object_types)),
        icons=document.icons if "icons" in shown else (),
        statuses=document.statuses if "statuses" in shown else (),
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


_Fields = Callable[[Table, ObjectType | Attribute, tuple[str, ...]], Mapping[str, Any]]


def _with_fields(
    types: Iterable[ObjectType], of: _Fields, above: tuple[str, ...] = ()
) -> tuple[ObjectType, ...]:
    """Return *types* with the fields *of* each type and attribute, by table and name path."""

    def of_attribute(attribute: Attribute, names: tuple[str, ...]) -> Attribute:
        found = of(ATTRIBUTE, attribute, names)
        return replace(attribute, **found) if found else attribute

    def of_type(object_type: ObjectType) -> ObjectType:
        names = (*above, object_type.name)
        return replace(
            object_type,
            **of(OBJECT_TYPE, object_type, names),
            attributes=tuple(of_attribute(a, (*names, a.name)) for a in object_type.attributes),
            children=_with_fields(object_type.children, of, names),
        )

    return tuple(map(of_type, types))


def _icons(live: LiveDocument, last_sent: LastSent) -> tuple[Icon, ...]:
    if "icons" not in live.shown:
        return ICON.ordered(last_sent.icons.values())
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
