"""The changes of a plan as rows of its page."""

from collections.abc import Iterator

from reconciler.planning.plan import Verdict
from reconciler.render.html.rows import Row, place, subject
from reconciler.render.html.values import shown
from reconciler.render.plan.view import Row as PlanRow
from reconciler.render.plan_symbols import Note
from reconciler.render.terminal import Style


def anchor(number: int, row: PlanRow) -> str:
    """Return the id on the page of a change of the source that is told as the *number*th.

    It holds no text of a stranger.
    """
    return f"change-{number}-{row.number}"


def plan_row(row: PlanRow, name: str | None = None, *, number: int, file: str | None) -> Row:
    """Return the row of the page, called by *name*, or by its path where there is none.

    *file* is the manifest of its source, which is told as the *number*th.
    """
    change = row.change
    sentences = tuple(_sentences(row))
    at = place(file, change)
    return Row(
        anchor=anchor(number, row),
        data={"verdict": change.verdict, "risk": change.risk},
        mark=row.mark,
        subject=subject(change, row.key, name),
        shown=shown(change, row.contrast),
        notes=tuple(_notes(row)),
        sentences=sentences,
        place=at,
        address=change.address if at or sentences else None,
    )


def _notes(row: PlanRow) -> Iterator[Note]:
    if row.moved:
        yield Note("".join(said for said, _ in row.moved), Style.CHANGE)
    yield from row.notes


def _sentences(row: PlanRow) -> Iterator[str]:
    """Yield why the change stays open, told again for what is to be acted on, and what it risks."""
    if row.change.verdict is Verdict.IMPOSSIBLE or not row.repeats:
        yield from row.why
    if row.change.risk_text:
        yield row.change.risk_text
