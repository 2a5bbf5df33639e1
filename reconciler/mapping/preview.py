"""What a mapping, or a change of it, does to whole data, as values: counts and few examples.

Nothing depends on the order of the entries or on how they are split into chunks: examples
are the first in sort order, not by place.
"""

from collections.abc import Mapping
from enum import StrEnum

from reconciler.diagnostics import Confidence
from reconciler.mapping.objects import MappedObject
from reconciler.value import Value, field

MOST_EXAMPLES = 3


class DataFinding(StrEnum):
    """What can be found in the data of a type or in the data as a whole."""

    # Objects are lost or duplicated.
    DUPLICATE = "duplicate-external-id"
    NO_ID = "no-external-id"
    NO_LABEL = "no-label"
    MISSING = "missing-mandatory-value"
    # Objects are created, but not as intended.
    WRONG_TYPE = "wrong-type"
    TOO_MANY = "too-many-values"
    NOT_UNIQUE = "not-unique"
    UNRESOLVED = "unresolved-reference"
    UNJUDGED = "unjudged-reference"
    NOT_ESCAPED = "unescaped-value"
    REPEATED = "repeated-entry"
    # Mapping and data do not match.
    NO_ENTRY = "selector-without-entry"
    NO_VALUE = "locator-without-value"
    NOT_AN_OBJECT = "entry-is-no-object"
    UNREAD = "field-not-read"

    @property
    def loses_objects(self) -> bool:
        """Whether objects are lost or duplicated, which makes the exit code 3."""
        return self in {
            DataFinding.DUPLICATE,
            DataFinding.NO_ID,
            DataFinding.NO_LABEL,
            DataFinding.MISSING,
        }


class FindingCount(Value):
    """One finding with all the objects that it is about.

    Duplicates contradict each other about one object, so data are lost; entries that repeat
    the same values lose nothing.

    `type` and `attribute` say where, None for the data as a whole; `place` is the selector,
    locator or field path concerned, if any. `examples` are values from the data as short
    JSON, or external ids. `text` says what is wrong with them, or why it cannot be determined,
    if the finding needs an explanation.
    """

    code: DataFinding
    count: int
    type: str | None = None
    attribute: str | None = None
    place: str | None = None
    examples: tuple[str, ...] = ()
    text: str | None = None


class TypeCount(Value):
    """The result for one object type: elements selected, and distinct objects among them.

    `filled` counts, by attribute, the entries that have a value. `resolved` counts, by
    attribute, the values of references that match an object of the same data.
    """

    type: str
    names: tuple[str, ...]
    selector: str
    entries: int
    objects: int
    filled: Mapping[str, int] = field(default_factory=dict)
    resolved: Mapping[str, int] = field(default_factory=dict)
    sample: tuple[MappedObject, ...] = ()


class Assumption(Value):
    """An undocumented rule that the preview depends on for these data."""

    rule: str
    text: str
    confidence: Confidence


class Preview(Value):
    """What the mapping makes of the data. `attributes` are names of attributes by key."""

    entries: int
    types: tuple[TypeCount, ...]
    findings: tuple[FindingCount, ...]
    assumptions: tuple[Assumption, ...]
    attributes: Mapping[str, str] = field(default_factory=dict)

    @property
    def loses_objects(self) -> bool:
        """Whether objects would be lost or duplicated."""
        return any(f.code.loses_objects for f in self.findings)


class TypeEffect(Value):
    """What another mapping does to the data of one type.

    Elements are matched by their place in the data. `identity_changed` counts those whose
    object gets another external id: the next import creates a second object. `emptied`,
    `filled` and `changed` count, by attribute, values that are removed, added or different.
    """

    type: str
    names: tuple[str, ...]
    objects_before: int
    objects_after: int
    gone: int
    new: int
    identity_changed: int
    emptied: Mapping[str, int] = field(default_factory=dict)
    filled: Mapping[str, int] = field(default_factory=dict)
    changed: Mapping[str, int] = field(default_factory=dict)
    examples: tuple[str, ...] = ()


class Effect(Value):
    """The blast radius of a change of mapping on some data, compared with `against`."""

    against: str
    types: tuple[TypeEffect, ...]
    attributes: Mapping[str, str] = field(default_factory=dict)

    @property
    def loses_objects(self) -> bool:
        """Whether objects change their identity or disappear."""
        return any(t.identity_changed or t.gone for t in self.types)


class DataEffect(Value):
    """The effect of the operation on the data named `data`, which have `entries` entries.

    If nothing was configured before, `preview` is set instead of `effect`.
    """

    data: str
    entries: int
    effect: Effect | None = None
    preview: Preview | None = None

    @property
    def loses_objects(self) -> bool:
        """Whether objects are lost, duplicated or imported a second time."""
        return any(made.loses_objects for made in (self.effect, self.preview) if made)
