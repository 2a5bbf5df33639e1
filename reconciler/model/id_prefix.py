"""The prefix of an environment's external ids (design.md#environments-on-one-site).

External ids are unique over a site, so environments on one site need ids of their own. The border
is at the edges: documents that are compared and sent have the prefix, what people write and read
does not.
"""

import re
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any, TypeVar

from reconciler.model.address import Address
from reconciler.model.document import Document, Part, walk_types
from reconciler.model.fields import ELEMENTS, OBJECT_SCHEMA, TABLES, Table
from reconciler.value import Value, replace

# The beginning of ids that the program makes: they are no manifest's, and differ per source.
GENERATED = "reconciler::"
ID_KEYS = frozenset(field.key for table in TABLES for field in table.fields if field.is_id)

# Where the id of an element begins in an address.
_BRACKETS = r"/(?:objectTypes|mappings|attributes)\["
E = TypeVar("E", bound=Part)


class IdPrefix(Value, kw_only=False, dict=True, gc=True):
    """A prefix; the empty one changes nothing."""

    text: str = ""

    def __bool__(self) -> bool:
        """Whether there is one."""
        return bool(self.text)

    def of(self, document: Document) -> "IdPrefix":
        """Return it if *document* states external ids, else none: they have no place there."""
        return self if self and _has_ids(document) else NO_PREFIX

    def put_before(self, document: Document) -> Document:
        """Return *document* with the prefix before each external id, if it states any."""
        is_prefixed = self.of(document)
        return _with_ids(document, OBJECT_SCHEMA, self._put) if is_prefixed else document

    def taken_off(self, document: Document) -> Document:
        """Return *document* as a manifest states it; ids without the prefix stay."""
        return _with_ids(document, OBJECT_SCHEMA, self.off_id) if self else document

    def own_part(self, document: Document) -> tuple[Document, tuple[str, ...]]:
        """Return what of *document* has ids of this environment, and the ids of all else.

        What is in an object type of others goes with it, and so does what refers to one.
        """
        if not self:
            return document, ()
        left_out: list[str] = []

        def is_own(element: Any, table: Table) -> bool:
            ids = [getattr(element, field.attribute) for field in table.fields if field.is_id]
            foreign = [each for each in ids if each is not None and not self._is_own(each)]
            left_out.extend(foreign)
            return not foreign

        own = _filtered(document, OBJECT_SCHEMA, is_own)
        return own, tuple(dict.fromkeys(left_out))

    def off_id(self, external_id: str) -> str:
        """Return *external_id* without the prefix, as it is if it has none."""
        return external_id.removeprefix(self.text)

    def put_in_json(self, value: Any) -> Any:
        """Return the JSON *value* with the prefix before its external ids."""
        return _json_with_ids(value, self._put) if self else value

    def off_json(self, value: Any) -> Any:
        """Return the JSON *value* without the prefix of its external ids."""
        return _json_with_ids(value, self.off_id)

    def off_address(self, address: Address) -> Address:
        """Return *address* without the prefix of the ids in its brackets."""
        return Address(self._in_brackets.sub(r"\1", str(address))) if self else address

    def put_in_address(self, address: Address) -> Address:
        """Return *address*, whose brackets hold ids, with the prefix before them."""
        if not self:
            return address
        own = rf"({_BRACKETS})(?!{re.escape(GENERATED)})"
        return Address(re.sub(own, rf"\1{self.text}", str(address)))

    def off_text(self, text: str) -> str:
        """Return the sentence *text* without the prefix of the ids in it."""
        return self._in_text.sub("", text) if self else text

    def _put(self, external_id: str) -> str:
        return external_id if external_id.startswith(GENERATED) else self.text + external_id

    def _is_own(self, external_id: str) -> bool:
        return external_id.startswith((self.text, GENERATED))

    @cached_property
    def _in_brackets(self) -> re.Pattern[str]:
        # The schema of the project file leaves nothing in a prefix that an address escapes.
        return re.compile(rf"({_BRACKETS}){re.escape(self.text)}")

    @cached_property
    def _in_text(self) -> re.Pattern[str]:
        return re.compile(rf'(?<![^\s"(\[]){re.escape(self.text)}(?=\S)')


NO_PREFIX = IdPrefix()


def _has_ids(document: Document) -> bool:
    return any(
        t.external_id is not None or any(a.external_id is not None for a in t.attributes)
        for t, _ in walk_types(document.object_types)
    )


def _json_with_ids(value: Any, new: Callable[[str], str]) -> Any:
    if isinstance(value, Mapping):
        return {
            key: new(each)
            if key in ID_KEYS and isinstance(each, str)
            else _json_with_ids(each, new)
            for key, each in value.items()
        }
    return [_json_with_ids(each, new) for each in value] if isinstance(value, list) else value


def _with_ids(element: E, table: Table, new: Callable[[str], str]) -> E:
    """Return *element* with each external id in it replaced by *new* of it."""
    changed: dict[str, Any] = {
        field.attribute: new(external_id)
        for field in table.fields
        if field.is_id and (external_id := getattr(element, field.attribute)) is not None
    }
    for inner in table.lists:
        row = ELEMENTS[inner.key]
        elements = (_with_ids(each, row, new) for each in getattr(element, inner.attribute))
        changed[inner.attribute] = row.ordered(elements)
    return replace(element, **changed)


def _filtered(element: E, table: Table, wanted: Callable[[Any, Table], bool]) -> E:
    """Return *element* with those elements in it that are *wanted*."""
    kept: dict[str, Any] = {}
    for inner in table.lists:
        row = ELEMENTS[inner.key]
        kept[inner.attribute] = tuple(
            _filtered(each, row, wanted)
            for each in getattr(element, inner.attribute)
            if wanted(each, row)
        )
    return replace(element, **kept)
