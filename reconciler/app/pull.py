"""Pull: which file is a source's manifest, whether it may be written, and its new content."""

import os
import re
import stat
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from unicodedata import normalize

from reconciler.app.baselines import baselines, beside
from reconciler.app.desired import perhaps_unread
from reconciler.app.files import replace_atomically
from reconciler.app.git import lost_if_overwritten
from reconciler.applying.refresh import Refreshed
from reconciler.codes.run import RunCode
from reconciler.diagnostics import Diagnostic, errors_in
from reconciler.errors import ManifestError, ReconcilerError
from reconciler.manifest.draft import Draft
from reconciler.manifest.files import real_path
from reconciler.manifest.load import Loaded
from reconciler.manifest.project.file import PROJECT_FILE
from reconciler.manifest.project.model import Project
from reconciler.manifest.text.file import read_bytes, shown_path
from reconciler.model.display import first_of, quoted
from reconciler.model.document import Document, walk_types
from reconciler.model.fields import WRITE_ONLY
from reconciler.model.id_prefix import NO_PREFIX, IdPrefix
from reconciler.model.normalise import LiveDocument
from reconciler.model.source import ConfigStatus, Live
from reconciler.outcome.command_results import PulledFile, PulledManifest
from reconciler.planning.adopt.manifest_text import adopt_as_new, adopt_into_manifest
from reconciler.planning.adopt.own_part import own_part
from reconciler.planning.change import Attribution, Change, Verdict
from reconciler.planning.inputs import PlanOptions, SourceInput
from reconciler.planning.planner import plan_sources, surrounded
from reconciler.planning.surroundings import SiteSource, alone, surroundings_of
from reconciler.regex import regex
from reconciler.value import Value, replace

_BYTE_ORDER_MARK = "\ufeff"
_LONGEST_NAME = 255
# Not allowed in file names: some system treats them as part of a path, a drive or a pattern.
_UNSAFE = frozenset('/\\:*?"<>|')
# The names of devices on Windows, with any extension.
_DEVICE = regex(r"(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9¹²³]) *(\..*)?", re.IGNORECASE)


class Target(Value):
    """The file of a source's manifest, and the `draft` that was read of it, None of a new one.

    The manifest is without `id_prefix`, and without what live has under ids without it.
    """

    path: Path
    file: str
    id_prefix: IdPrefix = NO_PREFIX
    draft: Draft | None = None


class Targets(Value):
    """The file of each source that can have one, why the others cannot, and unreadable files."""

    found: dict[str, Target]
    refused: dict[str, ReconcilerError]
    unread: tuple[Diagnostic, ...]


def targets_of(project: Project, loaded: Loaded, names: Sequence[str], *, is_all: bool) -> Targets:
    """Return the present or future manifest file of each of *names*.

    A file that cannot be read matters if *is_all* asks for every source, or if it may be the
    manifest of a source without one.
    """
    unread = tuple(d for d in errors_in(loaded.diagnostics) if d.source is None)
    found: dict[str, Target] = {}
    refused: dict[str, ReconcilerError] = {}
    taken = {_anywhere(path.name): path.name for path in sorted(project.root.iterdir())}
    for name in names:
        try:
            found[name] = _target(project, loaded, name, taken)
        except ReconcilerError as error:
            refused[name] = error
    with_manifest = {manifest.source for manifest in loaded.manifests}
    matters = is_all or not with_manifest.issuperset(names)
    return Targets(found=found, refused=refused, unread=unread if matters else ())


def check_may_write(path: Path, *, file: str, force: bool) -> None:
    """Raise ReconcilerError if *path* must not be overwritten, for what it is or would lose.

    Raises OSError if it is not there.
    """
    if path.is_symlink():
        raise ReconcilerError(
            f"{file} is a symbolic link and was not written",
            hint=f"it leads to {real_path(path)}; put the manifest itself in its place",
        )
    mode = path.stat().st_mode
    if not mode & (stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH) or not os.access(path, os.W_OK):
        raise ReconcilerError(f"{file} is read-only and was not written")
    if not force and (reason := lost_if_overwritten(path)) is not None:
        raise ReconcilerError(
            f"{file} was not written: {reason}",
            hint="commit it first, look with --dry-run, or overwrite it with --force",
        )


def _target(project: Project, loaded: Loaded, name: str, taken: dict[str, str]) -> Target:
    errors = errors_in(loaded.diagnostics)
    if own := [d for d in errors if d.source == name]:
        raise ManifestError(own)
    for manifest in loaded.manifests:
        if manifest.source == name:
            return Target(
                path=Path(manifest.file),
                file=manifest.file,
                id_prefix=project.environment.id_prefix.of(manifest.document),
                draft=manifest.draft,
            )
    if any(d.source is None for d in errors):
        raise perhaps_unread()
    return _new(project, name, taken, loaded)


def _new(project: Project, source: str, taken: dict[str, str], loaded: Loaded) -> Target:
    """Return the file for *source*, which is added to the names that are *taken* so far."""
    name = f"{source}.yaml"
    is_safe = (
        source.isprintable()
        and not _UNSAFE & set(source)
        and source == source.strip()
        and not source.startswith(".")
        and not source.endswith(".")
        and not _DEVICE.fullmatch(source)
        and name.casefold() != PROJECT_FILE.casefold()
        and len(os.fsencode(name)) <= _LONGEST_NAME
    )
    if not source or not is_safe:
        raise ReconcilerError(
            f'the source name "{source}" cannot be the name of a file',
            hint=f'write a manifest of another name that begins with "source: {source}"'
            if source.isprintable() and source and "/" not in source
            else "a source's name has no slash and no control characters",
        )
    path = project.root / name
    file = shown_path(path)
    taken_by = taken.setdefault(_anywhere(name), name)
    if taken_by == name and not os.path.lexists(path):
        return Target(path=path, file=file, id_prefix=project.environment.id_prefix)
    if taken_by == name:
        other = loaded.skipped.get(file)
        raise ReconcilerError(
            f"{file} is there already, and is not the manifest of {source}",
            hint=other.hint if other and other.is_near_miss else "move it away, and pull again",
        )
    raise ReconcilerError(
        f"{file} and {taken_by} would be one file where case and the form of accents do not count",
        hint=f'write a manifest of another name that begins with "source: {source}"',
    )


def _anywhere(name: str) -> str:
    """Return what is the same for all names that some file system takes for the name *name*."""
    return normalize("NFC", normalize("NFD", name).casefold())


@dataclass(kw_only=True, slots=True)
class PullResult:
    """The result for each source: a manifest, why there is nothing to pull, or an error."""

    pulled: list[PulledManifest] = field(default_factory=list)
    not_configured: dict[str, str] = field(default_factory=dict)
    failed: dict[str, ReconcilerError] = field(default_factory=dict)
    diagnostics: list[Diagnostic] = field(default_factory=list)


_EMPTY = "no mapping yet (MISSING_MAPPING), so nothing to pull"
_OF_OTHERS = (
    "no mapping yet (MISSING_MAPPING), and all object types there are other manifests': "
    "nothing to pull"
)
_WITHOUT_PREFIX = (
    "no external id in live has the environment's externalIdPrefix: nothing to pull; a prefix that "
    "was in use cannot be changed, for the API never changes an id"
)


def pull_into(
    targets: Mapping[str, Target],
    refreshed: Mapping[str, Refreshed],
    loaded: Loaded,
    *,
    write: Callable[[Target, PulledManifest], None] | None = None,
) -> PullResult:
    """Return the result for each source; *write*, if any, is called for each manifest that differs.

    What belongs to another of the *loaded* manifests, or to another source that was read, is
    left out (design.md#the-site). An error of one source does not affect the others.
    """
    result = PullResult()
    have = {m.source: m.document for m in loaded.manifests}
    site = [*_read(refreshed, have), *beside(loaded, refreshed)]
    around = alone(site[0]) if len(site) == 1 else surroundings_of(site)
    for name, found in refreshed.items():
        try:
            if isinstance(found.live, ReconcilerError):
                raise found.live
            if found.live.document is None:
                result.not_configured[name] = _EMPTY
                continue
            own = own_part(
                found.live.document.document,
                name,
                owners=around[name].others,
                have=have.get(name, Document()),
            )
            prefix = targets[name].id_prefix
            own, left_out = prefix.own_part(own)
            if left_out:
                result.diagnostics.append(_left_out(name, left_out, prefix))
            is_mapped = found.live.status is not ConfigStatus.MISSING_MAPPING
            if not own.object_types and (left_out or not is_mapped):
                result.not_configured[name] = _WITHOUT_PREFIX if left_out else _OF_OTHERS
                continue
            live = replace(found.live.document, document=prefix.taken_off(own))
            pulled = _pulled(name, targets[name], live, is_mapped=is_mapped)
            if write is not None and pulled.differs:
                write(targets[name], pulled)
            result.pulled.append(pulled)
        except ReconcilerError as error:
            result.failed[name] = error
    return result


_MOST_NAMED = 5


def _left_out(source: str, ids: Sequence[str], prefix: IdPrefix) -> Diagnostic:
    named = first_of([*map(quoted, ids)], _MOST_NAMED)
    return RunCode.ID_WITHOUT_PREFIX.diagnostic(
        f"{source} has external ids in live without the environment's prefix "
        f"{quoted(prefix.text)}: {named}; what has them is left out",
        source=source,
    )


def _read(refreshed: Mapping[str, Refreshed], have: Mapping[str, Document]) -> Iterator[SiteSource]:
    for name, found in refreshed.items():
        if isinstance(found.live, Live):
            description = found.live.description
            yield SiteSource(
                name=name,
                desired=have.get(name, Document()),
                live=found.live.document,
                was_read=True,
                object_schema=description.object_schema if description else None,
            )


def count_conflicts(
    result: PullResult, project: Project, loaded: Loaded, refreshed: Mapping[str, Refreshed]
) -> None:
    """Add to *result* the numbers of conflicts: of what the *loaded* manifests had changed as well.

    They are known of sources that the journal has an apply of.
    """
    differing = {each.source for each in result.pulled if each.before is not None and each.differs}
    if not differing:
        return
    known = baselines(project, None)
    result.diagnostics.extend(known.diagnostics)
    inputs = [
        SourceInput(
            ref=found.source,
            desired=manifest.document,
            live=found.live,
            baseline=base,
            places=False,
        )
        for manifest in loaded.manifests
        if manifest.source in differing
        if isinstance((found := refreshed[manifest.source]).live, Live)
        # A manifest that nobody changed conflicts with nothing, and planning takes a while.
        if (base := known.of(found.source)) is not None and base.desired != manifest.document
    ]
    if not inputs:
        return
    around = surrounded(inputs, beside(loaded, {each.ref.name for each in inputs}, known))
    planned, _ = plan_sources(around, PlanOptions.of_drift(project.policy))
    numbers = {each.source: sum(map(_is_conflict, each.changes)) for each in planned}
    # One id that is taken over may settle several differences of the plan.
    result.pulled = [
        replace(each, conflicts=min(each.settled, numbers.get(each.source, 0)))
        for each in result.pulled
    ]


def _is_conflict(change: Change) -> bool:
    is_pulled = change.verdict is not Verdict.WRITE_ONLY and not change.is_hidden
    return is_pulled and change.attribution is Attribution.CONFLICT


def write_manifest(target: Target, pulled: PulledManifest, *, force: bool) -> None:
    """Write the manifest to its files. Raises ReconcilerError if that is not allowed or fails."""
    if target.draft is None:
        replace_atomically(target.path, pulled.after)
        return
    written = {each.file: Path(each.file) for each in pulled.changed}
    for file, path in written.items():
        check_may_write(path, file=file, force=force)
    for each in pulled.changed:
        path = written[each.file]
        is_marked = read_bytes(path, file=each.file).startswith(_BYTE_ORDER_MARK.encode())
        replace_atomically(path, f"{_BYTE_ORDER_MARK if is_marked else ''}{each.after}")


def _pulled(name: str, target: Target, live: LiveDocument, *, is_mapped: bool) -> PulledManifest:
    """Return what is live as the manifest *target*."""
    known = target.draft
    texts = known.texts if known is not None else ()
    made = (
        adopt_into_manifest(name, known, live, is_mapped=is_mapped)
        if known is not None
        else adopt_as_new(name, live, file=target.file)
    )
    types = [t for t, _ in walk_types(made.document.object_types)]
    return PulledManifest(
        source=name,
        file=target.file,
        before=texts[0].text if texts else None,
        after=made.text,
        settled=made.settled,
        object_types=len(types),
        attributes=sum(not a.is_system for t in types for a in t.attributes),
        mappings=len(made.document.mappings),
        is_partial=known is None and not live.shown >= WRITE_ONLY,
        above=tuple(
            PulledFile(file=before.file, before=before.text, after=after.text)
            for before, after in zip(texts[1:], made.texts[1:], strict=True)
        ),
    )
