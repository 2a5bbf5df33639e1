"""What a change that will be sent can do to data at the next import."""

from collections.abc import Iterator

from reconciler.model.policy import Risk
from reconciler.planning.plan import Change
from reconciler.render.shorten import folded
from reconciler.render.terminal import Line, Span, Style


def risk_note(change: Change) -> tuple[Span, ...]:
    """Return what stands on the line of the change: `risk data: selector-changed`."""
    if change.risk is Risk.NONE:
        return ()
    code = f": {change.risk_code}" if change.risk_code else ""
    style = Style.STOP if change.risk is Risk.DATA else Style.CHANGE
    return ((f"   risk {change.risk}{code}", style),)


class Consequences:
    """The sentences behind the risk codes of one source, each given the first time only."""

    def __init__(self) -> None:
        """Begin with nothing said."""
        self._said: set[str] = set()

    def lines(self, change: Change, indent: str) -> Iterator[Line]:
        """Yield what happens at the next import, unless it was said before."""
        code = change.risk_code or ""
        if change.risk_text is None or code in self._said:
            return
        self._said.add(code)
        for line in folded(change.risk_text, indent):
            yield (indent, line)
