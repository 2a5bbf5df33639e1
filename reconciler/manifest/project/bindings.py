"""The import source of each manifest in the selected environment (design.md#bindings).

A binding is what somebody wrote: in the environment, else in the manifest. A token may tell it
(discovery) where the project has one source only, and never in place of what is written.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from uuid import NAMESPACE_URL, uuid5

from reconciler.codes.project import ProjectCode
from reconciler.diagnostics import Diagnostic, Severity
from reconciler.errors import ManifestError
from reconciler.manifest.load import Loaded
from reconciler.manifest.project.base_url import base_url
from reconciler.manifest.project.model import LOCAL, BackendKind, Project
from reconciler.manifest.project.variables import Template
from reconciler.manifest.text.file import shown_path
from reconciler.manifest.wording import did_you_mean, quote
from reconciler.model.display import first_of
from reconciler.model.source import SourceRef, id_key
from reconciler.value import Value, field, replace

_MOST_NAMED = 5


class Bound(Value):
    """The import sources of a selection, and why others of it are not known."""

    refs: tuple[SourceRef, ...]
    failed: Mapping[str, ManifestError] = field(default_factory=dict)


def bind_sources(project: Project, names: Iterable[str], loaded: Loaded) -> tuple[SourceRef, ...]:
    """Return the import sources of *names*, sorted by name; *loaded* is all of the project.

    Variables are filled in for *names* alone. In an embedded environment ids are derived from
    the names. Raises ManifestError with every fault: a source that nothing binds, a variable
    that is not set, two sources with one id.
    """
    bound = bind_each(project, names, loaded)
    if bound.failed:
        raise ManifestError([d for error in bound.failed.values() for d in error.diagnostics])
    return bound.refs


def bind_each(project: Project, names: Iterable[str], loaded: Loaded) -> Bound:
    """Return the import sources of *names* as `bind_sources` does, or why one has none.

    What is wrong with one source's own id is that one's error. Raises ManifestError, with
    every fault, for what is about the project: its environment, a source that nothing binds
    (a token might be taken for its own), two sources with one id.
    """
    chosen = sorted(set(names))
    environment = project.environment
    if environment.backend is BackendKind.EMBEDDED:
        return Bound(
            refs=tuple(
                SourceRef(name=name, import_source_id=embedded_id(name), workspace_id=LOCAL)
                for name in chosen
            )
        )
    found = [*_unbound(project, chosen, loaded)]
    own: dict[str, ManifestError] = {}

    def value(of: Callable[[], str], source: str | None = None) -> str | None:
        try:
            return of()
        except ManifestError as error:
            if source is None:
                found.extend(error.diagnostics)
            else:
                own[source] = ManifestError([replace(d, source=source) for d in error.diagnostics])
            return None

    variables, written = project.variables, _claimed_ids(project, loaded)
    value(partial(base_url, environment.base_url, variables))
    workspace = environment.workspace_id
    workspace_id = None if workspace is None else value(partial(workspace.resolve, variables))
    ids = {
        name: known
        for name, template in written.items()
        if (
            known := value(partial(template.resolve, variables), name)
            if name in chosen
            else template.known(variables)
        )
    }
    found += _duplicates(ids, written, chosen)
    if found:
        raise ManifestError([*found, *(d for error in own.values() for d in error.diagnostics)])
    return Bound(
        refs=tuple(
            SourceRef(
                name=name,
                import_source_id=ids.get(name),
                workspace_id=workspace_id,
                taken={} if name in ids else {id_key(known): other for other, known in ids.items()},
            )
            for name in chosen
            if name not in own
        ),
        failed=own,
    )


def check_bound(project: Project, names: Sequence[str], loaded: Loaded) -> None:
    """Raise ManifestError as `bind_sources` does for sources that nothing binds."""
    if found := [*_unbound(project, names, loaded)]:
        raise ManifestError(found)


def binding_faults(project: Project, loaded: Loaded) -> tuple[Diagnostic, ...]:
    """Return what is wrong with the bindings of *loaded*, all of the project, as written.

    No variable is needed. An unbound source is a warning here: nothing is asked of the API.
    """
    if project.environment.backend is BackendKind.EMBEDDED:
        return ()
    names = [manifest.source for manifest in loaded.manifests]
    written = _claimed_ids(project, loaded)
    texts = {name: template.text for name, template in written.items()}
    return (
        *(replace(d, severity=Severity.WARNING) for d in _unbound(project, names, loaded)),
        *_duplicates(texts, written, names),
    )


def written_ids(project: Project, loaded: Loaded) -> dict[str, Template]:
    """Return the importSourceId of each source that has one: the environment's, else its own."""
    own = {m.source: m.import_source_id for m in loaded.manifests}
    bound = {name: b.import_source_id for name, b in project.environment.sources.items()}
    every = (*own.items(), *bound.items())
    return {name: template for name, template in every if template is not None}


def binds_any(project: Project) -> bool:
    """Return whether the environment says of any source where it is."""
    return any(b.import_source_id is not None for b in project.environment.sources.values())


def _claimed_ids(project: Project, loaded: Loaded) -> dict[str, Template]:
    """Return the ids of `written_ids`, and those in manifests in error: they are taken, too."""
    claimed = {
        f.source: f.import_source_id
        for f in loaded.faulty
        if f.source is not None and f.import_source_id is not None
    }
    return {**claimed, **written_ids(project, loaded)}


def embedded_id(source: str) -> str:
    """Return the id of *source* in an embedded environment."""
    return str(uuid5(NAMESPACE_URL, source))


def _unbound(project: Project, names: Sequence[str], loaded: Loaded) -> Iterator[Diagnostic]:
    """Yield one error for all of *names* that nothing binds and discovery may not serve."""
    environment = project.environment
    if environment.backend is BackendKind.EMBEDDED:
        return
    faulty = [f.source for f in loaded.faulty]
    known = {m.source for m in loaded.manifests} | environment.sources.keys()
    known |= {source for source in faulty if source is not None}
    written = written_ids(project, loaded)
    unbound = [name for name in names if name not in written]
    # What is selected is no measure: each of two sources may be selected alone.
    is_only = len(known) + faulty.count(None) <= 1 and len(names) == 1
    # A name that no manifest has may be another's misspelt: the token may be that one's.
    is_doubtful = known and not known.issuperset(unbound) and not known.issubset(written)
    if not unbound or (is_only and not binds_any(project) and not is_doubtful):
        return
    shown = first_of([*map(quote, unbound)], _MOST_NAMED)
    (first, *others) = unbound
    bind = (
        f"bind {'each' if others else 'it'} under environments: {environment.name}: sources: "
        f"{first}: {{importSourceId: …}}"
    )
    misspelt = None if others or first in known else did_you_mean(first, known | written.keys())
    yield ProjectCode.UNBOUND_SOURCE.diagnostic(
        f"{len(unbound)} sources are not bound in environment {environment.name}: {shown}"
        if others
        else f"source {shown} is not bound in environment {environment.name}",
        file=shown_path(project.path or project.root),
        hint=misspelt or bind,
        source=None if others else first,
    )


def _duplicates(
    ids: Mapping[str, str], written: Mapping[str, Template], chosen: Sequence[str]
) -> Iterator[Diagnostic]:
    """Yield an error for each two sources with one id, of which one is *chosen*.

    A server may take two ids for one that differ in case or in outer blanks alone.
    """
    first: dict[str, str] = {}
    for name, import_source_id in sorted(ids.items()):
        # The names of variables are no ids: `${a}` and `${A}` are two.
        is_template = "${" in import_source_id
        key = import_source_id if is_template else id_key(import_source_id)
        other = first.setdefault(key, name)
        if other != name and not {name, other}.isdisjoint(chosen):
            at = written[name]
            shown = quote(import_source_id)
            if ids[other] != import_source_id:
                shown = f"but for case or outer blanks: {quote(ids[other])} and {shown}"
            yield ProjectCode.DUPLICATE_IMPORT_SOURCE_ID.diagnostic(
                f"sources {quote(other)} and {quote(name)} have the same importSourceId, {shown}",
                file=at.file,
                place=at.place,
                hint="an import source has one mapping: one manifest each",
                source=name,
            )
