"""Every change of a plan is in exactly one row of its view, and the page shows just those rows."""

from itertools import pairwise

from hypothesis import given

from reconciler.model.address import Address
from reconciler.planning.change import Verdict
from reconciler.planning.plan import SourcePlan
from reconciler.render.html.plan import plan_html
from reconciler.render.plan.view import plan_view
from tests.support.samples.html_reader import Page
from tests.support.strategies.cases import Case, anyhow, cases
from tests.support.strategies.worlds import slow

every_case = cases(options=anyhow, creates=True)


def differences(source: SourcePlan) -> list[tuple[Address, Verdict]]:
    """What there is to tell of *source*: its changes, then what is residual and no change."""
    changes = [(c.address, c.verdict) for c in source.changes]
    assert len(set(changes)) == len(changes), "a difference is one change"
    residual = [(c.address, c.verdict) for c in source.residual]
    return [*changes, *(each for each in residual if each not in changes)]


@slow
@given(every_case)
def test_every_change_is_in_exactly_one_row(case: Case) -> None:
    plan = case.plan()
    for source, view in zip(plan.sources, plan_view(plan).sources, strict=True):
        assert [(r.change.address, r.change.verdict) for r in view.rows] == differences(source)
        assert [row.number for row in view.rows] == list(range(len(view.rows)))


@slow
@given(every_case)
def test_the_page_shows_each_row_once_with_its_mark(case: Case) -> None:
    plan = case.plan()
    (view,) = plan_view(plan).sources
    tags = Page(plan_html(plan)).tags
    shown = [
        (li.attributes["id"], li.attributes["data-verdict"], mark.text)
        for li, mark in pairwise(tags)
        if li.name == "li" and (li.attributes.get("class") or "").startswith("change ")
    ]
    rows = [(f"change-1-{r.number}", r.change.verdict, r.mark.symbol) for r in view.rows]
    assert sorted(shown) == sorted(rows)
