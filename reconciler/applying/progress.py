"""Where an asynchronous operation stands, from what the progress resource answers.

Every rule about `progressStatus` and `result` is here; the loop in `follow` only
asks and sleeps. Only `FINISHED` with `OK` is documented (api.md#progress).
"""

from enum import StrEnum

from reconciler.backend import ProgressAnswer


class Standing(StrEnum):
    """Where an operation stands, as far as its progress resource tells."""

    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    OVERDUE = "overdue"


# FINISHED is documented. DONE and CANCELLED end the sibling resource (executions), FAILED and
# ERROR are what an end would be called: waiting out the deadline on them would help nobody.
# Any other status, IN_PROGRESS included, is still running.
TERMINAL = frozenset({"FINISHED", "DONE", "CANCELLED", "FAILED", "ERROR"})

# (the status is terminal, the result is OK) → where it stands
STANDINGS: dict[tuple[bool, bool], Standing] = {
    (True, True): Standing.DONE,
    (True, False): Standing.FAILED,
    (False, True): Standing.RUNNING,
    (False, False): Standing.RUNNING,
}


def standing(answer: ProgressAnswer, *, elapsed: float, timeout: float) -> Standing:
    """Return where the operation stands, *elapsed* of *timeout* seconds after its beginning.

    What has ended has ended, also after the deadline; what runs then is overdue, its
    outcome unknown. (A resource that is gone gives no answer: that is `follow`'s.)
    """
    found = STANDINGS[answer.status in TERMINAL, answer.result == "OK"]
    if found is Standing.RUNNING and elapsed >= timeout:
        return Standing.OVERDUE
    return found
