"""One difference between two aligned documents, before it is judged.

The gate to deepdiff, which finds the nested fields in which two matched elements differ. It is
used only for values that are known to differ, since it is thorough and slow (design.md#traps).
"""

import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from operator import attrgetter
from typing import Any

from reconciler.model.address import Address
from reconciler.model.document import AttributeMapping
from reconciler.model.fields import ICON, WRITE_ONLY_FIELDS, Compared, Table
from reconciler.planning.change import Edit, Kind
from reconciler.planning.diff.align import Side
from reconciler.planning.last_sent import NOTHING_SENT, LastSent
from reconciler.value import Value


def fields_that_differ(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the names of the top-level fields that differ, sorted."""
    keys = before.keys() | after.keys()
    nested = {k for k in keys if _is_nested(before.get(k)) and _is_nested(after.get(k))}
    differing = {k for k in keys - nested if _other(before, after, k)}
    if any(before[k] != after[k] for k in nested):
        differing |= _nested_that_differ(before, after, nested)
    return tuple(sorted(differing))


def _is_nested(value: Any) -> bool:
    """Return whether *value* holds more than texts."""
    if isinstance(value, list):
        return not all(each.__class__ is str for each in value)
    return isinstance(value, dict)


def _other(before: Mapping[str, Any], after: Mapping[str, Any], key: str) -> bool:
    """Return whether the plain value of *key* differs: 1 is not true."""
    absent = object()
    old, new = before.get(key, absent), after.get(key, absent)
    return old.__class__ is not new.__class__ or old != new


def _nested_that_differ(
    before: Mapping[str, Any], after: Mapping[str, Any], keys: Iterable[str]
) -> set[str]:
    # Importing deepdiff takes longer than planning an unchanged source.
    from deepdiff import DeepDiff  # noqa: PLC0415

    old, new = ({k: side[k] for k in keys} for side in (before, after))
    difference = DeepDiff(old, new, view="tree", verbose_level=0)
    return {
        level.path(output_format="list")[0] for levels in difference.values() for level in levels
    }


class Difference(Value):
    """One difference.

    `type_key` and `attribute_key` are the keys of `align`; a `field` of None means the whole
    element. `write_only`: live does not show it, so it is unknown whether it differs; of one
    that is removed it is only known that it was sent.
    `holder` is the id or name of the element in live that has the name to be given, None if the
    name is free.
    """

    kind: Kind
    edit: Edit
    address: Address
    names: tuple[str, ...]
    field: str | None = None
    before: Any = None
    after: Any = None
    type_key: str | None = None
    attribute_key: str | None = None
    write_only: bool = False
    holder: str | None = None

    @property
    def row(self) -> tuple[Kind, str]:
        """Its row in the table of capabilities."""
        return self.kind, self.field or _ELEMENT[self.edit]

    @property
    def is_orphan(self) -> bool:
        """Whether only live has the element, and nothing removes it."""
        return self.edit is Edit.REMOVE and self.kind is not Kind.ATTRIBUTE_MAPPING

    @property
    def tightens(self) -> bool:
        """Whether it lets an object have fewer values, or demands more."""
        return self.field is not None and tightens(self.field, self.before, self.after)


_ELEMENT = {Edit.ADD: "+", Edit.REMOVE: "-"}


def tightens(key: str, before: Any, after: Any) -> bool:
    """Return whether the field *key*, if it is a cardinality, is narrower *after*."""
    if key == "minimumCardinality":
        return bool(after > before)
    if key == "maximumCardinality":
        return bool(_bound(after) < _bound(before))
    return False


def _bound(value: Any) -> float:
    return math.inf if value == -1 else value


class Sides(Value):
    """Both documents of a source; `shown` names the write-only parts that live shows.

    `sent` are those that were sent, `stated` those that the manifest of the base had beside
    them, None if it is not known what it had (design.md#write-only). `names_schema` is whether
    the object schema is to be called as the manifest says.
    """

    source: str
    desired: Side
    live: Side
    shown: frozenset[str]
    sent: LastSent = NOTHING_SENT
    stated: LastSent | None = None
    names_schema: bool = False

    @property
    def address(self) -> Address:
        """The address of the source."""
        return Address.of(self.source)

    def is_unknown(self, element: "ElementRef", key: str | None, value: Any) -> bool:
        """Return whether live may have *value*, though it hides it, and nobody has sent it.

        *value* is that of the field *key*, or the whole *element*. What the base's manifest had
        otherwise, or not at all, has changed since, or been added.
        """
        if self.stated is None:
            return True
        name = element.names[-1]
        match element.kind:
            case Kind.ICON:
                known = self.stated.icons.get(name)
                before = known and (getattr(known, ICON.attributes[key]) if key else known)
            case Kind.STATUS:
                before = self.stated.statuses.get(name)
            case _:
                node = self.desired.types[element.type_key or ""]
                at = node.attributes.get(element.attribute_key or "", node.element)
                before = self.stated.value(key or "", at.external_id, element.names)
        return bool(before == (tuple(value) if isinstance(value, list) else value))

    def filled(
        self, at: Address, type_key: str, key: str, entry: AttributeMapping
    ) -> tuple[str, Address]:
        """Return the name of the attribute that *entry* fills, and its address in *at*.

        *at* is that of the type *type_key* or of its mapping, *key* that of `align`.
        """
        both = (self.desired, self.live)
        nodes = [node for side in both if (node := side.types.get(type_key))]
        if node := next((n for n in nodes if key in n.attributes), None):
            return node.attributes[key].name, at.attribute(node.attribute_label(key))
        name = entry.attribute_name or ""
        if not self.desired.by_ids or entry.attribute_external_id:
            return name, at.attribute((self.desired.by_ids and entry.attribute_external_id) or name)
        mappings = [mapping for side in both if (mapping := side.mappings.get(type_key))]
        ids = {a.external_id for node in nodes for a in node.attributes.values()}
        ids |= {e.attribute_external_id for m in mappings for e in m.entries.values()}
        return name, at.attribute_by_name(name) if name in ids else at.attribute(name)


class ElementRef(Value):
    """The element that a difference is about, and its address."""

    kind: Kind
    address: Address
    names: tuple[str, ...]
    type_key: str | None = None
    attribute_key: str | None = None

    def whole(self, edit: Edit, fields: Any, *, write_only: bool = False) -> Difference:
        """Return the difference of an element that is added or removed with these fields."""
        return Difference(
            kind=self.kind,
            edit=edit,
            address=self.address,
            names=self.names,
            before=fields if edit is Edit.REMOVE else None,
            after=fields if edit is Edit.ADD else None,
            type_key=self.type_key,
            attribute_key=self.attribute_key,
            write_only=write_only,
        )

    def fields(
        self, before: Mapping[str, Any], after: Mapping[str, Any], sides: Sides
    ) -> Iterator[Difference]:
        """Yield a difference for each field that differs, or that live does not show.

        A value that live hides is compared like any other if it is known from what was sent.
        """
        hidden = {f for f in WRITE_ONLY_FIELDS if f in after and before[f] is None} - sides.shown
        differing = fields_that_differ(before, after) if before != after else ()
        for field in sorted(hidden.union(differing)):
            yield Difference(
                kind=self.kind,
                edit=Edit.CHANGE,
                address=self.address.field(field),
                names=self.names,
                field=field,
                before=None if field in hidden else before[field],
                after=after[field],
                type_key=self.type_key,
                attribute_key=self.attribute_key,
                write_only=field in hidden and sides.is_unknown(self, field, after[field]),
            )


def showing(table: Table, with_defaults: Callable[[Any], Any]) -> Callable[[Any, Any], bool]:
    """Return whether live's element certainly shows the fields of the manifest's as they are.

    *with_defaults* fills in those of the manifest's. The contents of both are not looked at.
    """
    compared = attrgetter(*(f.attribute for f in table.fields if f.compared is not Compared.NEVER))

    def shows(live: Any, desired: Any) -> bool:
        return bool(compared(live) == compared(with_defaults(desired)))

    return shows


# The values by the API's keys of an element, given the manifest's element it is compared with.
Managed = Callable[[Any, Any], dict[str, Any]]


def managed(table: Table, *, by_ids: bool = True) -> Managed:
    """Return a reader of the fields that are compared: defaults filled in, lists as in JSON.

    Its second argument, the manifest's element, determines which optional fields are managed.
    Without external ids the API ignores the fields that need them, and so does the comparison.
    The table is unpacked once for many elements.
    """
    known = [f for f in table.fields if by_ids or not f.needs_ids]
    always = [f for f in known if f.compared is Compared.ALWAYS]
    defaults = [(f.key, f.default) for f in always if f.default is not None]
    lists = [f.key for f in always if f.items]
    optional = [(f.key, f.attribute, f.items is not None) for f in table.optional if f in known]
    keys, values_of = [f.key for f in always], attrgetter(*(f.attribute for f in always))

    def read(element: Any, like: Any) -> dict[str, Any]:
        text = values_of(element)
        values = dict(zip(keys, text, strict=True))
        if None in text:
            for key, default in defaults:
                if values[key] is None:
                    values[key] = default(element) if callable(default) else default
        for key in lists:
            values[key] = list(values[key])
        for key, attribute, is_list in optional:
            if getattr(like, attribute) is not None:
                value = getattr(element, attribute)
                values[key] = list(value) if is_list and value is not None else value
        return values

    return read
