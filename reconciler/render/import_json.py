"""How a data execution ended, for programs."""

from dataclasses import asdict
from typing import Any

from reconciler.outcome.import_result import Count, ImportResult


def import_result_json(source: str, result: ImportResult) -> dict[str, Any]:
    """Return what the execution of *source* did; every field is present, null where not told.

    `ended_well` is None until it has ended.
    """
    return {
        "source": source,
        "ended_well": result.ended_well if result.is_ended else None,
        **asdict(result),
        "totals": {count.value: result.total(count) for count in Count},
    }
