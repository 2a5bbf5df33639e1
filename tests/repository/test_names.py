"""Names by which a stranger finds the place: one thing to a name, and folders to overlook."""

import ast
from collections import defaultdict
from pathlib import Path

from tests.support.package import trees

LARGEST_FOLDER = 25
MOST_SHARED_NAMES = 8
# Words that fit anything, participles, and metaphors that nobody else knows.
VAGUE = {
    *("common", "helper", "helpers", "manager", "misc", "util", "utils"),
    *("chosen", "drifting", "held", "ingesting", "located", "moved", "moves", "moving"),
    *("placed", "pulling", "said", "told", "trying", "estate", "sightings", "spot"),
}


def words(module: Path) -> set[str]:
    return {word for part in module.with_suffix("").parts for word in part.split("_")}


def test_no_module_has_a_name_that_says_nothing() -> None:
    assert [str(module) for module in trees() if VAGUE & words(module)] == []


def test_no_folder_is_larger_than_a_reader_can_overlook() -> None:
    """The file that makes a package of it does not count."""
    folders: dict[Path, list[str]] = defaultdict(list)
    for module in trees():
        if module.name != "__init__.py":
            folders[module.parent].append(module.stem)
    assert {str(f): len(each) for f, each in folders.items() if len(each) > LARGEST_FOLDER} == {}


def test_hardly_a_class_shares_its_name_with_another() -> None:
    places: dict[str, list[str]] = defaultdict(list)
    for module, tree in trees().items():
        for node in tree.body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                places[node.name].append(str(module))
    shared = {name: those for name, those in places.items() if len(those) > 1}
    assert len(shared) <= MOST_SHARED_NAMES, shared
