"""A site at which everybody works, and what must hold of each plan and each apply there."""

import json
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from itertools import chain
from pathlib import Path
from typing import Any, ClassVar

import httpx

from reconciler.assets.embedded import embedded_transport
from reconciler.emulator.call import Place
from reconciler.emulator.object_schemas import (
    create_source,
    external_ids,
    live_of,
    object_schema,
    put_into,
    save_live,
    shown_of,
)
from reconciler.emulator.operations import COMPANION_WRITES
from reconciler.emulator.store import Store, request_counts
from reconciler.errors import Rejected
from reconciler.manifest.project.model import LONGEST_OPERATION
from reconciler.manifest.schemas import schema_faults
from reconciler.model.document import Document, walk_types
from reconciler.model.object_schema import SchemaContent
from reconciler.model.wire import has_external_ids, read_document, write_document
from reconciler.outcome.events import ApplyStarted, Event, SourceEnded
from reconciler.outcome.results import Outcome, SourceResult
from reconciler.planning.object_schema.effects import after_operations
from reconciler.planning.plan import Action, Attribution, Change, Kind, Plan, SourcePlan, Verdict
from reconciler.planning.plan_file import write_plan
from reconciler.planning.verification import open_plan
from reconciler.semantics.response import Accepted
from reconciler.semantics.server_defaults import as_stored
from reconciler.value import replace
from tests.support.documents.planned import plan_options
from tests.support.stages.applying import Stage, source
from tests.support.stages.companion import BASIC, V1
from tests.support.stages.schema_operations import schema_backend
from tests.support.strategies.assets_work import Work
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
        self.manifests = {s.source: dict(s.evidence.desired) for s in plan.sources}
        self.options = options
        self.acted: set[str] = set()

    def read(self) -> Plan:
        return open_plan(self.written)

    @property
    def disputed(self) -> set[tuple[str, ...]]:
        """The kinds and names of what its manifests define differently."""
        return disputed(self.manifests.values())


class Site:
    """The emulator, the manifests, the saved plans, and the moments of the last receipts."""

    # How often each outcome came about, over all examples.
    seen: ClassVar[Counter[str]] = Counter()

    def __init__(
        self, options: dict[str, Any], *, shared: bool = False, with_schemas: bool = False
    ) -> None:
        """Make a site; its sources are in one object schema if that is *shared*.

        We reach its companion API *with_schemas*, others always.
        """
        self.options = options
        self.shared = shared
        self.directory = tempfile.TemporaryDirectory()
        self.stage = Stage(Path(self.directory.name), db=self.path, **options)
        self.store = Store(self.path)
        self.schemas = schema_backend(self.stage)
        self.stage.object_schemas = self.schemas if with_schemas else None
        if shared:
            with self.store.transaction() as tx:
                number = object_schema(tx, "w", "CMDB")
                for name in SOURCES:
                    put_into(tx, Place("w", name), number, self.stage.time())
        self.manifests: dict[str, Json] = {}
        self.saved: list[Saved] = []
        self.receipts: dict[str, tuple[Json, Document | None]] = {}
        # Live of each source as the run left it: what comes after it on its object schema, or a
        # person does meanwhile, is not in its receipt.
        self.ended: dict[str, Document | None] = {}
        self.stage.on_event.append(self._note_end)
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

    def lives(self) -> dict[str, Document | None]:
        return {name: self.live(name) for name in SOURCES}

    def contents(self) -> dict[str, Document]:
        """What each source would show if it were configured."""
        with self.store.transaction() as tx:
            return {name: shown_of(tx, Place("w", name)) for name in SOURCES}

    def elements(self) -> set[str]:
        """The external ids of all types and attributes, and the names of statuses."""
        found: set[str] = set()
        for each in self.contents().values():
            found |= {*external_ids(each), *(status.name for status in each.statuses)}
        return found

    def read_schemas(self) -> tuple[SchemaContent, ...]:
        """What the companion API shows of the object schemas of the sources."""
        return self.stage.run(self._schemas())

    async def _schemas(self) -> tuple[SchemaContent, ...]:
        found = await self.schemas.object_schemas("w")
        return tuple([await self.schemas.content("w", each) for each in found])

    def schema_writes(self) -> int:
        """How many writes the companion API was asked for."""
        with self.store.transaction() as tx:
            rows = request_counts(tx)
        return sum(row["count"] for row in rows if row["operation"] in COMPANION_WRITES)

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

    def work(self, work: Work) -> None:
        """Do what a person can do in Assets by its own API, or be refused."""
        self.stage.run(self.working(work))

    async def working(self, work: Work) -> None:
        where = f"http://localhost{V1}/{work.path}"
        transport = embedded_transport(self.stage.app)
        async with httpx.AsyncClient(transport=transport) as client:
            headers = {"authorization": BASIC}
            answer = await client.request(work.method, where, json=work.body, headers=headers)
        assert answer.status_code in {200, 400, 404}, answer.text
        self.seen[f"work {work.method} {answer.status_code}"] += 1

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
        live = self.lives()
        plan = self._made(self.manifests, options)
        saved = Saved(plan, live, options)
        assert saved.read() == plan, "law 6"
        for planned in plan.sources:
            self._hold_of_plan(planned, live[planned.source], saved.disputed)
        self.saved.append(saved)
        return plan

    def plan_again_the_same(self, shuffle: Callable[[Json], Json]) -> None:
        one = write_plan(self._made(self.manifests, {}))
        other = write_plan(self._made({n: shuffle(m) for n, m in self.manifests.items()}, {}))
        assert json.dumps(one | {"created_at": ""}) == json.dumps(other | {"created_at": ""})

    def apply(self, saved: Saved) -> dict[str, SourceResult]:
        """Apply a saved plan, and hold the laws of an apply."""
        plan = saved.read()
        before, live, contents = self.writes(), self.lives(), self.contents()
        asked, there = self.schema_writes(), self.elements()
        report = self.stage.apply(plan)
        results = {r.source: r for r in report.results}
        after = self.writes()
        assert there <= self.elements(), "nothing is lost"
        called = [o.outcome for r in report.results for o in r.schema_operations]
        assert self.schema_writes() - asked == called.count(Outcome.DONE), "law 8: no call more"
        moved = {n for n in SOURCES if saved.live[n] != live[n]}
        for planned in plan.sources:
            name, result = planned.source, results[planned.source]
            self._hold_of_result(saved, planned, result, sent=after[name] - before[name])
            if result.outcome is Outcome.STALE and name not in saved.acted:
                assert name in moved or moved & self._beside(name), "nothing had moved"
            # What a source was planned to find, those before it on its object schema leave there.
            if result.outcome is not Outcome.DONE and planned.sends:
                moved.add(name)
        self._hold_of_live(plan, results, live, contents)
        self.note_receipts(saved, report.results)
        self._hold_after(saved, plan, results, moved)
        if any(r.outcome is Outcome.UNKNOWN for r in report.results):
            self.settle(saved)
        return results

    def planned_again(self, saved: Saved, *names: str) -> tuple[SourcePlan, ...]:
        """Return what is planned by now of what *saved* was made from, or of *names* alone."""
        written = {
            name: write_document(read_document(each))
            for name, each in saved.manifests.items()
            if name in names or not names
        }
        return self._made(written, saved.options | {"resend_write_only": False}).sources

    def note_receipts(self, saved: Saved, results: Iterable[SourceResult]) -> None:
        """Note on which sources the plan acted, and the live that it left them.

        What schema operations alone leave has no receipt.
        """
        for each in results:
            if each.outcome in ACTED:
                saved.acted.add(each.source)
            if each.outcome in ACTED and each.method is not None:
                self.receipts[each.source] = (saved.manifests[each.source], self.ended[each.source])

    def _note_end(self, event: Event) -> None:
        match event:
            case ApplyStarted():
                self.ended = {}
            case SourceEnded():
                self.ended[event.result.source] = self.live(event.result.source)

    def settle(self, saved: Saved) -> None:
        """Resume once the longest operation is over: until then nothing else is sent."""
        self.stage.time.seconds += LONGEST_OPERATION
        results = self.stage.take_up(*self.stage.left()).results
        assert all(each.outcome is not Outcome.UNKNOWN for each in results), "it is settled"
        self.note_receipts(saved, results)

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

    def _hold_of_plan(
        self, planned: SourcePlan, live: Document | None, disputed: set[tuple[str, ...]]
    ) -> None:
        operation = planned.operation
        if operation is not None:
            assert operation.method == ("PUT" if live is None else "PATCH"), "law 5"
            version = "2023-10-19" if has_external_ids(operation.body) else "2021-09-15"
            assert schema_faults(f"payload-{version}", dict(operation.body)) == ()
        assert planned.sends == (planned.action not in {Action.NO_OP, Action.BLOCKED})
        addresses = [c.address for c in planned.changes]
        assert len(set(addresses)) == len(addresses), "law 7"
        # What two sources define differently, the other moves.
        own = [c for c in planned.changes if (c.kind, *c.names) not in disputed]
        whose = {c.attribution for c in own}
        if planned.source in self.receipts:
            desired, seen = self.receipts[planned.source]
            assert None not in whose
            if seen == live:
                # Reading back shows no statuses: who changes those meanwhile is seen later.
                seen_back = {
                    c.attribution for c in own if self.options["shows"] or not _is_status(c)
                }
                drifted = {Attribution.DRIFT, Attribution.CONFLICT}
                assert not seen_back & drifted, "live was let alone"
            if desired == planned.evidence.desired:
                assert Attribution.CONFLICT not in whose, "the manifest was let alone"

    def _beside(self, name: str) -> set[str]:
        """The other sources of the object schema."""
        return {*SOURCES} - {name} if self.shared else set()

    def _hold_of_result(
        self, saved: Saved, planned: SourcePlan, result: SourceResult, *, sent: int
    ) -> None:
        self.seen[f"{result.outcome} {result.method or ''}".strip()] += 1
        for each in result.schema_operations:
            self.seen[f"{each.outcome} {each.kind}"] += 1
        if not planned.sends:
            assert result.outcome in {Outcome.UNCHANGED, Outcome.BLOCKED}
            assert (result.outcome is Outcome.BLOCKED) == (planned.action is Action.BLOCKED)
        elif planned.source in saved.acted:
            assert result.outcome is Outcome.STALE, "a plan is applied once"
        if result.outcome in {Outcome.UNCHANGED, Outcome.BLOCKED, Outcome.STALE}:
            assert sent == 0, "law 8: nothing was sent"
        else:
            assert sent == (planned.operation is not None), "law 8: no call more"

    def _hold_of_live(
        self,
        plan: Plan,
        results: Mapping[str, SourceResult],
        live: dict[str, Document | None],
        contents: dict[str, Document],
    ) -> None:
        """Law 8: live is what the operations made of it, one after the other, and no more."""
        untold = {n for n, r in results.items() if r.outcome is Outcome.UNKNOWN}
        for planned in plan.sources:
            name = planned.source
            calls = zip(planned.schema_operations, results[name].schema_operations, strict=True)
            done = [call for call, result in calls if result.outcome is Outcome.DONE]
            for each in {name, *self._beside(name)} if done else ():
                contents[each] = after_operations(contents[each], done)
                live[each] = contents[each] if live[each] else None
            if planned.operation is None or results[name].outcome not in ACTED:
                continue
            if not has_external_ids(planned.operation.body):
                untold.add(name)  # the ids that the API makes are nobody's to foresee
            how = {"undocumented": self.options["undocumented"]}
            is_there = live[name] is not None or contents[name].object_types
            there = contents[name] if is_there else None
            outcome = outcome_of(planned, there, **how)
            assert isinstance(outcome, Accepted)
            live[name] = contents[name] = outcome.live
            for other in self._beside(name):
                contents[other] = replace(outcome.live, mappings=contents[other].mappings)
                live[other] = contents[other] if live[other] else None
        for name, expected in live.items():
            if not untold & {name, *self._beside(name)}:
                assert self.live(name) == expected, "law 8: as planned"

    def _hold_after(
        self,
        saved: Saved,
        plan: Plan,
        results: Mapping[str, SourceResult],
        moved: set[str],
    ) -> None:
        """Laws 2 and 3: what is done is done, and only the announced residual is left.

        That is so for all sources together, and for each of them alone.
        """
        done = [p for p in plan.sources if results[p.source].outcome is Outcome.DONE]
        together = {s.source: s for s in self.planned_again(saved)} if done else {}
        disputed = saved.disputed
        for planned in done:
            name = planned.source
            (alone,) = self.planned_again(saved, name)
            for then in (alone, together[name]):
                sent = {c.address for c in planned.changes if c.verdict.takes_effect}
                # What live shows as one manifest has it, the other would send the next time.
                own = [c for c in then.changes if (c.kind, *c.names) not in disputed]
                assert not sent & {c.address for c in own}, "law 2: done is done"
                if moved & {name, *self._beside(name)}:
                    continue
                assert not then.sends or len(own) < len(then.changes), "law 3"
                assert not any(c.verdict.takes_effect for c in own), "law 3"
                drifted = {Attribution.DRIFT, Attribution.CONFLICT}
                assert not drifted & {c.attribution for c in own}, "nobody moved"
                # What live hides, and policy skips, was announced too: nobody can see it stay.
                hidden = {c.address for c in planned.residual if c.field == "typeValues"}
                hidden = set() if self.options["shows"] else hidden
                announced = {c.address for c in planned.residual if not _is_anybodys(c)}
                left = {c.address for c in then.residual if not _is_anybodys(c)}
                assert left | hidden == announced | hidden, "law 2: as was announced"
        if done and not moved:
            # Whose orphan it is, is said anew: a source applied without it has it no more.
            told, still = map(_orphans, (plan.sources, together.values()))
            assert told.keys() == still.keys(), "law 2: as was announced"
            contents = self.contents()
            there = [contents[name] for name in (SOURCES[:1] if self.shared else SOURCES)]
            names = Counter(name for each in there for name, _ in _named(each))
            assert still <= names, "each is told once"


def _orphans(sources: Iterable[SourcePlan]) -> Counter[tuple[str, ...]]:
    """Return how often each orphan of an object schema is told of, by kind and names."""
    residual = chain.from_iterable(each.residual for each in sources)
    return Counter((c.kind, *c.names) for c in residual if _is_anybodys(c))


def _is_status(change: Change) -> bool:
    return change.kind is Kind.STATUS or change.field == "typeValues"


def _is_anybodys(change: Change) -> bool:
    """Return whether it is an orphan of the object schema, which some source tells of."""
    of_source = change.kind in {Kind.MAPPING, Kind.ATTRIBUTE_MAPPING}
    return change.verdict is Verdict.ORPHAN and not of_source


def disputed(manifests: Iterable[Json]) -> set[tuple[str, ...]]:
    """Return the kinds and names of what two manifests define differently."""
    first: dict[tuple[str, ...], Any] = {}
    named = chain.from_iterable(_named(read_document(each)) for each in manifests)
    return {name for name, part in named if first.setdefault(name, part) != part}


def _named(document: Document) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Yield the kind and name of each part of the object schema, and what it is by itself."""
    yield from ((("icon", icon.key), icon) for icon in document.icons)
    yield from ((("status", status.name), status) for status in document.statuses)
    for object_type, ancestors in walk_types(document.object_types):
        names = (*(a.name for a in ancestors), object_type.name)
        yield ("object_type", *names), replace(object_type, attributes=(), children=())
        yield from ((("attribute", *names, a.name), a) for a in object_type.attributes)
