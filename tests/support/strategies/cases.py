"""Random cases for planning: a manifest, live as it came to be, and what else is known."""

from dataclasses import dataclass, field
from typing import Any

from hypothesis import strategies as st

from reconciler.model.document import Document
from reconciler.model.normalise import LiveDocument
from reconciler.model.policy import Orphans, Risk, Undocumented
from reconciler.model.wire import read_document
from reconciler.planning.inputs import Baseline
from reconciler.planning.last_sent import NOTHING_SENT, hidden_parts, last_sent
from reconciler.planning.plan import Plan
from tests.support.strategies.documents import Json, documents
from tests.support.strategies.edits import EDITS, edited
from tests.support.strategies.picking import Edit
from tests.support.strategies.worlds import created, plan, shown, tampered


@dataclass(frozen=True, kw_only=True)
class Case:
    """What there is to plan; `live` None where nothing is configured."""

    desired: Json
    live: Document | None
    everything: bool = False
    base: Baseline | None = None
    options: dict[str, Any] = field(default_factory=dict)

    @property
    def shown(self) -> LiveDocument | None:
        return shown(self.live, everything=self.everything) if self.live else None

    def plan(self) -> Plan:
        return plan(self.desired, self.shown, base=self.base, **self.options)


# What changes a plan and does not keep it from being sent.
lenient = st.fixed_dictionaries(
    {
        "allow_residual": st.just(value=True),
        "resend_write_only": st.booleans(),
        "sync": st.booleans(),
    }
)
anyhow = st.fixed_dictionaries(
    {},
    optional={
        "allow_residual": st.booleans(),
        "resend_write_only": st.booleans(),
        "sync": st.booleans(),
        "undocumented": st.sampled_from(Undocumented),
        "orphans": st.sampled_from(Orphans),
        "max_changes": st.integers(0, 5),
        "max_change_percent": st.sampled_from((0.0, 20.0, 100.0)),
        "max_risk": st.sampled_from(Risk),
    },
)


@st.composite
def cases(
    draw: st.DrawFn,
    *,
    options: st.SearchStrategy[dict[str, Any]] = lenient,
    ids: bool | None = None,
    creates: bool = False,
    edits: tuple[Edit, ...] = EDITS,
) -> Case:
    """A case: one document went out, somebody worked on live, and on the manifest."""
    first = draw(documents(ids=ids))
    everything = draw(st.booleans())
    live = created(first)
    base = draw(st.one_of(st.none(), _bases(first, live, everything=everything)))
    if creates and draw(st.integers(0, 3)) == 3:
        return Case(desired=first, live=None, options=draw(options))
    return Case(
        desired=draw(edited(first, edits=edits)),
        live=draw(st.one_of(st.just(live), tampered(live, most=4))),
        everything=everything,
        base=base,
        options=draw(options),
    )


@st.composite
def _bases(draw: st.DrawFn, first: Json, live: Document, *, everything: bool) -> Baseline:
    """What was sent, all of it or nothing; or what the manifest had, if that was kept."""
    desired = read_document(first)
    created: bool = draw(st.booleans())
    return Baseline(
        name="the first",
        desired=desired,
        live=shown(live, everything=everything),
        last_sent=last_sent([desired]) if created else NOTHING_SENT,
        stated=Document() if created else draw(st.sampled_from((None, hidden_parts(desired)))),
    )
