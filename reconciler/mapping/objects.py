"""The object that one element of the data becomes: its values, and what is wrong with them."""

from collections.abc import Mapping
from enum import StrEnum

from reconciler.value import Value, replace


class ValueFaultKind(StrEnum):
    """What can be wrong with the values of one attribute of an object: some of `DataFinding`."""

    WRONG_TYPE = "wrong-type"
    TOO_MANY = "too-many-values"
    MISSING = "missing-mandatory-value"


class ValueFault(Value):
    """One fault; `value` is the data's value as short JSON, empty if there is none."""

    attribute: str
    code: ValueFaultKind
    value: str
    text: str


class Lookup(Value):
    """The query of a reference: objects of the type `target` with one of `values`.

    `attribute` is the key of the compared attribute, None for the label. `like` means a
    substring match. `unjudged` says why the matches cannot be determined here; the other
    fields then hold what could be parsed of the expression `asked`. `unescaped` is the value
    that is the reason, if it is one.
    """

    asked: str
    target: str
    attribute: str | None = None
    like: bool = False
    unjudged: str | None = None
    unescaped: str | None = None
    values: tuple[str, ...] = ()


class MappedObject(Value):
    """An object that the data make, before references are resolved.

    `type_key` and the attributes' keys are external ids, or names where the document has
    none. `external_id` holds the parts of the identity in the order of the mapping, None if
    all of them are empty. `label` is None if it is empty. `where` is the place of its element
    below the root entry: `files[2]`, empty for the entry itself.
    """

    type_key: str
    external_id: tuple[str, ...] | None
    label: str | None
    where: str = ""
    values: Mapping[str, tuple[str, ...]]
    references: Mapping[str, Lookup]
    faults: tuple[ValueFault, ...] = ()

    def identified_by(self, *parts: str) -> "MappedObject":
        """Return the object with the external id of these *parts*."""
        return replace(self, external_id=parts)
