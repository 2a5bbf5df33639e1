"""The place of a difference in the manifest, and changes with that place."""

from collections.abc import Sequence

from reconciler.manifest.locations import ElementPlace, Locations
from reconciler.model.policy import Risk
from reconciler.planning.change import LEFT_OPEN, Attribution, Change, Kind, Verdict
from reconciler.planning.diff.difference import Difference
from reconciler.value import replace

# The manifest has no place for elements that only live has.
_TO_ACT_ON = LEFT_OPEN - {Verdict.ORPHAN}
_MOVED = {Attribution.DRIFT, Attribution.CONFLICT}


def with_manifest_places(
    changes: Sequence[Change], differences: Sequence[Difference], locations: Locations
) -> list[Change]:
    """Return *changes*, with line and column for those that a reader must act on.

    Only for those, because finding the first place in a manifest takes longer than planning.
    """
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
    ids = about.type_key, about.attribute_key
    return element_place(locations, about.kind, about.names, ids, about.field)


def element_place(
    locations: Locations,
    kind: Kind,
    names: tuple[str, ...],
    ids: tuple[str | None, str | None],
    field: str | None,
) -> ElementPlace | None:
    """Return the place of the element of this *kind* with these names, or of its *field*.

    The *ids* are those of its type and of its attribute. Where the manifest has no such one, the
    place is that of what it would be in.
    """
    (*above, name), (type_id, attribute_id) = names, ids
    match kind:
        case Kind.OBJECT_SCHEMA:
            return locations.place_at(("schema", "objectSchema", *filter(None, [field])))
        case Kind.OBJECT_TYPE:
            return locations.place(locations.type_of(names, type_id), field)
        case Kind.MAPPING:
            return locations.place(locations.mapping_of(names, type_id), field)
        case Kind.ATTRIBUTE:
            owner = locations.type_of(tuple(above), type_id)
            return locations.place(locations.inside(owner, name, attribute_id), field)
        case Kind.ATTRIBUTE_MAPPING:
            mapping = locations.mapping_of(tuple(above), type_id)
            return locations.place(locations.inside(mapping, name, attribute_id), field)
        case Kind.ICON | Kind.STATUS:
            outline = locations.outline
            named = outline.icons if kind is Kind.ICON else outline.statuses
            return locations.place(next((each for each in named if each.name == name), None))
