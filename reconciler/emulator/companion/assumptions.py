"""What nobody knows of the companion API, and which answer the emulator gives."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from typing import Literal


@dataclass(frozen=True, kw_only=True, slots=True)
class CompanionAssumptions:
    """One answer to each open question; the default is the likeliest or the harder to bear.

    `MEANINGS` says what each answer does (api.md#companion-changes, api.md#companion-deletions).
    """

    mapping_of_deleted_type: Literal["stays", "vanishes"] = "stays"
    attribute_put: Literal["merges", "wipes"] = "merges"
    cardinality_put: Literal["takes", "ignored"] = "takes"
    children_of_deleted_type: Literal["refused", "go-along", "become-roots"] = "refused"
    move_to_root: Literal["works", "no-effect"] = "works"
    status_in_use: Literal["refused", "goes"] = "refused"
    external_id_after_rename: Literal["same", "new"] = "same"
    missing_right: Literal["none", "401", "403", "404"] = "none"
    counts: Literal["all", "none"] = "all"


# The questions by name → their answers, the default first → what the emulator does.
MEANINGS: Mapping[str, Mapping[str, str]] = {
    "mapping-of-deleted-type": {
        "stays": "its source is INVALID_CONFIGURATION then; the same for an attribute's",
        "vanishes": "goes along",
    },
    "attribute-put": {
        "merges": "what is absent stays",
        "wipes": "what is absent gets its default",
    },
    "cardinality-put": {
        "takes": "changes it",
        "ignored": "200 without effect",
    },
    "children-of-deleted-type": {
        "refused": "400, and nothing is deleted",
        "go-along": "are deleted",
        "become-roots": "stay",
    },
    "move-to-root": {
        "works": "by leaving toObjectTypeId out",
        "no-effect": "200 without effect",
    },
    "status-in-use": {
        "refused": "400, and nothing is deleted",
        "goes": "is deleted, with the values of objects",
    },
    "external-id-after-rename": {
        "same": "is kept",
        "new": "is generated anew",
    },
    "missing-right": {
        "none": "the caller may write",
        "401": "answers each write",
        "403": "answers each write",
        "404": "answers each write",
    },
    "counts": {
        "all": "every object is counted",
        "none": "the caller may see no object: each count is 0",
    },
}


def parse_assumption(text: str) -> tuple[str, str]:
    """Parse `NAME=VALUE`. Raises ValueError with a readable sentence."""
    name, _, value = text.partition("=")
    answers = MEANINGS.get(name)
    if answers is None:
        raise ValueError(f'"{name}" is not a question; these are: {", ".join(MEANINGS)}')
    if value not in answers:
        raise ValueError(f'"{name}" is {" or ".join(answers)}, not "{value}"')
    return name, value


def assumptions(chosen: Iterable[tuple[str, str]]) -> CompanionAssumptions:
    """Return the assumptions with the answers *chosen*, as `parse_assumption` returns them."""
    names = {field.name.replace("_", "-"): field.name for field in fields(CompanionAssumptions)}
    return CompanionAssumptions(**{names[name]: value for name, value in chosen})  # type: ignore[arg-type]  # checked when parsed
