"""Results of `preview` and `pull` as values."""

from reconciler.diagnostics import Diagnostic, errors_in
from reconciler.mapping.preview import Effect, Preview
from reconciler.value import Value


class PreviewResult(Value):
    """The data called `data` through the mapping of `source`.

    `preview` is None if there was an error. `effect` is the comparison with another mapping,
    None if none was requested. `file` is the manifest, None if unknown.
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
        """Whether objects are lost, duplicated or imported again, which makes the exit code 3."""
        return any(made.loses_objects for made in (self.preview, self.effect) if made)


class PulledFile(Value):
    """A part or an overlay of a manifest before and after a pull."""

    file: str
    before: str
    after: str


class PulledManifest(Value):
    """A manifest before and after a pull; `before` is None if there was none, `above` its others.

    `settled` counts the differences that were adopted from live, `conflicts` those of them that
    the manifest had changed as well since the last apply, as far as that is known; `is_partial`
    means that a new manifest lacks what live does not show (design.md#write-only).
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
    conflicts: int = 0
    above: tuple[PulledFile, ...] = ()

    @property
    def differs(self) -> bool:
        """Whether there is something to write."""
        return bool(self.changed)

    @property
    def changed(self) -> tuple["PulledManifest | PulledFile", ...]:
        """The files that differ, the head first."""
        return tuple(each for each in self.files if each.before != each.after)

    @property
    def files(self) -> list["PulledManifest | PulledFile"]:
        """The head, its parts and its overlay, in the order of the manifest."""
        return [self, *self.above]
