"""The place of a difference in the manifest, and changes with that place."""

from collections.abc import Callable, Mapping, Sequence

from reconciler.manifest.locations import ElementPlace, Locations
from reconciler.model.policy import Risk
from reconciler.planning.diff.difference import Difference
from reconciler.planning.plan import LEFT_OPEN, Attribution, Change, Kind, Verdict
from reconciler.value import replace

# The manifest has no place for elements that only live has.
_TO_ACT_ON = LEFT_OPEN - {Verdict.ORPHAN}
_MOVED = {Attribution.DRIFT, Attribution.CONFLICT}


def with_manifest_places(
    changes: Sequence[Change], differences: Sequence[Difference], locations: Locations | None
) -> list[Change]:
    """Return *changes*, with line and column for those that a reader must act on.

    Only for those, because finding the first place in a manifest takes longer than planning.
    """
    if locations is None:
        return list(changes)
    by_address = {d.address: d for d in differences}

    def at(change: Change) -> Change:
        if not _needs_action(change):
            return change
        place = manifest_place(by_address[change.address], locations)
        if place is None:
            return change
        # The file of a source's manifest stands with the source.
        file = place.file if place.file != locations.file else None
        return replace(change, line=place.line, column=place.column, file=file)

    return [at(change) for change in changes]


def _needs_action(change: Change) -> bool:
    if change.verdict in _TO_ACT_ON or change.risk is not Risk.NONE:
        return True
    return change.attribution in _MOVED


def manifest_place(about: Difference, locations: Locations) -> ElementPlace | None:
    """Return line and column of the element of *about*, None if the manifest lacks it."""
    names, type_id, attribute_id = about.names, about.type_key, about.attribute_key
    field = about.field
    places: Mapping[Kind, Callable[[], ElementPlace | None]] = {
        Kind.OBJECT_SCHEMA: lambda: locations.of_object_schema(field=field),
        Kind.OBJECT_TYPE: lambda: locations.of_type(names, type_id, field=field),
        Kind.ATTRIBUTE: lambda: locations.of_attribute(names, type_id, attribute_id, field=field),
        Kind.MAPPING: lambda: locations.of_mapping(names, type_id, field=field),
        Kind.ATTRIBUTE_MAPPING: lambda: locations.of_attribute_mapping(
            names, type_id, attribute_id, field=field
        ),
        Kind.ICON: lambda: locations.of_icon(names[-1]),
        Kind.STATUS: lambda: locations.of_status(names[-1]),
    }
    return places[about.kind]()
