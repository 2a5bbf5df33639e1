"""What holds for every HTML page: it runs and loads nothing of strangers, and can be read."""

import base64
import hashlib
import re
from functools import cache
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import Environment

from reconciler.render.escape import escape_lines
from reconciler.render.html.drift import drift_html
from reconciler.render.html.page import page_text
from reconciler.render.html.plan import plan_html
from tests.support.samples import drift_reports as drifts
from tests.support.samples import plans as samples
from tests.support.samples.html_plans import hostile, many
from tests.support.samples.html_reader import Page

HEADINGS = ("h1", "h2", "h3", "h4", "h5")
PLANS = {
    "a plan of every kind of source": samples.plan(
        samples.CREATE,
        samples.UPDATE,
        samples.BLOCKED,
        samples.NO_OP,
        samples.HOSTILE_TEXTS,
        diagnostics=samples.DIAGNOSTICS,
    ),
    "a plan of hostile names": hostile(),
    "a plan of 64 types": many(64),
    "a plan of no source": samples.plan(),
    "an errored plan": samples.plan(errored=True, diagnostics=samples.DIAGNOSTICS),
}
DRIFTS = {
    "drift of every standing": drifts.EVERYTHING,
    "drift of hostile names": drifts.hostile_drift(),
    "drift of 50 sources": drifts.many(50),
    "no drift": drifts.IN_SYNC,
    "drift with manifests in error": drifts.ERRORED,
}
EACH = pytest.mark.parametrize("name", [*PLANS, *DRIFTS])


@cache
def page_of(name: str) -> str:
    return plan_html(PLANS[name]) if name in PLANS else drift_html(DRIFTS[name])


@EACH
def test_the_page_permits_itself_its_own_style_and_script_and_nothing_else(name: str) -> None:
    page = Page(page_of(name))
    (policy,) = [
        t.attributes["content"] or ""
        for t in page.all("meta")
        if t.attributes.get("http-equiv") == "Content-Security-Policy"
    ]
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    assert rules["default-src"] == rules["base-uri"] == rules["form-action"] == "'none'"
    for tag in ("style", "script"):
        (only,) = page.all(tag)
        digest = base64.b64encode(hashlib.sha256(only.text.encode()).digest()).decode()
        assert rules[f"{tag}-src"] == f"'sha256-{digest}'"


@EACH
def test_no_attribute_runs_styles_or_loads_anything(name: str) -> None:
    for tag in Page(page_of(name)).tags:
        assert tag.name not in {"img", "iframe", "object", "embed", "base", "link"}
        for attribute, value in tag.attributes.items():
            assert not attribute.startswith("on"), tag
            assert attribute not in {"style", "src", "srcset", "action", "xlink:href"}, tag
            assert attribute != "href" or re.fullmatch(r"#[a-z0-9-]+", value or ""), tag


@EACH
def test_what_is_named_is_there_once(name: str) -> None:
    page = Page(page_of(name))
    ids = [t.attributes["id"] for t in page.tags if "id" in t.attributes]
    assert len(ids) == len(set(ids))
    for tag in page.tags:
        named = [(tag.attributes.get("href") or "").removeprefix("#")]
        for attribute in ("aria-labelledby", "aria-describedby"):
            named += (tag.attributes.get(attribute) or "").split()
        assert {each for each in named if each} <= set(ids), tag


@EACH
def test_headings_leave_no_level_out(name: str) -> None:
    levels = [int(t.name[1]) for t in Page(page_of(name)).tags if t.name in HEADINGS]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


@EACH
def test_no_page_holds_a_character_that_hides_or_turns_text(name: str) -> None:
    assert [c for c in page_of(name) if not c.isprintable() and c not in "\n\u200d"] == []


@given(st.text() | st.text("&<>'\"\n;quot#39\u202e"))
def test_rows_write_text_as_templates_do(text: str) -> None:
    template = Environment(autoescape=True).from_string("{{ text }}")
    assert page_text(text) == template.render(text=escape_lines(text))


def contrast(one: str, other: str) -> float:
    def light(colour: str) -> float:
        parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        r, g, b = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
        return 0.2126 * r + 0.7152 * g + 0.0722 * b

    dark, bright = sorted((light(one), light(other)))
    return (bright + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("at", [0, 1], ids=["light", "dark"])
def test_all_text_has_the_contrast_of_wcag_aa(at: int) -> None:
    style = Page(page_of("a plan of no source")).all("style")[0].text
    colours = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6})", style.split(":root {")[at + 1]))
    pairs = [(ink, ink.replace("-ink", "-paper")) for ink in colours if ink.endswith("-ink")]
    on_paper = ("ink", "link", "quiet-ink")
    pairs += [(ink, paper) for ink in on_paper for paper in ("page", "panel")]
    pairs += [(ink, paper) for paper in colours if paper.endswith("-paper") for ink in ("ink",)]
    pairs += [(ink, "page") for ink in colours if ink.endswith("-ink")]
    assert {p: round(r, 1) for p in pairs if (r := contrast(*(colours[c] for c in p))) < 4.5} == {}
