"""Make manifests of what is live of sources."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from reconciler.applying.refresh import Refreshed
from reconciler.cli.atomic_file import replace_atomically
from reconciler.cli.manifest_target import Target, check_may_write
from reconciler.errors import ReconcilerError
from reconciler.model.document import walk_types
from reconciler.model.fields import WRITE_ONLY
from reconciler.model.normalise import LiveDocument
from reconciler.outcome.pulled import Pulled
from reconciler.planning.adopt import adopted, updated


@dataclass(kw_only=True, slots=True)
class PullResult:
    """What came of each source: a manifest, nothing as nothing is configured, or an error."""

    pulled: list[Pulled] = field(default_factory=list)
    not_configured: list[str] = field(default_factory=list)
    failed: dict[str, ReconcilerError] = field(default_factory=dict)


def pull_into(
    targets: Mapping[str, Target],
    refreshed: Mapping[str, Refreshed],
    *,
    write: Callable[[Target, Pulled], None],
) -> PullResult:
    """Return what came of each source; *write* is given each manifest that differs.

    An error of one source leaves the others as they are.
    """
    result = PullResult()
    owners: dict[str, str] = {}
    for name, found in refreshed.items():
        try:
            document = _document(found, owners)
            if document is None:
                result.not_configured.append(name)
                continue
            pulled = _pulled(name, targets[name], document)
            if pulled.differs:
                write(targets[name], pulled)
            result.pulled.append(pulled)
        except ReconcilerError as error:
            result.failed[name] = error
    return result


def write_manifest(target: Target, pulled: Pulled, *, force: bool) -> None:
    """Write the manifest to its file. Raises ReconcilerError where that must or can not be."""
    check_may_write(target, force=force)
    replace_atomically(target.path, target.mark + pulled.after)


def _document(found: Refreshed, owners: dict[str, str]) -> LiveDocument | None:
    """Return what is live. *owners* are the sources so far, by the id that discovery found."""
    if isinstance(found.live, ReconcilerError):
        raise found.live
    import_source_id, name = found.source.import_source_id, found.source.name
    if import_source_id is not None and owners.setdefault(import_source_id, name) != name:
        raise ReconcilerError(
            f"its token leads to the import source of {owners[import_source_id]}",
            hint="give each source a token of its own, or its importSourceId",
        )
    return found.live.document


def _pulled(name: str, target: Target, live: LiveDocument) -> Pulled:
    made = (
        adopted(name, live, file=target.file)
        if target.text is None
        else updated(name, target.text, live, file=target.file)
    )
    types = [t for t, _ in walk_types(made.document.object_types)]
    return Pulled(
        source=name,
        file=target.file,
        before=target.text,
        after=made.text,
        settled=made.settled,
        object_types=len(types),
        attributes=sum(not a.is_system for t in types for a in t.attributes),
        mappings=len(made.document.mappings),
        is_partial=target.text is None and not live.shown >= WRITE_ONLY,
    )
