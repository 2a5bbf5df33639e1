"""Random plans as they are saved: of one source or two, of all differences or chosen ones."""

from hypothesis import strategies as st

from reconciler.model.document import Document
from reconciler.model.normalise import LiveDocument
from reconciler.model.source import ConfigStatus, Live, SourceRef
from reconciler.model.wire import read_document, write_document
from reconciler.planning.inputs import Baseline, SourceInput
from reconciler.planning.plan import Plan, SourcePlan
from reconciler.planning.planner import make_plan, surrounded
from reconciler.semantics.rules import Ability, RuleCode
from reconciler.value import replace
from tests.support.documents.planned import plan_options
from tests.support.strategies.cases import anyhow, cases
from tests.support.strategies.documents import all_types

SOURCES = ("a", "b/c")


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    """A plan, made under any options; what was attempted without effect is remembered too."""
    options = plan_options(**draw(anyhow))

    def made(inputs: list[SourceInput]) -> Plan:
        return make_plan(
            surrounded(inputs),
            environment="test",
            options=options,
            tool_version="0",
            created_at="2026-01-01T00:00:00Z",
        )

    # Both may hold the same external ids.
    inputs = [draw(_inputs(name)) for name in SOURCES[: draw(st.integers(1, 2))]]
    if draw(st.integers(0, 2)) < 2:
        return made(inputs)
    whole = made(inputs).sources
    return made([draw(_narrowed(one, planned)) for one, planned in zip(inputs, whole, strict=True)])


@st.composite
def _inputs(draw: st.DrawFn, name: str) -> SourceInput:
    case = draw(cases(creates=True))
    live = case.shown and draw(_seen(case.shown))
    statuses = (
        [ConfigStatus.MISSING_MAPPING, None]
        if live is None
        else [ConfigStatus.IDLE, ConfigStatus.RUNNING, None]
    )
    ids = draw(st.sampled_from((("11", "w"), (None, None))))
    return SourceInput(
        ref=SourceRef(name=name, import_source_id=ids[0], workspace_id=ids[1]),
        desired=read_document(case.desired),
        live=Live(status=draw(st.sampled_from(statuses)), document=live),
        baseline=case.base,
    )


@st.composite
def _seen(draw: st.DrawFn, live: LiveDocument) -> LiveDocument:
    """Live, in which two elements may have got one name: nothing is known to forbid it."""
    if draw(st.integers(0, 3)):
        return live
    raw = write_document(live.document)
    named = all_types(raw)
    of = draw(st.sampled_from([named, *(t.get("attributes", []) for t in named)]))
    if len(of) > 1:
        one, other = draw(st.permutations(of))[:2]
        one["name"] = other["name"]
    document: Document = read_document(raw)
    return replace(live, document=document)


@st.composite
def _narrowed(draw: st.DrawFn, inputs: SourceInput, planned: SourcePlan) -> SourceInput:
    """Only some differences may be sent, and some were attempted before."""
    unknown = {r for r in RuleCode if r.ability is Ability.UNKNOWN}
    attempts = {c.address: c.after for c in planned.changes if c.rule in unknown}
    base = inputs.baseline or Baseline(name="then", desired=None)
    remembers: bool = draw(st.booleans())
    if attempts and remembers:
        inputs = replace(inputs, baseline=replace(base, ineffective=attempts))
    addresses = sorted(c.address for c in planned.changes)
    if not addresses or draw(st.booleans()):
        return inputs
    return replace(inputs, only=frozenset(draw(st.sets(st.sampled_from(addresses)))))
