"""Plans as comments: whole texts, hostile names, and what is cut where room is short."""

import os
import re
import time
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from reconciler.diagnostics import Diagnostic, Severity
from reconciler.model.address import Address
from reconciler.model.policy import Risk
from reconciler.planning.change import Attribution, Change, Edit, Kind, Verdict
from reconciler.planning.plan import Action, Plan, Reason
from reconciler.render.escape import escape
from reconciler.render.markdown.findings import sections
from reconciler.render.markdown.marker import marker_in
from reconciler.render.markdown.plan import plan_markdown
from reconciler.render.markdown.prose import code, length, prose
from reconciler.render.plan.view import plan_view
from reconciler.value import replace
from tests.support.paths import GOLDEN
from tests.support.samples import plans as samples
from tests.support.samples import residual_plans as residual
from tests.support.samples.schema_plans import ALL_KINDS

FILES = GOLDEN / "render" / "markdown"
GITHUB = 65_536
MIXED = samples.plan(
    samples.NO_OP,
    samples.UPDATE,
    samples.BLOCKED,
    samples.HOSTILE_TEXTS,
    diagnostics=samples.DIAGNOSTICS,
)
CASES: dict[str, tuple[Plan, int]] = {
    "create": (samples.plan(samples.CREATE), GITHUB),
    "mixed": (MIXED, GITHUB),
    "cut": (MIXED, 8_200),
    "cut-above-the-fold": (MIXED, 2_600),
    "residual": (residual.RESIDUAL, GITHUB),
    "schema-operations": (ALL_KINDS, GITHUB),
    "no-op": (samples.plan(samples.NO_OP), GITHUB),
    "errored": (samples.plan(errored=True, diagnostics=samples.DIAGNOSTICS), GITHUB),
}
INJECTIONS = (
    "a`b",
    "``` \n```",
    "`````",
    "|a|b|",
    "a\n\n</details>\n\n# Heading",
    "</details></summary>",
    "@team",
    "me@example.org",
    "see #123, GH-123 and owner/repo#4",
    "0123456789abcdef0123456789abcdef01234567",
    "<script>alert(1)</script>",
    "<!-- x --> y -->",
    "![x](http://evil.example/x.png)",
    "[x](javascript:alert(1))",
    "[x]: http://evil.example",
    "http://evil.example/ www.evil.example",
    "<http://evil.example>",
    "**bold** __bold__ ~~gone~~ :tada: $x$",
    "1. one",
    "- one",
    "> quoted",
    "---",
    "&lt;b&gt; &#64;team",
    "\\`a\\`",
    "\x1b[2J\u202e\u200b\x00",
    " ",
    "",
)
PARSER = MarkdownIt("gfm-like", {"linkify": False})
OURS = re.compile(
    r"<!-- reconciler \{[^<>\n]*\} -->\n?"
    r"|<details><summary>[+~.!] <code>[^<>\n]*</code> [A-Za-z0-9 :,+]*</summary>\n?"
    r"|</details>\n?"
)
FORGE_LINK = re.compile(r"@\w|\w@|#\d|GH-\d|://|www\.|:\w+:|\b[0-9a-f]{7,40}\b|[<>$]")


def tokens_in(text: str) -> list[Token]:
    """Return all tokens, those inside of blocks too."""
    tokens = PARSER.parse(text)
    return [*tokens, *(child for token in tokens for child in token.children or ())]


def assert_is_only_ours(text: str) -> None:
    """Check that no HTML, link, image, mention or unsafe character is a stranger's."""
    tokens = tokens_in(text)
    kinds = {token.type for token in tokens}
    assert not kinds & {"link_open", "image", "html_inline", "blockquote_open", "hr", "s_open"}
    for token in tokens:
        if token.type == "html_block":
            assert OURS.fullmatch(token.content), token.content
        elif token.type == "text":
            assert not FORGE_LINK.search(token.content), token.content
        elif token.type == "fence":
            assert all(line[0] in "+-! " for line in token.content.splitlines() if line)
    assert not [line for line in text.split("\n") if escape(line) != line]
    html = [token.content for token in tokens if token.type == "html_block"]
    opened, closed = (sum(tag in h for h in html) for tag in ("<details>", "</details>"))
    assert opened == closed
    assert kinds.isdisjoint({"code_block", "ordered_list_open"})
    assert sum(t.type == "table_open" for t in tokens) == 2


def addresses(text: str) -> list[str]:
    """Return the code spans above the fold, where addresses stand."""
    return [t.content for t in tokens_in(text) if t.type == "code_inline"]


def hostile_plan(name: str) -> Plan:
    """Return a plan with *name* wherever a stranger's text can stand."""
    (whole,) = ALL_KINDS.sources
    lost = whole.schema_operations[-1]
    gone = (replace(c, names=(name,)) for c in whole.changes if c.address in lost.settles)
    common: dict[str, Any] = {
        "kind": Kind.OBJECT_TYPE,
        "field": "description",
        "before": name,
        "after": f"{name} {name}",
    }
    impossible = samples.change(
        Address.of(name).object_type(name).field("description"),
        name,
        **common,
        verdict=Verdict.IMPOSSIBLE,
        rule="object-type-rename",
        remedy=f"Rename {name} in Assets.",
        risk=Risk.DATA,
        risk_code="selector-changed",
    )
    added = samples.change(
        Address.of(name).object_type(name).attribute(name), name, name, action=Edit.ADD, after={}
    )
    mapped = samples.change(
        Address.of(name).mapping(name),
        name,
        kind=Kind.MAPPING,
        action=Edit.ADD,
        after={"selector": name, "attributesMapping": [{"attributeName": name}]},
    )
    refused = samples.change(
        f"{name}/objectTypes[x]", name, **common, verdict=Verdict.IMPOSSIBLE, predicted_code=name
    )
    return samples.plan(
        samples.source(
            name,
            Action.BLOCKED,
            impossible,
            refused,
            added,
            mapped,
            reason=Reason(code="policy", text=name),
        ),
        samples.source(f"{name}2", Action.CREATE, added, mapped),
        replace(
            samples.source(f"{name}3", Action.UPDATE, *gone),
            schema_operations=(replace(lost, object=replace(lost.object, name=name)),),
        ),
        diagnostics=tuple(
            Diagnostic(
                severity=severity,
                code=name,
                text=f"{name} is not known",
                hint=name,
                file=name,
                line=1,
                api_code=name,
            )
            for severity in Severity
        ),
    )


@pytest.mark.parametrize("case", CASES)
def test_a_comment_is_that_of_the_golden_file(case: str) -> None:
    plan, limit = CASES[case]
    text = plan_markdown(plan, directory="manifests", limit=limit, whole="plan.json")
    path = FILES / f"plan-markdown-{case}.md"
    if os.environ.get("RECONCILER_UPDATE_GOLDEN"):
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")
    assert length(text) <= limit
    assert_is_only_ours(text)


def test_every_golden_comment_has_a_case() -> None:
    names = {path.stem.removeprefix("plan-markdown-") for path in FILES.glob("*.md")}
    assert names == set(CASES)


@pytest.mark.parametrize("name", INJECTIONS)
def test_a_name_stays_text(name: str) -> None:
    plan = hostile_plan(name)
    text = plan_markdown(plan, directory=name, limit=GITHUB, whole=None)
    assert_is_only_ours(text)
    marker = marker_in(text)
    assert marker is not None
    assert (marker.directory, marker.digest) == (name, plan.digest)
    assert text.startswith("<!-- reconciler ")
    shown = escape(str(Address.of(name).object_type(name).field("description")))
    assert shown in addresses(text)


@given(st.text(alphabet=st.sampled_from("`a |<>@#\n\\*[]()!_~&:/.1-"), max_size=30))
def test_code_and_prose_are_read_as_nothing_else(text: str) -> None:
    for made in (code(text), prose(text)):
        inline = tokens_in(f"- x: {made}")
        kinds = {t.type for t in inline} - {"text", "code_inline", "inline", "text_special"}
        assert kinds <= {
            f"{b}_{e}" for b in ("bullet_list", "list_item", "paragraph") for e in ("open", "close")
        }
    if text:
        assert addresses(f"- x: {code(text)}") == [escape(text)]


def test_what_stands_in_braces_is_one_piece_of_code() -> None:
    made = prose("add schemaAuth: {basic: {email: …, token: …}} to it, {or not")
    assert made == "add schemaAuth: `{basic: {email: …, token: …}}` to it, `{or` not"


def test_nothing_is_an_entity_inside_a_fence() -> None:
    text = plan_markdown(hostile_plan("a < b & c"), directory=".", limit=GITHUB, whole=None)
    fences = [t.content for t in tokens_in(text) if t.type == "fence"]
    assert any("a < b & c" in fence for fence in fences)
    assert not any("&lt;" in fence or "&amp;" in fence for fence in fences)


names = st.sampled_from(INJECTIONS) | st.text(max_size=20)


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    """Return a plan of a few sources whose changes have every verdict and risk."""
    made = []
    for number in range(draw(st.integers(0, 4))):
        changes: list[Change] = []
        for at in range(draw(st.integers(0, 12))):
            risk = draw(st.sampled_from(Risk))
            name = draw(names)
            changes.append(
                samples.change(
                    Address.of(f"s{number}").object_type(f"{at}{name}").field("description"),
                    f"{at}{name}",
                    kind=Kind.OBJECT_TYPE,
                    field="description",
                    before=draw(names),
                    after=draw(names),
                    verdict=draw(st.sampled_from(Verdict)),
                    rule="object-type-rename",
                    remedy=draw(names),
                    risk=risk,
                    risk_code=None if risk is Risk.NONE else "label-changed",
                )
            )
        made.append(samples.source(f"s{number}", draw(st.sampled_from(Action)), *changes))
    return samples.plan(*made, errored=draw(st.booleans()))


@settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large], deadline=None)
@given(plans(), st.integers(2_000, 12_000))
def test_it_fits_and_no_impossible_change_is_missing(plan: Plan, limit: int) -> None:
    text = plan_markdown(plan, directory=".", limit=limit, whole=None)
    assert length(text) <= limit
    assert_is_only_ours(text)
    assert text.endswith(f"Digest `{plan.digest}`\n")
    fixed = sum(length(s.first(len(s.items))) + 2 for s in sections(plan_view(plan)))
    impossible = [
        str(c.address) for s in plan.sources for c in s.changes if c.verdict is Verdict.IMPOSSIBLE
    ]
    if "Left out to fit: **" not in text:
        assert {escape(address) for address in impossible} <= set(addresses(text))
    else:
        assert fixed > limit - 1_400, "the head, the foot and the sentence take the rest"
    whole = plan_markdown(plan, directory=".", limit=10**9, whole=None)
    assert ("Left out to fit" in text) == (length(whole) > limit)


@pytest.mark.parametrize("limit", [6_000, 7_000, 9_000])
def test_the_least_risky_detail_goes_first(limit: int) -> None:
    text = plan_markdown(MIXED, directory=".", limit=limit, whole=None)
    shown = [name for name in ("people", "legacy", "hardware") if f"<code>{name}</code>" in text]
    assert "people" not in shown
    assert "hardware" in shown or "legacy" not in shown
    assert text.count("```") % 2 == 0


def test_what_overwrites_an_edit_stands_above_the_fold_the_first_of_many() -> None:
    drifted = [
        samples.change(f"s/objectTypes[{n}]/description", attribution=Attribution.DRIFT)
        for n in range(11)
    ]
    conflict = replace(
        samples.change("s/objectTypes[c]/description", before="theirs", after="ours"),
        attribution=Attribution.CONFLICT,
    )
    plan = samples.plan(samples.source("s", Action.UPDATE, *drifted, conflict))
    above = plan_markdown(plan, directory=".", limit=GITHUB, whole=None).partition("<details>")[0]
    said = "Changes: 1 of 1 source will be changed; 12 changes overwrite edits made in Assets"
    assert f"### {said}\n" in above
    assert (
        "#### Overwrites edits made in Assets (12)\n\n"
        "- conflict: the manifest and live both changed\n"
        '  - `s/objectTypes[c]/description`: `"theirs" → "ours"`\n'
        "- drift: live changed, the manifest did not\n"
        "  - `s/objectTypes[0]/description`"
    ) in above
    assert "`s/objectTypes[8]/description`" in above
    assert "`s/objectTypes[9]/description`" not in above
    assert "- and 2 more, in the sources below\n" in above


def test_where_the_whole_is_can_be_a_link() -> None:
    url = "https://ci.example/jobs/1/artifacts"
    text = plan_markdown(MIXED, directory=".", limit=6_000, whole=url)
    links = [t.attrs["href"] for t in tokens_in(text) if t.type == "link_open"]
    assert links == [url]


def test_astral_characters_count_twice() -> None:
    assert length("a😀") == 3


def test_a_create_of_a_thousand_types_is_told_at_once() -> None:
    changes = [
        samples.change(
            f"big/objectTypes[t/{n}]{f'/attributes[a/{n}/{at}]' if at else ''}",
            *(f"Type {n}", f"Attribute {at}")[: 2 if at else 1],
            kind=Kind.ATTRIBUTE if at else Kind.OBJECT_TYPE,
            action=Edit.ADD,
            after={"name": f"Type {n}", "type": "text"},
            verdict=Verdict.PUT,
            rule="put-creates",
        )
        for n in range(1_000)
        for at in range(11)
    ]
    plan = samples.plan(samples.source("big", Action.CREATE, *changes))
    began = time.process_time()
    text = plan_markdown(plan, directory=".", limit=GITHUB, whole=None)
    assert time.process_time() - began < 3
    assert GITHUB - 1_000 < length(text) <= GITHUB
    assert "part of the detail of 1 source" in text
