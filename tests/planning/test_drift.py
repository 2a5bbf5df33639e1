"""What a difference is to a drift job: drift, not applied yet, known, or acknowledged."""

from datetime import date
from typing import Any

import pytest

from reconciler.model.policy import Acknowledgement
from reconciler.planning.change import Attribution, Change, Verdict
from reconciler.planning.drift.report import DriftReport, Shard, Standing, drift_of
from reconciler.planning.drift.report_file import read_drift, write_drift
from reconciler.value import replace
from tests.support.samples import plans as samples

TODAY = date(2026, 3, 1)
PLANNED = samples.UPDATE
CHANGE = next(c for c in PLANNED.changes if c.verdict is Verdict.PATCH and c.before is not None)
ADDRESS = str(CHANGE.address)

# The sentence → whose doing it is, the verdict, and what it is to a drift job.
STANDINGS: dict[str, tuple[Attribution | None, Verdict, Standing]] = {
    "live moved": (Attribution.DRIFT, Verdict.PATCH, Standing.DRIFT),
    "live moved, and cannot be moved back": (
        Attribution.DRIFT, Verdict.IMPOSSIBLE, Standing.DRIFT),
    "both moved": (Attribution.CONFLICT, Verdict.PATCH, Standing.CONFLICT),
    "the manifest moved": (Attribution.UNAPPLIED, Verdict.PATCH, Standing.UNAPPLIED),
    "the manifest moved to what is impossible": (
        Attribution.UNAPPLIED, Verdict.IMPOSSIBLE, Standing.UNAPPLIED),
    "it stood so at the last apply": (
        Attribution.UNAPPLIED, Verdict.IMPOSSIBLE, Standing.RESIDUE),
    "an orphan that was there at the last apply": (
        Attribution.UNAPPLIED, Verdict.ORPHAN, Standing.RESIDUE),
    "an orphan that was sent, of which live shows nothing": (
        None, Verdict.ORPHAN, Standing.RESIDUE),
    "nobody knows a base": (None, Verdict.PATCH, Standing.DRIFT),
    "an orphan without a base": (None, Verdict.ORPHAN, Standing.DRIFT),
}  # fmt: skip


def report(
    *changes: Change, ignore: tuple[Acknowledgement, ...] = (), today: date = TODAY, **more: Any
) -> DriftReport:
    plan = samples.plan(replace(PLANNED, changes=changes))
    return drift_of(plan, ignore, today=today, **more)


def known(address: str, **fields: Any) -> Acknowledgement:
    return Acknowledgement(
        **{"address": address, "reason": "r", "owner": "ann", "expires": TODAY, **fields}
    )


DRIFT = replace(CHANGE, attribution=Attribution.DRIFT)


@pytest.mark.parametrize("case", STANDINGS)
def test_standing(case: str) -> None:
    attribution, verdict, standing = STANDINGS[case]
    change = replace(
        CHANGE,
        attribution=attribution,
        verdict=verdict,
        stood="stood" in case or "was there" in case,
        rule="no-longer-stated" if "was sent" in case else CHANGE.rule,
    )
    found = report(change)
    (finding,) = found.sources[0].findings
    assert finding.standing is standing
    assert found.alarms is standing.alarms is (standing in {Standing.DRIFT, Standing.CONFLICT})


def test_what_live_does_not_show_is_no_finding() -> None:
    assert report(replace(CHANGE, verdict=Verdict.WRITE_ONLY)).sources[0].findings == ()


# The sentence → the acknowledgement, and whether it mutes.
MUTES: dict[str, tuple[Acknowledgement, bool]] = {
    "its address": (known(ADDRESS), True),
    "any address": (known("**"), True),
    "another source": (known("other/**"), False),
    "its last day": (known(ADDRESS, expires=TODAY), True),
    "the day after": (known(ADDRESS, expires=date(2026, 2, 28)), False),
    "the value that live has": (known(ADDRESS, value=(CHANGE.before,)), True),
    "a value that live had": (known(ADDRESS, value=("gone",)), False),
    "null is a value": (known(ADDRESS, value=(None,)), False),
}


@pytest.mark.parametrize("case", MUTES)
def test_an_acknowledgement_mutes(case: str) -> None:
    acknowledgement, mutes = MUTES[case]
    found = report(DRIFT, ignore=(acknowledgement,))
    (finding,) = found.sources[0].findings
    assert (finding.standing is Standing.ACKNOWLEDGED) is mutes
    assert finding.acknowledged_by == ("ann" if mutes else None)
    assert found.alarms is not mutes
    assert [(m.muted, m.expired) for m in found.acknowledgements] == [
        (int(mutes), case == "the day after")
    ]


def test_only_what_alarms_uses_an_acknowledgement() -> None:
    found = report(replace(CHANGE, attribution=Attribution.UNAPPLIED), ignore=(known("**"),))
    assert found.sources[0].findings[0].standing is Standing.UNAPPLIED
    assert found.acknowledgements[0].muted == 0, "so that an unused one is seen"


def test_a_source_that_could_not_be_read_stands_beside_the_others() -> None:
    found = report(DRIFT, unread=[("a-source", "401")])
    assert [(s.source, s.error) for s in found.sources] == [
        ("a-source", "401"),
        (PLANNED.source, None),
    ]
    assert found.errored
    assert found.alarms


# The sentence → what was not judged, the address, and whether the acknowledgement is unused.
UNUSED: dict[str, tuple[dict[str, Any], str, bool]] = {
    "a difference that is gone": ({}, f"{PLANNED.source}/gone", True),
    "a source that is gone": ({}, "gone/**", True),
    "another share has it": ({"shard": Shard(1, 2)}, "other/**", False),
    "another share may have some": ({"shard": Shard(1, 2)}, "**/gone", False),
    "this share has its source": ({"shard": Shard(1, 2)}, f"{PLANNED.source}/gone", True),
    "it was not asked for": ({"selected": True}, "other/**", False),
    "it was asked for": ({"selected": True}, f"{PLANNED.source}/gone", True),
    "its source could not be read": ({"errored": True}, "other/**", False),
}


@pytest.mark.parametrize("case", UNUSED)
def test_an_acknowledgement_of_what_was_not_judged_may_be_needed(case: str) -> None:
    partly, address, unused = UNUSED[case]
    found = replace(report(DRIFT, ignore=(known(address),)), **partly)
    assert found.to_look_at == (found.acknowledgements if unused else ())
    assert read_drift(write_drift(found, tool_version="0")).to_look_at == found.to_look_at


def test_an_expired_acknowledgement_is_named_by_whoever_has_it() -> None:
    expired = known("other/**", expires=date(2026, 2, 28))
    found = replace(report(DRIFT, ignore=(expired,)), shard=Shard(1, 2))
    assert found.to_look_at == found.acknowledgements
