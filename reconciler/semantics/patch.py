"""PATCH mapping: what it can change, and what it refuses (api.md#what-patch-can-do).

Types and attributes are identified by external id; those missing from the body stay unchanged,
and so do the fields that it omits from an element. A type's mapping is overwritten as a whole.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import cached_property
from typing import Any

from reconciler.diagnostics import Confidence
from reconciler.model.display import quoted
from reconciler.model.document import (
    Attribute,
    Document,
    Icon,
    ObjectType,
    Status,
    TypeMapping,
    amended,
    each,
    walk_types,
)
from reconciler.model.fields import ATTRIBUTE, OBJECT_TYPE, Table
from reconciler.model.normalise import (
    attribute_with_defaults,
    whole_mapping_with_defaults,
    whole_type_with_defaults,
)
from reconciler.semantics.body import (
    PlacedType,
    duplicate_ids,
    ids_in_use,
    key_of,
    placed_types,
    type_refusal,
    unknown_in_mappings,
    unknown_references,
)
from reconciler.semantics.capabilities import CAPABILITIES
from reconciler.semantics.decisions import OF_ROW
from reconciler.semantics.possible_refusals import references_resent
from reconciler.semantics.questions import LIKELIEST, Profile, Question
from reconciler.semantics.response import Accepted, Code, Outcome, Refusal, Refused
from reconciler.semantics.rules import Ability
from reconciler.semantics.schema_changes.object_types import move_type
from reconciler.semantics.schema_changes.refusal import ChangeRefused
from reconciler.semantics.server_defaults import NewId, completed, without_ignored_keys
from reconciler.value import replace


def _able(table: Table, ability: Ability) -> Mapping[str, str]:
    """Return the API's keys of the fields that PATCH has this *ability* for, by attribute name.

    They are in the order of the table of capabilities.
    """
    return {
        table.attributes[key]: key
        for (kind, key), row in CAPABILITIES.items()
        if kind == table.kind and key in table.attributes and row.ability is ability
    }


_AMENDED_IN_TYPE = _able(OBJECT_TYPE, Ability.YES)
_AMENDED, _FIXED = (_able(ATTRIBUTE, ability) for ability in (Ability.YES, Ability.NO))
_ASKED: Mapping[str, tuple[str, Question]] = {
    ATTRIBUTE.attributes[key]: (key, question)
    for (kind, key), question in OF_ROW.items()
    if kind == ATTRIBUTE.kind and key in ATTRIBUTE.attributes
}


def _asked(live: Any, sent: Any, names: Iterable[str]) -> dict[str, Any]:
    """Return the values of *sent* that differ from *live*; omitted fields stay unchanged."""
    return {
        name: value
        for name in names
        if (value := getattr(sent, name)) is not None and value != getattr(live, name)
    }


def patch(
    live: Document,
    body: Document,
    *,
    elsewhere: Mapping[str, str],
    new_id: NewId,
    profile: Profile = LIKELIEST,
) -> Outcome:
    """Return the outcome of sending *body* to a configured source by PATCH.

    *elsewhere* holds the external ids in use in other object schemas of the site, each with its
    location (SCHEMA_INVALID_EXTERNAL_ID). An id that is live here already is not refused for
    being in use elsewhere too: it is not requested anew. *new_id* generates the external id of
    an element without one from its name path. *profile* has what nobody knows.
    """
    body = without_ignored_keys(body)
    placed = tuple(placed_types(body.object_types))
    merge = _Merge(live, profile, {*elsewhere, *_ids(placed)})
    types = merge.types(live.object_types, [p for p in placed if not p.ancestors])
    apart = {i: where for i, where in elsewhere.items() if not merge.lives(i)}
    merge.refusals += (
        *duplicate_ids(placed),
        *ids_in_use(placed, apart),
        *unknown_references(placed),
        *unknown_in_mappings(body, types),
        *_barred_parts(live, body, profile),
    )
    if merge.refusals:
        return Refused(refusals=tuple(merge.refusals))
    merged = replace(
        live,
        object_types=merge.moved(types),
        icons=_merge_icons(live.icons, body.icons),
        statuses=_merge_statuses(live.statuses, body.statuses, profile),
        # Completing them against the merged types gives each its ids first.
        mappings=each(whole_mapping_with_defaults, body.mappings),
    )
    sent = completed(merged, new_id)  # live has its defaults, and what is new got them
    mappings = _overwrite_mappings(live, sent.mappings, profile)
    return Accepted(
        live=replace(sent, mappings=mappings), doubts=tuple(references_resent(live, placed))
    )


class _Merge:
    """The merge of a body's types into live's, which collects refusals on the way.

    Of live's attributes those are known that have one of the ids that may be asked for.
    """

    def __init__(self, live: Document, profile: Profile, asked: set[str]) -> None:
        self.profile = profile
        self.moves: dict[str, str | None] = {}
        self.refusals: list[Refusal] = []
        self.live_types: dict[str, str] = {}
        self.attribute_owners: dict[str, str] = {}
        for object_type, _ in walk_types(live.object_types):
            self.live_types[key_of(object_type)] = object_type.name
            ids = asked.intersection([a.external_id for a in object_type.attributes])
            self.attribute_owners.update(dict.fromkeys(ids, object_type.name))

    def is_barred(self, question: Question) -> bool:
        """Return whether what *question* asks about is refused."""
        return self.profile.has(question, "refused")

    def moved(self, types: tuple[ObjectType, ...]) -> tuple[ObjectType, ...]:
        """Return *types* with those under their new parents that PATCH moves, if it does."""
        if not self.profile.has(Question.PATCH_MOVE, "changes"):
            return types
        document = Document(object_types=types)
        for key, parent in self.moves.items():
            with suppress(ChangeRefused, KeyError):
                document = move_type(document, key, parent)
        return document.object_types

    def lives(self, external_id: str) -> bool:
        """Return whether something in live has this id."""
        return external_id in self.live_types or external_id in self.attribute_owners

    def types(
        self, live: tuple[ObjectType, ...], sent: Sequence[PlacedType]
    ) -> tuple[ObjectType, ...]:
        if not sent:
            return live
        merged = {key_of(t): t for t in live}
        names = _Names(live)
        for placed_type in sent:
            key, name = key_of(placed_type.object_type), placed_type.object_type.name
            if key in names.new and placed_type.object_type.external_id is not None:
                continue  # refused as a duplicate
            if key in merged and key not in names.new:
                merged[key] = self.type(merged[key], placed_type)
            elif key in self.live_types:
                if self.is_barred(Question.PATCH_MOVE):
                    self.refuse_type(
                        placed_type,
                        "object_type",
                        "parent",
                        f"{quoted(name)} lives under another parent",
                    )
                above = placed_type.ancestors
                self.moves[key] = key_of(above[-1]) if above else None
            elif (holder := names.holder(placed_type.object_type)) is not None:
                existing = None
                if holder in names.new:
                    text = f"two object types are named {quoted(name)} under one parent"
                    confidence = Confidence.INFERRED
                else:
                    text = (
                        f"an object type named {quoted(name)} exists in this object schema under "
                        f"the external id {quoted(holder)}"
                    )
                    confidence, existing = Confidence.REPORTED, (holder, name)
                code = Code.EXTERNAL_ID_MISMATCH
                self.refusals.append(
                    type_refusal(placed_type, code, text, confidence, existing=existing)
                )
            elif (owner := self.attribute_owners.get(key)) is not None:
                self.refusals.append(
                    type_refusal(
                        placed_type,
                        Code.SCHEMA_INVALID_EXTERNAL_ID,
                        f"the external id {quoted(key)} is in use by an attribute of "
                        f"{quoted(owner)}",
                        Confidence.INFERRED,
                    )
                )
            else:
                names.add(placed_type.object_type)
                merged[key] = self.new_type(placed_type)
        # A key that was there keeps its place.
        return OBJECT_TYPE.ordered(merged.values()) if names.new else tuple(merged.values())

    def type(self, live: ObjectType, placed_type: PlacedType) -> ObjectType:
        sent = placed_type.object_type
        asked = _asked(live, sent, _AMENDED_IN_TYPE)
        if sent.name != live.name:
            if self.is_barred(Question.PATCH_RENAME):
                self.refuse_type(
                    placed_type,
                    "object_type",
                    "name",
                    f"{quoted(live.name)} cannot be renamed to {quoted(sent.name)}",
                )
            elif self.profile.has(Question.PATCH_RENAME, "changes"):
                asked["name"] = sent.name
        # An empty key names no icon and removes none.
        asked["icon_key"] = sent.icon_key or live.icon_key
        return amended(
            live,
            **asked,
            attributes=self.attributes(live.attributes, placed_type),
            children=self.types(live.children, _children(placed_type)),
            extra=_merged_extra(live.extra, sent.extra),
        )

    def attributes(
        self, live: tuple[Attribute, ...], placed_type: PlacedType
    ) -> tuple[Attribute, ...]:
        if not placed_type.object_type.attributes:
            return live
        merged = {key_of(a): a for a in live}
        names = _Names(live)
        for attribute, pointer in placed_type.attributes():
            key = key_of(attribute)
            if key in names.new and attribute.external_id is not None:
                continue  # refused as a duplicate
            if key in merged and key not in names.new:
                merged[key] = self.attribute(merged[key], attribute, pointer)
            elif self.attribute_is_new(placed_type, attribute, pointer, names):
                merged[key] = attribute_with_defaults(attribute)
        return ATTRIBUTE.ordered(merged.values()) if names.new else tuple(merged.values())

    def new_type(self, placed_type: PlacedType) -> ObjectType:
        names = _Names(())
        attributes = tuple(
            a
            for a, pointer in placed_type.every_attribute()
            if a.is_system or self.attribute_is_new(placed_type, a, pointer, names)
        )
        children = self.types((), _children(placed_type))
        made = replace(placed_type.object_type, attributes=attributes, children=children)
        return whole_type_with_defaults(made)

    def attribute_is_new(
        self, placed_type: PlacedType, attribute: Attribute, pointer: str, names: "_Names"
    ) -> bool:
        """Return whether the attribute may be created: neither its id nor its name is in use."""
        key = key_of(attribute)
        existing = None
        if (owner := self.attribute_owners.get(key)) is not None:
            code = Code.SCHEMA_INVALID_EXTERNAL_ID
            text = f"the external id {quoted(key)} is in use by an attribute of {quoted(owner)}"
        elif (taken_by := self.live_types.get(key)) is not None:
            code = Code.SCHEMA_INVALID_EXTERNAL_ID
            text = f"the external id {quoted(key)} is in use by the object type {quoted(taken_by)}"
        elif (holder := names.holder(attribute)) is not None:
            code = Code.EXTERNAL_ID_MISMATCH
            owner = placed_type.object_type.name
            text = (
                f"two attributes of {quoted(owner)} are named {quoted(attribute.name)}"
                if holder in names.new
                else f"an attribute named {quoted(attribute.name)} exists in {quoted(owner)} "
                f"under the external id {quoted(holder)}"
            )
            existing = None if holder in names.new else (holder, attribute.name)
        else:
            names.add(attribute)
            return True
        self.refusals.append(
            Refusal(
                pointer=pointer,
                code=code,
                text=text,
                confidence=Confidence.INFERRED,
                existing=existing,
            )
        )
        return False

    def attribute(self, live: Attribute, sent: Attribute, pointer: str) -> Attribute:
        fixed = _asked(live, sent, _FIXED.keys() - _ASKED.keys())
        if sent.reference_external_id is not None:
            # If a target is named by both, its external id decides.
            fixed.pop("reference_name", None)
        for name in fixed:
            self.refuse_attribute(sent, pointer, _FIXED[name])
        asked = _asked(live, sent, _ASKED)
        for name in asked:
            key, question = _ASKED[name]
            if self.is_barred(question):
                self.refuse_attribute(sent, pointer, key)
        done = {n: v for n, v in asked.items() if self.profile.has(_ASKED[n][1], "changes")}
        return replace(
            live,
            **_asked(live, sent, _AMENDED),
            **done,
            extra=_merged_extra(live.extra, sent.extra),
        )

    def refuse_attribute(self, attribute: Attribute, pointer: str, wire: str) -> None:
        row = CAPABILITIES["attribute", wire]
        self.refusals.append(
            Refusal(
                pointer=pointer,
                code=Code.UNSUPPORTED_CHANGE,
                text=f"{row.sentence} ({quoted(attribute.name)}, {wire})",
                confidence=row.confidence,
            )
        )

    def refuse_type(self, placed_type: PlacedType, kind: str, wire: str, text: str) -> None:
        row = CAPABILITIES[kind, wire]
        self.refusals.append(
            type_refusal(
                placed_type, Code.UNSUPPORTED_CHANGE, f"{row.sentence}: {text}", row.confidence
            )
        )


class _Names:
    """The names under one parent, or in one type: who has them, and who comes with the body."""

    def __init__(self, live: Iterable[ObjectType | Attribute]) -> None:
        self._live = live
        self.new: set[str] = set()

    @cached_property
    def _holders(self) -> dict[str, str]:
        return {e.name: key_of(e) for e in self._live}

    def holder(self, element: ObjectType | Attribute) -> str | None:
        """Return the key of another element with the name of *element*, None without one."""
        holder = self._holders.get(element.name)
        return holder if holder != key_of(element) or holder in self.new else None

    def add(self, element: ObjectType | Attribute) -> None:
        """Note that the body adds *element*."""
        self._holders[element.name] = key_of(element)
        self.new.add(key_of(element))


def _ids(placed: Iterable[PlacedType]) -> Iterator[str]:
    for placed_type in placed:
        object_type = placed_type.object_type
        ids = (object_type.external_id, *(a.external_id for a in object_type.attributes))
        yield from (each_id for each_id in ids if each_id)


def _children(placed_type: PlacedType) -> list[PlacedType]:
    below = (*placed_type.ancestors, placed_type.object_type)
    return [
        PlacedType(object_type=c, ancestors=below, pointer=f"{placed_type.pointer}/children/{i}")
        for i, c in enumerate(placed_type.object_type.children)
    ]


def _merged_extra(live: Mapping[str, Any], sent: Mapping[str, Any]) -> Mapping[str, Any]:
    return {**live, **sent} if sent else live


def _merge_icons(live: tuple[Icon, ...], sent: tuple[Icon, ...]) -> tuple[Icon, ...]:
    merged = {i.key: i for i in live} | {i.key: i for i in sent}
    return tuple(merged[key] for key in sorted(merged))


def _merge_statuses(
    live: tuple[Status, ...], sent: tuple[Status, ...], profile: Profile
) -> tuple[Status, ...]:
    if not profile.has(Question.PATCH_STATUS, "changes"):
        return live
    merged = {s.name: s for s in live} | {s.name: s for s in sent}
    return tuple(merged[name] for name in sorted(merged))


def _mapping_key(mapping: TypeMapping) -> tuple[str, str]:
    return (
        mapping.object_type_external_id or "",
        "" if mapping.object_type_external_id else mapping.object_type_name or "",
    )


def _overwrite_mappings(
    live: Document, sent: tuple[TypeMapping, ...], profile: Profile
) -> tuple[TypeMapping, ...]:
    there = {_mapping_key(m): m for m in live.mappings}
    merged = {_mapping_key(m): m for m in sent}
    if not profile.has(Question.PATCH_MAPPING, "changes"):
        types = {t.external_id for t, _ in walk_types(live.object_types)}
        merged = {k: m for k, m in merged.items() if k in there or k[0] not in types}
    if not sent or profile.has(Question.MAPPING_LEFT_OUT, "stays"):
        merged = there | merged
    return tuple(merged[k] for k in sorted(merged))


def _barred_parts(live: Document, body: Document, profile: Profile) -> Iterator[Refusal]:
    """Yield the refusals of mappings for live types that have none, and of statuses, if barred."""
    if profile.has(Question.PATCH_MAPPING, "refused"):
        types = {t.external_id for t, _ in walk_types(live.object_types)}
        types -= {m.object_type_external_id for m in live.mappings}
        for i, mapping in enumerate(body.mappings):
            if mapping.object_type_external_id in types:
                yield _barred(("mapping", "+"), f"/mapping/objectTypeMappings/{i}")
    changed = [each for each in body.statuses if each not in live.statuses]
    if changed and profile.has(Question.PATCH_STATUS, "refused"):
        yield _barred(("status", "+"), "/schema/statusSchema")


def _barred(row: tuple[str, str], pointer: str) -> Refusal:
    rule = CAPABILITIES[row]
    return Refusal(
        code=Code.UNSUPPORTED_CHANGE,
        text=f"not here: {rule.sentence}",
        pointer=pointer,
        confidence=rule.confidence,
    )
