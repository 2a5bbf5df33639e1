"""An ingestion that the journal has: what was sent, by whom, and what came of it."""

from collections.abc import Iterator

from reconciler.outcome.ingestions import OPEN, IngestState, PastIngestion
from reconciler.render.ingest.words import moment, narrow
from reconciler.render.shorten import count
from reconciler.render.terminal import Line, Style

_INDENT = "    "
_SOURCE_WIDTH = 36
_MESSAGE_WIDTH = 400


def ingestion_lines(each: PastIngestion) -> Iterator[Line]:
    """Yield the lines of one ingestion."""
    is_well = each.state is IngestState.DONE
    style = Style.ADD if is_well else Style.CHANGE if each.state in OPEN else Style.STOP
    source = (narrow(each.source, _SOURCE_WIDTH), Style.STRONG)
    yield (moment(each.started_at), "  ingest  ", source, "  ", (str(each.state), style))
    data = count(each.entries, "entry", "entries") if each.entries is not None else "standard input"
    facts = (
        f"{data}, {count(each.chunks, 'chunk')} taken",
        each.message,
        f"ended {moment(each.ended_at)}" if each.ended_at else "has not ended",
        f"environment {each.environment}, by {each.runner}",
    )
    for fact in facts:
        for line in narrow(fact or "", _MESSAGE_WIDTH).splitlines():
            yield (_INDENT, line)
