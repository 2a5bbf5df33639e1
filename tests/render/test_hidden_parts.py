"""Every format says what nobody knows of live, and what a body carries beside its changes."""

from html import unescape

import pytest

from reconciler.planning.explain import OperationExplanation, explain
from reconciler.planning.plan import Plan
from reconciler.render.ci.code_insights import plan_report
from reconciler.render.formats import PLAN, Format, rendered
from reconciler.render.report import PlanReport
from tests.support.documents.planned import plan_of
from tests.support.documents.site_document import set_attribute

UNKNOWN = "whether 1 status and 1 attribute's statuses are live is not known"
CARRIED = "State typeValues), 1 status (Active)"
IDLE = plan_of()
BUSY = plan_of(set_attribute("state", description="new"))


def shown(plan: Plan, form: Format) -> str:
    report = PlanReport(plan=plan, directory=".")
    # A page, XML and JSON each have their way to write an apostrophe, and text is folded.
    text = unescape(rendered(PLAN, report, form, lambda path: path)).replace("\\u0027", "'")
    return " ".join(text.split())


@pytest.mark.parametrize("form", PLAN.formats)
def test_every_format_says_what_is_not_known(form: Format) -> None:
    text = shown(IDLE, form)
    assert UNKNOWN in text
    assert "Nothing to do" not in text
    assert "no differences" not in text


def test_every_headline_says_it() -> None:
    headline = f"Nothing to send; {UNKNOWN}"
    for form in (Format.TEXT, Format.MARKDOWN, Format.HTML):
        assert headline in shown(IDLE, form)
    assert headline in plan_report(IDLE, directory=".", link=None)["details"]


@pytest.mark.parametrize("form", PLAN.formats)
def test_every_format_says_what_travels_along(form: Format) -> None:
    """What is sent is no longer unknown, and nobody says that it is not sent."""
    text = shown(BUSY, form)
    assert UNKNOWN not in text
    found = ("State typeValues", "statuses[Active]") if form is Format.JSON else (CARRIED,)
    assert all(each in text for each in found)
    assert ("travels-along" in text) is (
        form in {Format.SARIF, Format.JUNIT, Format.GITHUB, Format.GITLAB}
    )


def test_what_travels_along_can_be_asked_about() -> None:
    (told,) = explain(BUSY, "s/statuses[Active]")
    assert isinstance(told, OperationExplanation)
    assert [(e.name, (e.role or "")[:7]) for e in told.elements] == [("Active", "is sent")]
