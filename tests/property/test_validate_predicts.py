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
from reconciler.semantics.put import put
from reconciler.semantics.response import Accepted
from tests.support.strategies.documents import documents

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
def test_what_validate_lets_pass_a_put_takes(document: Any) -> None:
    with TemporaryDirectory() as directory:
        path = Path(directory, "m.json")
        path.write_text(json.dumps(document), encoding="utf-8")
        loaded = load_manifests([path])
    if errors_in(loaded.diagnostics):
        event("refused by validate")
        return
    event("passed")
    outcome = put(None, loaded.manifests[0].document, elsewhere={}, new_id="/".join)
    assert isinstance(outcome, Accepted), [(r.code, r.text) for r in outcome.refusals]
