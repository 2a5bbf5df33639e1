"""A headless Chromium of the tests' own, from the programs that are installed."""

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.chrome.webdriver import WebDriver

REQUIRED = "RECONCILER_REQUIRE_CHROMIUM"

# It runs as root in a container, and is to ask nobody for anything.
_ARGUMENTS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--window-size=1200,1000",
)
_WATCH = (
    "addEventListener('securitypolicyviolation',"
    " e => (window.violations ??= []).push(e.blockedURI))"
)


def is_installed() -> bool:
    """Whether both programs are."""
    return bool(shutil.which("chromium") and shutil.which("chromedriver"))


@contextmanager
def session(home: Path) -> Iterator[WebDriver]:
    """Run a browser for the block, its data below *home*."""
    options = webdriver.ChromeOptions()
    options.binary_location = shutil.which("chromium") or ""
    for argument in (*_ARGUMENTS, f"--user-data-dir={home}"):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    driver = webdriver.Chrome(options=options, service=Service(shutil.which("chromedriver")))
    try:
        driver.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": _WATCH})
        yield driver
    finally:
        driver.quit()


def console(driver: WebDriver) -> list[str]:
    """Return what the console said since it was last asked."""
    return [entry["message"] for entry in driver.get_log("browser")]


def requests(driver: WebDriver) -> list[str]:
    """Return what the page at hand asked for since this was last asked, itself left out."""
    events = [json.loads(entry["message"])["message"] for entry in driver.get_log("performance")]
    sent = [e["params"] for e in events if e["method"] == "Network.requestWillBeSent"]
    page = driver.current_url
    urls = [p["request"]["url"] for p in sent if p["documentURL"] == page]
    return [url for url in urls if url != page]


def accessibility(driver: WebDriver, role: str) -> list[tuple[str, int | None]]:
    """Return name and level of what assistive technology is told to have that role."""
    nodes: list[dict[str, Any]] = driver.execute_cdp_cmd("Accessibility.getFullAXTree", {})["nodes"]
    found = []
    for node in nodes:
        if node.get("role", {}).get("value") != role or node.get("ignored"):
            continue
        levels = [p["value"]["value"] for p in node["properties"] if p["name"] == "level"]
        found.append((node["name"]["value"], levels[0] if levels else None))
    return found
