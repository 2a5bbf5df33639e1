"""What a project says of lint: the codes that it ignores, and those that are errors for it."""

from collections.abc import Collection, Iterable, Iterator, Mapping

from reconciler.codes.file import FileCode
from reconciler.codes.lint import LINT, is_ignored, is_lint
from reconciler.codes.manifest import ManifestCode
from reconciler.codes.project import ProjectCode
from reconciler.codes.run import RunCode
from reconciler.diagnostics import Diagnostic, Severity
from reconciler.manifest.text.tree import Place
from reconciler.manifest.wording import did_you_mean, quote
from reconciler.semantics.response import Code
from reconciler.value import Value, field, replace

# How a comment begins that ignores something (`inline_ignores`).
COMMENT_MARK = "reconciler:"


class Lint(Value):
    """The codes of `lint:` in the project file: `ignore`, with the places there, and `error`."""

    file: str = ""
    ignore: Mapping[str, Place | None] = field(default_factory=dict)
    error: frozenset[str] = frozenset()

    def muted(self, found: Iterable[Diagnostic]) -> list[Diagnostic]:
        """Return *found* with what the project ignores as such."""
        return [ignored(d) if is_lint(d) and d.code in self.ignore else d for d in found]

    def raised(self, found: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
        """Return *found*, in which the warnings that are errors for the project are errors."""
        return tuple(
            replace(d, severity=Severity.ERROR) if is_lint(d) and d.code in self.error else d
            for d in found
        )

    def unused(self, found: Iterable[Diagnostic]) -> Iterator[Diagnostic]:
        """Yield a warning for each code that ignores nothing of *found*, all of the project's."""
        used = {d.code for d in found if is_ignored(d)}
        for code, place in self.ignore.items():
            if code not in used and FileCode.UNUSED_IGNORE not in {code, *self.ignore}:
                yield FileCode.UNUSED_IGNORE.diagnostic(
                    f"lint ignores {code}, and nothing has that code",
                    hint="take it out of lint: ignore",
                    file=self.file,
                    place=place,
                )


def ignored(warning: Diagnostic) -> Diagnostic:
    """Return *warning* as it is kept where it is ignored (`is_ignored`)."""
    return replace(warning, severity=Severity.INFO)


def no_lint(code: str) -> tuple[str, str | None] | None:
    """Return why *code* has no place among those of lint, and what helps; None if it has one."""
    if code in LINT:
        return None
    for what, known in _OTHERS.items():
        if code in known:
            return f"lint is about warnings of files, and {quote(code)} is {what}", None
    return f"no warning of files has the code {quote(code)}", did_you_mean(code, LINT)


_OTHERS: Mapping[str, Collection[str]] = {
    "an error": {*FileCode, *ProjectCode, *ManifestCode},
    "found by a run": {*RunCode},
    "an answer of the API": {*Code},
}
