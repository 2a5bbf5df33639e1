"""What the HTML page of drift is made of."""

from reconciler.planning.change import Attribution
from reconciler.planning.drift.report import Standing, drift_of
from reconciler.render.drift.words import closing
from reconciler.render.html.drift import drift_html
from reconciler.value import replace
from tests.support.samples import drift_reports as drifts
from tests.support.samples import plans as samples
from tests.support.samples.html_plans import HOSTILE
from tests.support.samples.html_reader import Page

EVERYTHING = Page(drift_html(drifts.EVERYTHING))


def test_the_verdict_is_that_of_the_text() -> None:
    (verdict,) = EVERYTHING.all("p", "verdict")
    assert verdict.text == closing(drifts.EVERYTHING)
    assert "is-stop" in (verdict.attributes["class"] or "")
    (calm,) = Page(drift_html(drifts.IN_SYNC)).all("p", "is-add")
    assert calm.text == "No drift in 1 source."


def test_manifests_in_error_are_not_told_as_no_drift() -> None:
    page = Page(drift_html(drifts.ERRORED))
    assert [t.text for t in page.all("p", "verdict")] == ["Nothing could be judged."]
    assert "UNKNOWN_REFERENCE" in page.text
    assert page.all("form") == []


def test_every_difference_is_told_once() -> None:
    told = [t.attributes["data-standing"] or "" for t in EVERYTHING.all("li", "change")]
    findings = [f for s in drifts.EVERYTHING.sources for f in s.findings]
    assert sorted(told) == sorted(f.standing for f in findings)
    assert set(told) == set(Standing)


def test_what_needs_somebody_stands_first_and_what_is_in_sync_is_folded() -> None:
    names = [t.text for t in EVERYTHING.all("h3") if "id" in t.attributes]
    assert names == ["disk-analysis", "vaults", "hardware", "new", "people"]
    whole = EVERYTHING.all("details", "whole")
    assert ["open" in t.attributes for t in whole] == [True, True, True, False, False]
    (folded,) = EVERYTHING.all("details", "calm")
    assert "open" not in folded.attributes
    assert [t.text for t in EVERYTHING.all("li", "source")] == [" "]
    assert "teams" in {t.text for t in EVERYTHING.all("strong")}


def test_of_many_sources_the_first_that_drifted_are_open() -> None:
    page = Page(drift_html(drifts.many(200)))
    opened = ["open" in t.attributes for t in page.all("details", "whole")]
    assert opened == [at < 20 for at in range(len(opened))]


def test_git_is_what_went_and_live_what_came() -> None:
    (finding,) = (
        f for s in drifts.EVERYTHING.sources for f in s.findings if f.change.field == "selector"
    )
    page = drift_html(drifts.EVERYTHING)
    assert (finding.change.before, finding.change.after) == ("files", "hardDrives.files")
    assert (
        'git <del><span class="hush">only in git: </span>&#34;hardDrives.files&#34;'
        '<span class="hush">; </span></del> · live <ins><span class="hush">only in live: </span>'
        "&#34;files&#34;" in page
    )
    notes = [t.text for t in EVERYTHING.all("span", "note")]
    assert notes.count("in live only") == notes.count("apply cannot revert it") + 1
    assert {"gone from live", "in git only"} <= set(notes)


def test_each_source_that_drifted_has_both_commands() -> None:
    code = [t.text for t in EVERYTHING.all("code") if t.text.startswith("reconciler ")]
    assert code == [
        "reconciler --environment local apply disk-analysis",
        "reconciler --environment local pull disk-analysis",
        "reconciler --environment local apply --allow-residual hardware",
        "reconciler --environment local pull hardware",
    ]


def test_a_name_that_is_a_command_is_quoted_for_the_shell() -> None:
    plan = samples.plan(replace(samples.UPDATE, source="a; rm -rf ~"))
    page = Page(drift_html(drift_of(plan, (), today=drifts.TODAY)))
    assert "reconciler --environment local apply 'a; rm -rf ~'" in {
        t.text for t in page.all("code")
    }


def test_why_a_source_could_not_be_read_is_told() -> None:
    reasons = [t.text for t in EVERYTHING.all("span", "reason")]
    assert (
        "could not be read: GET importsource/7/mapping was refused (401): the token has expired"
        in reasons
    )


def test_who_acknowledged_what_why_and_until_when() -> None:
    said = "acknowledged by ann until 2026-06-30: a trial of the new model"
    assert said in {t.text for t in EVERYTHING.all("p")}
    notes = [t.text for t in EVERYTHING.all("span", "note")]
    assert notes.count("mutes nothing: take it out") == 2
    assert notes.count("expired on 2026-01-31: it mutes nothing any more") == 1


def test_of_two_acknowledgements_the_one_for_the_value_that_live_has_is_told() -> None:
    change = replace(samples.UPDATE.changes[0], attribution=Attribution.DRIFT)
    plan = samples.plan(replace(samples.UPDATE, changes=(change,)))
    known = (
        drifts.known(str(change.address), value=("gone",), reason="for what was"),
        drifts.known(str(change.address), value=(change.before,), reason="for what is"),
    )
    page = Page(drift_html(drift_of(plan, known, today=drifts.TODAY)))
    assert "acknowledged by ann until 2026-06-30: for what is" in {t.text for t in page.all("p")}


def test_names_stand_on_the_page_as_they_are() -> None:
    page = Page(drift_html(drifts.hostile_drift()))
    assert page.all("title")[0].text.startswith(f"Drift in {HOSTILE[1]}")
    assert HOSTILE[0] in {t.text for t in page.all("h3")}
    assert "window.owned" not in page.all("script")[0].text
