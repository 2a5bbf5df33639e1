"""Drift reports for the tests of their page: every standing, many sources, hostile names."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from reconciler.model.address import Address
from reconciler.model.policy import Acknowledgement
from reconciler.planning.change import Attribution, Change, Edit, Verdict
from reconciler.planning.drift.report import DriftReport, drift_of
from reconciler.planning.plan import Action, Plan, SourcePlan
from reconciler.value import replace
from tests.support.samples import plans as samples
from tests.support.samples.html_plans import HOSTILE, hostile

TODAY = date(2026, 3, 1)
_DRIVE = "objectTypes[object-type/drive]"


def known(address: str, **fields: Any) -> Acknowledgement:
    """Return an acknowledgement that holds today."""
    given = {"address": address, "reason": "a trial of the new model", "owner": "ann"}
    return Acknowledgement(**{**given, "expires": date(2026, 6, 30), **fields})


def _attributed(planned: SourcePlan, *attributions: Attribution | None, **more: Any) -> SourcePlan:
    """Return *planned* with its changes attributed in turn."""
    changes = tuple(
        replace(change, attribution=attributions[at % len(attributions)])
        for at, change in enumerate(planned.changes)
    )
    return replace(planned, changes=changes, **more)


EVERYTHING = drift_of(
    samples.plan(
        _attributed(
            samples.UPDATE,
            Attribution.DRIFT,
            Attribution.CONFLICT,
            Attribution.UNAPPLIED,
            base="the apply of 2026-02-27T08:00:00Z",
            file="manifests/disk-analysis.yaml",
        ),
        _attributed(samples.BLOCKED, None),
        _attributed(samples.NO_OP, Attribution.UNAPPLIED, base="a", file="manifests/people.yaml"),
        replace(samples.UPDATE_OF_TEAMS, base="a", file="manifests/teams.yaml"),
        _attributed(samples.CREATE, Attribution.UNAPPLIED, source="new", base="a"),
        diagnostics=samples.DIAGNOSTICS,
    ),
    (
        known("disk-analysis/**[a/path]/label"),
        known("disk-analysis/objectTypes[*]/attributes[a/path]/**", owner="bob"),
        known("teams/**", reason="nobody knows any more", owner="eve"),
        known("**", expires=date(2026, 1, 31)),
    ),
    today=TODAY,
    unread=[("vaults", "GET importsource/7/mapping was refused (401): the token has expired")],
)
IN_SYNC = drift_of(samples.plan(samples.UPDATE_OF_TEAMS), (), today=TODAY)
ERRORED = drift_of(samples.plan(errored=True, diagnostics=samples.DIAGNOSTICS), (), today=TODAY)


def many(number: int, *, each: int = 10) -> DriftReport:
    """Return a report of *number* sources, two in three of them with *each* differences."""
    return drift_of(
        samples.plan(*(_source(at, each) for at in range(number))),
        tuple(known(f"source-{at:04}/**") for at in range(4, number, 6)),
        today=TODAY,
        unread=[(f"unread-{at}", "GET was answered with 503") for at in range(number // 50)],
    )


def _source(at: int, each: int) -> SourcePlan:
    name = f"source-{at:04}"
    changes = () if at % 3 == 2 else tuple(_changes(name, at, each))
    return samples.source(
        name, Action.UPDATE, *changes, base="an apply", file=f"manifests/{name}.yaml"
    )


def _changes(name: str, at: int, each: int) -> Iterator[Change]:
    whose = [Attribution.DRIFT, Attribution.UNAPPLIED][at % 6 == 3]
    for number in range(each):
        attribute = f"{name}/{_DRIVE}/attributes[a/{number}]"
        if number % 5 == 4:
            yield samples.change(
                attribute,
                "Drive",
                f"Attribute {number}",
                action=Edit.REMOVE,
                before={"type": "text"},
                verdict=Verdict.ORPHAN,
                rule="attribute-delete",
                remedy=samples.DELETE,
                attribution=whose,
            )
            continue
        yield samples.change(
            f"{attribute}/description",
            "Drive",
            f"Attribute {number}",
            field="description",
            before=f"What they call the attribute {number}, in the words of the data centre",
            after=f"What we call the attribute {number}, in our own words",
            attribution=Attribution.CONFLICT if (at, number) == (0, 0) else whose,
            line=number + 3,
            column=5,
        )


def hostile_drift() -> DriftReport:
    """Return a report whose every text is one of `HOSTILE`."""
    plan = hostile()
    (source,) = plan.sources
    changes = [
        replace(
            change,
            attribution=(Attribution.DRIFT, Attribution.CONFLICT, Attribution.UNAPPLIED)[at % 3],
            line=1,
            column=1,
        )
        for at, change in enumerate(source.changes)
    ]
    told = replace(source, changes=tuple(changes), base=HOSTILE[2], file=HOSTILE[1])
    return drift_of(
        replace(plan, sources=(told,)),
        (
            known(str(changes[0].address), owner=HOSTILE[0], reason=HOSTILE[2]),
            known(HOSTILE[0], owner=HOSTILE[1], reason=HOSTILE[0]),
        ),
        today=TODAY,
        unread=[(f"{text} {at}", text) for at, text in enumerate(HOSTILE)],
    )


def whole(names: set[str]) -> Plan:
    """Return a plan in which each source of *names* has drifted."""
    sources = (
        replace(
            samples.UPDATE,
            source=name,
            changes=tuple(
                replace(
                    change,
                    address=Address.parse(f"{name}/{change.address.within_source}"),
                    attribution=Attribution.DRIFT,
                )
                for change in samples.UPDATE.changes
            ),
        )
        for name in sorted(names)
    )
    return samples.plan(*sources, diagnostics=samples.DIAGNOSTICS)
