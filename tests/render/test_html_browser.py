"""The HTML pages in a real browser: nothing runs, nothing leaves, and they can be used."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from selenium.webdriver.chrome.webdriver import WebDriver
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from reconciler.planning.drift.report import DriftReport
from reconciler.planning.plan import Plan
from reconciler.render.html.drift import drift_html
from reconciler.render.html.plan import plan_html
from tests.support.processes.chromium import accessibility, console, requests
from tests.support.samples import drift_reports as drifts
from tests.support.samples import plans as samples
from tests.support.samples.html_plans import hostile, many

ALL = samples.plan(samples.CREATE, samples.UPDATE, samples.BLOCKED, samples.NO_OP)
Open = Callable[[Plan | DriftReport], WebDriver]


@pytest.fixture
def opened(browser: WebDriver, tmp_path: Path) -> Open:
    """Open the page of a plan or of drift, as a file, with nothing logged so far."""

    def open_(told: Plan | DriftReport) -> WebDriver:
        page = tmp_path / "page.html"
        html = plan_html(told) if isinstance(told, Plan) else drift_html(told)
        page.write_text(html, encoding="utf-8")
        console(browser)
        requests(browser)
        browser.get(page.as_uri())
        return browser

    return open_


def shown_changes(browser: WebDriver) -> list[str]:
    shown: list[str] = browser.execute_script(
        "return [...document.querySelectorAll('li.change')]"
        ".filter(c => c.checkVisibility()).map(c => c.dataset.verdict)"
    )
    return shown


@pytest.mark.parametrize("told", [hostile(), drifts.hostile_drift()], ids=["plan", "drift"])
def test_names_that_are_markup_do_nothing(opened: Open, told: Plan | DriftReport) -> None:
    browser = opened(told)
    assert browser.execute_script("return [window.owned, window.violations]") == [None, None]
    assert console(browser) == []
    assert requests(browser) == []


def test_the_policy_stops_what_is_not_the_page_own(opened: Open) -> None:
    browser = opened(ALL)
    browser.execute_script(
        "const s = document.createElement('script'); s.text = 'window.owned = 1';"
        "const i = new Image(); i.src = 'http://127.0.0.1:9/x.png';"
        "document.body.append(s, i);"
        "document.body.setAttribute('style', 'opacity: 0')"
    )
    owned, opacity = browser.execute_script(
        "return [window.owned, getComputedStyle(document.body).opacity]"
    )
    assert (owned, opacity) == (None, "1")
    told = " ".join(console(browser))
    assert all(f"'{kind}" in told for kind in ("script-src", "style-src", "default-src"))


def test_filters_hide_and_show_by_keyboard(opened: Open) -> None:
    browser = opened(ALL)
    everything = shown_changes(browser)
    box = browser.find_element(By.CSS_SELECTOR, "input[value=impossible]")
    box.send_keys(Keys.SPACE)
    assert sorted(shown_changes(browser)) == sorted(v for v in everything if v != "impossible")
    total = sum(len(source.changes) for source in ALL.sources)
    left = total - everything.count("impossible")
    shown = browser.find_element(By.ID, "shown").text
    assert shown == f"{left} of {total} changes in 4 of 4 sources shown"
    browser.find_element(By.CSS_SELECTOR, "#show-all").send_keys(Keys.ENTER)
    assert shown_changes(browser) == everything
    browser.find_element(By.NAME, "risk").send_keys(Keys.SPACE)
    assert len(shown_changes(browser)) == ALL.summary.risk_data + ALL.summary.risk_review
    assert [s.text for s in browser.find_elements(By.CSS_SELECTOR, ".source h3") if s.text] == [
        "disk-analysis"
    ]


def test_text_finds_changes_by_source_by_type_and_by_what_they_say(opened: Open) -> None:
    browser = opened(ALL)
    browser.find_element(By.ID, "open-all").click()
    everything = len(shown_changes(browser))
    find = browser.find_element(By.NAME, "text")
    found = {}
    for text in ("hardware", "LAPTOP", "notebook", "nowhere"):
        find.clear()
        find.send_keys(text)
        found[text] = len(shown_changes(browser))
    assert found == {"hardware": 4, "LAPTOP": 2, "notebook": 1, "nowhere": 0}
    find.send_keys(Keys.ENTER)
    assert browser.find_elements(By.CSS_SELECTOR, ".source:not([hidden])") == []
    browser.find_element(By.ID, "show-all").send_keys(Keys.SPACE)
    assert len(shown_changes(browser)) == everything


def test_keys_reach_and_open_everything(opened: Open) -> None:
    browser = opened(ALL)
    ActionChains(browser).send_keys(Keys.TAB).perform()
    first = browser.switch_to.active_element
    assert first.text == "Skip to the plan"
    assert first.rect["x"] >= 0
    assert "solid" in first.value_of_css_property("outline-style")
    first.send_keys(Keys.ENTER)
    assert browser.switch_to.active_element.get_attribute("id") == "main"
    summary = browser.find_element(By.CSS_SELECTOR, ".body > summary")
    body = browser.find_element(By.CSS_SELECTOR, ".body pre")
    assert not body.is_displayed()
    summary.send_keys(Keys.ENTER)
    assert body.is_displayed()
    summary.send_keys(Keys.SPACE)
    assert not body.is_displayed()


def test_a_link_opens_the_source_it_leads_into(opened: Open) -> None:
    browser = opened(ALL)
    browser.find_element(By.ID, "close-all").click()
    assert shown_changes(browser) == []
    browser.find_element(By.CSS_SELECTOR, ".alerts .is-stop a").click()
    assert "impossible" in shown_changes(browser)


def test_it_is_dark_where_the_reader_wants_it_dark(opened: Open) -> None:
    browser = opened(ALL)
    brightness = {}
    for scheme in ("light", "dark"):
        features = [{"name": "prefers-color-scheme", "value": scheme}]
        browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})
        paper = browser.find_element(By.TAG_NAME, "body").value_of_css_property("background-color")
        brightness[scheme] = int(re.findall(r"\d+", paper)[0])
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})
    assert brightness["light"] > 200
    assert brightness["dark"] < 50


def test_assistive_technology_is_told_headings_landmarks_and_drawings(opened: Open) -> None:
    browser = opened(ALL)
    headings = accessibility(browser, "heading")
    assert headings[:3] == [("Plan for local", 1), ("Summary", 2), ("Look at these first", 3)]
    assert {("disk-analysis", 3), ("hardware", 3), ("people", 3)} <= set(headings)
    assert len(accessibility(browser, "main")) == len(accessibility(browser, "banner")) == 1
    drawn = accessibility(browser, "image") + accessibility(browser, "img")
    assert ("Object types of hardware", None) in drawn


def test_without_script_all_but_the_filters_is_there(opened: Open) -> None:
    switch = "Emulation.setScriptExecutionDisabled"
    browser = opened(ALL)
    everything = shown_changes(browser)
    browser.execute_cdp_cmd(switch, {"value": True})
    try:
        browser.refresh()
        shown = browser.find_elements(By.CSS_SELECTOR, "li.change")
        assert not browser.find_element(By.ID, "filters").is_displayed()
        assert sum(change.is_displayed() for change in shown) == len(everything)
    finally:
        browser.execute_cdp_cmd(switch, {"value": False})


def test_a_drawing_of_a_thousand_types_scrolls_and_zooms_in_its_box(opened: Open) -> None:
    browser = opened(many(1000))
    canvas = browser.find_element(By.CLASS_NAME, "canvas")
    drawn = canvas.find_element(By.TAG_NAME, "svg")
    script = (
        "const c = arguments[0]; return [c.clientHeight < 0.8 * innerHeight,"
        "c.scrollHeight > 10 * c.clientHeight, document.body.scrollWidth <= innerWidth]"
    )
    assert browser.execute_script(script, canvas) == [True, True, True]
    width = int(drawn.get_attribute("width") or 0)
    browser.find_element(By.CSS_SELECTOR, "[data-zoom=in]").send_keys(Keys.ENTER)
    assert int(drawn.get_attribute("width") or 0) == round(width * 1.25)
    browser.find_element(By.CSS_SELECTOR, "[data-zoom=fit]").send_keys(Keys.ENTER)
    assert browser.execute_script(
        "return arguments[0].scrollWidth <= arguments[0].clientWidth", canvas
    )
    assert console(browser) == []


def shown_sources(browser: WebDriver) -> list[str]:
    shown: list[str] = browser.execute_script(
        "return [...document.querySelectorAll('.source:not([hidden])')]"
        ".map(s => (s.querySelector('h3, strong')).textContent)"
    )
    return shown


def shown_standings(browser: WebDriver) -> set[str]:
    return set(
        browser.execute_script(
            "return [...document.querySelectorAll('li.change:not([hidden])')]"
            ".map(c => c.dataset.standing)"
        )
    )


def test_drift_is_filtered_by_standing_by_state_and_by_text(opened: Open) -> None:
    browser = opened(drifts.EVERYTHING)
    everything = ["disk-analysis", "vaults", "hardware", "new", "people", "teams"]
    assert shown_sources(browser) == everything
    for standing in ("conflict", "drift"):
        browser.find_element(By.CSS_SELECTOR, f"input[value={standing}]").send_keys(Keys.SPACE)
    assert shown_standings(browser) == {"unapplied", "acknowledged", "residue"}
    assert shown_sources(browser) == [s for s in everything if s != "hardware"]
    headings = browser.find_elements(By.CSS_SELECTOR, "#source-1 h4")
    assert [h.text for h in headings if h.text] == [
        "Changed in git, not applied yet (5)",
        "Acknowledged (1)",
    ]
    browser.find_element(By.ID, "show-all").send_keys(Keys.ENTER)
    for state in ("in-sync", "unapplied"):
        browser.find_element(By.CSS_SELECTOR, f"input[value={state}]").send_keys(Keys.SPACE)
    assert shown_sources(browser) == everything[:3]
    assert not browser.find_element(By.CLASS_NAME, "calm").is_displayed()
    browser.find_element(By.ID, "show-all").send_keys(Keys.ENTER)
    find = browser.find_element(By.NAME, "text")
    for text, found in (
        ("expired", ["vaults"]),
        ("LAPTOP", ["hardware"]),
        ("team", everything[4:]),
    ):
        find.clear()
        find.send_keys(text)
        assert shown_sources(browser) == found
    assert browser.find_element(By.ID, "shown").text == (
        "1 of 29 differences in 2 of 6 sources shown"
    )
    assert console(browser) == []
    assert requests(browser) == []


def test_keys_open_what_is_folded_of_drift(opened: Open) -> None:
    browser = opened(drifts.EVERYTHING)
    folded = browser.find_element(By.CSS_SELECTOR, ".calm > summary")
    teams = browser.find_element(By.CSS_SELECTOR, ".calm li")
    assert not teams.is_displayed()
    folded.send_keys(Keys.ENTER)
    assert teams.text == "teams manifests/teams.yaml"
    browser.find_element(By.ID, "close-all").send_keys(Keys.ENTER)
    size = browser.get_window_size()
    browser.set_window_size(850, 1000)  # the filters take four lines
    browser.find_element(By.CSS_SELECTOR, ".alerts a").send_keys(Keys.ENTER)
    top, form = browser.execute_script(
        "return [document.querySelector(location.hash), document.getElementById('filters')]"
        ".map(e => e.getBoundingClientRect())"
    )
    browser.set_window_size(size["width"], size["height"])
    assert top["top"] >= form["bottom"], "what a link leads to is not under the filters"


def test_ten_thousand_differences_can_be_opened_and_filtered(opened: Open) -> None:
    browser = opened(drifts.many(1000, each=15))
    seconds = browser.execute_script(
        "const start = performance.now();"
        "document.getElementById('open-all').click(); document.body.offsetHeight;"
        "document.querySelector('[value=drift]').click(); document.body.offsetHeight;"
        "return (performance.now() - start) / 1000"
    )
    assert seconds < 3
    assert "drift" not in shown_standings(browser)
    assert console(browser) == []
