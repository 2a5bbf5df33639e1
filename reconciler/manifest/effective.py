"""The effective document of a manifest: its head and parts joined, the overlay over them."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from reconciler.codes.manifest import ManifestCode
from reconciler.manifest.check_report import Report
from reconciler.manifest.manifest_text import Effective, ManifestText
from reconciler.manifest.merge import Merged, Origin, layer, merge
from reconciler.manifest.text.places import Places
from reconciler.manifest.text.pointer import Pointer
from reconciler.manifest.text.tree import Place
from reconciler.manifest.wording import quote


class JoinedPlaces(Places):
    """The places of a value that several files make, each in the file where it was written."""

    def __init__(self, files: Sequence[ManifestText], origin: Origin) -> None:
        self._files = files
        self._origin = origin

    def of(self, at: Pointer) -> Place | None:
        """Return the place of *at* in its file."""
        origin = self._origin.along(at)
        return self._files[origin.file].parsed.places.of(origin.at)

    def of_key(self, at: Pointer) -> Place | None:
        """Return the place of the last key of *at* in its file."""
        origin = self._origin.along(at)
        return self._files[origin.file].parsed.places.of_key(origin.at)

    def file_of(self, at: Pointer) -> str:
        """Return the file where *at* was written."""
        return self._files[self._origin.along(at).file].file


def effective(source: str, files: Sequence[ManifestText]) -> Effective:
    """Return what *files* make: the head first, then its parts, then an overlay."""
    layers = [
        layer(written.parsed.value, number, nulls_take_away=written.is_overlay)
        for number, written in enumerate(files)
    ]
    is_overlaid = files[-1].is_overlay
    joined = merge(*(layers[:-1] if is_overlaid else layers))
    merged = merge(joined, layers[-1]) if is_overlaid else joined
    places = JoinedPlaces(files, merged.origin)
    report = Report(file=files[0].file, source=source, places=places)
    for written in files:
        report.found += written.parsed.faults
    at_fault = _Faults(source, files, report)
    at_fault.conflicts(joined)
    value = merged.json
    incomplete = frozenset(at_fault.unknown_elements(merged, value))
    at_fault.missed(merged)
    at_fault.names_of_source()
    return Effective(
        report=report,
        texts=tuple(files),
        joined=value,
        is_overlaid=is_overlaid,
        incomplete=incomplete,
        gone=merged.gone,
    )


class _Faults:
    def __init__(self, source: str, files: Sequence[ManifestText], report: Report) -> None:
        self._source, self._files, self._report = source, files, report

    def conflicts(self, joined: Merged) -> None:
        for at, below, above in joined.replaced:
            if at == ("source",):
                continue
            self._add(
                ManifestCode.CONFLICTING_PARTS,
                f"{quote(str(at[-1]))} is another than at {self._place(below)}",
                above,
            )

    def unknown_elements(self, merged: Merged, value: Any) -> Iterator[Pointer]:
        for at, table in merged.added:
            try:
                element = _follow(value, at)
            except (KeyError, IndexError, TypeError):
                continue  # what is above took the list away, or has none of its elements
            lacking = (
                [f.key for f in table.fields if f.required and element.get(f.key) is None]
                if isinstance(element, Mapping)
                else []
            )
            if lacking:
                name = next((v for v in element.values() if isinstance(v, str)), "")
                self._add(
                    ManifestCode.UNKNOWN_ELEMENT,
                    f"the manifest has no {table.noun} {quote(name)} here, and to be a new one "
                    f"it lacks {', '.join(lacking)}",
                    merged.origin.along(at),
                )
                yield tuple(map(str, at))

    def missed(self, merged: Merged) -> None:
        for at, origin in merged.missed:
            text = f"null takes nothing away: the manifest has no {quote(str(at[-1]))} here"
            self._add(ManifestCode.NOTHING_TO_TAKE_AWAY, text, origin)

    def names_of_source(self) -> None:
        for number, written in enumerate(self._files[1:], start=1):
            named = written.parsed.value.get("source", self._source)
            if named != self._source:
                self._add(
                    ManifestCode.CONFLICTING_PARTS,
                    f"the source is {quote(named)}, and that of {self._files[0].file} is "
                    f"{quote(self._source)}, to which this file belongs by its place",
                    Origin(number, ("source",)),
                )

    def _add(self, code: ManifestCode, text: str, origin: Origin) -> None:
        written = self._files[origin.file]
        place = written.parsed.places.of(origin.at)
        self._report.found.append(
            code.diagnostic(text, file=written.file, place=place, source=self._source)
        )

    def _place(self, origin: Origin) -> str:
        return Report(
            file=self._files[origin.file].file,
            source=None,
            places=self._files[origin.file].parsed.places,
        ).place_of(origin.at)


def _follow(value: Any, at: Pointer) -> Any:
    for token in at:
        value = value[token]
    return value
