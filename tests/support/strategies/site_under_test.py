"""A site at which everybody works, and what must hold of each plan and each apply there."""

import json
import tempfile
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, ClassVar

from reconciler.emulator.call import Place
from reconciler.emulator.object_schemas import (
    create_source,
    live_of,
    object_schema,
    put_into,
    save_live,
)
from reconciler.emulator.store import Store, request_counts
from reconciler.errors import Rejected
from reconciler.manifest.project.model import LONGEST_OPERATION
from reconciler.manifest.schemas import schema_faults
from reconciler.model.document import Document
from reconciler.model.wire import has_external_ids, read_document, write_document
from reconciler.outcome.results import Outcome, SourceResult
from reconciler.planning.plan import Action, Attribution, Plan, SourcePlan
from reconciler.planning.plan_file import write_plan
from reconciler.planning.verification import open_plan
from reconciler.semantics.response import Accepted
from reconciler.semantics.server_defaults import as_stored
from tests.support.documents.planned import plan_options
from tests.support.stages.applying import Stage, source
from tests.support.strategies.documents import Json
from tests.support.strategies.worlds import generated, outcome_of

SOURCES = ("a", "b")
STEPS = 3
ACTED = {Outcome.DONE, Outcome.NOT_CONVERGED}


class Saved:
    """A plan in its file, and the site as it was when it was made."""

    def __init__(self, plan: Plan, live: Mapping[str, Document | None], options: Json) -> None:
        self.written: Json = json.loads(json.dumps(write_plan(plan)))
        self.live = dict(live)
        self.options = options
        self.acted: set[str] = set()

    def read(self) -> Plan:
        return open_plan(self.written)


class Site:
    """The emulator, the manifests, the saved plans, and the moments of the last receipts."""

    # How often each outcome came about, over all examples.
    seen: ClassVar[Counter[str]] = Counter()

    def __init__(self, options: dict[str, Any], *, shared: bool = False) -> None:
        """Make a site; its sources are in one object schema if that is *shared*."""
        self.options = options
        self.shared = shared
        self.directory = tempfile.TemporaryDirectory()
        self.stage = Stage(Path(self.directory.name), db=self.path, **options)
        self.store = Store(self.path)
        if shared:
            with self.store.transaction() as tx:
                number = object_schema(tx, "w", "CMDB")
                for name in SOURCES:
                    put_into(tx, Place("w", name), number, self.stage.time())
        self.manifests: dict[str, Json] = {}
        self.saved: list[Saved] = []
        self.receipts: dict[str, tuple[Json, Document | None]] = {}
        self.plans = 0

    @property
    def path(self) -> Path:
        return Path(self.directory.name) / "emulator.db"

    def close(self) -> None:
        self.store.close()
        self.stage.__exit__()
        self.directory.cleanup()

    # What there is.

    def live(self, name: str) -> Document | None:
        with self.store.transaction() as tx:
            return live_of(tx, Place("w", name))

    def writes(self) -> dict[str, int]:
        """How many mappings were PUT and PATCHed, by source."""
        counts = dict.fromkeys(SOURCES, 0)
        with self.store.transaction() as tx:
            for row in request_counts(tx):
                if row["operation"] in {"put-mapping", "patch-mapping"}:
                    counts[row["importSourceId"]] += row["count"]
        return counts

    # What others do.

    def interfere(self, name: str, edit: Callable[[Json], Json]) -> None:
        """Do what a person can do in Assets: anything, and nobody is told."""
        if (live := self.live(name)) is not None:
            self._set_live(name, as_stored(read_document(edit(write_document(live))), generated))

    def forget(self, name: str) -> None:
        """Take the import source's configuration away."""
        with self.store.transaction() as tx:
            tx.execute("UPDATE sources SET mapping = NULL WHERE source = ?", (name,))

    def _set_live(self, name: str, live: Document) -> None:
        place = Place("w", name)
        with self.store.transaction() as tx:
            create_source(tx, place, self.stage.time())
            save_live(tx, place, live, self.stage.time())

    def send_as_another(self, name: str, document: Json) -> None:
        """Send what another client would, which knows no journal."""
        plan = self._made({name: document}, {"allow_residual": True}, with_base=False)
        (planned,) = plan.sources
        if planned.operation is not None:
            self.stage.run(self._submitted(name, planned))

    async def _submitted(self, name: str, planned: SourcePlan) -> None:
        backend, ref = self.stage.backend(), source(name)
        assert planned.operation is not None
        with suppress(Rejected):
            await backend.submit(ref, planned.operation)
        for _ in range(STEPS):  # each request lets what is pending go on
            await backend.config_status(ref)

    # What we do.

    def plan(self, options: Json) -> Plan:
        """Plan, hold the laws of a plan, and save it."""
        live = {name: self.live(name) for name in SOURCES}
        plan = self._made(self.manifests, options)
        saved = Saved(plan, live, options)
        assert saved.read() == plan, "law 6"
        for planned in plan.sources:
            self._hold_of_plan(planned, live[planned.source])
        self.saved.append(saved)
        return plan

    def plan_again_the_same(self, shuffle: Callable[[Json], Json]) -> None:
        one = write_plan(self._made(self.manifests, {}))
        other = write_plan(self._made({n: shuffle(m) for n, m in self.manifests.items()}, {}))
        assert json.dumps(one | {"created_at": ""}) == json.dumps(other | {"created_at": ""})

    def apply(self, saved: Saved) -> dict[str, SourceResult]:
        """Apply a saved plan, and hold the laws of an apply."""
        plan = saved.read()
        before, live = self.writes(), {name: self.live(name) for name in SOURCES}
        report = self.stage.apply(plan)
        results = {r.source: r for r in report.results}
        after = self.writes()
        for planned in plan.sources:
            name, result = planned.source, results[planned.source]
            sent = after[name] - before[name]
            self.hold_of_result(saved, planned, result, sent=sent, live=live[name])
            if result.outcome in ACTED:
                saved.acted.add(name)
                self.receipts[name] = (dict(planned.evidence.desired), self.live(name))
                if result.outcome is Outcome.DONE:
                    self._hold_after(saved, planned, moved=saved.live[name] != live[name])
        if any(r.outcome is Outcome.UNKNOWN for r in report.results):
            self._settle(saved, plan)
        return results

    def _settle(self, saved: Saved, plan: Plan) -> None:
        """Resume once the longest operation is over: until then nothing else is sent."""
        self.stage.time.seconds += LONGEST_OPERATION
        evidence = {s.source: s.evidence for s in plan.sources}
        for result in self.stage.take_up(*self.stage.left()).results:
            assert result.outcome is not Outcome.UNKNOWN, "it is settled"
            if result.outcome in ACTED:
                saved.acted.add(result.source)
                desired = dict(evidence[result.source].desired)
                self.receipts[result.source] = (desired, self.live(result.source))

    def _made(
        self, manifests: Mapping[str, Json], options: Json, *, with_base: bool = True
    ) -> Plan:
        self.plans += 1
        self.stage.beside = self.manifests
        return self.stage.planned(
            manifests,
            plan_options(**options),
            with_base=with_base,
            created_at=f"2026-01-01T00:00:{self.plans // 1000:02}.{self.plans % 1000:03}Z",
        )

    # The laws.

    def _hold_of_plan(self, planned: SourcePlan, live: Document | None) -> None:
        operation = planned.operation
        if operation is not None:
            assert operation.method == ("PUT" if live is None else "PATCH"), "law 5"
            version = "2023-10-19" if has_external_ids(operation.body) else "2021-09-15"
            assert schema_faults(f"payload-{version}", operation.body) == ()
        assert (operation is None) == (planned.action in {Action.NO_OP, Action.BLOCKED})
        addresses = [c.address for c in planned.changes]
        assert len(set(addresses)) == len(addresses), "law 7"
        whose = {c.attribution for c in planned.changes}
        if planned.source in self.receipts:
            desired, seen = self.receipts[planned.source]
            assert None not in whose
            if seen == live:
                assert not whose & {Attribution.DRIFT, Attribution.CONFLICT}, "live was let alone"
            if desired == planned.evidence.desired:
                assert Attribution.CONFLICT not in whose, "the manifest was let alone"

    def hold_of_result(
        self,
        saved: Saved,
        planned: SourcePlan,
        result: SourceResult,
        *,
        sent: int,
        live: Document | None,
    ) -> None:
        name, now = planned.source, self.live(planned.source)
        self.seen[f"{result.outcome} {result.method or ''}".strip()] += 1
        if planned.operation is None:
            assert result.outcome in {Outcome.UNCHANGED, Outcome.BLOCKED}
            assert (result.outcome is Outcome.BLOCKED) == (planned.action is Action.BLOCKED)
        elif name in saved.acted:
            assert result.outcome is Outcome.STALE, "a plan is applied once"
        elif saved.live[name] == live and not self.shared:
            assert result.outcome is not Outcome.STALE, "nothing had moved"
        if result.outcome in {Outcome.UNCHANGED, Outcome.BLOCKED, Outcome.STALE}:
            assert sent == 0, "law 8: nothing was sent"
        else:
            assert sent == 1, "law 8: no call more"
        if self.shared:
            return  # what is live is the neighbour's doing as well
        if result.outcome in {Outcome.UNCHANGED, Outcome.BLOCKED, Outcome.STALE}:
            assert now == live, "law 8: nothing was sent"
        if result.outcome is Outcome.FAILED:
            assert now == live, "what failed changed nothing"
        if result.outcome is Outcome.DONE and planned.operation is not None:
            outcome = outcome_of(planned, live, undocumented=self.options["undocumented"])
            assert isinstance(outcome, Accepted)
            assert planned.operation.method == "PUT" or now == outcome.live, "law 8: as planned"

    def _hold_after(self, saved: Saved, planned: SourcePlan, *, moved: bool) -> None:
        """Laws 2 and 3: what is done is done, and only the announced residual is left."""
        name, options = planned.source, saved.options | {"resend_write_only": False}
        manifest = {name: write_document(read_document(planned.evidence.desired))}
        (then,) = self._made(manifest, options).sources
        sent = {c.address for c in planned.changes if c.verdict.is_sent}
        assert not sent & {c.address for c in then.changes}, "law 2: done is done"
        if not moved and not self.shared:
            assert then.operation is None, "law 3"
            # What live hides, and policy skips, was announced too: nobody can see it stay.
            hidden = {c.address for c in planned.residual if c.field == "typeValues"}
            hidden = set() if self.options["shows"] else hidden
            announced = {c.address for c in planned.residual}
            left = {c.address for c in then.residual}
            assert left | hidden == announced | hidden, "law 2: as was announced"
