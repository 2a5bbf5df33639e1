"""Questions about data: one execution that is cancelled, and one that imports one object."""

from collections.abc import Mapping
from typing import Any

from reconciler.applying.clock import pauses
from reconciler.backend.import_sources import Execution
from reconciler.errors import Rejected
from reconciler.probe.bodies import PREFIX, SELECTOR
from reconciler.probe.session import Session
from reconciler.semantics.questions import Question

DATA = (Question.CHUNK_SIZE, Question.REPEATED_CHUNK)
_ENDED = {"DONE", "CANCELLED"}
_COUNTS = {1: "once", 2: "twice"}


def _chunk(entries: int) -> dict[str, Any]:
    # All of one identifier: at most one object.
    return {"data": {SELECTOR: [{"id": PREFIX}] * entries}}


async def ask_data(session: Session) -> None:
    """Ask how large a chunk may be, and how often one counts that is sent again."""
    with session.about():
        await _ask_size(session)
    with session.about():
        await _ask_repeated(session)


async def _ask_size(session: Session) -> None:
    execution = await _begin(session, Question.CHUNK_SIZE.text)
    largest = "10"
    try:
        for entries in (100, 1000):
            if not await _taken(session, execution, _chunk(entries), f"{entries} entries"):
                break
            largest = str(entries)
    finally:
        # What was sent is imported once it is said to be complete, which it never is.
        await session.backend.cancel_execution(session.ref, execution)
        session.keep("DELETE executions", None, "cancelled")
    session.found(Question.CHUNK_SIZE, largest)


async def _begin(session: Session, what: str) -> Execution:
    session.tell(f"POST executions: {what}")
    execution = await session.backend.start_execution(session.ref)
    session.keep("POST executions", None, "200")
    return execution


async def _taken(
    session: Session, execution: Execution, chunk: Mapping[str, Any], what: str
) -> bool:
    try:
        await session.backend.submit_data(session.ref, execution, chunk)
    except Rejected as error:
        session.keep(f"POST data: {what}", None, f"{error.status} {error.raw or ''}".strip())
        return False
    session.keep(f"POST data: {what}", None, "200")
    return True


async def _ask_repeated(session: Session) -> None:
    question = Question.REPEATED_CHUNK
    execution = await _begin(session, question.text)
    chunk = {**_chunk(1), "clientGeneratedId": f"{PREFIX}-{session.bodies.tag}"}
    is_taken = [await _taken(session, execution, chunk, "1 entry") for _ in range(2)]
    if not is_taken[1]:
        # A repetition that is refused counts once.
        session.found(question, "once")
    await session.backend.submit_data(session.ref, execution, {"completed": True})
    for pause in pauses(session.clock.rng):
        status = await session.backend.execution_status(session.ref, execution)
        if status.status in _ENDED or session.left < 0:
            break
        await session.clock.sleep(pause)
    total = status.progress_result.get("totalNumberEntriesInImport")
    session.keep("GET executions/status", None, f"{status.status}, entries: {total}")
    if is_taken[1] and total in _COUNTS:
        session.found(question, _COUNTS[total])
