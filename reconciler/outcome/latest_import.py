"""The latest data execution of a source, as far as it could be read."""

from dataclasses import dataclass

from reconciler.errors import ReconcilerError
from reconciler.outcome.import_result import ImportResult


@dataclass(frozen=True, kw_only=True, slots=True)
class LatestImport:
    """`found` is what the execution did, None if there never was one, the error if unreadable."""

    source: str
    found: ImportResult | ReconcilerError | None

    @property
    def is_over(self) -> bool:
        """Whether there is nothing to wait for."""
        return not isinstance(self.found, ImportResult) or self.found.is_ended

    @property
    def is_well(self) -> bool:
        """Whether nothing is wrong: it runs, ended well, or there never was one.

        One that was cancelled is not: the data that somebody meant to import are not there.
        """
        if isinstance(self.found, ReconcilerError):
            return False
        return self.found is None or not self.found.is_ended or self.found.ended_well
