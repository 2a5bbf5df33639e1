"""What nobody has written down about the API, as questions with the outcomes that are possible.

The one table: the emulator has a behaviour for each outcome, `reconciler probe` asks a site, and
what it observed there (`semantics.facts`) turns an unknown into a verdict (`decisions`).
"""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple, Self

_REFUSED = {"refused": "is refused, and nothing changes"}
_STAYS = {"stays": "is taken without effect"}
_CHANGES = {"changes": "takes effect"}
_SENT = {**_CHANGES, **_STAYS, **_REFUSED}
_BARRED = {**_REFUSED, **_STAYS, **_CHANGES}
_SHOWN = {"hidden": "answers leave it out", "shown": "answers hold it"}
_TAKEN = {"taken": "is taken", "refused": "is refused"}

_ACCOUNT = "it takes an account with fewer rights"
_SECOND_SOURCE = "it takes a second import source on the same object schema"


class Question(StrEnum):
    """A question by name, with its row; the member is equal to the name.

    `outcomes` has the sentence of each by its name; what is assumed is the first. `unasked` is
    why `probe` cannot ask it, None if it can.
    """

    text: str
    outcomes: Mapping[str, str]
    unasked: str | None

    def __new__(
        cls,
        code: str,
        text: str,
        outcomes: Mapping[str, str],
        unasked: str | None = None,
    ) -> Self:
        """Return the member for one row of the table."""
        member = str.__new__(cls, code)
        member._value_ = code
        member.text = text
        member.outcomes = outcomes
        member.unasked = unasked
        return member

    @property
    def assumed(self) -> str:
        """The outcome that counts where nobody has observed one."""
        return next(iter(self.outcomes))

    # How the importsource API answers.
    EMPTY_ANSWER = (
        "empty-answer", "How is GET schema-and-mapping answered where there is nothing?",
        {"404": "404", "400": "400", "200": "200 without object types"},
    )  # fmt: skip
    ASYNC_ANSWER = (
        "async-answer", "How is a PUT or PATCH with async=true answered?",
        {
            "303": "303 with the Location of a progress",
            "202": "202 without a Location",
            "204": "204, done at once",
        },
    )  # fmt: skip
    INVALID_BODY = (
        "invalid-body", "When is a body refused that breaks a rule?",
        {"at-once": "by a 400", "in-progress": "by a progress that ends with an error"},
    )  # fmt: skip
    REFUSAL_BODY = (
        "refusal-body", "Which form has the body of a 400?",
        {
            "validation-errors": "dataValidationErrors with codes",
            "error-messages": "errorMessages and errors, as elsewhere in Assets",
            "other": "another form",
        },
    )  # fmt: skip
    PROGRESS_WORD = (
        "progress-word", "What does a progress say until its end?",
        {"in-progress": "IN_PROGRESS", "other": "another word"},
    )  # fmt: skip
    PROGRESS_LIFE = (
        "progress-life", "Can a progress be read again after its end was?",
        {"stays": "yes", "gone": "no: 404"},
    )  # fmt: skip
    READ_AFTER_WRITE = (
        "read-after-write", "What does the first GET after the end of a write show?",
        {"new": "what was written", "old": "for a while what was there before"},
    )  # fmt: skip
    ICONS_SHOWN = "icons-shown", "Does GET show icons?", _SHOWN
    STATUSES_SHOWN = "statuses-shown", "Does GET show statuses?", _SHOWN
    ICON_KEY_SHOWN = "icon-key-shown", "Does GET show an object type's iconKey?", _SHOWN
    TYPE_VALUES_SHOWN = "type-values-shown", "Does GET show an attribute's typeValues?", _SHOWN

    # What PUT and PATCH do.
    PATCH_WITHOUT_MAPPING = (
        "patch-without-mapping", "What does PATCH do to a source without a mapping?",
        {
            "refused": "is refused, and nothing is created",
            "changes": "creates schema and mapping",
            "stays": "is taken without effect",
        },
    )  # fmt: skip
    PUT_BESIDE_TYPES = (
        "put-beside-types", "What does PUT do to object types that are there already?",
        {
            "changes": "amends them as PATCH does",
            "stays": "leaves them as they are",
            "refused": "is refused, and nothing changes",
        },
    )  # fmt: skip
    PATCH_LABEL = (
        "patch-label", "Can PATCH change which attribute is the label?",
        _SENT,
    )  # fmt: skip
    PATCH_MINIMUM = (
        "patch-minimum-cardinality", "Can PATCH change a minimum cardinality?",
        _SENT,
    )  # fmt: skip
    PATCH_MAXIMUM = (
        "patch-maximum-cardinality", "Can PATCH change a maximum cardinality?",
        _SENT,
    )  # fmt: skip
    PATCH_UNIQUE = (
        "patch-unique", "Can PATCH change unique?",
        _SENT,
    )  # fmt: skip
    PATCH_TYPE_VALUES = (
        "patch-type-values", "Can PATCH change the typeValues of an attribute?",
        _SENT,
    )  # fmt: skip
    PATCH_STATUS = (
        "patch-status", "Can PATCH create and change statuses?",
        _SENT,
    )  # fmt: skip
    PATCH_MAPPING = (
        "patch-mapping", "Can PATCH add a mapping to an object type that has none?",
        _SENT,
    )  # fmt: skip
    PATCH_RENAME = (
        "patch-rename", "What does PATCH do with another name of an object type or attribute?",
        _BARRED,
    )  # fmt: skip
    PATCH_MOVE = (
        "patch-move", "What does PATCH do with another parent of an object type?",
        _BARRED,
    )  # fmt: skip
    MAPPING_LEFT_OUT = (
        "mapping-left-out", "What does PATCH do to a mapping that its body leaves out?",
        {"stays": "leaves it as it is", "removed": "removes it"},
    )  # fmt: skip
    REFERENCES_RESENT = (
        "references-resent", "May object types that refer to each other be sent again?", _TAKEN,
    )  # fmt: skip
    CHILD_MAPPED_TWICE = (
        "child-mapped-twice", "May two import sources map one child type?",
        _TAKEN, _SECOND_SOURCE,
    )  # fmt: skip
    SETTINGS_RESET = (
        "settings-reset", "What does PATCH of a mapping do to its settings in the UI?",
        {"kept": "keeps them", "reset": "resets them"}, "only a person can set them, in the UI",
    )  # fmt: skip

    # Data.
    CHUNK_SIZE = (
        "chunk-size", "How many entries may a chunk of data have?",
        {"1000": "1,000 at least", "100": "100 at least, not 1,000", "10": "fewer than 100"},
    )  # fmt: skip
    REPEATED_CHUNK = (
        "repeated-chunk", "How often counts a chunk that is sent twice with one clientGeneratedId?",
        {"once": "once", "twice": "twice"},
    )  # fmt: skip

    # What the companion API does: it takes schemaAuth.
    EXTERNAL_ID_AFTER_RENAME = (
        "external-id-after-rename", "Which external id has an element after it was renamed?",
        {"same": "is kept", "new": "is a new one"},
    )  # fmt: skip
    MOVE_TO_ROOT = (
        "move-to-root", "Does a move that names no parent make a root?",
        {"works": "by leaving toObjectTypeId out", "no-effect": "200 without effect"},
    )  # fmt: skip
    CARDINALITY_PUT = (
        "cardinality-put", "Does PUT of an attribute change its cardinality?",
        {"takes": "changes it", "ignored": "200 without effect"},
    )  # fmt: skip
    CHILDREN_OF_DELETED_TYPE = (
        "children-of-deleted-type", "What becomes of the children of a type that is deleted?",
        {
            "refused": "400, and nothing is deleted",
            "go-along": "are deleted",
            "become-roots": "stay",
        },
    )  # fmt: skip
    MAPPING_OF_DELETED_TYPE = (
        "mapping-of-deleted-type", "What becomes of the mapping of a type that is deleted?",
        {
            "stays": "its source is INVALID_CONFIGURATION then; the same for an attribute's",
            "vanishes": "is deleted with it",
        },
    )  # fmt: skip
    ATTRIBUTE_PUT = (
        "attribute-put", "What does PUT of an attribute do to what its body leaves out?",
        {"merges": "what is absent stays", "wipes": "what is absent gets its default"},
        "the whole definition is always sent",
    )  # fmt: skip
    STATUS_IN_USE = (
        "status-in-use", "What becomes of a status that is deleted while objects have it?",
        {
            "refused": "400, and nothing is deleted",
            "goes": "is deleted, with the values of objects",
        },
        "a deletion of values is not tried out",
    )  # fmt: skip
    MISSING_RIGHT = (
        "missing-right", "How is a write answered that the caller may not make?",
        {
            "none": "the caller may write",
            "401": "answers each write",
            "403": "answers each write",
            "404": "answers each write",
        },
        _ACCOUNT,
    )  # fmt: skip
    COUNTS = (
        "counts", "Are objects counted that the caller may not see?",
        {
            "all": "every object is counted",
            "none": "the caller may see no object: each count is 0",
        },
        _ACCOUNT,
    )  # fmt: skip


BY_NAME: Mapping[str, Question] = {question.value: question for question in Question}


class Profile(NamedTuple):
    """One outcome for each question: those that are `chosen`, else what is assumed."""

    chosen: Mapping[Question, str] = MappingProxyType({})

    def of(self, question: Question) -> str:
        """Return the outcome of *question*."""
        return self.chosen.get(question, question.assumed)

    def has(self, question: Question, outcome: str) -> bool:
        """Return whether *outcome* is that of *question*."""
        return self.of(question) == outcome


LIKELIEST = Profile()


def parse_outcome(text: str) -> tuple[Question, str]:
    """Parse `QUESTION=OUTCOME`. Raises ValueError with a readable sentence."""
    name, _, outcome = text.partition("=")
    if (question := BY_NAME.get(name)) is None:
        raise ValueError(f'"{name}" is not a question; these are: {", ".join(Question)}')
    if outcome not in question.outcomes:
        raise ValueError(f'"{name}" is {" or ".join(question.outcomes)}, not "{outcome}"')
    return question, outcome


def profile(chosen: Iterable[str]) -> Profile:
    """Return the profile with the outcomes *chosen*, as `parse_outcome` reads each."""
    return Profile(chosen=dict(map(parse_outcome, chosen)))
