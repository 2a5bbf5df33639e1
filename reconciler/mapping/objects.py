"""What one element of the data becomes: an object, its values, what is wrong with them."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Fault(StrEnum):
    """What may be wrong with the values of one attribute of one object."""

    WRONG_TYPE = "wrong-type"
    TOO_MANY = "too-many-values"
    MISSING = "missing-mandatory-value"


@dataclass(frozen=True, kw_only=True, slots=True)
class ValueFault:
    """One fault; `value` is what the data have there as short JSON, empty where nothing is."""

    attribute: str
    code: Fault
    value: str
    text: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Lookup:
    """What a reference asks for: objects of the type `target` with one of `values`.

    `attribute` is the key of the attribute that is compared, None where that is the label.
    `like` compares parts of the text. `unjudged` says why nobody here can tell what it finds;
    then the rest is what could be read of the expression `asked`.
    """

    asked: str
    target: str
    attribute: str | None = None
    like: bool = False
    unjudged: str | None = None
    values: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class MappedObject:
    """An object that the data make, before it meets any other.

    `type_key` and the attributes' keys are external ids, or names where the document has
    none. `external_id` holds the values of the parts of the identity in the order of the
    mapping, None where all of them are empty. `label` is None where it is empty.
    `where` is the place of its element below the root entry: `files[2]`, empty for itself.
    """

    type_key: str
    external_id: tuple[str, ...] | None
    label: str | None
    where: str = ""
    values: Mapping[str, tuple[str, ...]]
    references: Mapping[str, Lookup]
    faults: tuple[ValueFault, ...] = ()
