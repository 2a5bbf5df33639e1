"""What a proof rests on outside the documents that were read (design.md#the-site)."""

from enum import StrEnum
from typing import Self


class Premise(StrEnum):
    """One premise by name, with its sentence; the member is equal to the name."""

    sentence: str

    def __new__(cls, code: str, sentence: str) -> Self:
        """Return the member for one row of the table."""
        member = str.__new__(cls, code)
        member._value_ = code
        member.sentence = sentence
        return member

    PUT_BESIDE_TYPES = (
        "put-taken-beside-types",
        "the API takes a PUT where the object schema has types already, as clients rely on",
    )
    IDS_FREE_ON_SITE = (
        "external-ids-free-on-site",
        "no other object schema of the site has its external ids",
    )
    ONE_OBJECT_SCHEMA = (
        "one-object-schema",
        "the sources that define the same object types are in one object schema",
    )
    EXTERNAL_ID_SURVIVES = (
        "external-id-survives-a-rename",
        "an element that is renamed in Assets keeps its external id, which is verified",
    )
    MOVE_KEEPS_ALL = (
        "all-is-kept-by-a-move",
        "an object type that is moved in Assets keeps all that it has",
    )
    MAPPED_HERE_ALONE = (
        "no-other-project-maps-it",
        "no import source outside of the project maps what is deleted",
    )
    REFERRED_TO_HERE_ALONE = (
        "no-other-object-schema-refers-to-it",
        "no attribute of another object schema refers to an object type that is deleted",
    )
    MAPPING_STAYS = (
        "mapping-of-a-deleted-type-stays",
        (
            "the mapping of a deleted object type stays an orphan, and leaves the import source "
            "invalid until it is taken out in Assets"
        ),
    )


PREMISES = {premise.value: premise for premise in Premise}
