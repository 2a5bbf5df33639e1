"""What a plan predicts of the API's refusals, and what an emulator answers to the same bodies."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from reconciler.diagnostics import Diagnostic
from reconciler.manifest.locations import Locations
from reconciler.manifest.outline import outline
from reconciler.manifest.text.places import Places
from reconciler.manifest.text.pointer import read_pointer
from reconciler.model.normalise import normalise
from reconciler.model.policy import Undocumented
from reconciler.model.source import ConfigStatus, Live, SourceRef
from reconciler.model.wire import read_document, write_document
from reconciler.planning.comparison import Comparison
from reconciler.planning.diff.differences import differences
from reconciler.planning.inputs import PlanOptions
from reconciler.planning.operation.build import body_of, outcome_of
from reconciler.planning.operation.simulate import simulate
from reconciler.planning.plan import Plan, SourcePlan
from reconciler.planning.planner import SourceInput, make_plan, surrounded
from reconciler.planning.surroundings import Surroundings
from reconciler.planning.verdict.judge import Judge
from reconciler.semantics.response import Outcome, Refused
from reconciler.value import replace
from tests.support.documents.planned import plan_options
from tests.support.documents.site_document import Edit, Json, document, types
from tests.support.stages.emulator_site import SOURCE, Site

OTHER = SOURCE.removesuffix("/s") + "/other"
Codes = list[tuple[str, str]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Scene:
    """A site with the source s live, perhaps another one, and a manifest of s."""

    site: Site
    manifest: Json
    others: tuple[SourceInput, ...] = ()

    @classmethod
    def of(
        cls,
        *edits: Edit,
        live: Sequence[Edit] = (),
        other: Json | None = None,
        **emulator: Any,
    ) -> "Scene":
        """Return a site on which all of it was PUT, and the document with *edits* as manifest."""
        site = Site(**emulator)
        assert site.put(document(*live)).status_code == 204
        others: tuple[SourceInput, ...] = ()
        if other is not None:
            assert site.call("PUT", f"{OTHER}/mapping", other).status_code == 204
            read = site.call("GET", f"{OTHER}/schema-and-mapping").json()
            others = (
                SourceInput(
                    ref=SourceRef(name="other", import_source_id="other", workspace_id="w"),
                    desired=read_document(read),
                    live=Live(status=ConfigStatus.IDLE, document=normalise(read)),
                ),
            )
        return cls(site=site, manifest=document(*edits), others=others)

    @property
    def places(self) -> Places:
        return Places(json.dumps(self.manifest, indent=1), is_json=True)

    def place(self, pointer: str) -> tuple[int, int] | None:
        """Return where the element at *pointer* stands in the manifest's file."""
        return self.places.of(read_pointer(pointer))

    def given(self) -> SourceInput:
        """Return what planning s starts from: live as the emulator shows it by now."""
        return SourceInput(
            ref=SourceRef(name="s", import_source_id="s", workspace_id="w"),
            desired=read_document(self.manifest),
            live=Live(status=ConfigStatus.IDLE, document=normalise(self.site.live())),
            locations=Locations(file="s.json", outline=outline(self.manifest), places=self.places),
        )

    def plan(self, **options: Any) -> Plan:
        """Return the plan of all sources of the site."""
        return make_plan(
            surrounded([self.given(), *self.others]),
            environment="test",
            options=plan_options(**options),
            tool_version="0",
            created_at="2026-01-01T00:00:00Z",
        )

    def planned(self, **options: Any) -> SourcePlan:
        """Return the plan of s."""
        return next(s for s in self.plan(**options).sources if s.source == "s")

    def elsewhere(self) -> Mapping[str, str]:
        """Return the external ids of the other source, as the planner tells them."""
        ids = {i for other in self.others for i in _ids(write_document(other.desired))}
        return dict.fromkeys(ids, 'the source "other"')

    def tries(self) -> list[tuple[Json, Codes]]:
        """Return each body that planning tried, with what it predicted: codes and pointers."""
        around = Surroundings(elsewhere=self.elsewhere())
        case = Comparison.of(replace(self.given(), around=around), PlanOptions())
        tried: list[tuple[Json, Codes]] = []

        def send(body: Any) -> Outcome:
            outcome = outcome_of(case, body)
            refusals = outcome.refusals if isinstance(outcome, Refused) else ()
            tried.append((write_document(body), sorted((r.code, r.pointer) for r in refusals)))
            return outcome

        found = list(differences(case.sides))
        judge = Judge(puts=False, undocumented=Undocumented.ATTEMPT)
        simulate(
            [d for d in found if not d.write_only and judge.change(d).verdict.is_sent],
            desired=case.desired,
            build=partial(body_of, case, found),
            send=send,
        )
        return tried

    def answer(self, body: Mapping[str, Any]) -> tuple[int, Codes]:
        """Return what the emulator answers to a PATCH: the status, codes and pointers."""
        answer = self.site.call("PATCH", "mapping", dict(body))
        errors = answer.json()["dataValidationErrors"] if answer.content else []
        return answer.status_code, sorted((e["code"], e["pointer"]) for e in errors)

    def told(self, *codes: str, **options: Any) -> list[Diagnostic]:
        """Return the plan's diagnostics with these codes."""
        return [d for d in self.plan(**options).diagnostics if d.code in codes]


def _ids(made: Json) -> Iterator[str]:
    for object_type in types(made).values():
        yield object_type["externalId"]
        yield from (a["externalId"] for a in object_type["attributes"] if a["name"] != "Key")
