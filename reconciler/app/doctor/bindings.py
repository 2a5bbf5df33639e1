"""The import source of each source, one by one: what is wrong with one is not the others' end."""

from collections.abc import Sequence

from reconciler.codes.check import CheckCode
from reconciler.codes.project import ProjectCode
from reconciler.errors import ManifestError
from reconciler.manifest.load import Loaded
from reconciler.manifest.project.bindings import bind_each
from reconciler.manifest.project.model import Project
from reconciler.model.source import SourceRef
from reconciler.outcome.diagnosis import CheckLevel, CheckResult, result

# What `variables` and the reading of the project file tell.
_TOLD_ELSEWHERE = {
    ProjectCode.UNSET_VARIABLE,
    ProjectCode.BAD_VARIABLE,
    ProjectCode.EMPTY_VALUE,
}


def bindings(
    project: Project, names: Sequence[str], loaded: Loaded
) -> tuple[tuple[SourceRef, ...], tuple[CheckResult, ...]]:
    """Return the import sources of *names* that are known, and what is wrong with the others."""
    refs: list[SourceRef] = []
    errors: list[ManifestError] = []
    try:
        bound = bind_each(project, names, loaded)
    except ManifestError:
        for name in names:
            try:
                bound = bind_each(project, [name], loaded)
            except ManifestError as error:
                errors.append(error)
            else:
                refs += bound.refs
                errors += bound.failed.values()
    else:
        refs, errors = [*bound.refs], [*bound.failed.values()]
    diagnostics = dict.fromkeys(d for error in errors for d in error.diagnostics)
    return tuple(refs), tuple(
        result(CheckCode.BINDING, CheckLevel.FAIL, each.text, each.hint, source=each.source)
        for each in diagnostics
        if each.code not in _TOLD_ELSEWHERE
    )
