"""The syntax trees of the package: each worker of a run parses them once, if a test asks."""

import ast
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from tests.support.paths import ROOT

PACKAGE = ROOT / "reconciler"


@cache
def trees() -> Mapping[Path, ast.Module]:
    """Return the tree of each module, by its path below the package."""
    return {
        path.relative_to(PACKAGE): ast.parse(path.read_text(encoding="utf-8"))
        for path in sorted(PACKAGE.rglob("*.py"))
    }
