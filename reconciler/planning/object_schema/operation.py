"""A schema operation: one call of the companion API, which settles changes that PATCH cannot make.

It is part of its source's plan, and of the plan's digest (design.md#schema-operations).
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from reconciler.diagnostics import Confidence
from reconciler.model.address import Address
from reconciler.value import Value, field_names


class SchemaKind(StrEnum):
    """What a schema operation does: each has its own policy (`policy.schema`)."""

    RENAME = "rename"
    OBJECT_SCHEMA = "objectSchema"
    LABEL = "label"
    SETTINGS = "settings"
    MOVE = "move"
    DELETE = "delete"

    @property
    def noun(self) -> str:
        """What one is called, before `of` and an element."""
        return _NOUNS.get(self, self.value)


_NOUNS = {SchemaKind.OBJECT_SCHEMA: "change", SchemaKind.DELETE: "deletion"}


class Phase(StrEnum):
    """When it is sent: before the PATCH of its source, or after that was read back."""

    BEFORE = "before"
    AFTER = "after"


class ElementKind(StrEnum):
    """What an operation is about; the object schema itself is one."""

    OBJECT_SCHEMA = "object_schema"
    OBJECT_TYPE = "object_type"
    ATTRIBUTE = "attribute"
    STATUS = "status"

    @property
    def noun(self) -> str:
        """What it is called: `object type`."""
        return self.value.replace("_", " ")


class SchemaElement(Value):
    """The element that an operation is about, as it was when the plan was made.

    `type_id` is the object type of an attribute, `external_id` what importsource calls a type or
    attribute.
    """

    kind: ElementKind
    id: str
    name: str
    schema_id: str
    type_id: str | None = None
    external_id: str | None = None

    @property
    def text(self) -> str:
        """What people call it: its kind, its name then, and its id."""
        return f"{self.kind.noun} {self.name!r} ({self.id})"


class Requirement(Value):
    """What must hold last thing before the call: *rule* is a key of `rules.RULES`."""

    rule: str
    value: str | int | None = None


class Losses(Value):
    """What is lost in Assets with the operation."""

    objects: int = 0
    values: int = 0
    references: int = 0

    def __add__(self, other: "Losses") -> "Losses":
        return Losses(
            objects=self.objects + other.objects,
            values=self.values + other.values,
            references=self.references + other.references,
        )

    @property
    def total(self) -> int:
        """The number that `--accept-loss` has to name, and a person has to type."""
        return self.objects + self.values + self.references

    @property
    def text(self) -> str:
        """What is lost, in words: `1,204 objects, 3 references`; `nothing` without losses."""
        parts = ((getattr(self, name), name) for name in field_names(Losses))
        lost = [f"{n:,} {name if n != 1 else name.removesuffix('s')}" for n, name in parts if n]
        return ", ".join(lost) or "nothing"


class SchemaOperation(Value):
    """One call. `settles` are the addresses of its changes, `verify` says what is read afterwards.

    `path` is below the workspace, as in `objecttype/311`; `body` is None for DELETE.
    `reversible` is what takes it back, None if nothing does.
    """

    kind: SchemaKind
    phase: Phase
    method: str
    path: str
    body: Mapping[str, Any] | None
    body_digest: str | None
    settles: tuple[Address, ...]
    object: SchemaElement
    join: str
    requires: tuple[Requirement, ...]
    grade: Confidence
    verify: str
    loses: Losses = Losses()
    reversible: str | None = None

    @property
    def address(self) -> Address:
        """What `--accept-loss` calls it: the first of what it settles, as others go with it."""
        return self.settles[0]

    @property
    def is_final(self) -> bool:
        """Whether nothing brings back all that was before it."""
        return self.reversible is None or self.loses.total > 0

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields of importsource that it settles, in its order."""
        return tuple(name for each in self.settles if (name := each.field_name) is not None)

    @property
    def text(self) -> str:
        """What it does, in words: `rename of object type 'Switch' (311)`."""
        return f"{self.kind.noun} of {self.object.text}"
