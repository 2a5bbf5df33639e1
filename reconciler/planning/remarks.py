"""What the planner has to say beside the changes, as diagnostics."""

from collections.abc import Sequence

from reconciler.diagnostics import Diagnostic, Severity
from reconciler.planning.difference import Difference
from reconciler.planning.plan import Kind
from reconciler.planning.renames import Rename
from reconciler.semantics.outcome import Refusal


def running(source: str) -> Diagnostic:
    """Return the warning that an import runs while we plan."""
    return Diagnostic(
        severity=Severity.WARNING,
        code="import-running",
        text=f'an import of "{source}" is running; what is live may move',
        hint="apply waits for its end",
        source=source,
    )


def write_only(source: str, differences: Sequence[Difference]) -> Diagnostic:
    """Return the one remark about what live does not show (design.md section 6, Write-only)."""
    parts = sorted({_PARTS[d.field or d.kind] for d in differences})
    return Diagnostic(
        severity=Severity.INFO,
        code="write-only",
        text=f'live does not show the {_listed(parts)} of "{source}": '
        "whether they differ is not known, and they are not sent",
        hint="send them with --resend-write-only",
        source=source,
    )


def doubtful(source: str, doubt: Refusal) -> Diagnostic:
    """Return the warning that the API may refuse after all."""
    return Diagnostic(
        severity=Severity.WARNING,
        code="possible-refusal",
        text=f"the API may refuse this operation: {doubt.text}",
        hint="where nothing but descriptions changed, plan again after one of the two",
        source=source,
        pointer=doubt.pointer,
        api_code=doubt.code,
        confidence=doubt.confidence,
    )


def refused(source: str, refusal: Refusal) -> Diagnostic:
    """Return the error that the API will refuse the operation."""
    return Diagnostic(
        severity=Severity.ERROR,
        code="predicted-refusal",
        text=f"the API will refuse this operation: {refusal.text}",
        source=source,
        pointer=refusal.pointer,
        api_code=refusal.code,
        confidence=refusal.confidence,
    )


def probable_rename(source: str, rename: Rename) -> Diagnostic:
    """Return the warning that what looks new is what is live under another name."""
    before, after = "/".join(rename.before), "/".join(rename.after)
    return Diagnostic(
        severity=Severity.WARNING,
        code="probable-rename",
        text=f'the new {rename.what} "{after}" ({rename.after_id}) looks like "{before}" '
        f"({rename.before_id}), which is live and no longer in the manifest",
        hint="the API cannot rename: keep the old name and external id; or rename it in Assets "
        "and write the new name under the old external id; or accept a second "
        f"{rename.what} beside the old one, an orphan that keeps its objects",
        source=source,
    )


_PARTS = {
    Kind.ICON: "icons",
    Kind.STATUS: "statuses",
    "iconKey": "types' icons",
    "typeValues": "attributes' statuses",
    "png48": "icons' images",
}


def _listed(parts: Sequence[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
