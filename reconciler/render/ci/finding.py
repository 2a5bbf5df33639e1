"""The findings of a run that a reviewer must know, the same in every format.

Every diagnostic is one, and every change that is impossible, skipped, in live only, puts data at
risk, or overwrites an edit made in Assets, and so is the reason that blocks a source if no change
of it gives it. The most important come first. Fingerprints identify a finding from run to run,
even if lines move.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from typing import Protocol

from reconciler import __version__
from reconciler.codes.lint import is_ignored
from reconciler.codes.run import RunCode
from reconciler.command_line import command_line
from reconciler.diagnostics import Diagnostic, Severity, errors_in, without_places
from reconciler.model.address import Address
from reconciler.model.policy import Risk
from reconciler.planning.change import Change, Edit, Verdict
from reconciler.planning.plan import Action, Plan, SourcePlan
from reconciler.planning.reasons import ReasonCode
from reconciler.render import importance
from reconciler.render.escape import escape, escape_lines
from reconciler.render.importance import Importance, by_importance
from reconciler.render.plan.footer import along
from reconciler.render.plan.operation_words import listed
from reconciler.render.plan.symbols import element
from reconciler.render.plan.view import why_not_sent
from reconciler.render.shorten import difference, shorten
from reconciler.value import Value, replace


class Level(StrEnum):
    """The levels of findings, gravest first, in the terms of SARIF."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


class ReviewFinding(Value):
    """One finding. `code` is stable; `text` is one sentence, `help` what to do.

    `file`, `line` and `column` (from 1) are the place in a manifest; `address` is that of
    the change, or of the source whose schema operations it counts, None for a diagnostic. The
    texts contain foreign names unescaped.
    """

    level: Level
    importance: Importance
    code: str
    text: str
    help: str | None = None
    file: str | None = None
    line: int | None = None
    column: int | None = None
    source: str | None = None
    address: Address | None = None


class Run(Value):
    """The report of a run for a pipeline; `name` distinguishes it from others of the same commit.

    The most important of `findings` come first. `succeeded` is whether it could do its work,
    `version` that of the program.
    """

    name: str
    findings: tuple[ReviewFinding, ...]
    version: str
    succeeded: bool


_LEVELS = {
    Severity.ERROR: Level.ERROR,
    Severity.WARNING: Level.WARNING,
    Severity.INFO: Level.NOTE,
}
_NO_FILES: Mapping[str, str] = {}
_NAME_WIDTH = 240
_OVERWRITES = "overwrites an edit made in Assets"
_RISKS = {Risk.NONE: None, Risk.DATA: Level.WARNING, Risk.REVIEW: Level.NOTE}


def plan_run(plan: Plan) -> Run:
    """Return the report of *plan*, named after the environment."""
    return Run(
        name=f"reconciler/plan/{plan.environment}/",
        findings=plan_findings(plan),
        version=plan.tool_version,
        succeeded=not plan.errored,
    )


def validation_run(diagnostics: Sequence[Diagnostic]) -> Run:
    """Return the report of manifests with *diagnostics*."""
    return Run(
        name="reconciler/validate/",
        findings=diagnostic_findings(diagnostics),
        version=__version__,
        succeeded=not errors_in(diagnostics),
    )


def plan_findings(plan: Plan) -> tuple[ReviewFinding, ...]:
    """Return the findings of *plan*, the most important first."""
    sources = (f for s in plan.sources for f in _of_source(s, residual_stays=plan.allow_residual))
    return most_important_first(
        (*diagnostic_findings(plan.diagnostics, files_of(plan.sources)), *sources)
    )


class _WithFile(Protocol):
    @property
    def source(self) -> str: ...

    @property
    def file(self) -> str | None: ...


def files_of(sources: Iterable[_WithFile]) -> dict[str, str]:
    """Return the manifest of each of *sources* that has one."""
    return {each.source: each.file for each in sources if each.file}


def diagnostic_findings(
    diagnostics: Iterable[Diagnostic], files: Mapping[str, str] = _NO_FILES
) -> tuple[ReviewFinding, ...]:
    """Return a finding for each of *diagnostics* that is not ignored, the most important first.

    One of a whole source is placed in its manifest, by *files*: a forge shows nothing, or the
    project file, for what has no place.
    """
    placed = (
        replace(d, file=file, line=1) if not d.file and (file := files.get(d.source or "")) else d
        for d in diagnostics
        if not is_ignored(d)
    )
    return most_important_first(map(_of_diagnostic, placed))


def most_important_first(findings: Iterable[ReviewFinding]) -> tuple[ReviewFinding, ...]:
    """Return *findings* by their importance, otherwise in their order."""
    return tuple(by_importance(findings, lambda finding: finding.importance))


def left_out(findings: Iterable[ReviewFinding]) -> str:
    """Return how many *findings* of each kind are left out: `8 lint warnings not shown here`."""
    return f"{importance.by_kind(f.importance for f in findings)} not shown here"


def finding_text(finding: ReviewFinding) -> str:
    """Return the sentence on one line and what to do below it; control characters by their code."""
    text = escape(finding.text)
    return f"{text}\n{escape_lines(finding.help)}" if finding.help else text


def _of_diagnostic(diagnostic: Diagnostic) -> ReviewFinding:
    answer = diagnostic.api_code
    grade = f" ({diagnostic.confidence})" if diagnostic.confidence else ""
    return ReviewFinding(
        level=_LEVELS[diagnostic.severity],
        importance=importance.of_diagnostic(diagnostic),
        code=diagnostic.code,
        text=f"{diagnostic.text}; the API would answer {answer}{grade}"
        if answer
        else diagnostic.text,
        help=diagnostic.hint,
        file=diagnostic.file,
        line=diagnostic.line,
        column=diagnostic.column,
        source=diagnostic.source,
    )


def _of_source(source: SourcePlan, *, residual_stays: bool) -> Iterator[ReviewFinding]:
    addresses = {change.address for change in source.changes}
    changes = (*source.changes, *(c for c in source.residual if c.address not in addresses))
    if source.action is Action.BLOCKED and not _changes_say_why(source):
        why = f"{source.source} is blocked: {source.reason.text}"
        yield _of_whole(source, Level.ERROR, source.reason.code, why)
    for change in changes:
        level = _level(source, change, residual_stays=residual_stays)
        if level is not None:
            yield _of_change(source, change, level)
    if (text := listed(source)) is not None:
        final = any(each.is_final for each in source.schema_operations)
        level, said = Level.WARNING if final else Level.NOTE, f"{source.source}: {text}"
        found = _of_whole(source, level, RunCode.SCHEMA_OPERATIONS, said)
        # Its sentence has numbers that another run may count otherwise.
        yield replace(found, address=Address.of(source.source))
    if (text := along(source)) is not None:
        yield _of_whole(source, Level.NOTE, RunCode.TRAVELS_ALONG, f"{source.source}: {text}")


def _changes_say_why(source: SourcePlan) -> bool:
    impossible = any(c.verdict is Verdict.IMPOSSIBLE for c in source.changes)
    return impossible and source.reason.code in {
        ReasonCode.IMPOSSIBLE_CHANGES,
        ReasonCode.PREDICTED_REFUSAL,
    }


_OF_WHOLE = {
    Level.ERROR: Importance.BLOCKED,
    Level.WARNING: Importance.FINAL,
    Level.NOTE: Importance.OPEN,
}


def _of_whole(source: SourcePlan, level: Level, code: str, text: str) -> ReviewFinding:
    return ReviewFinding(
        level=level,
        importance=_OF_WHOLE[level],
        code=code,
        text=text,
        file=source.file,
        line=1 if source.file else None,
        source=source.source,
    )


def _level(source: SourcePlan, change: Change, *, residual_stays: bool) -> Level | None:
    match change.verdict:
        case Verdict.IMPOSSIBLE:
            return Level.WARNING if residual_stays else Level.ERROR
        case Verdict.IGNORED | Verdict.ORPHAN | Verdict.WRITE_ONLY:
            return Level.NOTE
        case Verdict.PUT | Verdict.PATCH | Verdict.PATCH_UNDOCUMENTED | Verdict.SCHEMA_OPERATION:
            return Level.WARNING if source.overwrites(change) else _RISKS[change.risk]


def _of_change(source: SourcePlan, change: Change, level: Level) -> ReviewFinding:
    risk = change.risk_text if change.verdict.takes_effect else None
    code = change.risk_code if risk else change.predicted_code
    said, remedies = risk, [change.remedy, change.in_assets_text]
    if source.overwrites(change):
        code = code or RunCode.OVERWRITES_EDIT
        said = f"{risk}; it {_OVERWRITES}" if risk else _OVERWRITES
        remedies.insert(0, f"to keep the edit: {command_line('pull', source.source)}")
    return ReviewFinding(
        level=level,
        importance=importance.of_change(change),
        code=code or change.rule,
        text=f"{_what_differs(change)}: {said or why_not_sent(change)}",
        help=" ".join(filter(None, remedies)) or None,
        file=change.file or source.file,
        line=change.line or (1 if source.file else None),
        column=change.column,
        source=source.source,
        address=change.address,
    )


def _what_differs(change: Change) -> str:
    name = shorten(element(change), _NAME_WIDTH)
    if change.field is not None:
        return f"{name}: {change.field} {difference(change.before, change.after)}"
    match change.action, change.verdict:
        case Edit.REMOVE, Verdict.ORPHAN if change.is_hidden:
            return f"{name} is no longer in the manifest"
        case Edit.REMOVE, Verdict.ORPHAN:
            return f"{name} is in live only"
        case Edit.REMOVE, _:
            return f"{name} is removed"
        case _, verdict if verdict.is_sent:
            return f"{name} is added"
        case _:
            return f"{name} is in the manifest only"


def fingerprints(findings: Iterable[ReviewFinding]) -> list[str]:
    """Return 64 hex digits for each of *findings*, no two the same.

    A change is identified by its address, a diagnostic by its sentence; lines do not count.
    Findings that are equal in all this are numbered.
    """
    seen: Counter[tuple[str | None, ...]] = Counter()
    found = []
    for finding in findings:
        what = str(finding.address or without_places(finding.text))
        key = (finding.code, finding.file, finding.source, what)
        text = json.dumps([*key, seen[key]])  # ASCII, as a lone surrogate must not fail here
        found.append(hashlib.sha256(text.encode()).hexdigest())
        seen[key] += 1
    return found
