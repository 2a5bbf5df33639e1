"""Plans that cannot reach everything, for the golden tests."""

from typing import Any

from reconciler.diagnostics import Confidence
from reconciler.model.source import ConfigStatus
from reconciler.planning.change import Change, Edit, Kind, Verdict
from reconciler.planning.plan import Action, Convergence, Plan, Reason, Unchanged
from tests.support.samples.plans import (
    BLOCKED,
    DELETE,
    REMOVE_MAPPING,
    RENAME,
    change,
    plan,
    source,
)

_OF_THE_TYPE = {"kind": Kind.OBJECT_TYPE}
_IMPOSSIBLE = {"verdict": Verdict.IMPOSSIBLE, "remedy": RENAME}
_ORPHAN = {"action": Edit.REMOVE, "verdict": Verdict.ORPHAN}


def orphaned_attribute(type_name: str, key: str, name: str) -> Change:
    """Return an attribute that only lives, of a type that may live only or not."""
    return change(
        f"hardware/objectTypes[object-type/{type_name.lower()}]/attributes[a/{key}]",
        type_name,
        name,
        before={"name": name, "type": "text"},
        rule="attribute-delete",
        remedy=DELETE,
        **_ORPHAN,
    )


def orphaned_type(name: str) -> Change:
    """Return a type that only lives."""
    return change(
        f"hardware/objectTypes[object-type/{name.lower()}]",
        name,
        before={"name": name},
        rule="object-type-delete",
        remedy=DELETE,
        **_OF_THE_TYPE,
        **_ORPHAN,
    )


def orphaned_mapping(name: str) -> Change:
    """Return the mapping of a type that only lives."""
    return change(
        f"hardware/mappings[object-type/{name.lower()}]",
        name,
        before={"selector": name.lower()},
        rule="mapping-delete",
        confidence=Confidence.INFERRED,
        remedy=REMOVE_MAPPING,
        **_ORPHAN,
    )


def renamed(name: str, before: str, after: str) -> Change:
    """Return a name that PATCH cannot change."""
    return change(
        f"hardware/objectTypes[object-type/{name}]/name",
        before,
        before=before,
        after=after,
        rule="object-type-rename",
        **_OF_THE_TYPE,
        **_IMPOSSIBLE,
    )


_SKIPPED = change(
    "hardware/objectTypes[object-type/laptop]/attributes[a/state]/typeValues",
    "Laptop",
    "State",
    before=["In use", "Lost"],
    after=["In use", "Stolen", "Lost"],
    verdict=Verdict.IGNORED,
    rule="attribute-type-values",
    confidence=Confidence.UNKNOWN,
    remedy="Change it in Assets, or set policy.undocumented to attempt.",
)
_CONTRADICTED = change(
    "hardware/objectTypes[object-type/laptop]/inheritance",
    "Laptop",
    before=False,
    after=True,
    verdict=Verdict.IGNORED,
    rule="unknown-key",
    confidence=Confidence.OBSERVED,
    remedy="Take the key out of the manifest, or set in Assets what it means.",
    **_OF_THE_TYPE,
)
_ORPHANS = (
    orphaned_attribute("Laptop", "colour", "Colour"),
    orphaned_type("Dock"),
    orphaned_attribute("Dock", "port", "Port"),
    orphaned_attribute("Dock", "serial", "Serial"),
    orphaned_mapping("Dock"),
)
_CHANGES: tuple[Change, ...] = (
    renamed("laptop", "Laptop", "Notebook"),
    BLOCKED.changes[1],
    _SKIPPED,
    renamed("phone", "Phone", "Mobile Phone"),
    *_ORPHANS,
)
_LEFT: dict[str, Any] = {
    "residual": (*(c for c in _CHANGES if not c.verdict.is_sent), _CONTRADICTED),
    "convergence": Convergence.PARTIAL,
    "unchanged": Unchanged(object_types=4, attributes=21, mappings=5),
}

RESIDUAL: Plan = plan(
    source(
        "hardware",
        Action.UPDATE,
        *_CHANGES,
        **_LEFT,
        reason=Reason(
            code="configured", text="live is configured; 1 change, all within what PATCH can do"
        ),
    ),
    allow_residual=True,
)
BLOCKED_BESIDE_ORPHANS: Plan = plan(
    source(
        "hardware",
        Action.BLOCKED,
        *_CHANGES,
        **_LEFT,
        reason=Reason(code="impossible_changes", text="2 changes are impossible through this API"),
    )
)
MANY_ORPHANS: Plan = plan(
    source(
        "hardware",
        Action.NO_OP,
        *(orphaned_attribute("Laptop", f"{n:02}", f"Field {n:02}") for n in range(24)),
        *(orphaned_type(f"Old{n}") for n in range(3)),
        *(orphaned_attribute(f"Old{n}", f"{at}", f"Field {at}") for n in range(3) for at in "abc"),
        reason=Reason(code="no_changes", text="no differences"),
        convergence=Convergence.PARTIAL,
    )
)

_SCREEN = "hardware/objectTypes[object-type/screen]"
_PUT = {"verdict": Verdict.PUT, "action": Edit.ADD, "rule": "put-creates"}
_REFUSED = {
    "action": Edit.ADD,
    "verdict": Verdict.IMPOSSIBLE,
    "rule": "refused",
    "predicted_code": "SCHEMA_INVALID_EXTERNAL_ID",
    "confidence": Confidence.REPORTED,
    "remedy": "Choose an external id that nothing else on the site has.",
}
CREATE_WITHOUT_ALL: Plan = plan(
    source(
        "hardware",
        Action.CREATE,
        change(
            "hardware/objectTypes[object-type/laptop]",
            "Laptop",
            after={"name": "Laptop"},
            **_OF_THE_TYPE,
            **_PUT,
        ),
        change(_SCREEN, "Screen", after={"name": "Screen"}, **_OF_THE_TYPE, **_REFUSED),
        change(f"{_SCREEN}/attributes[a/inch]", "Screen", "Inch", after={}, **_REFUSED),
        config_status=ConfigStatus.MISSING_MAPPING,
        reason=Reason(code="missing_mapping", text="no mapping yet (MISSING_MAPPING)"),
        convergence=Convergence.PARTIAL,
    ),
    allow_residual=True,
)
