"""One difference between two aligned documents, before anybody judged it.

The gate to deepdiff: which fields of two matched elements differ.

Only for pairs that are known to differ: deepdiff is thorough, and slow (design.md#traps).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from reconciler.planning.diff.align import Side
from reconciler.planning.plan import Edit, Kind


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


EVERYTHING = frozenset({"icons", "png48", "statuses", "iconKey", "typeValues"})
_FIELDS_OFTEN_HIDDEN = ("iconKey", "typeValues", "png48")


@dataclass(frozen=True, kw_only=True, slots=True)
class Difference:
    """One difference.

    `type_key` and `attribute_key` are the keys of `align`; `field` None stands for
    the whole element. `write_only`: live does not show it, so nobody knows whether
    it differs.
    """

    kind: Kind
    edit: Edit
    address: str
    names: tuple[str, ...]
    field: str | None = None
    before: Any = None
    after: Any = None
    type_key: str | None = None
    attribute_key: str | None = None
    write_only: bool = False

    @property
    def is_orphan(self) -> bool:
        """Whether only live has the element, and nothing takes it away."""
        return self.edit is Edit.REMOVE and self.kind is not Kind.ATTRIBUTE_MAPPING


@dataclass(frozen=True, kw_only=True, slots=True)
class Sides:
    """Both documents of a source; `shown` names the write-only parts that live shows."""

    source: str
    desired: Side
    live: Side
    shown: frozenset[str]


@dataclass(frozen=True, kw_only=True, slots=True)
class Element:
    """What a difference is about, and where it stands."""

    kind: Kind
    address: str
    names: tuple[str, ...]
    type_key: str | None = None
    attribute_key: str | None = None

    def whole(self, edit: Edit, fields: Any, *, write_only: bool = False) -> Difference:
        """Return the difference of an element that is added or removed with these fields."""
        return Difference(
            kind=self.kind,
            edit=edit,
            address=self.address,
            names=self.names,
            before=fields if edit is Edit.REMOVE else None,
            after=fields if edit is Edit.ADD else None,
            type_key=self.type_key,
            attribute_key=self.attribute_key,
            write_only=write_only,
        )

    def fields(
        self, before: Mapping[str, Any], after: Mapping[str, Any], *, shown: frozenset[str]
    ) -> Iterator[Difference]:
        """Yield a difference for each field that differs, or that live does not show.

        A value that live hides but that is remembered as sent compares like any other.
        """
        hidden = {f for f in _FIELDS_OFTEN_HIDDEN if f in after and before[f] is None} - shown
        differing = fields_that_differ(before, after) if before != after else ()
        for field in sorted(hidden.union(differing)):
            yield Difference(
                kind=self.kind,
                edit=Edit.CHANGE,
                address=f"{self.address}/{field}",
                names=self.names,
                field=field,
                before=None if field in hidden else before[field],
                after=after[field],
                type_key=self.type_key,
                attribute_key=self.attribute_key,
                write_only=field in hidden,
            )
