"""A site at which everybody works: what there is, what others do, and what we do.

What must hold of it is in `site_laws`.
"""

import json
import tempfile
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, ClassVar

import httpx

from reconciler.assets.embedded import embedded_transport
from reconciler.emulator.call import Place
from reconciler.emulator.object_schemas import (
    create_source,
    external_ids,
    is_configured,
    object_schema,
    put_into,
    save_live,
    shown_of,
)
from reconciler.emulator.store import Store, request_counts
from reconciler.errors import Rejected
from reconciler.manifest.project.model import LONGEST_OPERATION
from reconciler.model.document import Document
from reconciler.model.normalise import normalise
from reconciler.model.object_schema import SchemaContent
from reconciler.model.wire import read_document, write_document
from reconciler.outcome.events import ApplyStarted, Event, SourceEnded
from reconciler.outcome.results import Outcome, SourceResult
from reconciler.planning.plan import Plan, SourcePlan
from reconciler.planning.verification import open_plan
from reconciler.render.plan.json import plan_json
from reconciler.semantics.operations import COMPANION_WRITES
from reconciler.semantics.questions import LIKELIEST, Profile, Question
from reconciler.semantics.server_defaults import completed
from reconciler.value import Value
from tests.support.documents.planned import plan_options
from tests.support.stages.applying import Stage, source
from tests.support.stages.companion import BASIC, V1
from tests.support.stages.schema_operations import schema_backend
from tests.support.strategies.assets_work import Work
from tests.support.strategies.documents import Json
from tests.support.strategies.worlds import generated

SOURCES = ("a", "b")
STEPS = 3
ACTED = {Outcome.DONE, Outcome.NOT_CONVERGED}
UNKNOWN_LIVE = Document(name="what nobody has read")


class Saved:
    """A plan in its file, and the site as it was when it was made."""

    def __init__(self, plan: Plan, live: Mapping[str, Document | None], options: Json) -> None:
        self.made = plan
        self.written: Json = json.loads(plan_json(plan))
        self.live = dict(live)
        self.manifests = {s.source: dict(s.evidence.desired) for s in plan.sources}
        self.options = options
        self.acted: set[str] = set()
        # Sources of which something was done, though perhaps not all.
        self.begun: set[str] = set()

    def read(self) -> Plan:
        return open_plan(self.written)


class Applied(Value):
    """What came of applying a plan, and the site just before it.

    `there` are the elements before, `sent` counts the mappings that were sent by source, `called`
    the writes of the companion API.
    """

    saved: Saved
    plan: Plan
    results: Mapping[str, SourceResult]
    live: dict[str, Document | None]
    contents: dict[str, Document]
    there: set[str]
    sent: Mapping[str, int]
    called: int


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
            place = Place("w", name)
            return shown_of(tx, place) if is_configured(tx, place) else None

    def lives(self) -> dict[str, Document | None]:
        return {name: self.live(name) for name in SOURCES}

    def contents(self) -> dict[str, Document]:
        """What each source would show if it were configured."""
        with self.store.transaction() as tx:
            return {name: shown_of(tx, Place("w", name)) for name in SOURCES}

    def elements(self) -> set[str]:
        """The external ids of all types and attributes, and the names of statuses."""
        return elements_of(self.contents().values())

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

    def beside(self, name: str) -> set[str]:
        """The other sources of the object schema."""
        return {*SOURCES} - {name} if self.shared else set()

    # What others do.

    def interfere(self, name: str, edit: Callable[[Json], Json]) -> None:
        """Do what a person can do in Assets: anything, and nobody is told."""
        if (live := self.live(name)) is not None:
            changed = normalise(edit(write_document(live))).document
            self._set_live(name, completed(changed, generated))

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

    @property
    def shows(self) -> bool:
        """Whether answers hold what none was ever seen to hold."""
        profile: Profile = self.options.get("profile", LIKELIEST)
        return profile.has(Question.STATUSES_SHOWN, "shown")

    def plan(self, options: Json) -> Saved:
        """Plan, and save it."""
        live = self.lives()
        saved = Saved(self._made(self.manifests, options), live, options)
        self.saved.append(saved)
        return saved

    def plans_of(self, edit: Callable[[Json], Json]) -> tuple[Plan, Plan]:
        """Return the plan of the manifests, and that of what *edit* makes of each."""
        edited = {name: edit(each) for name, each in self.manifests.items()}
        return self._made(self.manifests, {}), self._made(edited, {})

    def apply(self, saved: Saved) -> Applied:
        """Apply a saved plan."""
        plan = saved.read()
        live, contents, there = self.lives(), self.contents(), self.elements()
        before, asked = self.writes(), self.schema_writes()
        results = {each.source: each for each in self.stage.apply(plan).results}
        after = self.writes()
        return Applied(
            saved=saved,
            plan=plan,
            results=results,
            live=live,
            contents=contents,
            there=there,
            sent={name: after[name] - before[name] for name in SOURCES},
            called=self.schema_writes() - asked,
        )

    def planned_again(self, saved: Saved, *names: str) -> tuple[SourcePlan, ...]:
        """Return what is planned by now of what *saved* was made from, or of *names* alone."""
        written = {
            name: write_document(read_document(each))
            for name, each in saved.manifests.items()
            if name in names or not names
        }
        return self._made(written, saved.options | {"resend_write_only": False}).sources

    def note_receipts(
        self, saved: Saved, results: Iterable[SourceResult], *, unsure: Collection[str] = ()
    ) -> None:
        """Note on which sources the plan acted, and the live that it left them.

        Of those it is *unsure* of, nobody knows live as it was then.
        """
        for each in results:
            if each.outcome in ACTED:
                saved.acted.add(each.source)
            calls = (call.outcome for call in each.schema_operations)
            if not ACTED.isdisjoint({mapping_of(each), *calls}):
                saved.begun.add(each.source)
                live = UNKNOWN_LIVE if each.source in unsure else self.ended[each.source]
                self.receipts[each.source] = (saved.manifests[each.source], live)

    def _note_end(self, event: Event) -> None:
        match event:
            case ApplyStarted():
                self.ended = {}
            case SourceEnded():
                self.ended[event.result.source] = self.live(event.result.source)

    def settle(self, saved: Saved, *, unsure: Collection[str] = ()) -> None:
        """Resume once the longest operation is over: until then nothing else is sent."""
        self.stage.time.seconds += LONGEST_OPERATION
        results = self.stage.take_up(*self.stage.left()).results
        assert all(each.outcome is not Outcome.UNKNOWN for each in results), "it is settled"
        self.note_receipts(saved, results, unsure=unsure)

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


def mapping_of(result: SourceResult) -> Outcome | None:
    """Return what became of the operation on the mapping, None without one."""
    if result.schema_operations:
        return result.mapping
    return None if result.method is None else result.outcome


def elements_of(contents: Iterable[Document]) -> set[str]:
    """Return the external ids of all types and attributes, and the names of statuses."""
    found: set[str] = set()
    for each in contents:
        found |= {*external_ids(each), *(status.name for status in each.statuses)}
    return found
