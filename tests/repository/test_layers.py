"""The architecture holds: imports point down only, and each third party has one gate.

Both read the syntax tree, so an import inside a function counts like one at the top.
"""

import ast
import functools
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.support.package import PACKAGE, trees

# Each row may import the rows above it, and itself; the members of a row not one another.
LAYERS = (
    {"reconciler"},
    {"command_line", "data_directory", "interruption", "lifetime", "loopback", "regex", "value"},
    {"diagnostics"},
    {"codes"},
    {"errors"},
    {"model"},
    {"mapping", "semantics"},
    {"manifest"},
    {"data"},
    {"planning"},
    {"backend"},
    {"outcome"},
    {"journal", "render"},
    {"applying", "assets", "emulator"},
    {"forges", "ingest", "probe"},
    {"app"},
    {"aio"},
    {"cli", "sync"},
    {"__main__"},
)
LEVEL = {part: level for level, parts in enumerate(LAYERS) for part in parts}

# Third party, and a part of the standard library that is one in spirit → who may import it.
GATES = {
    "click": ("reconciler.cli",),
    "deepdiff": ("reconciler.planning.diff.difference",),
    "httpx": ("reconciler.assets", "reconciler.forges"),
    "jinja2": ("reconciler.render.html.page",),
    "jsonschema": ("reconciler.manifest.schemas",),
    "jsonschema_rs": ("reconciler.manifest.schemas",),
    "junitparser": ("reconciler.render.ci",),
    "msgspec": (
        "reconciler.model.json_form",
        "reconciler.model.wire",
        "reconciler.value",
    ),
    "psycopg": ("reconciler.journal.postgresql",),
    "prometheus_client": ("reconciler.render.drift.prometheus",),
    "rich": ("reconciler.render",),
    "ryaml": ("reconciler.manifest.text",),
    "sqlalchemy": ("reconciler.journal",),
    "sqlite3": ("reconciler.emulator", "reconciler.journal"),
    "starlette": ("reconciler.emulator",),
    "uvicorn": ("reconciler.emulator.server",),
    "yaml": ("reconciler.manifest.text",),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Import:
    """One import: the module that has it, what it names, and where it stands."""

    importer: str
    imported: str
    line: int

    @property
    def package(self) -> str:
        return self.imported.partition(".")[0]

    def __str__(self) -> str:
        return f"{self.importer}:{self.line} imports {self.imported}"


def module_name(path: Path) -> str:
    parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {module_name(path): path for path in sorted(PACKAGE.rglob("*.py"))}


def named_in(node: ast.AST, importer: str) -> Iterator[str]:
    """Yield the modules that *node* imports, each as the most exact name known."""
    match node:
        case ast.Import(names=names):
            yield from (alias.name for alias in names)
        case ast.ImportFrom(module=module, names=names, level=level):
            base = module or ""
            if level:
                depth = level if MODULES[importer].name != "__init__.py" else level - 1
                package = importer.split(".")[: -depth or None]
                base = ".".join([*package, *([module] if module else [])])
            for alias in names:
                submodule = f"{base}.{alias.name}"
                yield submodule if submodule in MODULES else base
        case ast.Call(
            func=ast.Name(id="import_module" | "__import__")
            | ast.Attribute(attr="import_module" | "__import__"),
            args=[ast.Constant(value=str(name)), *_],
        ):
            yield name


def imports_of(module: str) -> Iterator[Import]:
    tree = trees()[MODULES[module].relative_to(PACKAGE)]
    for node in ast.walk(tree):
        for name in dict.fromkeys(named_in(node, module)):
            yield Import(importer=module, imported=name, line=getattr(node, "lineno", 0))


@functools.cache
def imports() -> tuple[Import, ...]:
    # The root names the Python API, and imports of it what somebody uses (test_start).
    return tuple(
        each for module in MODULES if module != "reconciler" for each in imports_of(module)
    )


def part(module: str) -> str:
    """Return the second segment of a dotted name of ours, the layer's unit."""
    return module.split(".")[1] if "." in module else module


def within(module: str, gate: str) -> bool:
    """Whether *module* is the gate or lies in it; `diff*` takes what begins so."""
    if gate.endswith("*"):
        return module.startswith(gate.removesuffix("*"))
    return module == gate or module.startswith(f"{gate}.")


def test_every_part_of_the_package_has_a_layer() -> None:
    assert {part(module) for module in MODULES} - set(LEVEL) == set()


def test_imports_point_down_only() -> None:
    wrong = [
        str(each)
        for each in imports()
        if each.package == "reconciler"
        and (above := part(each.imported)) != (below := part(each.importer))
        and LEVEL[above] >= LEVEL[below]
    ]
    assert wrong == []


def test_no_module_imports_itself_in_a_circle() -> None:
    graph: dict[str, set[str]] = {module: set() for module in MODULES}
    for each in imports():
        if each.imported in MODULES:
            graph[each.importer].add(each.imported)
    while leaves := {module for module, needs in graph.items() if not needs}:
        graph = {m: needs - leaves for m, needs in graph.items() if m not in leaves}
    assert sorted(graph) == []


@pytest.mark.parametrize("third_party", sorted(GATES))
def test_each_third_party_has_one_gate(third_party: str) -> None:
    outside = [
        str(each)
        for each in imports()
        if each.package == third_party
        and not any(within(each.importer, gate) for gate in GATES[third_party])
    ]
    assert outside == []


def test_what_commands_do_is_done_without_a_screen() -> None:
    screens = ("reconciler.render.terminal", "click", "rich")
    seen = [
        str(each)
        for each in imports()
        if part(each.importer) == "app" and any(within(each.imported, screen) for screen in screens)
    ]
    assert seen == []


def test_every_third_party_is_named_here_with_its_gate() -> None:
    known = {"reconciler", *GATES, *sys.stdlib_module_names}
    assert [str(each) for each in imports() if each.package not in known] == []


OPENERS = frozenset({"open", "fdopen", "read_text", "read_bytes", "write_text", "write_bytes"})
# Who opens files. A user's are read and written at one place each, so that a pipe, a device or an
# endless file has to be refused once only; what else is opened is none of a user's files.
HOMES = {
    "reconciler.manifest.text.file": "the reader",
    "reconciler.app.files": "the writer",
    "reconciler.journal.boot": "the boot id of the machine",
    "reconciler.cli.standard_streams": "the null device, in place of what takes no output",
    "reconciler.data_directory": "what keeps git from it",
    "reconciler.emulator.store": "the data, made with its mode before SQLite opens it",
    "reconciler.journal.sqlite_file": "the journal, made with its mode before SQLite opens it",
    "reconciler.render.html.page": "the package's own files",
}
# The reader itself, called by its names.
OURS = frozenset({"read_text", "read_bytes"})


def opened_in(module: str) -> Iterator[str]:
    """Yield what opens a file: `open(…)`, and such a method of a path, or of `os` and `io`.

    An `open` of ours, of a forge or a tracker, takes no mode.
    """
    for node in ast.walk(trees()[MODULES[module].relative_to(PACKAGE)]):
        match node:
            case ast.Call(func=ast.Name(id=name)) if name in OPENERS - OURS:
                yield f"{module}:{node.lineno} {name}"
            case ast.Call(func=ast.Attribute(value=ast.Name(id="os" | "io"), attr=name)) if (
                name in OPENERS
            ):
                yield f"{module}:{node.lineno} {name}"
            case ast.Call(func=ast.Attribute(attr="open"), args=[ast.Constant(), *_] | []):
                yield f"{module}:{node.lineno} open"
            case ast.Call(func=ast.Attribute(attr=name)) if name in OPENERS - {"open"}:
                yield f"{module}:{node.lineno} {name}"


def test_no_other_module_opens_a_file() -> None:
    opened = {module: [*opened_in(module)] for module in MODULES}
    assert [each for module in MODULES if module not in HOMES for each in opened[module]] == []
    assert [home for home in HOMES if not opened[home]] == [], "a home that opens nothing is none"
