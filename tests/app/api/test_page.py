"""The page of the Python API is what the functions say of themselves, and what it shows runs."""

import asyncio
import doctest
import inspect
import os
import re
import sys
from functools import partial
from pathlib import Path
from typing import Any, get_args, get_type_hints

import pytest

import reconciler
from reconciler import sync
from tests.support.paths import ROOT
from tests.support.stages.cli_project import MANIFEST, OTHER, PROJECT

PAGE = ROOT / "docs" / "reference" / "python.md"
WRITTEN, HEADING, _ = PAGE.read_text(encoding="utf-8").partition("## Functions\n")
FUNCTIONS = {n: each for n, each in vars(sync).items() if n in sync.__all__ and n.islower()}
EXAMPLES = [
    test
    for test in doctest.DocTestFinder(exclude_empty=False).find(sync)
    if test.name.rpartition(".")[2] in FUNCTIONS
]
BLOCKS = re.findall(r"^```python\n(.+?)^```$", WRITTEN, re.MULTILINE | re.DOTALL)


@pytest.fixture(autouse=True)
def assets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The project `assets` in the working directory; nothing is live."""
    monkeypatch.chdir(tmp_path)
    root = tmp_path / "assets"
    root.mkdir()
    for name, text in (("reconciler", PROJECT), ("disks", MANIFEST), ("people", OTHER)):
        (root / f"{name}.yaml").write_text(text, encoding="utf-8")
    return root


def section(name: str) -> str:
    header, _, _ = inspect.getsource(inspect.unwrap(FUNCTIONS[name])).partition(':\n    """')
    header = re.sub(r"^(?:async )?def |  # .+$", "", header, flags=re.MULTILINE)
    prose, prompt, example = (inspect.getdoc(FUNCTIONS[name]) or "").partition(">>> ")
    shown = f"\n```pycon\n{prompt}{example}\n```\n" if prompt else ""
    return f"### `{name}`\n\n```python\n{header}\n```\n\n{prose.strip()}\n{shown}"


def page() -> str:
    return WRITTEN + HEADING + "\n" + "\n".join(map(section, FUNCTIONS))


def test_the_page_shows_the_functions() -> None:
    """RECONCILER_UPDATE_GOLDEN=1 writes the section anew."""
    if os.environ.get("RECONCILER_UPDATE_GOLDEN"):
        PAGE.write_text(page(), encoding="utf-8")
    assert PAGE.read_text(encoding="utf-8") == page()


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda test: test.name)
def test_each_function_does_what_its_example_says(example: doctest.DocTest) -> None:
    if not example.examples:
        assert example.name in {"reconciler.sync.parse_plan", "reconciler.sync.read_plan"}
    assert doctest.DocTestRunner().run(example).failed == 0


def test_the_scripts_of_the_page_plan_apply_and_stop(assets: Path) -> None:
    plan_all, send, awaited = (partial(exec, block) for block in BLOCKS)
    manifest = assets / "disks.yaml"
    known: dict[str, Any] = {"reconciler": reconciler, "sys": sys}
    plan_all({})
    manifest.write_text(MANIFEST.replace("selector: drives", "selector: disks"), encoding="utf-8")
    with pytest.raises(SystemExit, match="its manifest changed after it was made"):
        send(known)
    manifest.write_text(MANIFEST, encoding="utf-8")
    plan_all({})
    send(known)
    manifest.write_text(MANIFEST.replace("selector: drives", "selector: disks"), encoding="utf-8")
    with pytest.raises(SystemExit, match=r"disks.*the next import reads other entries"):
        plan_all({})
    awaited(known)
    assert asyncio.run(known["drifted"]()) is False


def test_the_page_promises_what_is_there() -> None:
    rows = re.findall(r"^\| `([A-Z][\w.]+)` \| (.+?) \|$", WRITTEN, re.MULTILINE)
    assert len(rows) > 5
    wrong = []
    for path, attributes in rows:
        name, *steps = path.split(".")
        kind = getattr(reconciler, name)
        for step in steps:
            hint = (
                get_type_hints(kind).get(step) or get_type_hints(getattr(kind, step).fget)["return"]
            )
            kind = next(iter(get_args(hint)), hint)
        wrong += [f"{path}.{a}" for a in re.findall(r"`(\w+)`", attributes) if not hasattr(kind, a)]
    assert wrong == []
