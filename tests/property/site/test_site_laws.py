"""Any sources of one object schema: none drifts for another's sake, in any order.

Each manifest has some root types of one document, and what these refer to; a child type is mapped
by one of them alone. Names decide the order in which they are applied.
"""

import copy
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from reconciler.model.document import Document
from reconciler.model.wire import read_document
from reconciler.outcome.results import Outcome
from reconciler.planning.adopt.own_part import own_part
from reconciler.planning.plan import Action, Plan
from tests.support.stages.applying import Stage
from tests.support.stages.assumed import showing
from tests.support.strategies.documents import Json, all_types, documents, image, roots, walk
from tests.support.strategies.worlds import slow

WELL = {Outcome.DONE, Outcome.UNCHANGED}


def closed(document: Json, chosen: set[int]) -> list[Json]:
    """Return the root types *chosen*, and those that they refer to, however far."""
    all_roots = roots(document)
    at = {key: i for i, root in enumerate(all_roots) for t in walk([root]) for key in _keys(t)}
    wanted, left = set(chosen), list(chosen)
    while left:
        for object_type in walk([all_roots[left.pop()]]):
            for attribute in object_type["attributes"]:
                target = attribute.get("referenceObjectTypeExternalId") or attribute.get(
                    "referenceObjectTypeName"
                )
                if target is not None and at[target] not in wanted:
                    wanted.add(at[target])
                    left.append(at[target])
    return [root for i, root in enumerate(all_roots) if i in wanted]


def _keys(object_type: Json) -> list[str]:
    return [v for k in ("externalId", "name") if (v := object_type.get(k)) is not None]


@st.composite
def shares(draw: st.DrawFn) -> dict[str, Json]:
    """The manifests of two or three sources, by name."""
    whole = draw(documents(ids=True, tag="x"))
    names = draw(st.permutations("abc"))[: draw(st.integers(2, 3))]
    made: dict[str, Json] = {}
    mapped: set[str] = set()
    indices = st.sets(st.integers(0, len(roots(whole)) - 1), min_size=1)
    for name in names:
        manifest = copy.deepcopy(whole)
        kept = closed(manifest, draw(indices))
        manifest["schema"]["objectSchema"]["objectTypes"] = kept
        ids = {t["externalId"] for t in walk(kept)} - mapped
        manifest["mapping"]["objectTypeMappings"] = [
            m
            for m in manifest["mapping"]["objectTypeMappings"]
            if m.get("objectTypeExternalId") in ids
        ]
        mapped |= ids - {t["externalId"] for t in kept}
        made[name] = manifest
    return made


def idle(plan: Plan) -> bool:
    return all(s.action is Action.NO_OP for s in plan.sources)


@given(manifests=shares(), data=st.data())
@settings(slow, max_examples=max(settings().max_examples // 5, 8))
def test_sources_of_one_object_schema(manifests: dict[str, Any], data: st.DataObject) -> None:
    with TemporaryDirectory() as directory, Stage(Path(directory)) as on:
        for name in manifests:
            on.ask("PUT", f"/emulator/workspace/w/sources/{name}", {"objectSchema": "CMDB"})
        on.beside = manifests
        assert {r.outcome for r in on.apply(on.plan(**manifests)).results} <= WELL
        assert idle(on.plan(**manifests)), "apply all, and then nothing is left"
        for name, manifest in manifests.items():
            assert idle(on.plan(**{name: manifest})), "nor for each alone"
        # A neighbour changes something of its own, and nobody else drifts.
        name = data.draw(st.sampled_from(sorted(manifests)))
        others = {t["externalId"] for n, m in manifests.items() if n != name for t in all_types(m)}
        changed = copy.deepcopy(manifests)
        for object_type in all_types(changed[name]):
            if object_type["externalId"] not in others:
                object_type["description"] = "changed"
        on.beside = changed
        plan = on.plan(**changed)
        assert all(s.action is Action.NO_OP for s in plan.sources if s.source != name)
        assert {r.outcome for r in on.apply(plan).results} <= WELL
        assert idle(on.plan(**changed))
        for other in manifests:
            assert idle(on.plan(**{other: changed[other]}))


def test_an_icon_of_a_neighbour_is_no_orphan_and_pull_leaves_it_out(tmp_path: Path) -> None:
    """Live that shows icons shows those of the whole object schema."""
    manifests: dict[str, Any] = {
        name: {
            "schema": {
                "objectSchema": {
                    "name": "CMDB",
                    "description": "",
                    "objectTypes": [
                        {
                            "externalId": name,
                            "name": name,
                            "description": "",
                            "attributes": [
                                {
                                    "externalId": f"{name}/name",
                                    "name": "Name",
                                    "description": "",
                                    "type": "text",
                                    "label": True,
                                }
                            ],
                        }
                    ],
                },
                "iconSchema": {"icons": [{"key": name, "name": "Icon", "png48": image(1)}]},
            },
            "mapping": {"objectTypeMappings": []},
        }
        for name in "ab"
    }
    with Stage(tmp_path, profile=showing()) as on:
        for name in manifests:
            on.ask("PUT", f"/emulator/workspace/w/sources/{name}", {"objectSchema": "CMDB"})
        on.beside = manifests
        assert {r.outcome for r in on.apply(on.plan(**manifests)).results} == {Outcome.DONE}
        for name, manifest in manifests.items():
            (planned,) = on.plan(**{name: manifest}).sources
            assert (planned.changes, len(planned.evidence.others)) == ((), 3)
            live = read_document(planned.evidence.live or {})
            owners = dict.fromkeys(planned.evidence.others, "the other")
            pulled = own_part(live, name, owners=owners, have=Document())
            assert [icon.key for icon in pulled.icons] == [name]
