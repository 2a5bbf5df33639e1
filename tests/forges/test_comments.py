"""What a forge is told of a plan: sticky comments, Bitbucket's Markdown, Code Insights, reasons."""

import asyncio
from contextlib import aclosing

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.errors import StalePlan, WrongUsage
from reconciler.forges import bitbucket
from reconciler.forges.comment import UpsertedComment, upsert_comment
from reconciler.forges.kinds import KINDS, ForgeName, comment_text
from reconciler.forges.labels import labels_of
from reconciler.forges.verification import verify_comment
from reconciler.planning.plan import Plan
from reconciler.render.ci.code_insights import MOST_ANNOTATIONS, plan_annotations, plan_report
from reconciler.render.markdown.bitbucket import for_bitbucket, marker_in_bitbucket
from reconciler.render.markdown.marker import Marker
from reconciler.value import replace
from tests.support.forges import bitbucket as forge_bitbucket
from tests.support.forges.bitbucket import ME, OTHER
from tests.support.forges.server import Pull
from tests.support.samples.plans import (
    BLOCKED,
    CREATE,
    DIAGNOSTICS,
    HOSTILE_TEXTS,
    NO_OP,
    UPDATE,
    plan,
)
from tests.support.samples.schema_plans import ALL_KINDS

EVERYTHING = plan(CREATE, UPDATE, BLOCKED, NO_OP, HOSTILE_TEXTS, diagnostics=DIAGNOSTICS)
MARKER = Marker.of(EVERYTHING, "cmdb")


def kept(desk: Pull, text: str) -> UpsertedComment:
    """Keep the comment as an access token does, whose account nobody tells."""

    async def run() -> UpsertedComment:
        variables = forge_bitbucket.variables(desk)
        async with aclosing(bitbucket.from_environment(variables, pull=None)) as pull:
            return await upsert_comment(pull, text, MARKER, author=None)

    return asyncio.run(run())


def test_an_access_token_finds_its_comment_among_those_that_others_copied() -> None:
    text = for_bitbucket(f"{MARKER}\nplan\n")
    with forge_bitbucket.bitbucket() as desk:
        desk.comments = [
            forge_bitbucket.comment(1, OTHER, text),
            forge_bitbucket.comment(2, ME, for_bitbucket(f"{MARKER}\nolder\n")),
            forge_bitbucket.comment(3, ME, text, deleted=True),
        ]
        assert kept(desk, text).comment.id == "2"
        assert [c["content"]["raw"] for c in desk.comments] == [text] * 3
        desk.comments = [forge_bitbucket.comment(1, OTHER, for_bitbucket(f"{MARKER}\nforged\n"))]
        assert kept(desk, text).done == "posted"
        assert len(desk.comments) == 2


MARKDOWN = {
    "a summary becomes a bold line": (
        "<details>\n<summary>disks (1)</summary>\n\nbody\n\n</details>\n",
        "**disks (1)**\n\n\nbody\n",
    ),
    "a fence is left alone": ("~~~~\n<details>\n~~~\n~~~~\n", "~~~~\n<details>\n~~~\n~~~~\n"),
    "an item below an item": ("- a\n  - b\n", "- a\n    - b\n"),
    "a name in a code span stays": ("a `<b>` c\n", "a `<b>` c\n"),
    "tags on one line": ("<details><summary>a</summary>\nb\n", "**a**\n\nb\n"),
}


@pytest.mark.parametrize("case", MARKDOWN)
def test_bitbucket_gets_no_tags(case: str) -> None:
    given_, wanted = MARKDOWN[case]
    assert for_bitbucket(given_) == wanted


@given(st.text(), st.text(), st.text())
def test_bitbuckets_marker_is_found_again(environment: str, directory: str, rest: str) -> None:
    marker = Marker(environment=environment, directory=directory, digest="sha256:a", version="1")
    text = for_bitbucket(f"# Plan\n\n{marker}\n\n{rest}")
    assert str(marker) not in text
    assert marker_in_bitbucket(text) == marker
    assert marker_in_bitbucket(text.replace("\n", "\r\n")) == marker


@pytest.mark.parametrize("text", ["", "[reconciler]: #", "[reconciler]: #abc", "[other]: #YQ=="])
def test_what_is_no_marker_of_bitbucket_is_none(text: str) -> None:
    assert marker_in_bitbucket(text) is None


@pytest.mark.parametrize("kind", KINDS)
def test_a_comment_keeps_to_the_limit(kind: ForgeName) -> None:
    for limit in (None, 5_000, 2_000):
        text = comment_text(KINDS[kind], EVERYTHING, directory="cmdb", limit=limit, whole=None)
        assert len(text) <= (limit or KINDS[kind].longest)


def test_a_limit_that_cannot_hold_the_plan_is_told() -> None:
    with pytest.raises(WrongUsage, match="raise --limit"):
        comment_text(KINDS[ForgeName.GITHUB], EVERYTHING, directory=".", limit=10, whole=None)


LABELS = {
    "nothing to do": (plan(NO_OP), {"no-changes"}),
    "changes": (plan(CREATE), {"changes"}),
    "blocked": (plan(BLOCKED), {"blocked"}),
    "in error": (plan(errored=True), {"error"}),
}


@pytest.mark.parametrize("case", LABELS)
def test_labels_are_the_verdicts(case: str) -> None:
    made, wanted = LABELS[case]
    assert {label.removeprefix("reconciler: ") for label in labels_of(made)} == wanted


def test_annotations_come_worst_first_and_within_the_limits() -> None:
    annotations = plan_annotations(EVERYTHING)
    order = ["CRITICAL", "HIGH", "MEDIUM", "LOW"]
    severities = [order.index(each["severity"]) for each in annotations]
    assert severities == sorted(severities)
    assert len({each["external_id"] for each in annotations}) == len(annotations)
    for each in annotations:
        assert len(each["summary"]) <= 450
        assert len(each["title"]) <= 450
        assert each["title"].isprintable()
        assert each["summary"].isprintable()
    many = replace(EVERYTHING, diagnostics=DIAGNOSTICS * 1_000)
    assert len(plan_annotations(many)) == MOST_ANNOTATIONS


def test_what_cannot_be_undone_is_the_first_annotation_and_in_the_report() -> None:
    first, *_ = plan_annotations(ALL_KINDS)
    assert first["severity"] == "CRITICAL"
    report = plan_report(ALL_KINDS, directory=".", link=None)
    for text in (first["summary"], report["details"]):
        assert "10 schema operations, 3 of them lose 1,204 objects, 1,206 values, 3 ref" in text


def test_a_report_fails_where_something_is_blocked() -> None:
    link = "https://ci.example/1"
    report = plan_report(EVERYTHING, directory="cmdb", link=link)
    assert (report["result"], report["link"]) == ("FAILED", link)
    assert len(report["data"]) <= 10
    report = plan_report(plan(NO_OP), directory=".", link=None)
    assert report["result"] == "PASSED"
    assert "link" not in report
    assert plan_annotations(plan(NO_OP)) == []


SAVED = plan(CREATE, NO_OP)
MOVED_LIVE = plan(replace(CREATE, live_digest="sha256:other"), NO_OP)
STALE = {
    "no comment": (None, SAVED, "missing: no comment"),
    "another plan": (Marker.of(plan(UPDATE), "."), SAVED, "plan-changed: the comment shows"),
    "a source less": (Marker.of(SAVED, "."), plan(CREATE), "plan-changed: the manifests changed"),
    "live": (Marker.of(SAVED, "."), MOVED_LIVE, "live-changed: live changed since: disk-analysis"),
    "options": (
        Marker.of(SAVED, "."),
        plan(replace(CREATE, operation=None), NO_OP),
        "plan-changed: manifests and live are the same",
    ),
}


@pytest.mark.parametrize("case", STALE)
def test_each_reason_has_its_code(case: str) -> None:
    shown, now, said = STALE[case]
    with pytest.raises(StalePlan) as caught:
        verify_comment(shown, SAVED, now)
    assert str(caught.value).startswith(said)
    assert caught.value.code == said.partition(":")[0]


def test_the_same_plan_is_no_reason() -> None:
    later: Plan = replace(SAVED, created_at="2030-01-01T00:00:00Z")
    verify_comment(Marker.of(SAVED, "."), SAVED, later)
