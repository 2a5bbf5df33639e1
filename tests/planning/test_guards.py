"""Guards on what a plan may send: number, share, limit, and the flag that overrides it."""

import re
from typing import Any

import pytest

from reconciler.model.normalise import normalise
from reconciler.model.policy import Risk
from reconciler.model.source import ConfigStatus, Live, SourceRef
from reconciler.model.wire import read_document
from reconciler.planning.guards import Volume, elements_of
from reconciler.planning.plan import Action, Convergence, Plan
from reconciler.planning.planner import SourceInput, make_plan
from tests.support.documents.planned import live_of, plan_options, planned
from tests.support.documents.site_document import (
    Edit,
    document,
    drop_attribute,
    drop_type,
    map_type,
    set_attribute,
    set_mapping,
    set_type,
)

NEW = {"description": "new"}
ONE = (set_type("os", **NEW),)
TWO = (*ONE, set_attribute("size", **NEW))
RISKY = (set_mapping("file", selector="new"),)
SMALL = (drop_type("file"), drop_attribute("os-ref"), drop_attribute("state"))
TWO_OF_14 = "2 changes would be sent, 14 % of 14 live elements"

# the edits, the limits, and the reason: None where nothing trips
LIMITS: dict[str, tuple[tuple[Edit, ...], dict[str, Any], str | None]] = {
    "no limit": (TWO, {}, None),
    "as many changes as allowed": (TWO, {"max_changes": 2}, None),
    "more changes than allowed": (
        TWO, {"max_changes": 1},
        f"{TWO_OF_14}, and policy.maxChanges is 1; override with --max-changes 2",
    ),
    "one change where none is allowed": (
        ONE, {"max_changes": 0},
        ("1 change would be sent, 7 % of 14 live elements, and policy.maxChanges is 0; "
        "override with --max-changes 1"),
    ),
    "no change where none is allowed": ((), {"max_changes": 0}, None),
    "just within the share": (TWO, {"max_change_percent": 14.3}, None),
    "the very share": (TWO, {"max_change_percent": 100 * 2 / 14}, None),
    "just above the share": (
        TWO, {"max_change_percent": 14.25},
        (f"{TWO_OF_14}, and policy.maxChangePercent is 14.25; "
        "override with --max-change-percent 15"),
    ),
    "any share where none is allowed": (
        ONE, {"max_change_percent": 0.0},
        ("1 change would be sent, 7 % of 14 live elements, and policy.maxChangePercent is 0; "
        "override with --max-change-percent 8"),
    ),
    "number and share": (
        TWO, {"max_changes": 1, "max_change_percent": 10.0},
        (f"{TWO_OF_14}, and policy.maxChanges is 1; override with --max-changes 2; "
        f"{TWO_OF_14}, and policy.maxChangePercent is 10; override with --max-change-percent 15"),
    ),
    "number and risk: the first gives the code": (
        RISKY, {"max_changes": 0, "max_risk": Risk.NONE},
        ("1 change would be sent, 7 % of 14 live elements, and policy.maxChanges is 0; "
        "override with --max-changes 1; 1 change has more risk (selector-changed) than "
        "policy.maxRisk, none, allows; override with --max-risk data"),
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", LIMITS)
def test_a_source_over_a_limit_is_blocked_and_says_why(case: str) -> None:
    edits, limits, reason = LIMITS[case]
    source = planned(*edits, **limits)
    if reason is None:
        assert source.action is (Action.UPDATE if edits else Action.NO_OP)
        return
    assert source.action is Action.BLOCKED
    assert (source.reason.code, source.reason.text) == ("too_many_changes", reason)
    assert (source.operation, source.certificate, source.reads) == (None, None, {})
    assert source.convergence is Convergence.PARTIAL
    assert source.reason.rejected, "the other verb is excluded all the same"


def overridden(reason: str) -> dict[str, Any]:
    """The options that the flags named in *reason* set."""
    flags = re.findall(r"override with --max-([a-z-]+) (\S+?)(?:;|$)", reason)
    kinds = {"changes": int, "change-percent": float, "risk": Risk}
    return {f"max_{name.replace('-', '_')}": kinds[name](value) for name, value in flags}


@pytest.mark.parametrize("case", [c for c, (*_, reason) in LIMITS.items() if reason])
def test_the_very_flags_that_are_named_let_it_through(case: str) -> None:
    edits, limits, reason = LIMITS[case]
    flags = overridden(reason or "")
    assert flags.keys() == limits.keys()
    assert planned(*edits, **flags).action is Action.UPDATE


def test_the_share_of_fewer_than_ten_elements_says_nothing() -> None:
    live = live_of(*SMALL)
    assert elements_of(live.document) < 10
    source = planned(*SMALL, set_type("os", **NEW), live=live, max_change_percent=1.0)
    assert source.action is Action.UPDATE


def test_elements_are_types_attributes_mappings_and_their_entries() -> None:
    assert elements_of(None) == 0
    assert elements_of(live_of().document) == 3 + 6 + 2 + 3


def test_a_create_has_a_number_and_no_share() -> None:
    creating = {"status": ConfigStatus.MISSING_MAPPING}
    assert planned(**creating, max_change_percent=0.0).action is Action.CREATE
    source = planned(**creating, max_changes=3)
    assert source.reason.text == (
        "12 changes would be sent, and policy.maxChanges is 3; override with --max-changes 12"
    )


SHARES: dict[str, tuple[Volume, float | None, str]] = {
    "nothing live": (Volume(changes=3, creates=3), None, "3 changes would be sent"),
    "nine elements": (
        Volume(changes=3, elements=9), None, "3 changes would be sent, 33 % of 9 live elements",
    ),
    "ten elements": (
        Volume(changes=3, elements=10), 30.0, "3 changes would be sent, 30 % of 10 live elements",
    ),
    "creates beside updates count in the number alone": (
        Volume(changes=3, elements=10, creates=2), 10.0,
        "3 changes would be sent, 10 % of 10 live elements",
    ),
    "creates beside sources without changes": (
        Volume(changes=1, elements=10, creates=1), 0.0, "1 change would be sent",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", SHARES)
def test_volumes(case: str) -> None:
    volume, share, sentence = SHARES[case]
    assert (volume.share, str(volume)) == (share, sentence)


def test_volumes_add_up() -> None:
    one, other = Volume(changes=1, elements=10, creates=100), Volume(changes=2, elements=20)
    assert one + other == Volume(changes=3, elements=30, creates=100)


def renamed(made: Any, name: str) -> Any:
    """Return the document with ids of its own."""
    if isinstance(made, dict):
        return {
            k: f"{name}-{v}" if k.endswith("ternalId") else renamed(v, name)
            for k, v in made.items()
        }
    return [renamed(v, name) for v in made] if isinstance(made, list) else made


def site(*sources: tuple[Edit, ...] | None, **options: Any) -> Plan:
    """Plan sources a, b, …: each updated by edits, or created for None."""
    given = []
    for name, edits in zip("abc", sources, strict=False):
        live = None if edits is None else normalise(renamed(document(), name))
        given.append(
            SourceInput(
                ref=SourceRef(name=name, import_source_id=name, workspace_id="w"),
                desired=read_document(renamed(document(*(edits or ())), name)),
                live=Live(
                    status=ConfigStatus.IDLE if live else ConfigStatus.MISSING_MAPPING,
                    document=live,
                ),
            )
        )
    return make_plan(
        given,
        environment="test",
        options=plan_options(**options),
        tool_version="0",
        created_at="2026-01-01T00:00:00Z",
    )


TOGETHER: dict[str, tuple[tuple[Any, ...], dict[str, Any], list[str], str]] = {
    "each within the number, all together not": (
        (TWO, TWO, ONE), {"max_changes": 4}, ["blocked"] * 3,
        ("in all sources together 5 changes would be sent, 12 % of 42 live elements, and "
        "policy.maxChanges is 4; override with --max-changes 5"),
    ),
    "all together within the number": (
        (TWO, TWO, ONE), {"max_changes": 5}, ["update"] * 3, "",
    ),
    "what is live in a source without changes counts in the share": (
        (TWO, TWO, ()), {"max_change_percent": 12.0}, ["blocked", "blocked", "no-op"],
        f"{TWO_OF_14}, and policy.maxChangePercent is 12; override with --max-change-percent 15",
    ),
    "one over the number, and so all": (
        (TWO, ONE, ()), {"max_changes": 1}, ["blocked", "blocked", "no-op"],
        (f"{TWO_OF_14}, and policy.maxChanges is 1; override with --max-changes 2; "
        "in all sources together 3 changes would be sent, 7 % of 42 live elements, and "
        "policy.maxChanges is 1; override with --max-changes 3"),
    ),
    "one that sends is told for itself alone": (
        (TWO, (), ()), {"max_changes": 1}, ["blocked", "no-op", "no-op"],
        f"{TWO_OF_14}, and policy.maxChanges is 1; override with --max-changes 2",
    ),
    "risk is of each source": (
        (RISKY, ONE), {"max_risk": Risk.REVIEW}, ["blocked", "update"],
        ("1 change has more risk (selector-changed) than policy.maxRisk, review, allows; "
        "override with --max-risk data"),
    ),
    "a create counts in the number of all": (
        (ONE, None), {"max_changes": 12}, ["blocked", "blocked"],
        ("in all sources together 13 changes would be sent, 7 % of 14 live elements, and "
        "policy.maxChanges is 12; override with --max-changes 13"),
    ),
    "a create has no part in the share of all": (
        (ONE, None), {"max_change_percent": 8.0}, ["update", "create"], "",
    ),
    "a blocked source is no volume": (
        (TWO, (set_type("os", name="OS"), *TWO)), {"max_changes": 2}, ["update", "blocked"], "",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", TOGETHER)
def test_the_limits_hold_for_all_sources_together(case: str) -> None:
    sources, limits, actions, reason = TOGETHER[case]
    plan = site(*sources, **limits)
    assert [s.action for s in plan.sources] == actions
    if reason:
        assert plan.sources[0].reason.text == reason
        let_through = site(*sources, **limits | highest(plan))
        assert "blocked" not in [s.action for s in let_through.sources]


def highest(plan: Plan) -> dict[str, Any]:
    """The options that the flags named by any source set, the highest of each."""
    found: dict[str, Any] = {}
    for source in plan.sources:
        for part in source.reason.text.split("; "):
            for name, value in overridden(part).items():
                found[name] = max(found.get(name, value), value)
    return found


def test_the_digest_of_a_blocked_plan_is_another_one() -> None:
    assert site(TWO, max_changes=1).digest != site(TWO).digest


def test_what_only_lives_or_is_impossible_is_not_sent_and_counts_for_nothing() -> None:
    source = planned(
        set_type("os", name="OS"),
        drop_attribute("size"),
        live=live_of(map_type("os", "X")),
        allow_residual=True,
        max_changes=0,
    )
    assert source.action is Action.NO_OP
