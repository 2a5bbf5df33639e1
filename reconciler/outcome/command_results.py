"""What `preview` came to: what the data make by the mapping, or why that could not be told.

What a pull makes of one source's manifest.
"""

from dataclasses import dataclass

from reconciler.diagnostics import Diagnostic, errors_in
from reconciler.mapping.preview import Effect, Preview


@dataclass(frozen=True, kw_only=True, slots=True)
class Previewed:
    """The data called `data` through the mapping of `source`.

    `preview` is None where it ended in an error. `effect` is what the mapping does against
    another, None where none was asked for. `file` is the manifest, None where nobody knows.
    """

    source: str
    data: str
    created_at: str
    environment: str
    preview: Preview | None = None
    effect: Effect | None = None
    file: str | None = None
    diagnostics: tuple[Diagnostic, ...] = ()

    @property
    def errored(self) -> bool:
        """Whether the data or the manifests are in error."""
        return self.preview is None or bool(errors_in(self.diagnostics))

    @property
    def loses_objects(self) -> bool:
        """Whether objects are lost, doubled or imported anew, which makes the exit code 3."""
        return any(made.loses_objects for made in (self.preview, self.effect) if made)


@dataclass(frozen=True, kw_only=True, slots=True)
class Pulled:
    """A manifest before and after; `before` is None where there was none.

    `settled` counts the differences that were taken over from live; `is_partial` says that a
    new manifest lacks what live does not show (design.md#write-only).
    """

    source: str
    file: str
    before: str | None
    after: str
    settled: int
    object_types: int
    attributes: int
    mappings: int
    is_partial: bool = False

    @property
    def differs(self) -> bool:
        """Whether there is something to write."""
        return self.before != self.after
