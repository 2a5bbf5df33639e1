"""What a mapping makes of whole data, as values: counts, and a few examples of each finding.

Nothing in it depends on the order of the entries, or on how they are cut into chunks:
examples are the first by their text, not by their place.

What a planned change of mapping does to some data, as the plan keeps it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from reconciler.diagnostics import Confidence
from reconciler.mapping.objects import MappedObject

MOST_EXAMPLES = 3


class Finding(StrEnum):
    """What there may be to say about the data of a type, or of the whole."""

    # Objects are lost or doubled.
    DUPLICATE = "duplicate-external-id"
    NO_ID = "no-external-id"
    NO_LABEL = "no-label"
    MISSING = "missing-mandatory-value"
    # Objects come, but not as they should.
    WRONG_TYPE = "wrong-type"
    TOO_MANY = "too-many-values"
    NOT_UNIQUE = "not-unique"
    UNRESOLVED = "unresolved-reference"
    UNJUDGED = "unjudged-reference"
    REPEATED = "repeated-entry"
    # Mapping and data do not meet.
    NO_ENTRY = "selector-without-entry"
    NO_VALUE = "locator-without-value"
    NOT_AN_OBJECT = "entry-is-no-object"
    UNREAD = "field-not-read"

    @property
    def loses_objects(self) -> bool:
        """Whether objects are lost or doubled, which makes the exit code 3."""
        return self in {Finding.DUPLICATE, Finding.NO_ID, Finding.NO_LABEL, Finding.MISSING}


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """One finding, of all the objects that it is about.

    Duplicates say different things about one object, so that something is lost; entries
    that say the same again are repeated, and lose nothing.

    `type` and `attribute` say where, None for the whole; `place` is the selector,
    locator or field's path that it is about, where it is about one. `examples` are values
    from the data, as short JSON, or external ids. `text` says what is wrong with them, or
    why nobody can tell, where that is to be said of the finding.
    """

    code: Finding
    count: int
    type: str | None = None
    attribute: str | None = None
    place: str | None = None
    examples: tuple[str, ...] = ()
    text: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class TypeCount:
    """What becomes one object type: entries that were selected, and different objects of them.

    `filled` counts, by attribute, the entries that have a value. `resolved` counts the
    values of references, by attribute, that find an object among the data's own.
    """

    type: str
    names: tuple[str, ...]
    selector: str
    entries: int
    objects: int
    filled: Mapping[str, int] = field(default_factory=dict)
    resolved: Mapping[str, int] = field(default_factory=dict)
    sample: tuple[MappedObject, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Assumption:
    """A rule that the preview rests on and that nobody has documented, met by these data."""

    rule: str
    text: str
    confidence: Confidence


@dataclass(frozen=True, kw_only=True, slots=True)
class Preview:
    """What the data make by the mapping. `attributes` are names of attributes by their keys."""

    entries: int
    types: tuple[TypeCount, ...]
    findings: tuple[Found, ...]
    assumptions: tuple[Assumption, ...]
    attributes: Mapping[str, str] = field(default_factory=dict)

    @property
    def loses_objects(self) -> bool:
        """Whether objects would be lost or doubled."""
        return any(f.code.loses_objects for f in self.findings)


@dataclass(frozen=True, kw_only=True, slots=True)
class TypeEffect:
    """What another mapping does to the data of one type.

    Elements are the same where they stand at the same place of the data. `identity_changed`
    counts those whose object gets another external id: the next import makes a second object.
    `emptied`, `filled` and `changed` count, by attribute, values that go, come, or differ.
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


@dataclass(frozen=True, kw_only=True, slots=True)
class Effect:
    """The blast radius of a change of mapping on some data; `against` names what was before."""

    against: str
    types: tuple[TypeEffect, ...]
    attributes: Mapping[str, str] = field(default_factory=dict)

    @property
    def loses_objects(self) -> bool:
        """Whether objects change their identity, or are no more."""
        return any(t.identity_changed or t.gone for t in self.types)


@dataclass(frozen=True, kw_only=True, slots=True)
class DataEffect:
    """The data named `data`, of so many `entries`, before and after the operation.

    `preview` is there, and `effect` is not, where nothing was configured before.
    """

    data: str
    entries: int
    effect: Effect | None = None
    preview: Preview | None = None

    @property
    def loses_objects(self) -> bool:
        """Whether objects are lost, doubled or imported anew."""
        return any(made.loses_objects for made in (self.effect, self.preview) if made)
