"""What a planned change of mapping does to some data, as the plan keeps it."""

from dataclasses import dataclass

from reconciler.mapping.preview import Effect, Preview


@dataclass(frozen=True, kw_only=True, slots=True)
class DataEffect:
    """The data named `data`, of so many `entries`, before and after the operation.

    `preview` is there, and `effect` is not, where nothing was configured before.
    """

    data: str
    entries: int
    effect: Effect | None = None
    preview: Preview | None = None

    @property
    def loses_objects(self) -> bool:
        """Whether objects are lost, doubled or imported anew."""
        return any(made.loses_objects for made in (self.effect, self.preview) if made)
