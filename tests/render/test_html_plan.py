"""What the HTML page of a plan is made of."""

import json
from functools import cache
from itertools import combinations, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.planning.change import Attribution
from reconciler.planning.plan import Action, Evidence
from reconciler.render.html.diagram_layout import Trunk, layout
from reconciler.render.html.object_types import DrawnType, Reference, drawn_types, near_changes
from reconciler.render.html.plan import plan_html
from reconciler.render.plan.symbols import UNCHANGED
from reconciler.render.report import PlanOrigin
from reconciler.value import replace
from tests.support.documents.site_document import document
from tests.support.samples import plans as samples
from tests.support.samples.html_plans import HOSTILE, hostile, many, plan_of
from tests.support.samples.html_reader import Page
from tests.support.samples.schema_plans import ALL_KINDS

SOURCES = (
    samples.CREATE,
    samples.UPDATE,
    samples.BLOCKED,
    samples.NO_OP,
    samples.HOSTILE_TEXTS,
)
PLANS = {
    "every kind of source": samples.plan(*SOURCES, diagnostics=samples.DIAGNOSTICS),
    "hostile names": hostile(),
    "64 types": many(64),
    "nothing to do": samples.plan(samples.NO_OP),
    "no source": samples.plan(),
    "schema operations": ALL_KINDS,
    "errored": samples.plan(errored=True, diagnostics=samples.DIAGNOSTICS),
}
EACH = pytest.mark.parametrize("name", PLANS)


@cache
def page_of(name: str) -> str:
    return plan_html(PLANS[name])


@EACH
def test_the_same_plan_makes_the_same_page(name: str) -> None:
    assert plan_html(PLANS[name]) == page_of(name)


@EACH
def test_every_change_is_told_once(name: str) -> None:
    told = [t.attributes["data-verdict"] for t in Page(page_of(name)).all("li", "change")]
    changes = [c for s in PLANS[name].sources for c in s.changes]
    assert sorted(filter(None, told)) == sorted(c.verdict for c in changes)


def test_the_body_is_what_is_sent() -> None:
    text = "</pre><script>" + HOSTILE[2]
    body = {"schema": {"name": text, text: [text]}, "mapping": None}
    operation = samples.UPDATE_OF_TEAMS.operation
    assert operation is not None
    sent = replace(samples.UPDATE_OF_TEAMS, operation=replace(operation, body=body))
    page = Page(plan_html(samples.plan(sent)))
    (pre,) = [t for t in page.tags if t.name == "code" and t.text.startswith("{")]
    assert json.loads(pre.text) == body


def test_names_stand_on_the_page_as_they_are() -> None:
    page = Page(page_of("hostile names"))
    assert page.all("title")[0].text.startswith(f"Plan for {HOSTILE[1]}")
    assert {t.text for t in page.all("h3")} == {"Look at these first", HOSTILE[0]}
    assert "window.owned" not in page.all("script")[0].text


def test_what_stays_is_counted_only_where_something_stays() -> None:
    created = Page(plan_html(plan_of(document(), None)))
    assert "unchanged)" not in " ".join(t.text for t in created.all("p", "quiet"))
    page = Page(plan_html(samples.plan(samples.UPDATE)))
    assert [t.text for t in page.all("p", "quiet") if "unchanged" in t.text] == [
        "(3 attributes, 2 attribute mappings unchanged)"
    ]


def test_an_errored_plan_shows_what_is_wrong() -> None:
    page = Page(page_of("errored"))
    assert "could not be made" in page.all("p", "verdict")[0].text
    assert [t.text for t in page.all("strong", "severity")] == ["info", "error", "warning"]
    assert "UNKNOWN_REFERENCE" in page.text
    assert page.all("section", "source") == []


def test_of_many_sources_those_to_act_on_are_open() -> None:
    calm = [replace(samples.UPDATE_OF_TEAMS, source=f"calm {at}") for at in range(30)]
    page = Page(plan_html(samples.plan(*calm, samples.NO_OP, samples.BLOCKED)))
    whole = page.all("details", "whole")
    opened = [at for at, each in enumerate(whole) if "open" in each.attributes]
    assert opened == [*range(20)]


def test_sources_without_differences_are_folded_and_the_head_says_whose_plan_it_is() -> None:
    calm = [replace(samples.UNCHANGED, source=f"calm {at}") for at in range(30)]
    origin = PlanOrigin(project="assets/prod", commit="1a2b-dirty", author="Ann <script>")
    page = plan_html(samples.plan(*calm, samples.UPDATE), origin)
    assert "<h3>No differences (30)</h3>" in page
    assert page.index('id="source-1"') < page.index('class="calm"') < page.index('id="source-2"')
    assert [f"<dd>{each}</dd>" in page for each in ("assets/prod", "1a2b-dirty")] == [True, True]
    assert "Ann &lt;script&gt;" in page


def test_of_many_alerts_the_worst_are_shown_and_the_others_counted() -> None:
    (source,) = many(1000).sources
    page = Page(plan_html(samples.plan(source)))
    summary = samples.plan(source).summary
    links = [t.attributes["href"] for t in page.all("a") if t.attributes["href"] != "#main"]
    assert len(links) == 20
    left_out = summary.impossible + summary.risk_data - 20
    assert f"… and below: {left_out} impossible changes." in page.text


def test_what_overwrites_an_edit_is_looked_at_first_the_conflicts_before_drift() -> None:
    both = [
        samples.change(f"s/objectTypes[{whose}]/description", whose, attribution=whose)
        for whose in (Attribution.DRIFT, Attribution.CONFLICT)
    ]
    page = plan_html(samples.plan(samples.source("s", Action.UPDATE, *both)))
    first = page.partition("Look at these first")[2].partition("</ul>")[0]
    at = first.index("conflict: the manifest and live both changed")
    assert at < first.index("drift: live changed, the manifest did not")


def test_of_many_types_all_are_folded_but_those_that_stop_the_plan() -> None:
    folded = Page(plan_html(samples.plan(*many(1000).sources))).all("details", "group")
    opened = sum("open" in t.attributes for t in folded)
    assert 0 < opened < len(folded)
    assert Page(page_of("every kind of source")).all("details", "group") == []


def test_words_that_go_and_come_are_told_to_those_who_see_no_colour() -> None:
    page = page_of("every kind of source")
    assert '<del><span class="hush">removed: </span>Path' in page
    assert '<ins><span class="hush">added: </span>Absolute path' in page


def test_of_many_types_those_that_change_are_drawn_and_the_whole_on_demand() -> None:
    whole = drawn_types(many(64).sources[0])
    near = near_changes(whole)
    assert (len(whole), len(near)) == (64 + 2 * 5, 45)
    assert {t.key for t in whole if t.mark != UNCHANGED} < {t.key for t in near}
    assert all(near[t.parent].depth == t.depth - 1 for t in near if t.parent is not None)
    assert all(t.depth == 0 for t in near if t.parent is None)
    assert all(near[r.to].name == r.target for t in near for r in t.references if r.to is not None)
    assert near_changes(near) == near
    types = (*near, *whole)
    page = Page(page_of("64 types"))
    assert len(page.all("g", "type")) == len(types)
    assert len(page.all("g", "stub")) == sum(len(t.references) for t in types)
    assert len(page.all("ul", "tree")) == 2
    assert {t.mark.symbol for t in types} == {"", "+", "~", "!", "?"}
    for kind, symbol in (("add", "+"), ("change", "~"), ("stop", "!"), ("odd", "?")):
        drawn = page.all("g", f"is-{kind}")
        assert drawn, symbol
    assert len(page.all("rect", "hatched")) == sum(t.mark.symbol in {"!", "?"} for t in types)


def test_references_lead_to_the_type_they_name() -> None:
    types = drawn_types(many(64).sources[0])
    references = [r for t in types for r in t.references]
    assert all(r.to is not None and types[r.to].name == r.target for r in references)
    assert {r.mark.symbol for r in references} == {"", "+", "?"}


def test_the_depth_of_a_tree_has_no_bound() -> None:
    deep: dict[str, object] = {"name": "leaf"}
    for at in range(1500):
        deep = {"name": f"t{at}", "children": [deep]}
    desired = {"schema": {"objectSchema": {"objectTypes": [deep]}}}
    source = samples.source("s", Action.NO_OP, evidence=Evidence(desired=desired, live=None))
    types = drawn_types(source)
    assert types[-1].depth == 1500
    assert layout(types).width < 2000


def test_a_type_that_is_named_twice_is_drawn_once() -> None:
    twice = [{"externalId": "t", "name": name} for name in ("One", "Other")]
    desired = {"schema": {"objectSchema": {"objectTypes": twice}}}
    source = samples.source("s", Action.NO_OP, evidence=Evidence(desired=desired, live=None))
    assert [drawn.name for drawn in drawn_types(source)] == ["One"]


def test_no_more_lines_run_side_by_side_than_can_be_followed() -> None:
    types = drawn_types(many(1000).sources[0])
    placed = layout(types)
    assert len({trunk.lane for trunk in placed.trunks}) == 48
    assert len(placed.trunks) > 200


@st.composite
def trees(draw: st.DrawFn) -> list[DrawnType]:
    number = draw(st.integers(1, 80))
    targets = st.lists(st.none() | st.integers(0, number - 1), max_size=4)
    return [
        DrawnType(
            key=str(at),
            name=draw(st.text(max_size=50)),
            depth=draw(st.integers(0, 5)),
            parent=None,
            mark=UNCHANGED,
            mapped=True,
            references=tuple(
                Reference(name="r", target=str(to), to=to, mark=UNCHANGED) for to in draw(targets)
            ),
        )
        for at in range(number)
    ]


@given(trees())
def test_nothing_of_a_drawing_covers_another(types: list[DrawnType]) -> None:
    placed = layout(types)
    for above, below in pairwise(placed.boxes):
        assert above.y + 28 < below.y
    lines = [stub.y for stub in placed.stubs]
    assert all(after - before >= 17 for before, after in pairwise(lines))
    assert all(s.end is None or s.start < s.end <= placed.width for s in placed.stubs)
    for one, other in combinations(placed.trunks, 2):
        assert one.lane != other.lane or are_apart(one, other)


def are_apart(one: Trunk, other: Trunk) -> bool:
    return one.bottom < other.top or other.bottom < one.top
