"""How an emulator behaves where the API is slow, unknown, or made to fail."""

from dataclasses import dataclass, field
from typing import Literal

from reconciler.emulator.faults import Fault
from reconciler.semantics.patch import Undocumented

ADMIN_TOKEN = "ATCTT-emulator"  # noqa: S105 - opens nothing but an emulator, and is documented


@dataclass(frozen=True, kw_only=True, slots=True)
class Options:
    """What nobody knows (api.md#still-unknown), each with the likeliest answer as its default.

    Asynchronous work (mapping submissions, executions after `completed`) is
    IN_PROGRESS for `steps` later requests of its source and for at least `duration`
    seconds. `latency` seconds pass before every answer.

    `answers` is the form of GET schema-and-mapping: as in the documented example, or
    as observed (`Key` with a generated id, `inheritance`, an empty `iconSchema`).
    `shows` adds what no answer was ever seen to show: icons, statuses, typeValues.

    `accepts` is the status that `?async=true` gets (204: acted at once), `location`
    the form of its Location. `undocumented`, `strict_references` (the doubts of
    `semantics` become refusals) and `refuse_late` (a refused payload fails in
    progress) turn what is unknown to the worse. `seed` decides ids and order.
    """

    steps: int = 1
    duration: float = 0
    latency: float = 0
    answers: Literal["documented", "observed"] = "documented"
    shows: bool = False
    accepts: Literal[303, 202, 204] = 303
    location: Literal["absolute", "path"] = "absolute"
    undocumented: Undocumented = Undocumented.APPLY
    strict_references: bool = False
    refuse_late: bool = False
    faults: tuple[Fault, ...] = ()
    token: str = field(default=ADMIN_TOKEN, repr=False)
    seed: int = 0
