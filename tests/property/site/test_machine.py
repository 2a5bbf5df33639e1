"""The whole loop, in any order: edit, interfere, plan, save, apply, apply again.

Held against the emulator in process and in virtual time, with the journal's receipts as
base, as the command line does it. More of it: `pytest --hypothesis-profile soak` this file.
"""

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)

from reconciler.model.policy import SchemaPolicy
from reconciler.outcome.results import Outcome
from tests.support.stages.assumed import UNDOCUMENTED, showing
from tests.support.strategies.assets_work import ASSETS_WORK, Thought, Work
from tests.support.strategies.cases import anyhow, lenient
from tests.support.strategies.documents import Json, defining_its_statuses, documents, shuffled
from tests.support.strategies.edits import EDITS, edited
from tests.support.strategies.interfered_apply import apply_during
from tests.support.strategies.mapping_edits import MAPPING_EDITS
from tests.support.strategies.operation_edits import ALL_ALLOWED, ASKING
from tests.support.strategies.picking import Edit
from tests.support.strategies.site_laws import applied, planned, planned_the_same
from tests.support.strategies.site_under_test import ACTED, SOURCES, Site
from tests.support.strategies.worlds import slow

names = st.sampled_from(SOURCES)
policies = st.sampled_from((ALL_ALLOWED.schema, ALL_ALLOWED.schema, SchemaPolicy()))


def with_policy(options: st.SearchStrategy[Json]) -> st.SearchStrategy[Json]:
    return st.builds(lambda given, policy: given | {"schema": policy}, options, policies)


emulators = st.fixed_dictionaries(
    {
        "answers": st.sampled_from(("documented", "observed")),
        "profile": st.builds(
            lambda shows, answer, when, outcome: showing(
                shows,
                f"async-answer={answer}",
                f"invalid-body={when}",
                *(f"{each}={outcome}" for each in UNDOCUMENTED),
            ),
            st.booleans(),
            st.sampled_from(("303", "202", "204")),
            st.sampled_from(("at-once", "in-progress")),
            st.sampled_from((*["changes"] * 3, "stays", "refused")),
        ),
    }
)


class Machine(RuleBasedStateMachine):
    """People, other clients and we, at work on two sources. The laws are in `site_laws`.

    The sources have an object schema each, or one together.
    """

    site: Site
    has_ids: bool

    @initialize(data=st.data(), options=emulators, shared=st.booleans(), with_schemas=st.booleans())
    def begin(
        self, data: st.DataObject, options: Json, *, shared: bool, with_schemas: bool
    ) -> None:
        self.site = Site(options, shared=shared, with_schemas=with_schemas)
        # What has no external id is another element once somebody has renamed it.
        self.has_ids = data.draw(st.booleans())
        for name in SOURCES:
            drawn = data.draw(documents(tag=name, ids=self.has_ids))
            if not shared:
                drawn["schema"]["objectSchema"]["name"] += f" {name}"
            # Whether a status is there that nobody defines, only the companion API shows.
            self.site.manifests[name] = defining_its_statuses(drawn) if with_schemas else drawn
        planned(self.site, {})
        applied(self.site, self.site.saved[-1])

    def teardown(self) -> None:
        if hasattr(self, "site"):
            self.site.close()

    @rule(data=st.data(), name=names, edits=st.sampled_from((EDITS, MAPPING_EDITS)))
    def edit_the_manifest(self, data: st.DataObject, name: str, edits: tuple[Edit, ...]) -> None:
        manifest = self.site.manifests[name]
        self.site.manifests[name] = data.draw(edited(manifest, most=3, least=1, edits=edits))

    @rule(data=st.data(), options=with_policy(lenient))
    def edit_plan_and_apply(self, data: st.DataObject, options: Json) -> None:
        for name in SOURCES:
            self.edit_the_manifest(data, name, EDITS)
        planned(self.site, options)
        applied(self.site, self.site.saved[-1])

    @rule(
        data=st.data(), options=with_policy(lenient), edits=st.sampled_from((EDITS, MAPPING_EDITS))
    )
    def plan_and_be_interfered_with(
        self, data: st.DataObject, options: Json, edits: tuple[Edit, ...]
    ) -> None:
        """Live moves between plan and apply: the plan is stale, or what moved is irrelevant."""
        for name in SOURCES:
            self.edit_the_manifest(data, name, edits)
        planned(self.site, options)
        for name in SOURCES:
            self.site.interfere(name, lambda raw: data.draw(edited(raw, most=1, edits=edits)))
        applied(self.site, self.site.saved[-1])

    @rule(data=st.data(), name=names)
    def work_in_assets(self, data: st.DataObject, name: str) -> None:
        """Renames, deletions, moves: what no PATCH can do."""
        self.site.interfere(name, lambda raw: data.draw(edited(raw, most=2, least=1)))

    @precondition(lambda self: self.has_ids)
    @rule(data=st.data())
    def work_through_the_companion_api(self, data: st.DataObject) -> None:
        """Renames, moves, deletions behind our back, which keep ids and take what is below."""
        if work := self._thought_of(data):
            self.site.work(work)

    @precondition(lambda self: self.has_ids)
    @rule(
        data=st.data(),
        options=with_policy(lenient),
        edits=st.sampled_from((EDITS, ASKING)),
        at=st.integers(0, 2),
        behind=st.booleans(),
    )
    def be_interfered_with_while_applying(
        self, data: st.DataObject, options: Json, edits: tuple[Edit, ...], at: int, *, behind: bool
    ) -> None:
        """Between a check and what it was made for, or between a write and its reading back."""
        for name in SOURCES:
            self.edit_the_manifest(data, name, edits)
        planned(self.site, options)
        if work := self._thought_of(data):
            apply_during(self.site, self.site.saved[-1], work, at=at, behind=behind)

    def _thought_of(self, data: st.DataObject) -> Work | None:
        content = data.draw(st.sampled_from(self.site.read_schemas()))
        think: Thought = data.draw(st.sampled_from(ASSETS_WORK))
        return think(content, data.draw)

    @rule(data=st.data(), name=names)
    def work_with_another_client(self, data: st.DataObject, name: str) -> None:
        self.site.send_as_another(name, data.draw(edited(self.site.manifests[name], most=2)))

    @rule(name=names, really=st.integers(0, 5))
    def lose_the_mapping(self, name: str, really: int) -> None:
        if really == 5:
            self.site.forget(name)

    @rule(options=with_policy(anyhow))
    def plan_anyhow(self, options: Json) -> None:
        planned(self.site, options)

    @rule(options=with_policy(lenient))
    def plan(self, options: Json) -> None:
        planned(self.site, options)

    @rule(data=st.data())
    def plan_in_another_order(self, data: st.DataObject) -> None:
        """Law 4: the order of a manifest's lists changes no byte of the plan."""
        planned_the_same(self.site, lambda manifest: data.draw(shuffled(manifest)))

    @precondition(lambda self: self.site.saved)
    @rule()
    def apply_the_newest(self) -> None:
        applied(self.site, self.site.saved[-1])

    @precondition(lambda self: self.site.saved)
    @rule(data=st.data())
    def apply_an_old_one(self, data: st.DataObject) -> None:
        applied(self.site, data.draw(st.sampled_from(self.site.saved)))

    @precondition(lambda self: self.site.saved)
    @rule()
    def apply_twice(self) -> None:
        """What was done once is refused the second time, whatever came of the first."""
        saved = self.site.saved[-1]
        acted = {n for n, r in applied(self.site, saved).items() if r.outcome in ACTED}
        again = applied(self.site, saved)
        assert all(again[n].outcome is Outcome.STALE for n in acted)


def test_the_laws_hold_in_any_order_of_events() -> None:
    """And events come in every order: plans are done, stale, blocked, and moved irrelevantly."""
    Site.seen.clear()
    examples = settings().max_examples // 10
    how = settings(slow, max_examples=examples, stateful_step_count=15)
    run_state_machine_as_test(Machine, settings=how)
    assert {"done PUT", "done PATCH", "unchanged", "stale PATCH"} <= Site.seen.keys(), Site.seen
