"""What comes of sending a body: a new live document, or refusals with their codes."""

from dataclasses import dataclass
from enum import StrEnum

from reconciler.diagnostics import Confidence
from reconciler.model.document import Document


class Code(StrEnum):
    """The API's codes (api.md#refusal-codes). MAPPING_EXISTS (the 409) and the next are ours.

    Nobody has recorded what the API answers to a change that PATCH cannot make
    (rename, move, change of type); the simulation and the emulator say
    UNSUPPORTED_CHANGE for it.
    """

    DUPLICATE_EXTERNAL_ID_ILLEGAL = "DUPLICATE_EXTERNAL_ID_ILLEGAL"
    SCHEMA_INVALID_EXTERNAL_ID = "SCHEMA_INVALID_EXTERNAL_ID"
    EXTERNAL_ID_MISMATCH = "EXTERNAL_ID_MISMATCH"
    MAPPING_INVALID_EXTERNAL_ID = "MAPPING_INVALID_EXTERNAL_ID"
    UNKNOWN_EXTERNAL_ID_MAPPING = "UNKNOWN_EXTERNAL_ID_MAPPING"
    UNKNOWN_REFERENCE = "UNKNOWN_REFERENCE"
    REFERENCED_OBJECT_TYPE_CHANGED = "REFERENCED_OBJECT_TYPE_CHANGED"
    UNSUPPORTED_CHANGE = "UNSUPPORTED_CHANGE"
    MAPPING_EXISTS = "MAPPING_EXISTS"


@dataclass(frozen=True, kw_only=True, slots=True)
class Subject:
    """The element of the body that a refusal is about, by external id, else by name.

    `object_type` alone: a type (`part` "schema") or a type's mapping ("mapping");
    with `attribute`: an attribute, or its mapping.
    """

    part: str
    object_type: str | None = None
    attribute: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Refusal:
    """One reason why the API refuses, or may refuse, a body.

    `pointer` leads into the body as `write_document` lays it out.
    """

    code: Code
    text: str
    subject: Subject
    pointer: str
    confidence: Confidence


@dataclass(frozen=True, kw_only=True, slots=True)
class Accepted:
    """The API takes the body, and live is `live` then; for one of `doubts` it may yet refuse."""

    live: Document
    doubts: tuple[Refusal, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Refused:
    """The API refuses the body, for all these reasons; live is as it was."""

    refusals: tuple[Refusal, ...]


Outcome = Accepted | Refused
