"""Random plans as they are saved: of one source or two, of all differences or chosen ones."""

from dataclasses import replace

from hypothesis import strategies as st

from reconciler.model.source import ConfigStatus, Live, SourceRef
from reconciler.model.wire import read_document
from reconciler.planning.inputs import Baseline, SourceInput
from reconciler.planning.plan import Plan, SourcePlan
from reconciler.planning.planner import make_plan
from reconciler.semantics.rules import Ability, RuleCode
from tests.support.documents.planned import plan_options
from tests.support.strategies.cases import anyhow, cases

SOURCES = ("a", "b/c")


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    """A plan, made under any options; what was attempted without effect is remembered too."""
    options = plan_options(**draw(anyhow))

    def made(inputs: list[SourceInput]) -> Plan:
        return make_plan(
            inputs,
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
    statuses = (
        [ConfigStatus.MISSING_MAPPING, None]
        if case.shown is None
        else [ConfigStatus.IDLE, ConfigStatus.RUNNING, None]
    )
    ids = draw(st.sampled_from((("11", "w"), (None, None))))
    return SourceInput(
        ref=SourceRef(name=name, import_source_id=ids[0], workspace_id=ids[1]),
        desired=read_document(case.desired),
        live=Live(status=draw(st.sampled_from(statuses)), document=case.shown),
        baseline=case.base,
    )


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
