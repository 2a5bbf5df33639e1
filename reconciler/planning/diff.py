"""The gate to deepdiff: which fields of two matched elements differ.

Only for pairs that are known to differ: deepdiff is thorough, and slow (design.md#traps).
"""

from collections.abc import Mapping
from typing import Any


def fields_that_differ(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the names of the top-level fields that differ, sorted."""
    # Importing deepdiff takes longer than planning a source that has not changed.
    from deepdiff import DeepDiff  # noqa: PLC0415

    difference = DeepDiff(dict(before), dict(after), view="tree", verbose_level=0)
    return tuple(
        sorted(
            {
                level.path(output_format="list")[0]
                for levels in difference.values()
                for level in levels
            }
        )
    )
