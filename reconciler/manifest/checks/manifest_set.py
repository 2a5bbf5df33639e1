"""Checks across all manifests of an environment: one manifest per source, unique ids."""

from collections.abc import Sequence
from typing import NamedTuple

from reconciler.codes.manifest import ManifestCode
from reconciler.diagnostics import Confidence
from reconciler.manifest.draft import Draft
from reconciler.manifest.text.pointer import Pointer
from reconciler.manifest.wording import quote
from reconciler.semantics.response import Code


class _Definition(NamedTuple):
    draft: Draft
    at: Pointer
    is_type: bool


class ManifestSet:
    """The external ids of all manifests, with the manifest that first defines each."""

    def __init__(self, drafts: Sequence[Draft]) -> None:
        """Index *drafts*, and report duplicate sources and external ids."""
        self._definitions: dict[str, _Definition] = {}
        sources: dict[str, Draft] = {}
        for draft in drafts:
            other = sources.setdefault(draft.source, draft)
            if other is not draft:
                draft.report.add(
                    ManifestCode.DUPLICATE_SOURCE,
                    f"source {quote(draft.source)} is also that of {other.report.file}",
                    ("source",),
                    hint='each manifest has a "source" of its own; without one, '
                    "it is the file's name",
                )
            self._index(draft)

    def elsewhere(self, draft: Draft, external_id: str) -> str | None:
        """Return the place of the object type *external_id* in a manifest other than *draft*."""
        definition = self._definitions.get(external_id)
        if definition is None or definition.draft is draft or not definition.is_type:
            return None
        return definition.draft.report.place_of(definition.at)

    def _index(self, draft: Draft) -> None:
        for object_type in draft.outline.types:
            self._add(object_type.external_id, _Definition(draft, object_type.at, is_type=True))
            for attribute in object_type.attributes:
                self._add(attribute.external_id, _Definition(draft, attribute.at, is_type=False))

    def _add(self, external_id: str | None, definition: _Definition) -> None:
        if external_id is None:
            return
        other = self._definitions.setdefault(external_id, definition)
        # Duplicates within one manifest are another fault, which is reported there.
        if other.draft is not definition.draft:
            both_types = other.is_type and definition.is_type
            place = other.draft.report.place_of((*other.at, "externalId"))
            definition.draft.report.add(
                ManifestCode.DUPLICATE_EXTERNAL_ID,
                f"{quote(external_id)} is also defined at {place}",
                (*definition.at, "externalId"),
                hint="external ids are unique over all object schemas",
                api_code=Code.SCHEMA_INVALID_EXTERNAL_ID,
                confidence=Confidence.REPORTED if both_types else Confidence.INFERRED,
            )
