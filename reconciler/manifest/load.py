"""Loads desired documents from files and reports every fault of every file, in reading order."""

import logging
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from types import MappingProxyType

from reconciler.codes.file import FileCode
from reconciler.codes.project import ProjectCode
from reconciler.diagnostics import Diagnostic, errors_in, in_reading_order, limited
from reconciler.errors import ManifestError
from reconciler.lifetime import collector_paused
from reconciler.manifest.checks.expressions import check_expressions
from reconciler.manifest.checks.icons import check_icons
from reconciler.manifest.checks.ids import check_ids
from reconciler.manifest.checks.keys import check_keys
from reconciler.manifest.checks.manifest_set import ManifestSet
from reconciler.manifest.checks.mappings import check_mappings
from reconciler.manifest.checks.names import check_names
from reconciler.manifest.checks.references import check_references
from reconciler.manifest.checks.renamed_statuses import check_renamed_statuses
from reconciler.manifest.checks.types import check_types
from reconciler.manifest.draft import Draft, draft_of, read_draft
from reconciler.manifest.files import manifest_paths, manifests_in
from reconciler.manifest.layers import NO_LAYERS, Layers, layers_of, overlay_folders
from reconciler.manifest.lint import COMMENT_MARK
from reconciler.manifest.locations import Locations
from reconciler.manifest.manifest_text import ManifestText
from reconciler.manifest.other_file import OtherFile
from reconciler.manifest.project.file import PROJECT_FILE, misnamed_project_files
from reconciler.manifest.project.model import Project
from reconciler.manifest.project.variables import Template
from reconciler.manifest.subfolders import manifests_below
from reconciler.manifest.text.file import Read, read_bytes, shown_path
from reconciler.manifest.text.pointer import Pointer, read_pointer
from reconciler.manifest.text.tree import Place
from reconciler.manifest.wording import did_you_mean, quote
from reconciler.model.document import Document
from reconciler.model.id_prefix import IdPrefix
from reconciler.value import Value, field, replace

__all__ = [
    "Loaded",
    "Manifest",
    "check_text",
    "load_manifests",
    "load_project_manifests",
    "manifest_paths",
    "manifests_in",
]

_log = logging.getLogger("reconciler")


class Manifest(Value):
    """The desired state of one import source, and the file that states it.

    `import_source_id` is None if the manifest has none. `renamed_statuses` are new
    names by old ones, `draft` is the manifest as it is written, without the prefix that the ids of
    `document` have.
    """

    source: str
    import_source_id: Template | None
    labels: Mapping[str, str]
    renamed_statuses: Mapping[str, str]
    document: Document
    file: str
    locations: Locations
    draft: Draft

    def place(self, pointer: str) -> Place | None:
        """Return line and column of the RFC 6901 *pointer*, or of the nearest part above it."""
        return self.locations.places.of(read_pointer(pointer))


class Faulty(Value):
    """What is known of a manifest in error; `source` is None if it cannot be read.

    `stubs` are the types and attributes that it names, which are its source's all the same.
    """

    source: str | None
    import_source_id: Template | None
    stubs: Document = Document()
    labels: Mapping[str, str] = field(default_factory=dict)


class Loaded(Value):
    """The manifests without errors by source, those in error, all diagnostics, the files left out.

    `faulty` also has the files that cannot be read. `shared_with` has of a diagnostic that is
    about two manifests the source of the one where it is not reported. `remarks` are about what
    ignores warnings to no use or without a reason: for whoever looks after all the manifests.
    `found` is what the manifests' diagnostics were before they were limited in number.
    """

    manifests: tuple[Manifest, ...]
    faulty: tuple[Faulty, ...]
    diagnostics: tuple[Diagnostic, ...]
    skipped: Mapping[str, OtherFile]
    shared_with: Mapping[Diagnostic, str] = field(default_factory=dict)
    remarks: tuple[Diagnostic, ...] = ()
    found: tuple[Diagnostic, ...] = ()

    @property
    def near_misses(self) -> tuple[Diagnostic, ...]:
        """The warnings about files that were probably meant to be manifests."""
        return tuple(d for d in self.diagnostics if d.code == FileCode.NEAR_MISS)


def load_project_manifests(project: Project, *, besides: Collection[Path] = ()) -> Loaded:
    """Return the manifests of *project*.

    *besides* are files among the manifests that are not manifests. Raises ManifestError if the
    project's globs are invalid.
    """
    paths = manifest_paths(project, besides=besides)
    loaded = load_manifests(paths, layers=layers_of(project, paths))
    found = project.lint.muted(
        (
            *loaded.diagnostics,
            *project.remarks,
            *_misnamed(project),
            *_below(project, loaded),
        )
    )
    remarks = loaded.remarks
    if not errors_in(found):
        known = {manifest.source for manifest in loaded.manifests}
        found += project.lint.muted(_unknown_bindings(project, known))
        remarks = (*remarks, *project.lint.unused(found))
    return replace(loaded, diagnostics=in_reading_order(found), remarks=remarks)


def load_manifests(
    paths: Sequence[Path], *, read: Read = read_bytes, layers: Layers = NO_LAYERS
) -> Loaded:
    """Return the manifests with the heads *paths*, with each fault of each file as a diagnostic.

    Their documents are what *layers* make of them. A faulty file raises no error.
    """
    found: list[Diagnostic] = []
    skipped: dict[str, OtherFile] = {}
    faulty: list[Faulty] = []
    faulty_stems: set[str] = set()
    with collector_paused():
        drafts = []
        for path in dict.fromkeys(path.absolute() for path in paths):
            try:
                draft = read_draft(path, read, layers)
            except ManifestError as error:
                found += error.diagnostics
                faulty.append(Faulty(source=None, import_source_id=None))
                faulty_stems.add(path.stem)
                continue
            if isinstance(draft, OtherFile):
                file = shown_path(path)
                skipped[file] = draft
                if draft.is_near_miss:
                    found.append(draft.diagnostic(file))
                else:
                    _log.info("%s is not read as a manifest: %s", file, draft.what)
            else:
                drafts.append(draft)
        shared_with = _check(drafts)
        manifests = [*_manifests(drafts, layers.id_prefix)]
    found += _unused_overlays(layers, drafts, faulty_stems)
    remarks: list[Diagnostic] = []
    for draft in drafts:
        told, remarked = _after_comments(draft)
        found += told
        remarks += remarked
        if draft.report.has_errors:
            faulty.append(
                Faulty(
                    source=draft.source,
                    import_source_id=_import_source_id(draft),
                    stubs=layers.id_prefix.put_before(draft.outline.stubs()),
                    labels=_texts(draft, "labels"),
                )
            )
    found = layers.lint.muted(found)
    return Loaded(
        manifests=tuple(sorted(manifests, key=lambda manifest: manifest.source)),
        faulty=tuple(faulty),
        diagnostics=limited(in_reading_order(found)),
        skipped=MappingProxyType(skipped),
        shared_with=MappingProxyType(shared_with),
        remarks=limited(remarks),
        found=tuple(found),
    )


def _after_comments(draft: Draft) -> tuple[Sequence[Diagnostic], Sequence[Diagnostic]]:
    """Return what was found in *draft*, after the comments that ignore some; remarks on these."""
    if not any(COMMENT_MARK in each.text for each in draft.texts if not each.is_json):
        return draft.report.found, ()
    from reconciler.manifest.inline_ignores import ignored_inline  # noqa: PLC0415 - few have any

    after = ignored_inline(draft)
    return after.found, after.remarks


def check_text(text: str, *, file: str) -> tuple[Diagnostic, ...]:
    """Return the diagnostics of the manifest *text* by itself, as the content of *file*."""
    return check_files([ManifestText(file=file, stored=text)])


def check_files(texts: Sequence[ManifestText]) -> tuple[Diagnostic, ...]:
    """Return the diagnostics of the manifest that *texts* make, by itself."""
    try:
        draft = draft_of(texts)
    except ManifestError as error:
        return error.diagnostics
    return () if isinstance(draft, OtherFile) else check_draft(draft)


def check_draft(draft: Draft) -> tuple[Diagnostic, ...]:
    """Return the diagnostics of *draft* by itself."""
    _check([draft])
    return in_reading_order(draft.report.found)


def _check(drafts: Sequence[Draft]) -> Mapping[Diagnostic, str]:
    """Check *drafts*, each by itself and beside the others; return what two share."""
    whole = [draft for draft in drafts if draft.is_whole]
    manifest_set = ManifestSet(whole)
    for draft in whole:
        document, report = draft.outline, draft.report
        elsewhere = partial(manifest_set.elsewhere, draft)
        check_keys(document, report)
        check_ids(document, report)
        check_names(document, report)
        check_types(document, report)
        check_references(document, report, elsewhere)
        check_mappings(document, report, elsewhere)
        check_expressions(document, report)
        check_icons(document, report)
        check_renamed_statuses(document, report)
    return manifest_set.shared_with


def _manifests(drafts: Sequence[Draft], id_prefix: IdPrefix) -> Iterator[Manifest]:
    for draft in drafts:
        if not draft.report.has_errors:
            yield Manifest(
                source=draft.source,
                import_source_id=_import_source_id(draft),
                labels=_texts(draft, "labels"),
                renamed_statuses=_texts(draft, "renamedStatuses"),
                document=id_prefix.put_before(draft.document),
                file=draft.report.file,
                locations=Locations(
                    file=draft.report.file,
                    outline=draft.outline,
                    places=draft.report.places,
                    id_prefix=id_prefix,
                ),
                draft=draft,
            )


def _unused_overlays(
    layers: Layers, drafts: Sequence[Draft], unread: Collection[str]
) -> Iterator[Diagnostic]:
    """Yield the overlays of sources that no manifest defines, as far as all could be read."""
    known = {draft.source for draft in drafts}
    for name, path in layers.overlays.items():
        if name not in known and name not in unread:
            yield ProjectCode.BAD_OVERLAYS.diagnostic(
                f"{shown_path(path)} is an overlay of {quote(name)}, which no manifest defines",
                hint=did_you_mean(name, known) or "its name without the ending is the source's",
                file=shown_path(path),
            )


def _texts(draft: Draft, key: str) -> Mapping[str, str]:
    """Return the texts that a manifest, valid or not, has by name under its *key*."""
    written = draft.outline.head.get(key)
    of = written.items() if isinstance(written, dict) else ()
    return MappingProxyType({key: value for key, value in of if isinstance(value, str)})


def _import_source_id(draft: Draft) -> Template | None:
    at: Pointer = ("importSourceId",)
    if not isinstance(text := draft.outline.head.get("importSourceId"), str):
        return None
    report = draft.report
    return Template(
        text=text, key="importSourceId", file=report.file_of(at), place=report.places.of(at)
    )


def _below(project: Project, loaded: Loaded) -> Iterator[Diagnostic]:
    """Yield what is in folders that nobody has said anything about."""
    if project.manifest_globs is None:
        stems = {manifest.source: Path(manifest.file).stem for manifest in loaded.manifests}
        yield from manifests_below(
            project.root,
            stems=stems,
            besides={*map(str, overlay_folders(project))},
            has_project=project.path is not None,
        )


def _misnamed(project: Project) -> Iterator[Diagnostic]:
    for path in misnamed_project_files(project):
        yield ProjectCode.MISNAMED_PROJECT_FILE.diagnostic(
            f"{shown_path(path)} is not read",
            hint=did_you_mean(path.name, [PROJECT_FILE]),
            file=shown_path(path),
        )


def _unknown_bindings(project: Project, known: set[str]) -> Iterator[Diagnostic]:
    for name, binding in project.environment.sources.items():
        if name not in known:
            yield ProjectCode.UNKNOWN_SOURCE.diagnostic(
                f"environment {quote(project.environment.name)} binds source {quote(name)}, "
                "which no manifest defines",
                hint=did_you_mean(name, known),
                file=None if project.path is None else shown_path(project.path),
                place=binding.place,
            )
