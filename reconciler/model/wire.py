"""The API's JSON of a document: read into values, written back.

Reading trusts its input: check it first against the payload schema
(`reconciler.manifest.schemas`), or against the answer schema for what GET returns.

In a document without external ids the keys that need ids (api.md#keys-that-need-ids) are
unknown keys, as in the official 2021-09-15 schema: they go to `extra`.

The gate to msgspec for documents: it reads and writes in C what has known keys alone, and the
loops here do the rest, to the same result.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from functools import cached_property, partial
from operator import call, itemgetter
from types import GenericAlias, MappingProxyType
from typing import Any, Literal, NamedTuple, TypeVar

import msgspec

from reconciler.model.canonical import canonical_json, digest, digest_bytes
from reconciler.model.document import (
    NO_EXTRA,
    SYSTEM_ATTRIBUTE,
    UNKNOWN_KEYS,
    Document,
    Extra,
    ObjectType,
    Part,
    TypeMapping,
)
from reconciler.model.fields import (
    ATTRIBUTE,
    ATTRIBUTE_MAPPING,
    ELEMENTS,
    ENVELOPE,
    ICON,
    IDENTITIES,
    OBJECT_TYPE,
    STATUS,
    TYPE_MAPPING,
    Table,
)
from reconciler.model.json_pieces import json_pieces

_Value = TypeVar("_Value")


def read_document(raw: Mapping[str, Any]) -> Document:
    """Return the document of the API's JSON *raw*, which has been checked."""
    if isinstance(raw, DocumentJson):
        return raw.document
    ids = has_external_ids(raw)
    schema = raw["schema"]
    object_schema = schema["objectSchema"]
    icon_schema = schema.get("iconSchema") or NO_EXTRA
    status_schema = (schema.get("statusSchema") or NO_EXTRA) if ids else NO_EXTRA
    mapping = raw["mapping"]
    around = {
        "": raw,
        "schema": schema,
        "schema.objectSchema": object_schema,
        "schema.iconSchema": icon_schema,
        "schema.statusSchema": status_schema,
        "mapping": mapping,
    }
    # Without ids there are no statuses.
    envelope = ENVELOPE if ids else {**ENVELOPE, "schema": ("objectSchema", "iconSchema")}
    extra = {path: left for path, each in around.items() if (left := _extra(each, envelope[path]))}
    read = _READERS[ids]
    return Document(
        name=object_schema.get("name") or "",
        description=object_schema.get("description") or "",
        object_types=read.elements(object_schema.get("objectTypes"), OBJECT_TYPE),
        icons=read.elements(icon_schema.get("icons"), ICON),
        statuses=read.elements(status_schema.get("statuses"), STATUS),
        mappings=read.elements(mapping.get("objectTypeMappings"), TYPE_MAPPING),
        extra=MappingProxyType(extra) if extra else NO_EXTRA,
    )


def write_document(document: Document) -> dict[str, Any]:
    """Return the API's JSON: the keys that were present when parsed, lists in canonical order."""
    if (encoded := _encoded(document)) is None:
        return _envelope(document, _written)
    written: dict[str, Any] = msgspec.json.decode(encoded)
    return written


def document_digest(document: Document) -> str:
    """Return the digest of the API's JSON of *document* (design.md#digests)."""
    known: str | None = vars(document).get("digest")
    if known is None and not document.extra:
        known = _made_of_json(_envelope(document, _as_values), _digest)
    return digest(write_document(document)) if known is None else known


def is_all_of(document: Document, beside: Mapping[str, Any], text: str | bytes) -> bool:
    """Return whether *document* and what stands *beside* it are all that the JSON *text* says.

    It is written for that as for its digest, which is kept.
    """
    if _has_code_point(text):
        return False
    quotes = _quotes(text) - _quotes(msgspec.json.encode(beside))

    def digest_of_all(encoded: bytearray) -> str | None:
        return _digest(encoded) if _quotes(encoded) == quotes else None

    known = _made_of_json(_envelope(document, _as_values), digest_of_all)
    vars(document)["digest"] = known
    return known is not None


def part_digest(part: Any) -> str:
    """Return the digest of the JSON value *part*, in which elements stand for their JSON."""
    encoded = _encoded_json(part, order="sorted")
    return digest_bytes(canonical_json(part, default=_plain) if encoded is None else encoded)


def canonical_bytes(value: Any) -> bytes:
    """Return the canonical JSON of *value*; the documents in it are written by their encoder."""
    return b"".join(json_pieces(value, canonical_json, _canonical))


def canonical_digest(value: Any) -> str:
    """Return the digest of the canonical JSON of *value*, as `canonical_bytes` writes it."""
    return digest_bytes(*json_pieces(value, canonical_json, _canonical))


def _canonical(raw: Mapping[str, Any]) -> Iterator[bytes]:
    yield raw.canonical if isinstance(raw, DocumentJson) else canonical_json(dict(raw))


class DocumentJson(Mapping[str, Any]):
    """The API's JSON of a document, written when somebody looks into it."""

    __hash__ = None  # type: ignore[assignment]  # as of every mapping

    def __init__(self, document: Document) -> None:
        """Stand for the JSON of *document*."""
        self.document = document

    @cached_property
    def _written(self) -> dict[str, Any]:
        return write_document(self.document)

    @cached_property
    def canonical(self) -> bytes:
        """The canonical JSON."""
        encoded = _encoded(self.document, order="sorted")
        return canonical_json(self._written) if encoded is None else encoded

    @property
    def pieces(self) -> Iterator[str]:
        """The JSON on one line, as `json.dumps` writes it, in pieces."""
        envelope = _envelope(self.document, lambda *of: partial(_lines, *of))
        return json_pieces(envelope, _line, call)

    def is_said_by(self, text: str) -> bool:
        """Return whether the JSON *text* is what `text` says, whatever blanks it has."""
        return msgspec.json.format(text.encode(), indent=-1) == _encoded(self.document)

    def __eq__(self, other: object) -> bool:
        """Return whether *other* is the same JSON, whatever it is kept in."""
        if isinstance(other, DocumentJson) and other.document is self.document:
            return True
        if isinstance(other, dict) and (encoded := _encoded(self.document)) is not None:
            with suppress(TypeError, UnicodeEncodeError):  # keys or numbers that no document has
                if msgspec.json.encode(other) == encoded:
                    return True  # without writing it
        return super().__eq__(other)

    def __getitem__(self, key: str) -> Any:
        """Return the value of *key*."""
        return self._written[key]

    def __iter__(self) -> Iterator[str]:
        """Yield the keys."""
        return iter(self._written)

    def __len__(self) -> int:
        """Return the number of keys."""
        return len(self._written)


def has_external_ids(raw: Mapping[str, Any]) -> bool:
    """Return whether the `schema` part of the JSON *raw* contains any external id.

    That, not `$schema`, selects the payload version (api.md#payload-versions); the
    system `Key` does not count. Lenient: *raw* need not have been checked.
    """
    schema = raw.get("schema")
    object_schema = schema.get("objectSchema") if isinstance(schema, Mapping) else None
    roots = object_schema.get("objectTypes") if isinstance(object_schema, Mapping) else None
    stack: list[Any] = [roots]
    while stack:
        types = stack.pop()
        for object_type in types if isinstance(types, list) else ():
            if not isinstance(object_type, Mapping):
                continue
            if "externalId" in object_type:
                return True
            attributes = object_type.get("attributes")
            for attribute in attributes if isinstance(attributes, list) else ():
                if (
                    isinstance(attribute, Mapping)
                    and "externalId" in attribute
                    and attribute.get("name") != SYSTEM_ATTRIBUTE
                ):
                    return True
            stack.append(object_type.get("children"))
    return False


def _write(element: Any, table: Table) -> dict[str, Any]:
    out: dict[str, Any] = {}
    for key, attribute in table.attributes.items():
        value = getattr(element, attribute)
        if value is not None:
            out[key] = list(value) if value.__class__ is tuple else value
    if element.extra:
        out.update(element.extra)
    for each in table.lists:
        if elements := getattr(element, each.attribute):
            out[each.key] = _written(ELEMENTS[each.key], elements)
    return out


# Each returns the API's JSON of an element with everything in it.
write_object_type: Callable[[ObjectType], dict[str, Any]] = partial(_write, table=OBJECT_TYPE)
write_attribute = partial(_write, table=ATTRIBUTE)
write_icon = partial(_write, table=ICON)
write_status = partial(_write, table=STATUS)
write_type_mapping: Callable[[TypeMapping], dict[str, Any]] = partial(_write, table=TYPE_MAPPING)
write_attribute_mapping = partial(_write, table=ATTRIBUTE_MAPPING)


def _plain(value: Any) -> dict[str, Any]:
    """Return what stands for an element, or for a mapping of another kind, in JSON."""
    return _write(value, _TABLE_OF[type(value)]) if isinstance(value, Part) else dict(value)


_TABLE_OF: Mapping[type[Part], Table] = {table.model: table for table in ELEMENTS.values()}


def _written(table: Table, elements: Iterable[Any]) -> list[dict[str, Any]]:
    return [_write(each, table) for each in elements]


_line = partial(json.dumps, ensure_ascii=False)


def _lines(table: Table, elements: Iterable[Any]) -> Iterator[str]:
    """Yield the JSON of the list of *elements* on one line, in pieces."""
    yield "["
    for at, each in enumerate(elements):
        if at:
            yield ", "
        encoded = _encoded_json(each, order=None)
        if encoded is None:
            yield _line(_write(each, table))
        else:
            yield msgspec.json.format(encoded, indent=0).decode()
    yield "]"


def _as_values(_: Table, elements: Iterable[Any]) -> Iterable[Any]:
    return elements


def _envelope(
    document: Document, elements: Callable[[Table, Iterable[Any]], Any]
) -> dict[str, Any]:
    """Return the JSON of *document*, each list of elements as the function *elements* has it."""
    extra = document.extra
    schema: dict[str, Any] = {
        "objectSchema": {
            "name": document.name,
            "description": document.description,
            "objectTypes": elements(OBJECT_TYPE, document.object_types),
            **extra.get("schema.objectSchema", NO_EXTRA),
        },
        **extra.get("schema", NO_EXTRA),
    }
    if document.icons:
        schema["iconSchema"] = {
            "icons": elements(ICON, document.icons),
            **extra.get("schema.iconSchema", NO_EXTRA),
        }
    if document.statuses:
        schema["statusSchema"] = {
            "statuses": elements(STATUS, document.statuses),
            **extra.get("schema.statusSchema", NO_EXTRA),
        }
    mapping = {
        "objectTypeMappings": elements(TYPE_MAPPING, document.mappings),
        **extra.get("mapping", NO_EXTRA),
    }
    return {"schema": schema, "mapping": mapping, **extra.get("", NO_EXTRA)}


def _encoded(document: Document, *, order: Literal["sorted"] | None = None) -> bytes | None:
    """Return the JSON of *document* as UTF-8, None if the loops above have to write it.

    Only unknown keys can hold numbers with fractions, which `canonical_json` writes otherwise.
    """
    return None if document.extra else _encoded_json(_envelope(document, _as_values), order=order)


def _encoded_json(value: Any, *, order: Literal["sorted"] | None) -> bytes | None:
    """Return the JSON *value* with elements in it as `_encoded` does a document."""
    try:
        encoded = msgspec.json.encode(value, order=order)
    except (TypeError, UnicodeEncodeError):  # unknown keys; half of a surrogate pair
        return None
    return None if _has_unknown_keys(encoded) else encoded


def _made_of_json(
    value: Any,
    make: Callable[[bytearray], _Value | None],
    *,
    order: Literal["sorted"] | None = "sorted",
) -> _Value | None:
    """Return what *make* returns for the JSON of *value*, None if the loops have to write it.

    A large one is written where the last was: to take new memory, a page at a time, took as long as
    to write it. What is smaller the allocator keeps by itself.
    """
    room = _ROOM.pop() if _ROOM else bytearray()
    try:
        msgspec.json.Encoder(order=order).encode_into(value, room)
        return make(room)
    except (TypeError, UnicodeEncodeError):  # unknown keys; half of a surrogate pair
        return None
    finally:
        if len(room) > _LARGE:
            _ROOM.append(room)


_LARGE = 32 * 1024 * 1024  # M_MMAP_THRESHOLD goes no higher
_ROOM: list[bytearray] = []  # one for each thread that has written at once


def _digest(encoded: bytearray) -> str | None:
    return None if _has_unknown_keys(encoded) else digest_bytes(encoded)


def read_known(text: str | bytes, kind: type[_Value]) -> _Value | None:
    """Return what the value of *kind*, whose fields are optional, has of the JSON *text*, in C.

    None if that has an unknown key. What it does not say is null, a list that is empty, and a key
    the second time.
    """
    try:
        return msgspec.json.decode(text, type=kind)
    except (ValueError, RecursionError):
        return None


def is_all(value: Any, text: str | bytes) -> bool:
    """Return whether *value* is all that the JSON *text* says: written, it has as many quotes."""
    if _has_code_point(text):
        return False
    return _made_of_json(value, _quotes, order=None) == _quotes(text)


def _quotes(text: str | bytes | bytearray) -> int:
    return text.count('"') if isinstance(text, str) else text.count(b'"')


def _has_code_point(text: Any) -> bool:
    r"""Return whether there is a \u in the JSON *text*: to look for the backslash is faster.

    It may be that of a quote, or of half of a surrogate pair.
    """
    signs = _SIGNS[text.__class__]
    at = text.find(signs.backslash)
    while at >= 0:
        if text.startswith(signs.u, at + 1):
            return True
        at = text.find(signs.backslash, at + 2)
    return False


class _Signs(NamedTuple):
    backslash: Any
    u: Any


_SIGNS: Mapping[type, _Signs] = {str: _Signs("\\", "u"), bytes: _Signs(b"\\", b"u")}


def _has_unknown_keys(encoded: bytes | bytearray) -> bool:
    """Return whether there are unknown keys, which some msgspec write by their name.

    To look for its first character, which is rare, is faster.
    """
    return _FIRST in encoded and _UNKNOWN_KEYS in encoded


_FIRST, _UNKNOWN_KEYS = UNKNOWN_KEYS[0].encode(), f'"{UNKNOWN_KEYS}":'.encode()


def _extra(raw: Mapping[str, Any], known: Iterable[str]) -> Extra:
    left = raw.keys() - known
    return MappingProxyType({k: raw[k] for k in sorted(left)}) if left else NO_EXTRA


class _Reader:
    """JSON to values, for a payload version with or without external ids."""

    def __init__(self, *, ids: bool) -> None:
        self._ids = ids
        self._read = {
            table.kind: _element_reader(table, self.elements, ids=ids)
            for table in ELEMENTS.values()
        }

    def elements(self, raw: list[Any] | None, table: Table) -> tuple[Any, ...]:
        """Return the elements of the list *raw* in canonical order."""
        if not raw:
            return ()
        if self._ids:
            try:
                made: tuple[Any, ...] = msgspec.convert(_arranged(raw, table), _TUPLES[table.kind])
            except msgspec.ValidationError:  # unknown keys somewhere, or null
                pass
            else:
                return made
        return table.ordered(map(self._read[table.kind], raw))


_TUPLES: Mapping[str, Any] = {
    table.kind: GenericAlias(tuple, (table.model, ...)) for table in ELEMENTS.values()
}


def _arranged(raw: list[Any], table: Table) -> list[Any]:
    """Return *raw* with each list in it in canonical order, elements and unordered texts alike."""
    first = IDENTITIES[table.kind][0]
    by_first = {each.get(first) or "": each for each in raw}
    if len(by_first) == len(raw):  # as of most lists, which is sorted sooner
        order = [by_first[key] for key in sorted(by_first)]
    else:
        order = sorted(raw, key=_RAW_IDENTITY[table.kind])
    if table.lists:
        return [
            each
            | {
                f.key: _arranged(each[f.key], ELEMENTS[f.key])
                for f in table.lists
                if each.get(f.key)
            }
            for each in order
        ]
    for field in table.unordered:
        key = field.key
        order = [each | {key: sorted(each[key])} if each.get(key) else each for each in order]
    return order


def _raw_identity(keys: tuple[str, ...]) -> Callable[[Mapping[str, Any]], Any]:
    first, *others = keys
    if not others:
        return itemgetter(first)
    (second,) = others
    return lambda raw: (raw.get(first) or "", raw.get(second) or "")


# As `Table.identity`, of an element's JSON.
_RAW_IDENTITY = {kind: _raw_identity(keys) for kind, keys in IDENTITIES.items()}


def _element_reader(
    table: Table, elements: Callable[[Any, Table], tuple[Any, ...]], *, ids: bool
) -> Callable[[Mapping[str, Any]], Any]:
    """Return the reader of one element; the table is unpacked once for many elements."""
    known = [f for f in table.fields if ids or not f.needs_ids]
    attributes = {field.key: field.attribute for field in known}
    lists = {each.key: each.attribute for each in table.lists}
    items = [(field.attribute, field.items) for field in known if field.items]
    keys, model = {*attributes, *lists}, table.model

    def read(raw: Mapping[str, Any]) -> Any:
        values: dict[str, Any] = {}
        has_extra = False
        for key, value in raw.items():
            if (attribute := attributes.get(key)) is not None:
                if value is not None:
                    values[attribute] = value
            elif key in lists:
                values[lists[key]] = elements(value, ELEMENTS[key])
            else:
                has_extra = True
        for attribute, made_of in items:
            if attribute in values:
                values[attribute] = made_of(values[attribute])
        if has_extra:
            values["extra"] = _extra(raw, keys)
        return model(**values)

    return read


_READERS = {ids: _Reader(ids=ids) for ids in (True, False)}
