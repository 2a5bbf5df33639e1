"""Plans of many object types, and of names that try to be markup, for the tests of the page."""

from typing import Any

from reconciler.diagnostics import Diagnostic, Severity
from reconciler.model.normalise import normalise
from reconciler.model.source import ConfigStatus, Live, SourceRef
from reconciler.model.wire import read_document
from reconciler.planning.plan import Plan
from reconciler.planning.planner import PlanOptions, SourceInput, make_plan

Json = dict[str, Any]

HOSTILE = (
    '</title></style><script>window.owned = 1</script><img src=x onerror="owned=1">',
    "]]></svg><svg onload=alert(1)>'\"`{{7*7}}{% raw %}",
    "<!--\x1b[2J\u202egnirts\u2066 \x00\r\n--!>&lt;&#x3c;",
    "javascript:alert(1)//http://example.com/x.png",
    "日本語の名前, 👩‍👩‍👧‍👦",
)
_WORDS = ("Server", "Person", "Site", "Rack", "Switch", "Licence", "Contract", "Service", "Disk")


def many(number: int) -> Plan:
    """Return the plan of one source of *number* types: all that can happen to a type does."""
    live, desired = _document(number), _document(number)
    types = _types(desired)
    for at, object_type in enumerate(types):
        if at % 9 == 2:
            object_type["description"] = f"What the data call {object_type['name']}, in full"
        if at % 23 == 7:
            object_type["name"] += " (new name)"
    for at in range(max(2, number // 12)):
        parent = types[at * 5 % len(types)]
        parent.setdefault("children", []).append(_type(f"new-{at}", f"Added {at}", "t-1"))
        orphan = _type(f"old-{at}", f"Live only {at}", "t-0")
        _types(live)[at * 7 % len(types)].setdefault("children", []).append(orphan)
    desired["mapping"]["objectTypeMappings"][0]["selector"] = "moved"
    return plan_of(desired, live)


def hostile() -> Plan:
    """Return a plan whose every text is one of `HOSTILE`."""
    live, desired = _document(10), _document(10)
    for document in (live, desired):
        for at, object_type in enumerate(_types(document)):
            object_type["name"] = f"{HOSTILE[at % len(HOSTILE)]} {at}"
            for attribute in object_type["attributes"]:
                attribute["name"] += HOSTILE[at % len(HOSTILE)]
    for at, object_type in enumerate(_types(desired)):
        object_type["description"] = HOSTILE[(at + 1) % len(HOSTILE)]
    _types(desired)[3]["name"] = HOSTILE[0]
    desired["mapping"]["objectTypeMappings"][0]["selector"] = HOSTILE[0]
    desired["schema"]["objectSchema"]["objectTypes"].append(_type("new", HOSTILE[1], HOSTILE[2]))
    remarks = tuple(
        Diagnostic(
            severity=Severity.WARNING,
            code="unknown-key",
            text=text,
            hint=text,
            file=f"{text}.yaml",
            line=1,
            column=2,
        )
        for text in (*HOSTILE, "a lone \ud800")
    )
    return plan_of(desired, live, name=HOSTILE[0], environment=HOSTILE[1], diagnostics=remarks)


def plan_of(
    desired: Json,
    live: Json | None,
    *,
    name: str = "estate",
    environment: str = "production",
    diagnostics: tuple[Diagnostic, ...] = (),
) -> Plan:
    """Return the plan that takes *live* to *desired*."""
    status = ConfigStatus.IDLE if live else ConfigStatus.MISSING_MAPPING
    given = SourceInput(
        ref=SourceRef(name=name, import_source_id=f"id of {name}", workspace_id="w"),
        desired=read_document(desired),
        live=Live(status=status, document=normalise(live) if live else None),
    )
    return make_plan(
        [given],
        environment=environment,
        options=PlanOptions(),
        tool_version="0.1.0",
        created_at="2026-03-01T10:20:30.000Z",
        diagnostics=diagnostics,
    )


def _document(number: int) -> Json:
    types = [
        _type(
            f"t-{at}",
            f"{_WORDS[at % len(_WORDS)]} {at}",
            f"t-{(at * 7 + 3) % number}" if at % 4 else "",
        )
        for at in range(number)
    ]
    roots = []
    for at, object_type in enumerate(types):
        if at % 8 == 0:
            roots.append(object_type)
        else:
            above = types[at - 1 if at % 8 in {2, 5} else at - at % 8]
            above.setdefault("children", []).append(object_type)
    mappings = [
        {
            "objectTypeExternalId": each["externalId"],
            "objectTypeName": each["name"],
            "selector": f"data.{at}",
            "description": "",
            "attributesMapping": [
                {
                    "attributeExternalId": each["attributes"][0]["externalId"],
                    "attributeName": each["attributes"][0]["name"],
                    "attributeLocators": ["name"],
                    "externalIdPart": True,
                }
            ],
        }
        for at, each in enumerate(types)
        if at % 3 != 1
    ]
    schema = {"name": "Estate", "description": "", "objectTypes": roots}
    return {"schema": {"objectSchema": schema}, "mapping": {"objectTypeMappings": mappings}}


def _type(identity: str, name: str, refers_to: str) -> Json:
    attributes = [_attribute(f"{identity}/name", "Name", type="text", label=True)]
    roles = ("Owner", "Location")[: 1 + len(identity) % 2] if refers_to else ()
    attributes += [
        _attribute(
            f"{identity}/{role}",
            role,
            type="referenced_object",
            referenceObjectTypeExternalId=refers_to,
        )
        for role in roles
    ]
    return {"externalId": identity, "name": name, "description": "", "attributes": attributes}


def _attribute(identity: str, name: str, **given: Any) -> Json:
    return {"externalId": identity, "name": name, "description": "", **given}


def _types(document: Json) -> list[Json]:
    stack, found = list(document["schema"]["objectSchema"]["objectTypes"]), []
    while stack:
        found.append(stack.pop(0))
        stack += found[-1].get("children", [])
    return found
