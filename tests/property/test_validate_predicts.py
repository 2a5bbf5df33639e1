"""What `validate` lets pass a PUT takes: what the manifest alone shows is not left to plan."""

import copy
import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from reconciler.diagnostics import errors_in
from reconciler.manifest.load import load_manifests
from reconciler.model.wire import read_document
from reconciler.semantics.put import put
from reconciler.semantics.response import Code, Refused
from tests.support.strategies.documents import documents

TWICE = {Code.DUPLICATE_EXTERNAL_ID_ILLEGAL, Code.EXTERNAL_ID_MISMATCH}
NAMING = frozenset(
    {
        "externalId",
        "name",
        "type",
        "referenceObjectTypeExternalId",
        "referenceObjectTypeName",
        "objectTypeExternalId",
        "objectTypeName",
        "attributeExternalId",
        "attributeName",
    }
)


def named_places(value: Any) -> list[tuple[dict[str, Any], str]]:
    """Return every object with each key of it that names something."""
    found = []
    for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
        if isinstance(inner, dict | list):
            found += named_places(inner)
        elif key in NAMING:
            found.append((value, key))
    return found


@st.composite
def confused(draw: st.DrawFn) -> Any:
    """A good document in which one to three names or ids are those of something else."""
    document = copy.deepcopy(draw(documents()))
    for _ in range(draw(st.integers(1, 3))):
        places = named_places(document)
        (holder, key), (other, other_key) = draw(
            st.tuples(st.sampled_from(places), st.sampled_from(places))
        )
        match draw(st.sampled_from(("swap in", "leave out", "put beside"))):
            case "swap in":
                holder[key] = other[other_key]
            case "leave out":
                holder.pop(key, None)
            case "put beside":
                holder[draw(st.sampled_from(sorted(NAMING)))] = other[other_key]
    return document


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(confused())
def test_what_validate_predicts_and_nothing_else_a_put_refuses(document: Any) -> None:
    with TemporaryDirectory() as directory:
        path = Path(directory, "m.json")
        path.write_text(json.dumps(document), encoding="utf-8")
        found = load_manifests([path]).diagnostics
    errors = errors_in(found)
    if any(e.api_code is None for e in errors):
        event("wrong for another reason")
        return
    event("refused" if errors else "passed")
    outcome = put(None, read_document(document), elsewhere={}, new_id="/".join)
    refused = {r.code for r in outcome.refusals} if isinstance(outcome, Refused) else set()
    predicted = {e.api_code for e in errors}
    if TWICE & predicted & refused:
        return  # which of two elements another one means is anybody's guess
    assert predicted == refused, [e.text for e in errors]
