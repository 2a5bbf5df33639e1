"""How long the journal's database may keep anybody waiting."""

from dataclasses import dataclass

# The option of a connection that only reads.
READS = "reads"


@dataclass(frozen=True, kw_only=True, slots=True)
class Limits:
    """Seconds: *silence* for one answer of the database, *persistence* for one write in all.

    What others have locked is waited for half as long, so that the database says so itself.
    """

    silence: float = 10.0
    persistence: float = 30.0

    @property
    def lock_ms(self) -> int:
        """For how many milliseconds a lock is waited for."""
        return max(1, int(self.silence * 500))

    @property
    def statement_ms(self) -> int:
        """For how many milliseconds a statement that writes may run."""
        return max(1, int(self.silence * 800))

    @property
    def idle_ms(self) -> int:
        """After how many milliseconds the database drops a transaction in which nothing happens."""
        return max(1, int(self.silence * 1000))
