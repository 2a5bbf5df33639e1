"""What an issue about drift says: its title, and the report in Markdown or as Jira's document."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.diagnostics import Diagnostic, Severity
from reconciler.forges.trackers import TRACKERS, TrackerName
from reconciler.planning.drift.report import DriftReport, SourceDrift, drift_of
from reconciler.render.adf.drift import drift_nodes
from reconciler.render.adf.nodes import code_node, document_node, link_node, node_size, text_node
from reconciler.render.drift.words import is_wanted, issue_title, source_errors
from reconciler.render.markdown.drift import drift_markdown
from reconciler.render.markdown.prose import length
from reconciler.value import replace
from tests.support.forges.jira import is_document
from tests.support.samples import plans as samples
from tests.support.samples.drift_reports import TODAY, whole

DRIFTED = drift_of(whole({"a", "b"}), (), today=TODAY)
UNREAD = SourceDrift(source="c", error="GET was answered 401")
FAULT = Diagnostic(severity=Severity.ERROR, code="bad-type", text="txet is no type", file="a.yaml")
OF_UNREAD = Diagnostic(severity=Severity.ERROR, code="unreadable-source", text="x", source="c")
IN_SYNC = DriftReport(
    environment="production", created_at="2026-03-01T00:00:00Z", sources=(SourceDrift(source="a"),)
)
HOSTILE = drift_of(samples.plan(samples.HOSTILE_TEXTS), (), today=TODAY)

TITLES = {
    "Drift in local: 2 of 2 sources": DRIFTED,
    "Drift in local: 2 of 3 sources, 1 could not be read": replace(
        DRIFTED, sources=(*DRIFTED.sources, UNREAD), errored=True
    ),
    "Drift in production: 1 of 2 sources could not be read": replace(
        IN_SYNC, sources=(*IN_SYNC.sources, UNREAD), errored=True
    ),
    "Drift in production: nothing could be judged": replace(
        IN_SYNC, sources=(), diagnostics=(FAULT,), errored=True
    ),
    "Drift in production: none in 1 source": IN_SYNC,
}


@pytest.mark.parametrize("title", TITLES)
def test_the_title_has_the_numbers(title: str) -> None:
    report = TITLES[title]
    assert issue_title(report) == title
    assert is_wanted(report) is ("none in" not in title)


def test_the_title_fits_and_is_one_line() -> None:
    named = replace(DRIFTED, environment="\x1b[2J\n" + "e" * 1_000)
    assert issue_title(named).isprintable()
    assert len(issue_title(named)) <= 255


def test_an_error_is_told_once() -> None:
    report = replace(IN_SYNC, sources=(UNREAD,), diagnostics=(OF_UNREAD, FAULT), errored=True)
    assert source_errors(report) == (FAULT,)
    for said in (drift_markdown(report, limit=9_000), json.dumps(drift_nodes(report, limit=9_000))):
        assert "unreadable-source" not in said
        assert said.count("txet is no type") == said.count("a.yaml") == 1


@pytest.mark.parametrize("kind", TRACKERS)
def test_the_digest_does_not_depend_on_the_run(kind: TrackerName) -> None:
    """So that a night with the same drift sends nothing."""
    one, other = (TRACKERS[kind].message(DRIFTED, ".", run) for run in ("https://ci/1", None))
    assert one.marker == other.marker
    assert one.body != other.body
    assert TRACKERS[kind].message(IN_SYNC, ".", None).marker.digest != one.marker.digest


DRIFT_IN_JIRA: list[Any] = [
    {
        "type": "heading",
        "attrs": {"level": 3},
        "content": [{"type": "text", "text": "1 source could not be read."}],
    },
    {
        "type": "paragraph",
        "content": [
            {"type": "text", "text": "Environment "},
            {"type": "text", "text": "production", "marks": [{"type": "code"}]},
        ],
    },
    {
        "type": "heading",
        "attrs": {"level": 3},
        "content": [{"type": "text", "text": "Could not be read (1)"}],
    },
    {
        "type": "bulletList",
        "content": [
            {
                "type": "listItem",
                "content": [
                    {
                        "type": "paragraph",
                        "content": [
                            {"type": "text", "text": "c", "marks": [{"type": "code"}]},
                            {"type": "text", "text": ": GET was answered 401"},
                        ],
                    }
                ],
            }
        ],
    },
]


def test_drift_as_a_document_of_jira() -> None:
    report = replace(IN_SYNC, sources=(UNREAD,), errored=True)
    assert list(drift_nodes(report, limit=9_000)) == DRIFT_IN_JIRA


def test_a_text_of_jira_is_never_empty_nor_markup() -> None:
    assert text_node("") == {"type": "text", "text": "(empty)"}
    assert text_node("a\x1b\n")["text"] == "a\\x1b\\n"
    assert code_node("`@team`") == {"type": "text", "text": "`@team`", "marks": [{"type": "code"}]}
    assert "marks" not in link_node("javascript:alert(1)")
    assert link_node("https://ci.example/1")["marks"][0]["attrs"] == {
        "href": "https://ci.example/1"
    }


@given(st.sampled_from([DRIFTED, HOSTILE, IN_SYNC]), st.integers(1_000, 40_000))
def test_what_is_said_keeps_to_its_limit(report: DriftReport, limit: int) -> None:
    nodes = drift_nodes(report, limit=limit)
    assert sum(map(node_size, nodes)) <= limit
    assert is_document(document_node(nodes))
    assert length(drift_markdown(report, limit=limit)) <= limit
