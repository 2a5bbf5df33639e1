"""A plan as Markdown: what must be seen is seen, nothing breaks out, and it fits."""

import os
import re
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
import render_samples as samples
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from reconciler.planning.plan import Action, Edit, Kind, Plan, Risk, Verdict
from reconciler.render.markdown.blocks import code, fence, size
from reconciler.render.markdown.marker import Marker, marker_in
from reconciler.render.markdown.report import plan_markdown

GOLDEN = Path(__file__).parent / "golden"
PLANS = {
    "changes": samples.plan(samples.CREATE, samples.UPDATE, samples.NO_OP),
    "blocked": samples.plan(samples.BLOCKED, samples.UPDATE),
    "nothing": samples.plan(samples.NO_OP),
    "errored": samples.plan(errored=True, diagnostics=samples.DIAGNOSTICS),
    "hostile": samples.plan(samples.HOSTILE_TEXTS, diagnostics=samples.DIAGNOSTICS),
}
GITHUB = 65_536


def report(plan: Plan, *, limit: int = GITHUB, whole: str | None = "plan.json") -> str:
    return plan_markdown(plan, directory="cmdb", limit=limit, whole=whole)


@pytest.mark.parametrize("case", PLANS)
def test_text_is_that_of_the_golden_file(case: str) -> None:
    path = GOLDEN / f"plan-markdown-{case}.md"
    if os.environ.get("RECONCILER_UPDATE_GOLDEN"):
        path.write_text(report(PLANS[case]), encoding="utf-8")
    assert report(PLANS[case]) == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("case", PLANS)
def test_the_marker_says_which_plan_it_shows(case: str) -> None:
    assert marker_in(report(PLANS[case])) == Marker.of(PLANS[case], "cmdb")


def test_what_must_be_seen_comes_before_any_detail() -> None:
    above, _, _ = report(PLANS["blocked"]).partition("<details>")
    for change in samples.BLOCKED.changes:
        if change.verdict is Verdict.IMPOSSIBLE:
            assert change.address in above
            assert (change.remedy or "").split(".", maxsplit=1)[0][:30] in above
    risky = [c for c in samples.UPDATE.changes if c.risk is not Risk.NONE]
    assert risky
    assert all(str(c.risk_code) in above for c in risky)


HOSTILE = (
    "`", "```", "``````\n# no", "|", "</details>", "<script>alert(1)</script>", "@team/all",
    "#123", "![x](http://evil.example)", "[x](http://evil.example)", "http://evil.example",
    "<!-- -->", "-->", "\n\n# Heading\n", "\u202eevil", "\x1b[2J", "a\r\nb", "~~~", "&lt;b&gt;",
    "</code></summary>", "<img src=x>", "*bold* _it_",
)  # fmt: skip


def hostile(text: str) -> Plan:
    """Return a plan whose every text of strangers is *text*, in each part of the report."""
    change = samples.change(
        f"{text}/objectTypes[{text}]/description",
        text,
        kind=Kind.OBJECT_TYPE,
        action=Edit.CHANGE,
        field="description",
        before=text,
        after=f"{text} new",
        verdict=Verdict.PATCH,
        risk=Risk.DATA,
        risk_code="selector-changed",
    )
    impossible = replace(change, field="name", verdict=Verdict.IMPOSSIBLE, remedy=text)
    source = samples.source(text, Action.BLOCKED, change, impossible)
    said = tuple(replace(d, text=text, hint=text, file=text) for d in samples.DIAGNOSTICS)
    return replace(samples.plan(source, diagnostics=said), environment=text)


ALLOWED = re.compile(
    r"</?details>|<summary>[^<]*<code>[^<]*</code>[^<]*</summary>|</?sub>"
    r"|<!-- reconciler \{[^<>]*\} -->"
)


def outside_of_code(text: str) -> tuple[list[str], list[str]]:
    """Return the kinds of tokens, and the texts that are neither code nor our own HTML."""
    kinds, texts = [], []
    for token in MarkdownIt("gfm-like", {"linkify": False}).parse(text):
        for each in (token, *(token.children or ())):
            kinds.append(each.type)
            if each.type in {"html_block", "html_inline"}:
                texts.append(ALLOWED.sub("", each.content))
            elif each.type == "text":
                texts.append(each.content)
    return kinds, texts


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_breaks_out(text: str) -> None:
    made = plan_markdown(hostile(text), directory=text, limit=GITHUB, whole=text)
    kinds, texts = outside_of_code(made)
    assert not {"link_open", "image"} & set(kinds)
    assert kinds.count("heading_open") == 1
    told = "".join(texts)
    assert not set("<>@#`") & set(told), told
    assert "evil" not in told
    assert "\u202e" not in made
    assert "\x1b" not in made
    assert re.findall("(?m)^</?details>", made).count("<details>") == 1


@given(st.text(), st.lists(st.text(alphabet="`~a \t#"), max_size=4))
def test_a_fence_and_a_code_span_hold_whatever_is_in_them(text: str, more: list[str]) -> None:
    lines = [text.replace("\n", " ").replace("\r", " ").replace("\0", " "), *more]
    tokens = MarkdownIt().parse(fence(lines, "text") + "\nafter\n")
    assert [t.type for t in tokens][:1] == ["fence"]
    assert tokens[-2].content == "after"
    (_, inline, _) = MarkdownIt().parse(f"x{code(text)}x")
    assert [c.type for c in inline.children or ()] == ["text", "code_inline", "text"]


def big(types: int) -> Plan:
    """Return a plan of many changes, some impossible, some risky."""
    made = []
    for number in range(types):
        verdict = Verdict.IMPOSSIBLE if number % 50 == 0 else Verdict.PATCH
        made.append(
            samples.change(
                f"big/objectTypes[type-{number}]/description",
                f"Type {number}",
                kind=Kind.OBJECT_TYPE,
                action=Edit.CHANGE,
                field="description",
                before="b" * (number % 90),
                after="a" * 60,
                verdict=verdict,
                remedy="Do it by hand." if verdict is Verdict.IMPOSSIBLE else None,
            )
        )
    big = samples.source("big", Action.BLOCKED, *made)
    return samples.plan(samples.CREATE, big, samples.UPDATE, samples.NO_OP)


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 400), st.integers(3_000, 40_000))
def test_it_fits_and_no_fence_is_cut(types: int, limit: int) -> None:
    plan = big(types)
    made = report(plan, limit=limit)
    assert size(made) <= limit
    assert made.count("```") % 2 == 0
    assert made.count("<details>") == made.count("</details>")
    assert marker_in(made) is not None
    whole = report(plan, limit=10_000_000)
    if size(made) < size(whole):
        assert "see `plan.json`" in made
    must = [c.address for s in plan.sources for c in s.changes if c.verdict is Verdict.IMPOSSIBLE]
    above = size(whole.partition("<details>")[0])
    if above + 2_000 < limit:
        assert all(address in made for address in must)


def test_the_least_grave_goes_first() -> None:
    plan = big(0)
    sizes = range(3_000, size(report(plan)) + 10, 50)
    shown = [
        {s.source for s in plan.sources if f"<code>{s.source}</code>" in report(plan, limit=n)}
        for n in sizes
    ]
    for smaller, larger in pairwise(shown):
        assert smaller <= larger
    unchanged = samples.NO_OP.source
    assert all(len(each) == len(plan.sources) for each in shown if unchanged in each)
