"""What came of proving a saved plan again: a line per source, and what does not hold."""

from collections.abc import Iterator, Sequence

from reconciler.planning.plan import Convergence
from reconciler.planning.verification import Verified
from reconciler.render.shorten import count
from reconciler.render.terminal import Line, Screen, Style

_CLAIMS = {
    Convergence.PROVED: "proved: nothing remains to change",
    Convergence.PARTIAL: "partial: what remains is what it says",
    Convergence.UNKNOWN: "unknown, as it says: it rests on what nobody has documented",
}


def write_verification(verified: Sequence[Verified], screen: Screen) -> None:
    """Write what holds and what does not."""
    screen.lines(_lines(verified))


def _lines(verified: Sequence[Verified]) -> Iterator[Line]:
    width = max((len(v.planned.source) for v in verified), default=0)
    for each in verified:
        name = (each.planned.source.ljust(width), Style.STRONG)
        operation = each.planned.operation
        verb = operation.method if operation else str(each.planned.action)
        if each.faults:
            yield ("  ", ("✗", Style.STOP), " ", name, f"   {verb:<8}   does not hold")
            yield from (("      ", ("! ", Style.STOP), fault) for fault in each.faults)
        else:
            claim = _CLAIMS[each.planned.convergence] if operation else "nothing is sent"
            yield ("  ", ("✓", Style.ADD), " ", name, f"   {verb:<8}   {claim}")
    broken = sum(bool(v.faults) for v in verified)
    yield ()
    if broken:
        yield (f"Not verified: {count(broken, 'source')} of {len(verified)}.",)
    else:
        checked = "digests, payload schema, certificate and minimality hold"
        yield (f"Verified: {count(len(verified), 'source')}; {checked}.",)
