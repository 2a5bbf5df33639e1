"""The base of frozen values: `class Change(Value):` and its fields, given by name.

A value is equal to one of its class with equal fields, and is changed by `replace` alone. It is a
`msgspec.Struct`, whose class is made in a twentieth of the time that a dataclass takes: a command
makes some two hundred before it begins. A value refers to nothing that refers back to it, so the
collector does not visit any.

A dataclass is what needs more: fields that `repr` or `==` leave out, or that are assigned later,
or to be there before msgspec is (what reads the command line).
"""

import dataclasses
from typing import TYPE_CHECKING, Any, dataclass_transform

from msgspec import Meta, Struct, StructMeta, field, structs

__all__ = ["Meta", "Value", "alter", "field", "field_names", "replace", "required_fields"]


class _ValueMeta(StructMeta):
    """By name, unless a class says otherwise: it is the one option that no class inherits."""

    def __new__(cls, *definition: Any, kw_only: bool = True, **options: Any) -> Any:
        return super().__new__(cls, *definition, kw_only=kw_only, **options)


@dataclass_transform(frozen_default=True, kw_only_default=True, field_specifiers=(field,))
class Value(Struct, metaclass=_ValueMeta, frozen=True, gc=False):
    """A frozen value."""


if TYPE_CHECKING:
    from dataclasses import replace  # of which mypy knows the fields
    from dataclasses import replace as alter
else:
    alter = structs.replace  # as the one below, of a `Value` alone: half the time, for very many

    def replace(value: Any, /, **changes: Any) -> Any:
        """Return *value*, which may be a dataclass, with other fields."""
        if isinstance(value, Struct):
            return structs.replace(value, **changes)
        return dataclasses.replace(value, **changes)


def required_fields(kind: type[Value]) -> frozenset[str]:
    """Return the names of the fields of a *kind* of values that have no default."""
    return frozenset(each.name for each in structs.fields(kind) if each.required)


def field_names(kind: type[Value]) -> tuple[str, ...]:
    """Return the names of the fields of a *kind* of values."""
    return kind.__struct_fields__
