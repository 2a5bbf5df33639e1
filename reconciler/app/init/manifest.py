"""A manifest inferred from a file of data, previewed on all of it, with comments that say why."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path

from reconciler.app.init.files import MANIFEST_MODELINE
from reconciler.app.preview import take_data
from reconciler.app.progress import Progress
from reconciler.data.entries import DataFormat
from reconciler.data.reader import open_data
from reconciler.diagnostics import errors_in
from reconciler.errors import DataError, ManifestError
from reconciler.lifetime import collector_paused
from reconciler.manifest.load import check_text
from reconciler.manifest.minimal_form import new_manifest
from reconciler.manifest.text.yaml_writer import scalar, yaml_text
from reconciler.mapping.inference.document import document_of, refuted_by
from reconciler.mapping.inference.names import title
from reconciler.mapping.inference.object_types import (
    NO_CORRECTIONS,
    InferredType,
    inferred_types,
    reasons_of,
)
from reconciler.mapping.inference.sample import DataSample, sample_of, shown_path
from reconciler.mapping.inference.tables import typed_tables
from reconciler.mapping.mapper import Mapper
from reconciler.mapping.preview import Preview
from reconciler.mapping.tally import Tally
from reconciler.model.document import Document
from reconciler.outcome.new_project import InferredManifest

_MOST_ROUNDS = 6


def inferred_manifest(
    data: Path,
    source: str,
    *,
    called: str,
    id_base: str,
    file: str,
    progress: Progress,
    format_: DataFormat | None = None,
) -> InferredManifest:
    """Return the manifest of *source* for the file *file*, inferred from *data*.

    What a sample suggests is held against all of the data, and corrected. Raises DataError if
    they cannot be read or have nothing that a mapping could read.
    """
    name = shown_path(data.name)
    sample = _sample(data, source, format_)
    tables, links = typed_tables(sample)
    corrections = NO_CORRECTIONS
    for _ in range(_MOST_ROUNDS):
        types = inferred_types(
            tables, links, called=called, id_base=id_base, corrections=corrections
        )
        if not types:
            raise _nothing(name, sample)
        document = document_of(types, name=title(called) or source, data=name)
        preview = _preview(data, document, progress, format_)
        refuted = corrections.union(refuted_by(preview, types))
        if refuted == corrections:
            break
        corrections = refuted
    text = _text(source, document, types, _header(name, sample, preview))
    if found := errors_in(check_text(text, file=file)):
        raise ManifestError(found)
    return InferredManifest(
        source=source,
        file=file,
        data=str(data),
        text=text,
        types=types,
        preview=preview,
        left_out=tuple(sample.notes),
    )


def _sample(data: Path, root: str, format_: DataFormat | None) -> DataSample:
    with collector_paused(), open_data(data, format=format_, roots=root) as reading:
        sample = sample_of((each.root, each.value, each.is_alone) for each in reading)
        for unread, number in reading.notes.unread_roots.items():
            if number and unread not in sample.tables:
                sample.note(unread, "is not a list of objects, so no mapping reads it")
    return sample


def _nothing(name: str, sample: DataSample) -> DataError:
    reasons = [f"{note}" for note in sample.notes]
    return DataError(
        f"{name} has no entry that a mapping could read",
        hint="\n".join([*reasons, 'data are a list of objects, or lists by name: {"name": […]}']),
    )


def _preview(
    data: Path, document: Document, progress: Progress, format_: DataFormat | None
) -> Preview:
    mapper = Mapper.of(document)
    tally = Tally(mapper)
    take_data(str(data), [tally], mappers=[mapper], progress=progress, format_=format_)
    return tally.preview()


def _header(name: str, sample: DataSample, preview: Preview) -> Sequence[str]:
    looked = f"{sample.entries:,} of {preview.entries:,} entries"
    lines = [
        MANIFEST_MODELINE,
        f"# Inferred from {name} by init. Comments say why, and what is not certain.",
        f"# It looked at {looked}, and tried the result on all.",
        "# Names, types and external ids cannot be changed after the first apply: change them now.",
    ]
    if sample.notes:
        lines += ["# Left out:", *(f"# - {note}" for note in sample.notes)]
    return lines


def _text(
    source: str, document: Document, types: Sequence[InferredType], header: Sequence[str]
) -> str:
    """Return the text of the manifest with the reasons above the elements that they are about."""
    reasons: Mapping[str, list[str]] = defaultdict(list)
    for external_id, reason in reasons_of(types):
        reasons[f"- externalId: {scalar(external_id)}"].append(reason)
    lines = [*header]
    for line in yaml_text(new_manifest(source, document)).splitlines():
        indent = line[: len(line) - len(line.lstrip())]
        lines += (f"{indent}# {reason}" for reason in reasons.get(line.strip(), ()))
        lines.append(line)
    return "".join(f"{line}\n" for line in lines)
