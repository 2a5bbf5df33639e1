"""`# reconciler: ignore[CODE] reason`: a comment that ignores a warning about its line.

One that is alone on its line is about the next line that is not a comment. JSON has no comments.
"""

from collections.abc import Collection, Iterator
from itertools import islice

from reconciler.codes.file import FileCode
from reconciler.codes.lint import LINT, is_ignored, is_lint
from reconciler.diagnostics import MOST_OF_A_CODE, Diagnostic, Severity
from reconciler.manifest.draft import Draft
from reconciler.manifest.lint import COMMENT_MARK, ignored, no_lint
from reconciler.manifest.manifest_text import ManifestText
from reconciler.manifest.text.tree import Place
from reconciler.manifest.wording import quote
from reconciler.regex import regex
from reconciler.value import Value

_MOST_CODES = 20
_COMMENT = regex(r"(?:^|(?<=[ \t]))#[ \t]*reconciler:[ \t]*(.*)")
_IGNORE = regex(r"ignore\[([^\]]*)\][ \t]*(.*)")


class InlineIgnore(Value):
    """A comment: the place where it stands, the line that it is about, its codes and reason.

    `text` is all of it behind the mark, which says nothing if there are no `codes`.
    """

    file: str
    place: Place
    about: int
    text: str
    codes: tuple[str, ...]
    reason: str


class Ignored(Value):
    """The diagnostics of a manifest, those that comments ignore as such; remarks on the comments.

    The remarks are for whoever looks after all manifests: ignores without use or reason.
    """

    found: tuple[Diagnostic, ...]
    remarks: tuple[Diagnostic, ...] = ()


def ignored_inline(draft: Draft) -> Ignored:
    """Return what was found in *draft*, after its comments. One that says nothing is a warning."""
    found, source = draft.report.found, draft.source
    comments = [c for written in draft.texts for c in reversed([*inline_ignores(written)])]
    if not comments:
        return Ignored(found=tuple(found))
    keys = {(c.file, c.about, code) for c in comments for code in c.codes}
    kept = [ignored(d) if is_lint(d) and _key(d) in keys else d for d in found]
    # To look for what each of many was meant to be takes long.
    kept += islice((d for c in comments for d in _faults(c, source)), MOST_OF_A_CODE + 1)
    if not draft.is_whole:  # so not all was checked
        return Ignored(found=tuple(kept))
    used = {_key(d) for d in kept if is_ignored(d)}
    errors = {_key(d) for d in kept if d.severity is Severity.ERROR}
    return Ignored(
        found=tuple(kept),
        remarks=tuple(d for c in comments for d in _remarks(c, source, used, errors)),
    )


def inline_ignores(written: ManifestText) -> Iterator[InlineIgnore]:
    """Yield the comments of *written* that begin with the mark, the last one first.

    One that names more codes than anybody would has none.
    """
    if written.is_json or COMMENT_MARK not in written.text:
        return
    lines = written.text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    below = len(lines) + 1  # the next line that is more than a comment
    for number, line in zip(range(len(lines), 0, -1), reversed(lines), strict=True):
        is_alone = line.lstrip().startswith("#")
        about = below if is_alone else number
        below = about
        if (comment := _COMMENT.search(line)) is None:
            continue
        ignore = _IGNORE.match(comment[1])
        codes = ignore[1].split(",", _MOST_CODES) if ignore else []
        yield InlineIgnore(
            file=written.file,
            place=(number, comment.start() + 1),
            about=about,
            text=comment[1],
            codes=tuple(filter(None, map(str.strip, codes))) if len(codes) <= _MOST_CODES else (),
            reason=ignore[2].strip() if ignore else "",
        )


def _key(found: Diagnostic) -> tuple[str | None, int | None, str]:
    return found.file, found.line, found.code


def _faults(comment: InlineIgnore, source: str) -> Iterator[Diagnostic]:
    reasons = [reason for code in comment.codes if (reason := no_lint(code)) is not None]
    if not comment.codes:
        said = f"{quote(comment.text)} is nothing that reconciler can do here"
        reasons = [(said, "write # reconciler: ignore[CODE] and the reason")]
    for text, hint in reasons:
        yield FileCode.BAD_IGNORE.diagnostic(
            text, hint=hint, file=comment.file, place=comment.place, source=source
        )


def _remarks(
    comment: InlineIgnore, source: str, used: Collection[object], errors: Collection[object]
) -> Iterator[Diagnostic]:
    codes = [code for code in comment.codes if code in LINT]
    for code in codes:
        key = (comment.file, comment.about, code)
        if key in used:
            continue
        said = f"line {comment.about} has nothing of the code {code}"
        if key in errors:
            said = f"{code} is an error on line {comment.about}, and errors cannot be ignored"
        yield FileCode.UNUSED_IGNORE.diagnostic(
            said,
            hint="take the comment away",
            file=comment.file,
            place=comment.place,
            source=source,
        )
    if codes and not comment.reason:
        yield FileCode.IGNORE_WITHOUT_REASON.diagnostic(
            f"nothing says why {', '.join(codes)} is ignored",
            hint="write the reason behind the bracket",
            file=comment.file,
            place=comment.place,
            source=source,
        )
