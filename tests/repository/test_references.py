"""What code and pages cite is there: pages, headings, files, and the functions of the walk.

Code cites `design.md#heading` and `api.md#heading`, pages of docs/explanation, by GitHub's slug of
the heading; pages link one another by relative paths.
"""

import ast
import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.support.paths import ROOT

PACKAGE = ROOT / "reconciler"
EXPLANATION = ROOT / "docs" / "explanation"
CITED = {path.name: path for path in sorted(EXPLANATION.glob("*.md"))}
PAGES = sorted(
    [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "tests").rglob("*.md")]
)
# What may cite the pages, and is no page itself.
CODE = sorted(
    [
        *(ROOT / name for name in ("Makefile", "pyproject.toml", ".ci/run")),
        *(p for name in ("reconciler", "tests", "benchmarks") for p in (ROOT / name).rglob("*.py")),
    ]
)

FENCE = re.compile(r"^ *(```+|~~~+).*?^ *\1 *$", re.MULTILINE | re.DOTALL)
CODE_SPAN = re.compile(r"(?<!`)(`+)(?!`).+?(?<!`)\1(?!`)", re.DOTALL)
HEADING = re.compile(r"^#{1,6} +(.+?) *#*$", re.MULTILINE)
LINK = re.compile(r"\[(?:[^\[\]]|\[[^\]]*\])*\]\(<?([^)\s>]+)>?(?: +\"[^\"]*\")?\)")
CITATION = re.compile(r"\b(design|api)\.md(?:#([\w-]+))?")
# How pages were cited that only their authors had.
BARE = re.compile(
    r"\b(?:ux|words|style|perf|anchors|assets-api)\.md\b"
    r"|\b(?:[Dd]esign(?:\.md)?|api\.md),? (?:sections? )?[0-9]\w?\b"
    r"|(?<!RFC [0-9]{4} )(?<!RFC [0-9]{4}, )\b[Ss]ections? [0-9]+\w?\b"
    r"|\b[Tt]rap [0-9]+\b|\b[Ii]ssue [A-Z]\b"
)
GONE = ": that is no page here"


def blank(found: re.Match[str]) -> str:
    return re.sub(r"[^\n]", " ", found[0])


def prose(text: str) -> str:
    """Return Markdown without its code, line by line as before."""
    return CODE_SPAN.sub(blank, FENCE.sub(blank, text))


def slugs(text: str) -> list[str]:
    """Return what GitHub makes of each heading, without the number that a second one gets."""
    headings = HEADING.findall(FENCE.sub("", text))
    shown = (re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading) for heading in headings)
    return [re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in shown]


@functools.cache
def slugs_of(path: Path) -> frozenset[str]:
    return frozenset(slugs(path.read_text(encoding="utf-8")))


def wrong_citations(text: str) -> Iterator[str]:
    """Yield each citation in *text* that leads nowhere, or does not say where it leads."""
    for found in CITATION.finditer(text):
        name, anchor = f"{found[1]}.md", found[2]
        if anchor is None:
            yield f"{found[0]}: which heading?"
        elif name not in CITED or anchor not in slugs_of(CITED[name]):
            yield f"{found[0]}: no such heading"
    for found in BARE.finditer(text):
        yield f"{found[0]}{GONE}"


def wrong_links(text: str, page: Path) -> Iterator[str]:
    """Yield each relative link in the Markdown *text* that leads nowhere from *page*."""
    for target in LINK.findall(prose(text)):
        if "://" in target or target.startswith("mailto:"):
            continue
        file, _, anchor = target.partition("#")
        path = (page.parent / file).resolve() if file else page
        if not path.exists():
            yield f"{target}: no such file"
        elif anchor and path.suffix == ".md" and anchor not in slugs_of(path):
            yield f"{target}: no such heading"


def test_code_cites_headings_that_are_there() -> None:
    wrong = [
        f"{path.relative_to(ROOT)}: {fault}"
        for path in CODE
        if path != Path(__file__)
        for fault in wrong_citations(path.read_text(encoding="utf-8"))
    ]
    assert wrong == []


def test_code_cites_the_pages_at_all() -> None:
    cited = {
        found[1]
        for path in PACKAGE.rglob("*.py")
        for found in CITATION.finditer(path.read_text(encoding="utf-8"))
    }
    assert {f"{name}.md" for name in cited} == CITED.keys()


@pytest.mark.parametrize("page", PAGES, ids=lambda p: str(p.relative_to(ROOT)))
def test_pages_link_what_is_there(page: Path) -> None:
    assert [*wrong_links(page.read_text(encoding="utf-8"), page)] == []


def test_every_page_is_listed() -> None:
    folder = ROOT / "docs"
    listed = {
        (folder / t).resolve() for t in LINK.findall(prose((folder / "README.md").read_text()))
    }
    assert [str(p) for p in folder.rglob("*.md") if p not in {*listed, folder / "README.md"}] == []


@pytest.mark.parametrize("name", sorted(CITED))
def test_each_heading_of_an_explanation_has_an_anchor_of_its_own(name: str) -> None:
    found = slugs(CITED[name].read_text(encoding="utf-8"))
    assert sorted(found) == sorted(set(found))


def test_each_section_about_the_api_grades_its_facts() -> None:
    text = CITED["api.md"].read_text(encoding="utf-8")
    ungraded = [
        section.partition("\n")[0]
        for section in re.split(r"^### ", text, flags=re.MULTILINE)[1:]
        if not re.search(r"\b(documented|observed|reported|inferred|unknown)\b", section.lower())
    ]
    assert ungraded == []


@pytest.mark.parametrize(
    ("text", "faults"),
    [
        ("as in api.md#put-creates.", []),
        ("as in api.md#no-such", ["api.md#no-such: no such heading"]),
        ("(design.md)", ["design.md: which heading?"]),
        ("(api.md section 3)", ["api.md: which heading?", f"api.md section 3{GONE}"]),
        ("design section 6", [f"design section 6{GONE}"]),
        ("(ux.md)", [f"ux.md{GONE}"]),
        ("(issue E)", [f"issue E{GONE}"]),
        ("one issue a night", []),
        ("trap 5", [f"trap 5{GONE}"]),
        ("as in section 4", [f"section 4{GONE}"]),
        ("RFC 9110, section 10 and the REST API 3", []),
    ],
)
def test_a_citation_that_leads_nowhere_is_found(text: str, faults: list[str]) -> None:
    assert [*wrong_citations(text)] == faults


@pytest.mark.parametrize(
    ("text", "faults"),
    [
        ("[it](other.md#a-b--c) and [itself](#here)", []),
        ("[it](gone.md)", ["gone.md: no such file"]),
        ("[it](other.md#gone)", ["other.md#gone: no such heading"]),
        ("[it](#gone)", ["#gone: no such heading"]),
        ("`[it](gone.md)` and [out](https://example.org/gone.md)", []),
        ("```\n[it](gone.md)\n```\n", []),
    ],
)
def test_a_link_that_leads_nowhere_is_found(tmp_path: Path, text: str, faults: list[str]) -> None:
    (tmp_path / "other.md").write_text("# A `b` & c\n", encoding="utf-8")
    page = tmp_path / "page.md"
    page.write_text(f"## Here\n{text}", encoding="utf-8")
    assert [*wrong_links(page.read_text(encoding="utf-8"), page)] == faults


@dataclass(frozen=True, kw_only=True, slots=True)
class Stop:
    """One stop of the walk: its number, its module and function, and who calls it."""

    number: int
    module: Path
    function: str
    caller: int | None


def walk() -> dict[int, Stop]:
    text = CITED["design.md"].read_text(encoding="utf-8")
    rows = re.findall(
        r"^\| (\d+) \| `([\w/]+\.py)` \| `([\w.]+)` \| .+? \|(?: (\d+))? \|$", text, re.MULTILINE
    )
    return {
        int(number): Stop(
            number=int(number),
            module=PACKAGE / module,
            function=function,
            caller=int(caller) if caller else None,
        )
        for number, module, function, caller in rows
    }


def test_the_walk_from_a_manifest_to_a_patch_body_is_short_and_goes_down_only() -> None:
    stops = walk()
    assert [*stops] == [*range(1, len(stops) + 1)]
    assert 20 <= len(stops) <= 30
    assert [s.number for s in stops.values() if s.caller is None] == [1]
    assert all(s.caller < s.number for s in stops.values() if s.caller is not None)


def test_each_stop_of_the_walk_is_there_and_called_by_the_stop_it_names() -> None:
    stops = walk()
    wrong = []
    for stop in stops.values():
        tree = ast.parse(stop.module.read_text(encoding="utf-8"))
        *owner, name = stop.function.split(".")
        if not {*owner, name} <= set(_defined(tree)):
            wrong.append(f"{stop.number}: no {stop.function} in {stop.module}")
        if stop.caller is not None:
            calling = ast.parse(stops[stop.caller].module.read_text(encoding="utf-8"))
            if name not in set(_named(calling)):
                wrong.append(f"{stop.number}: {stops[stop.caller].module} does not name {name}")
    assert wrong == []


def _defined(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        match node:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                yield name
            case ast.ClassDef(name=name):
                yield name
            case ast.AnnAssign(target=ast.Name(id=name)) | ast.Assign(targets=[ast.Name(id=name)]):
                yield name


def _named(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=name) | ast.Attribute(attr=name):
                yield name


@pytest.mark.parametrize("page", ["CONTRIBUTING.md", "docs/explanation/design.md"])
def test_files_that_the_pages_name_are_there(page: str) -> None:
    """Paths in backticks stand below the package, or below the repository."""
    text = (ROOT / page).read_text(encoding="utf-8")
    named = set(re.findall(r"`([\w./-]+(?:\.py|/))`", text))
    assert named
    assert [n for n in sorted(named) if not ((PACKAGE / n).exists() or (ROOT / n).exists())] == []
