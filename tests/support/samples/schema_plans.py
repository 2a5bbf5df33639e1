"""Plans with schema operations, for the golden tests: two renames, and every kind by hand."""

from typing import Any

from reconciler.diagnostics import Confidence
from reconciler.model.address import Address
from reconciler.model.policy import Risk
from reconciler.planning.change import Change, Edit, InAssets, Kind, Verdict
from reconciler.planning.object_schema.operation import (
    ElementKind,
    Losses,
    Phase,
    SchemaElement,
    SchemaKind,
    SchemaOperation,
)
from reconciler.planning.risk_codes import RiskCode
from reconciler.semantics.rules import RuleCode
from reconciler.value import replace
from tests.support.documents.assets import plan_with_assets, source_of
from tests.support.documents.planned import live_of
from tests.support.documents.site_document import set_attribute, set_mapping, set_type
from tests.support.samples.plans import HOSTILE

_MADE = plan_with_assets(
    source_of(
        set_type("file", name="Document"),
        set_attribute("size", name="Bytes"),
        set_mapping("file", selector="drives.documents"),
        name="disk-analysis",
        live=live_of(everything=True),
    )
)
RENAMES = replace(
    _MADE,
    sources=tuple(replace(each, file="manifests/disk-analysis.yaml") for each in _MADE.sources),
)

(_SOURCE,) = RENAMES.sources
_TYPE, _ATTRIBUTE = ElementKind.OBJECT_TYPE, ElementKind.ATTRIBUTE
_FILE = Address.of("disk-analysis").object_type("file")
_PORT = Address.of("disk-analysis").object_type("port")


def _element(kind: ElementKind, number: str, name: str, **of: str) -> SchemaElement:
    return SchemaElement(kind=kind, id=number, name=name, schema_id="41", **of)


def _operation(
    kind: SchemaKind, phase: Phase, element: SchemaElement, *settled: Change, **more: Any
) -> SchemaOperation:
    asked: dict[str, Any] = {
        "method": "PUT",
        "path": f"objecttype/{element.id}",
        "body": None,
        "body_digest": None,
        "join": "confirmed",
        "requires": (),
        "grade": Confidence.DOCUMENTED,
        "verify": "Assets shows it, and so does importsource",
    }
    settles = tuple(change.address for change in settled)
    return SchemaOperation(
        kind=kind, phase=phase, object=element, settles=settles, **(asked | more)
    )


def _change(
    address: Address, names: tuple[str, ...], rule: RuleCode, field: str | None, **more: Any
) -> Change:
    asked: dict[str, Any] = {
        "kind": Kind.ATTRIBUTE if "/attributes[" in str(address) else Kind.OBJECT_TYPE,
        "action": Edit.REMOVE if field is None else Edit.CHANGE,
        "before": None,
        "after": None,
    }
    return Change(
        address=address,
        names=names,
        field=field,
        rule=rule,
        confidence=rule.confidence,
        verdict=Verdict.SCHEMA_OPERATION,
        **(asked | more),
    )


_NAMED = tuple(
    _change(
        Address.of("disk-analysis").object_schema.field(name), ("Disk Analysis Tool",),
        RuleCode.OBJECT_SCHEMA_CHANGE, name, kind=Kind.OBJECT_SCHEMA, before=before, after=after,
    )
    for name, before, after in (
        ("description", "", "What the scanner finds"), ("name", "Disk Analysis Tool", "Disks"),
    )
)  # fmt: skip
_MOVED = _change(
    _FILE.field("parent"),
    ("Operating System", "Document"),
    RuleCode.OBJECT_TYPE_MOVE,
    "parent",
    before="drive",
    after="os",
    risk=Risk.REVIEW,
    risk_code=RiskCode.PARENT_CHANGED,
)
_LABELS = tuple(
    _change(
        _FILE.attribute(key).field("label"),
        ("Operating System", "Document", name),
        RuleCode.ATTRIBUTE_LABEL,
        "label",
        before=not is_label,
        after=is_label,
    )
    for key, name, is_label in (("size", "Bytes", True), ("path", "Path", False))
)
_SETTINGS = tuple(
    _change(
        _FILE.attribute("size").field(name), ("Operating System", "Document", "Bytes"), rule, name,
        before=before, after=after,
    )
    for name, rule, before, after in (
        ("maximumCardinality", RuleCode.ATTRIBUTE_CARDINALITY, 5, 1),
        ("unique", RuleCode.ATTRIBUTE_UNIQUE, False, True),
    )
)  # fmt: skip
_ALLOWED = _change(
    Address.of("disk-analysis").object_type("drive").attribute("state").field("typeValues"),
    ("Hard Drive", "State"),
    RuleCode.ATTRIBUTE_TYPE_VALUES,
    "typeValues",
    before=["Active"],
    after=["Active", "Stolen"],
)
_COLOUR = _change(
    _FILE.attribute("colour"),
    ("Operating System", "Document", f"Colour {HOSTILE}"),
    RuleCode.ATTRIBUTE_DELETE,
    None,
    before={"name": "Colour", "type": "text"},
    risk=Risk.DATA,
    risk_code=RiskCode.VALUES_DELETED,
    in_assets=InAssets(id="1009", type_id="302", schema_id="41", is_confirmed=True, objects=1204),
)
_EMPTY = _change(
    _FILE.attribute("old"),
    ("Operating System", "Document", "Old"),
    RuleCode.ATTRIBUTE_DELETE,
    None,
    before={"name": "Old", "type": "text"},
)
_PORTS = (
    _change(
        _PORT,
        ("Port",),
        RuleCode.OBJECT_TYPE_DELETE,
        None,
        before={"name": "Port"},
        risk=Risk.DATA,
        risk_code=RiskCode.OBJECTS_DELETED,
    ),
    *(
        _change(
            _PORT.attribute(name.lower()),
            ("Port", name),
            RuleCode.ATTRIBUTE_DELETE,
            None,
            before={"name": name, "type": "text"},
        )
        for name in ("Speed", "Name")
    ),
)
_BEFORE, _AFTER = Phase.BEFORE, Phase.AFTER
_BYTES = _element(_ATTRIBUTE, "1005", "Bytes", type_id="302", external_id="size")
_OPERATIONS = (
    _operation(
        SchemaKind.OBJECT_SCHEMA,
        _BEFORE,
        _element(ElementKind.OBJECT_SCHEMA, "41", "Disk Analysis Tool"),
        *_NAMED,
        path="objectschema/41",
        body={"name": "Disks"},
        reversible='by the old name, "Disk Analysis Tool"',
    ),
    *_SOURCE.schema_operations,
    _operation(SchemaKind.LABEL, _BEFORE, _BYTES, *_LABELS, reversible="by the label before"),
    _operation(
        SchemaKind.SETTINGS,
        _BEFORE,
        _BYTES,
        *_SETTINGS,
        loses=Losses(values=2),
        reversible="by the settings before",
    ),
    _operation(
        SchemaKind.SETTINGS,
        _BEFORE,
        _element(_ATTRIBUTE, "1003", "State", type_id="301", external_id="state"),
        _ALLOWED,
        reversible="by the settings before",
    ),
    _operation(
        SchemaKind.MOVE,
        _AFTER,
        _element(_TYPE, "302", "Document", external_id="file"),
        _MOVED,
        method="POST",
        path="objecttype/302/position",
        body={"position": 0, "toObjectTypeId": "303"},
        reversible='by a move back under "Hard Drive"',
    ),
    _operation(
        SchemaKind.DELETE,
        _AFTER,
        _element(_ATTRIBUTE, "1009", f"Colour {HOSTILE}", type_id="302", external_id="colour"),
        _COLOUR,
        method="DELETE",
        path="objecttypeattribute/1009",
        loses=Losses(values=1204),
    ),
    _operation(
        SchemaKind.DELETE,
        _AFTER,
        _element(_ATTRIBUTE, "1010", "Old", type_id="302", external_id="old"),
        _EMPTY,
        method="DELETE",
        path="objecttypeattribute/1010",
    ),
    _operation(
        SchemaKind.DELETE,
        _AFTER,
        _element(_TYPE, "304", "Port", external_id="port"),
        *_PORTS,
        method="DELETE",
        path="objecttype/304",
        loses=Losses(objects=1204, references=3),
    ),
)
ALL_KINDS = replace(
    RENAMES,
    sources=(
        replace(
            _SOURCE,
            changes=(
                *_NAMED, *_SOURCE.changes, *_LABELS, *_SETTINGS, _ALLOWED, _MOVED, _COLOUR, _EMPTY,
                *_PORTS,
            ),
            schema_operations=_OPERATIONS,
            reason=replace(_SOURCE.reason, text=_SOURCE.reason.text.replace("2 s", "10 s")),
        ),
    ),
)  # fmt: skip
