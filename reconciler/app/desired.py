"""The desired state: manifests loaded, sources selected and bound."""

import os
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path

from reconciler.app.project import write_manifest
from reconciler.app.selection import Chosen, Selection, select
from reconciler.codes.file import FileCode
from reconciler.codes.lint import is_lint
from reconciler.diagnostics import Diagnostic, errors_in
from reconciler.errors import ManifestError, ReconcilerError, WrongUsage
from reconciler.lifetime import keep
from reconciler.manifest.files import real_path
from reconciler.manifest.load import Loaded, Manifest, load_project_manifests
from reconciler.manifest.other_file import other_by_beginning, other_by_name
from reconciler.manifest.project.bindings import bind_sources
from reconciler.manifest.project.model import Project
from reconciler.manifest.text.file import beginning
from reconciler.model.address import Address
from reconciler.model.source import SourceRef
from reconciler.planning.inputs import SourceInput
from reconciler.value import Value


class Desired(Value):
    """The selected manifests, none of them in error, with the warnings about them.

    `loaded` is all of the project.
    """

    project: Project
    manifests: tuple[Manifest, ...]
    diagnostics: tuple[Diagnostic, ...]
    loaded: Loaded

    def bound(self) -> tuple[SourceRef, ...]:
        """Return the import sources of the selected manifests.

        Raises ManifestError as `bind_sources` does, with the warnings: a misspelt binding is one.
        """
        try:
            return bind_sources(self.project, [m.source for m in self.manifests], self.loaded)
        except ManifestError as error:
            raise ManifestError((*self.diagnostics, *error.diagnostics)) from error

    def news(self, inputs: Iterable[SourceInput]) -> tuple[Diagnostic, ...]:
        """Return its diagnostics without the lint that live has just so, as *inputs* show it."""
        if not any(map(is_lint, self.diagnostics)):
            return self.diagnostics
        from reconciler.planning.adopt.lint import beyond_live  # noqa: PLC0415 - most are clean

        return beyond_live(self.diagnostics, self.loaded.found, inputs)

    def address(self, written: Address) -> Address:
        """Return the address that plans have for *written*: its ids with the prefix."""
        prefix = self.project.environment.id_prefix
        documents = (m.document for m in self.manifests if m.source == written.source)
        return next((prefix.of(each).put_in_address(written) for each in documents), written)


NO_LABELS: Mapping[str, str] = {}


def labels_of(loaded: Loaded) -> dict[str, Mapping[str, str]]:
    """Return the labels of the sources of all manifests, faulty ones included."""
    faulty = {each.source: each.labels for each in loaded.faulty if each.source is not None}
    return {**faulty, **{manifest.source: manifest.labels for manifest in loaded.manifests}}


def known_sources(project: Project, loaded: Loaded) -> dict[str, Mapping[str, str]]:
    """Return the labels of the sources of all manifests, and of the bound ones, which have none."""
    return {**dict.fromkeys(project.environment.sources, NO_LABELS), **labels_of(loaded)}


def choose(
    project: Project,
    loaded: Loaded,
    selection: Selection,
    known: Mapping[str, Mapping[str, str]],
) -> Chosen:
    """Return which of the sources *known*, with their labels, are selected.

    Raises WrongUsage for a part of the selection that matches nothing, unless a file that
    cannot be read may be what it means; ReconcilerError as `changes_since` does.
    """
    ref = selection.changed_since
    changes = None
    if ref is not None:
        from reconciler.app.git import changes_since  # noqa: PLC0415 - few name a commit

        changes = changes_since(project, loaded, ref)
    near = {Path(d.file).stem: d.text for d in loaded.near_misses if d.file}
    chosen = select(known, selection, changes, near=near)
    if chosen.refusal and all(d.source is not None for d in errors_in(loaded.diagnostics)):
        for name in chosen.unknown:
            check_no_file(name, loaded.manifests)
        raise chosen.refusal
    return chosen


def choose_known(project: Project, selection: Selection, others: Iterable[str]) -> Chosen:
    """Return which of the project's sources and *others*, which the journal has, are selected.

    Raises WrongUsage and ReconcilerError as `choose` does.
    """
    loaded = load_project_manifests(project)
    known = {**dict.fromkeys(others, NO_LABELS), **known_sources(project, loaded)}
    return choose(project, loaded, selection, known)


def load_desired(
    project: Project, selection: Selection, *, besides: Collection[Path] = ()
) -> Desired:
    """Return the desired state of the selected sources.

    The files *besides* are not manifests, wherever they are. Raises what `desired_of` raises.
    """
    loaded = load_project_manifests(project, besides=besides)
    return desired_of(project, loaded, selection)


def desired_of(project: Project, loaded: Loaded, selection: Selection) -> Desired:
    """Return the desired state of the selected sources of the *loaded* manifests.

    Raises ManifestError with every diagnostic if a selected manifest is in error, WrongUsage
    as `choose` does, and ManifestError if there is no manifest at all.
    """
    known = labels_of(loaded)
    chosen = choose(project, loaded, selection, known) if known else Chosen(names=())
    about = concerning(loaded.diagnostics, loaded, selection, chosen)
    diagnostics = (*project.lint.raised(about), *chosen.diagnostics)
    if errors_in(diagnostics):
        raise ManifestError(diagnostics)
    if not known:
        raise no_manifest(project.root, diagnostics)
    keep(loaded)
    return _desired(project, loaded, chosen.names, diagnostics)


def select_each(
    project: Project, loaded: Loaded, selection: Selection
) -> tuple[Desired, dict[str, ReconcilerError]]:
    """Select sources as `desired_of` does, and return why others cannot be judged.

    What is wrong with a manifest is its source's error. A file that cannot be read has no
    source, and may be the manifest of a bound source that has none. Raises WrongUsage as
    `choose` does, ManifestError if there is no manifest at all.
    """
    of_source: dict[str | None, list[Diagnostic]] = {}
    for error in errors_in(loaded.diagnostics):
        of_source.setdefault(error.source, []).append(error)
    is_unread = None in of_source
    known = known_sources(project, loaded) if is_unread else labels_of(loaded)
    if not known and not is_unread:
        raise no_manifest(project.root, loaded.diagnostics)
    chosen = choose(project, loaded, selection, known)
    failed: dict[str, ReconcilerError] = {
        name: in_error(of_source[name]) for name in chosen.names if name in of_source
    }
    names = [*chosen.names, *(chosen.unknown if is_unread else ())]
    in_files = labels_of(loaded)
    failed |= {name: perhaps_unread() for name in names if name not in in_files}
    diagnostics = (*concerning(loaded.diagnostics, loaded, selection, chosen), *chosen.diagnostics)
    judged = {*names} - failed.keys()
    return _desired(project, loaded, judged, diagnostics), failed


def _desired(
    project: Project, loaded: Loaded, names: Iterable[str], diagnostics: tuple[Diagnostic, ...]
) -> Desired:
    wanted = {*names}
    manifests = tuple(m for m in loaded.manifests if m.source in wanted)
    return Desired(project=project, manifests=manifests, diagnostics=diagnostics, loaded=loaded)


def in_error(found: Sequence[Diagnostic]) -> ReconcilerError:
    """Return the error of a source whose manifest has the errors *found*."""
    first, *others = found
    more = f", and {len(others)} more" if others else ""
    return ReconcilerError(f"its manifest is in error: {first.place}: {first.text}{more}")


def perhaps_unread() -> ReconcilerError:
    """Return the error of a source without a manifest, where a file cannot be read."""
    return ReconcilerError(
        "it has no manifest, unless it is in a file that cannot be read",
        hint="repair that file first",
    )


def check_no_file(name: str, manifests: Sequence[Manifest]) -> None:
    """Raise WrongUsage if *name*, which is no source, is a file: what it is for is said."""
    if not os.path.isfile(name):  # noqa: PTH113 - False for what is no file's name at all
        return
    path = Path(name)
    file = real_path(path)
    of_file = (m.source for m in manifests if real_path(Path(m.file)) == file)
    other = other_by_name(path.name) or other_by_beginning(
        beginning(path), is_json=path.suffix.lower() == ".json"
    )
    if (source := next(of_file, None)) is not None:
        hint = f'did you mean "{source}", the source of that manifest?'
    elif other is not None:
        hint = other.hint
    else:
        hint = f"sources: {', '.join(sorted(m.source for m in manifests))}"
    what = "it is a file" if other is None else other.what
    raise WrongUsage(f'no manifest has the source "{name}": {what}', hint=hint)


def no_manifest(where: Path | str, besides: Iterable[Diagnostic] = ()) -> ManifestError:
    """Return the error for a project, or paths, without any manifest, behind *besides*."""
    error = FileCode.NO_MANIFEST.diagnostic(
        f"there is no manifest in {where}",
        hint="a manifest is a *.yaml, *.yml or *.json file beside reconciler.yaml;\n"
        f"{write_manifest()}",
    )
    return ManifestError([*besides, error])


def concerning(
    diagnostics: Iterable[Diagnostic], loaded: Loaded, selection: Selection, chosen: Chosen
) -> tuple[Diagnostic, ...]:
    """Return the *diagnostics* about *loaded* that may be about the selection.

    One without a source may be about any of them.
    """
    if not selection.is_partial:
        return tuple(diagnostics)
    names = {*chosen.names}
    return tuple(
        d
        for d in diagnostics
        if d.source is None or d.source in names or loaded.shared_with.get(d) in names
    )
