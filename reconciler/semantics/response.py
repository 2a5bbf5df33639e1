"""The response to a body: a new live document, or refusals with their codes."""

from reconciler.codes.known_code import KnownCode
from reconciler.diagnostics import Confidence, Severity
from reconciler.model.document import Document
from reconciler.value import Value


class Code(KnownCode):
    """The API's codes (api.md#refusal-codes). MAPPING_EXISTS (the 409) and the next are ours.

    The API's answer to a change that PATCH cannot make (rename, move, change of type) has
    never been recorded; simulation and emulator use UNSUPPORTED_CHANGE for it. The grade of a
    refusal is that of its case.
    """

    DUPLICATE_EXTERNAL_ID_ILLEGAL = (
        "DUPLICATE_EXTERNAL_ID_ILLEGAL",
        Severity.ERROR,
        "two elements of the payload share an external id",
        "Give each element an external id of its own.",
    )
    SCHEMA_INVALID_EXTERNAL_ID = (
        "SCHEMA_INVALID_EXTERNAL_ID",
        Severity.ERROR,
        "an external id is unique over all object schemas",
        "Choose an external id that nothing else on the site has.",
    )
    EXTERNAL_ID_MISMATCH = (
        "EXTERNAL_ID_MISMATCH",
        Severity.ERROR,
        "an element of that name exists in the same place under another external id",
        "Use the existing external id, or choose another name.",
    )
    MAPPING_INVALID_EXTERNAL_ID = (
        "MAPPING_INVALID_EXTERNAL_ID",
        Severity.ERROR,
        "a mapping is for an object type that exists here",
        "Map an object type that this manifest defines.",
    )
    UNKNOWN_EXTERNAL_ID_MAPPING = (
        "UNKNOWN_EXTERNAL_ID_MAPPING",
        Severity.ERROR,
        "a mapping fills attributes that the import knows",
        "Add the attribute to the type, or take it from the mapping.",
    )
    UNKNOWN_REFERENCE = (
        "UNKNOWN_REFERENCE",
        Severity.ERROR,
        "a reference's target type must be in the same payload",
        "Add the object type that is referred to, to the same manifest.",
    )
    REFERENCED_OBJECT_TYPE_CHANGED = (
        "REFERENCED_OBJECT_TYPE_CHANGED",
        Severity.WARNING,
        "existing types that refer to each other are sent again",
    )
    UNSUPPORTED_CHANGE = (
        "UNSUPPORTED_CHANGE",
        Severity.ERROR,
        "PATCH cannot make this change",
    )
    MAPPING_EXISTS = (
        "MAPPING_EXISTS",
        Severity.ERROR,
        "PUT creates a mapping, and the source has one",
    )


class Refusal(Value):
    """One reason why the API refuses, or may refuse, a body.

    `pointer` points into the body as `write_document` writes it. `existing` is the external id
    under which the element lives, with its name, None if that is not why.
    """

    code: Code
    text: str
    pointer: str
    confidence: Confidence
    existing: tuple[str, str] | None = None


class Accepted(Value):
    """The API accepts the body, and live becomes `live`; `doubts` are why it may still refuse."""

    live: Document
    doubts: tuple[Refusal, ...] = ()


class Refused(Value):
    """The API refuses the body, for all these reasons; live is unchanged."""

    refusals: tuple[Refusal, ...]


Outcome = Accepted | Refused
