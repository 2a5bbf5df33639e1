"""Inputs that a stranger may write, to be doubled: what they take must grow no faster than they do.

`make bench` fits the seconds, the tests the calls.
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType

from reconciler.errors import ManifestError
from reconciler.manifest.layers import Layers
from reconciler.manifest.load import load_manifests
from reconciler.manifest.path_glob import PathGlob
from reconciler.manifest.project.file import load_project
from reconciler.manifest.text.formatter import canonical_text
from reconciler.mapping.paths import reader, walker
from reconciler.model.address import Address
from reconciler.model.address_glob import AddressGlob
from reconciler.render.word_diff import word_diff

# What *n* of the input are, made at a directory: the work on them.
Growing = Callable[[int, Path], Callable[[], object]]

TYPES = """\
source: a
schema:
  objectSchema:
    name: A
    description: A
    objectTypes:
"""
MAPPING = """\
    - {externalId: t, name: T, description: d, attributes: []}
mapping:
  objectTypeMappings:
"""
ATTRIBUTES = """\
    - externalId: t
      name: T
      description: d
      attributes:
"""
CLOUD = "environments:\n  e0:\n    backend: cloud\n    workspaceId: '"


def lines(line: str, before: str = "source: a\n", after: str = "") -> Callable[[int], str]:
    """A text of *n* lines, numbered where *line* has a place for that."""
    return lambda n: before + "".join(line.replace("%", str(i)) for i in range(n)) + after


MANIFESTS: Mapping[str, Callable[[int], str]] = {
    "lists in one another": lambda n: "[" * n,
    "objects in one another": lambda n: "{a: " * n,
    "objects in one another, closed": lambda n: "{a: " * n + "1" + "}" * n,
    "dashes in one line": lambda n: "- " * n,
    "%TAG directives": lines("%TAG !%! tag:x\n", "", "---\na: 1\n"),
    "tags": lines("a%: !t% 1\n"),
    "documents": lines("--- a\n"),
    "anchors": lines("a%: &a% 1\n"),
    "aliases": lines("a%: *x\n", "x: &x 1\nsource: a\n"),
    "aliases that double": lines("b%: &a [*a, *a]\n", "a: &a []\n"),
    "one key twice": lines("a: 1\n"),
    "numbers as keys": lines("%: 1\n"),
    "merge keys": lines("  - {<<: 1}\n", "source: a\nschema:\n"),
    "not a number": lines("  - .nan\n", "source: a\nschema:\n"),
    "unknown keys": lines("unknown%: 1\n"),
    "unknown keys of a type": lines("      unknown%: 1\n", ATTRIBUTES.partition("      attr")[0]),
    "types that are none": lines("    - 1\n", TYPES),
    "types without anything": lines("    - {}\n", TYPES),
    "one id": lines("    - {externalId: t, name: T%, description: d, attributes: []}\n", TYPES),
    "types": lines("    - {externalId: t%, name: T%, description: d, attributes: []}\n", TYPES),
    "attributes of no type": lines(
        "        - {externalId: a%, name: A%, description: d, type: none%}\n", TYPES + ATTRIBUTES
    ),
    "references to nothing": lines(
        "        - {externalId: a%, name: A%, description: d, type: referenced_object, "
        "referenceObjectTypeExternalId: x%}\n",
        TYPES + ATTRIBUTES,
    ),
    "mappings of one type": lines(
        "    - {objectTypeExternalId: t, objectTypeName: T, selector: x, attributesMapping: []}\n",
        TYPES + MAPPING,
    ),
    "a long name": lambda n: f"source: {'x' * n}\n",
    "lines of a text": lines("  x\n", "source: |\n"),
    "comments": lines("# c\n"),
}
PROJECTS: Mapping[str, Callable[[int], str]] = {
    "variables that are not closed": lambda n: f"{CLOUD}{'${A' * n}'\n",
    "defaults that are not closed": lambda n: f"{CLOUD}{'${A:-' * n}'\n",
    "environments": lines("  e%: {backend: embedded}\n", "environments:\n"),
    "unknown keys of a project": lines("k%: 1\n", "environments: {e0: {backend: embedded}}\n"),
    "days that are none": lines(
        "  - {address: a%, reason: r, owner: o, expires: '2030-99-01'}\n",
        "environments: {e0: {backend: embedded}}\nignore:\n",
    ),
}


def validated(build: Callable[[int], str]) -> Growing:
    """Validate, and format, a manifest."""

    def growing(n: int, at: Path) -> Callable[[], object]:
        (at / "m.yaml").write_text(text := build(n))

        def work() -> None:
            load_manifests([at / "m.yaml"])
            formatted(text)

        return work

    return growing


def of_parts(n: int, at: Path) -> Callable[[], object]:
    """Validate a manifest of *n* parts, half of whose elements lack keys."""
    (head := at / "m.yaml").write_text("source: a\n")
    parts = [at / f"part{i}.yaml" for i in range(n)]
    for i, part in enumerate(parts):
        complete = f"{{externalId: t{i}, name: T{i}, description: d, attributes: []}}"
        part.write_text(TYPES + f"    - {complete}\n    - {{externalId: u{i}}}\n")
    layers = Layers(parts={head.absolute(): tuple(parts)})
    return lambda: load_manifests([head], layers=layers)


def formatted(text: str) -> None:
    """Format *text*, if it can be read."""
    try:
        canonical_text(text, file="m.yaml")
    except ManifestError:
        return


def read_as_project(build: Callable[[int], str]) -> Growing:
    """Read a project file."""

    def growing(n: int, at: Path) -> Callable[[], object]:
        (at / "reconciler.yaml").write_text(build(n))

        def work() -> None:
            try:
                load_project(at / "reconciler.yaml", environment="e0", variables={"A": "x"})
            except ManifestError:
                return

        return work

    return growing


def folders(n: int, at: Path) -> Callable[[], object]:
    """Match a glob of *n* stars with a path of eight folders."""
    (at / "/".join("a" * 8)).mkdir(parents=True, exist_ok=True)
    return lambda: PathGlob.of("**/a/" * n + "x.yaml").files(at)


FAMILIES: Mapping[str, Growing] = MappingProxyType(
    {f"manifest: {name}": validated(build) for name, build in MANIFESTS.items()}
    | {f"project: {name}": read_as_project(build) for name, build in PROJECTS.items()}
    | {
        "manifest: parts": of_parts,
        "ignore: stars across segments": lambda n, _: (
            lambda: AddressGlob.of("**a" * n + "b").matches(Address("a" * 1_000))
        ),
        "ignore: stars within one": lambda n, _: (
            lambda: AddressGlob.of("*a" * n + "b").matches(Address("a" * 1_000))
        ),
        "manifests: stars for folders": folders,
        "a selector of many steps": lambda n, _: lambda: [*walker("a." * n)({"a": {"b": 1}})],
        "a locator of many steps": lambda n, _: lambda: reader("a." * n)({"a": {"b": 1}}),
        "words that changed": lambda n, _: lambda: word_diff("a b " * n + "x", "b a " * n + "y"),
    }
)
