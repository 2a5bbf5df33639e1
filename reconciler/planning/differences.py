"""Everything that differs between two aligned documents, element by element, field by field."""

from collections.abc import Iterator

from reconciler.planning.difference import Difference, Sides
from reconciler.planning.icon_differences import icon_differences, status_differences
from reconciler.planning.mapping_differences import mapping_differences
from reconciler.planning.type_differences import type_differences


def differences(sides: Sides) -> Iterator[Difference]:
    """Yield every difference, types first, then mappings, icons and statuses, by identity.

    An optional field that only live has is unmanaged, and no difference.
    """
    yield from type_differences(sides)
    yield from mapping_differences(sides)
    yield from icon_differences(sides)
    yield from status_differences(sides)
