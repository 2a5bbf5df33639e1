"""What a probe sends: payloads of its own object types, whose names tell whose they are."""

import base64
import struct
import zlib
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any
from urllib.parse import quote

from reconciler.model.canonical import canonical_json, digest_bytes
from reconciler.model.display import count
from reconciler.model.document import Document, walk_types
from reconciler.planning.plan import Operation
from reconciler.regex import regex
from reconciler.value import Value

Json = dict[str, Any]

# How each name begins that a probe makes.
PREFIX = "reconciler-probe"
# The key of the data that its mapping of `b` reads.
SELECTOR = "reconciler_probe"
_PIXELS = 48


# The tag of a probe, and what it calls its types and statuses: nobody else names anything so.
_MADE = regex(rf"{PREFIX} [0-9a-f]{{6}} (?:first|other|renamed|[a-h]|s[1-3])")


def is_made(name: str) -> bool:
    """Return whether a probe made the type or status called so, this one or an earlier."""
    return _MADE.fullmatch(name) is not None


def foreign_part(document: Document, names: Iterable[str] = ()) -> str | None:
    """Return what no probe made of *document*, and of the types *names*; None if there is none."""
    shown = {t.name for t, _ in walk_types(document.object_types)}
    others = sorted(name for name in shown.union(names) if not is_made(name))
    if others:
        return count(len(others), "object type")
    mapped = (m for m in document.mappings if not is_made(m.object_type_name or ""))
    is_ours = all((m.object_type_external_id or "").startswith(f"{PREFIX}/") for m in mapped)
    return None if is_ours else "a mapping"


class Bodies(Value):
    """The bodies of one probe, whose `tag` is in every name; `schema` is the object schema's."""

    tag: str
    schema: str = PREFIX

    def id(self, key: str) -> str:
        """Return the external id of an element."""
        return f"{PREFIX}/{self.tag}/{key}"

    def name(self, key: str) -> str:
        """Return the name of a type, an icon or a status."""
        return f"{PREFIX} {self.tag} {key}"

    def attribute(self, key: str, type_: str = "text", **fields: Any) -> Json:
        """Return an attribute, with no more than what is required and *fields*."""
        name = f"{PREFIX} {key}"
        return {
            "externalId": self.id(key),
            "name": name,
            "description": "",
            "type": type_,
            **fields,
        }

    def state(self, *statuses: str) -> Json:
        """Return the attribute of `a` that takes these statuses."""
        return self.attribute("a-state", "status", typeValues=[*map(self.name, statuses)])

    def twin(self, of: str, target: str) -> Json:
        """Return the attribute of type *of* that refers to *target*."""
        there = self.id(target)
        return self.attribute(
            f"{of}-twin", "referenced_object", referenceObjectTypeExternalId=there
        )

    def type(self, key: str, *attributes: Json, **fields: Any) -> Json:
        """Return an object type."""
        made = {"externalId": self.id(key), "name": self.name(key), "description": PREFIX}
        return {**made, "attributes": [*attributes], **fields}

    def mapping(self, key: str, description: str = "") -> Json:
        """Return the mapping of a type, by its identifier alone."""
        entry = {
            "attributeExternalId": self.id(f"{key}-id"),
            "attributeName": f"{PREFIX} {key}-id",
            "attributeLocators": ["id"],
            "externalIdPart": True,
        }
        return {
            "objectTypeExternalId": self.id(key),
            "objectTypeName": self.name(key),
            "selector": SELECTOR,
            "description": description,
            "attributesMapping": [entry],
        }

    def status(self, key: str) -> Json:
        """Return a status."""
        return {"name": self.name(key), "description": "", "category": "active"}

    def body(self, types: Sequence[Json], *mappings: Json, **parts: Any) -> Json:
        """Return a payload; *parts* are those of the schema beside the object schema."""
        schema = {"name": self.schema, "description": "", "objectTypes": [*types]}
        return {
            "schema": {"objectSchema": schema, **parts},
            "mapping": {"objectTypeMappings": [*mappings]},
        }

    def _labelled(self, key: str, *more: Json, **fields: Any) -> Json:
        return self.type(key, self.attribute(f"{key}-id", label=True), *more, **fields)

    def smallest(self) -> Json:
        """Return a configuration of one type."""
        return self.body([self._labelled("first")], self.mapping("first"))

    def first(self, *, whole: bool, deletes: bool, beside: Sequence[Json] = ()) -> Json:
        """Return the configuration that the questions are about.

        *whole* with an icon and statuses, *deletes* with types to delete, *beside* types that
        are there.
        """
        state = [self.state("s1")] if whole else []
        icon = {"iconKey": f"{PREFIX}-{self.tag}"} if whole else {}
        more = [self.attribute("a-text"), self.attribute("a-number", "integer"), *state]
        types = [
            self._labelled("a", *more, self.twin("a", "b"), children=[self._labelled("c")], **icon),
            self._labelled("b", self.twin("b", "a")),
            self._labelled("d"),
        ]
        mappings = [self.mapping("a"), self.mapping("b")]
        if deletes:
            types += [self._labelled("f", children=[self._labelled("g")]), self._labelled("h")]
            mappings.append(self.mapping("h"))
        return self.body([*types, *beside], *mappings, **(self._parts() if whole else {}))

    def _parts(self) -> Json:
        icon = {"key": f"{PREFIX}-{self.tag}", "name": self.name("icon"), "png48": png()}
        return {
            "iconSchema": {"icons": [icon]},
            "statusSchema": {"statuses": [self.status("s1"), self.status("s2")]},
        }


def operation(
    method: str, import_source_id: str, body: Mapping[str, Any], *, is_async: bool
) -> Operation:
    """Return the call that sends *body* to the mapping of the import source."""
    return Operation(
        method=method,
        path=f"importsource/{quote(import_source_id, safe='')}/mapping",
        query={"async": "true"} if is_async else {},
        body=body,
        body_digest=digest_bytes(canonical_json(body)),
    )


@cache
def png() -> str:
    """Return a grey PNG of 48 by 48 pixels, in base64."""
    rows = (b"\0" + b"\x80" * _PIXELS) * _PIXELS
    header = struct.pack(">IIBBBBB", _PIXELS, _PIXELS, 8, 0, 0, 0, 0)
    parts = {b"IHDR": header, b"IDAT": zlib.compress(rows), b"IEND": b""}
    chunks = (
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in parts.items()
    )
    return base64.b64encode(b"\x89PNG\r\n\x1a\n" + b"".join(chunks)).decode()
