"""Deletions in a run: counted again last thing, after the PATCH that unmaps, leaves first."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from reconciler.assets.schema_client import AssetsSchemaBackend
from reconciler.outcome.events import Sending
from reconciler.outcome.records import State
from reconciler.outcome.results import ApplyReport, Outcome, SourceResult
from reconciler.planning.object_schema.operation import SchemaOperation
from reconciler.planning.plan import Plan
from tests.support.stages.applying import Stage, Staging
from tests.support.stages.assumed import assuming
from tests.support.stages.companion import DATA, V1, configurations
from tests.support.stages.deletions import SWITCH, TAGS, planned, without
from tests.support.stages.schema_operations import calls, content, prepare, schema_backend

ONE = {TAGS: 1}
NINTH = {"serial": "d9", "name": "Nine", "tags": ["z"]}
DELETED = "deletion of attribute 'Tags' (14)"


@pytest.fixture
def site(stage: Staging) -> Callable[..., Stage]:
    """Return a maker of stages with the object schema Network, and objects in it."""

    def make(*faults: str, **options: Any) -> Stage:
        on = prepare(stage(steps=0, **options))
        imported(on, DATA)
        on.add_faults(*faults)
        return on

    return make


def imported(on: Stage, data: Any) -> None:
    """Import *data* into both sources."""
    for name in configurations():
        on.import_data(f"{V1}/importsource/{name}", data)


def plan(on: Stage, *gone: str, accept: Mapping[str, int] = ONE, **texts: str) -> Plan:
    return on.run(
        planned(
            on.backend(), schema_backend(on), on.journal, without(*gone, **texts), accept=accept
        )
    )


def result(report: ApplyReport, name: str = "devices") -> SourceResult:
    return next(each for each in report.results if each.source == name)


def attributes(on: Stage) -> set[str]:
    return {each.name for each in content(on).attributes}


def test_it_comes_after_the_patch_and_is_kept_in_the_journal(site: Callable[..., Stage]) -> None:
    on = site()
    done = result(on.apply(plan(on, "tags")))
    assert (done.outcome, done.message) == (
        Outcome.DONE, "1 schema operation and PATCH, read back equal",
    )  # fmt: skip
    order = [(e.method, e.what) for e in on.events if isinstance(e, Sending)]
    assert order == [("PATCH", None), ("DELETE", DELETED)]
    record = calls(on)["Tags"]
    assert record.before is not None
    assert record.before["definition"]["maximumCardinality"] == -1
    assert set(record.before["counts"].values()) == {1}
    assert "Tags" not in attributes(on)
    assert not plan(on, "tags").has_changes


# What happens between plan and apply → why the deletion is not sent.
MEANWHILE: dict[str, tuple[Callable[[Stage], None], str]] = {
    "another object got a value": (
        lambda on: imported(on, {**DATA, "devices": [*DATA["devices"], NINTH]}),
        "2 values would be lost with attribute 'Tags' (14)",
    ),
    "another source fills it": (
        lambda on: on.ask("PATCH", f"{V1}/importsource/switches/mapping", mapping_devices()),
        "the mapping of another source fills attribute 'Tags' (14)",
    ),
}


def mapping_devices() -> dict[str, Any]:
    both = configurations()
    (device, *_) = both["devices"]["mapping"]["objectTypeMappings"]
    return {**both["switches"], "mapping": {"objectTypeMappings": [device]}}


@pytest.mark.parametrize("case", MEANWHILE)
def test_it_is_looked_at_again_last_thing(site: Callable[..., Stage], case: str) -> None:
    meanwhile, why = MEANWHILE[case]
    on = site()
    made = plan(on, "tags")
    meanwhile(on)
    stopped = result(on.apply(made))
    assert stopped.outcome is Outcome.STALE
    assert stopped.message == f"{DELETED}: the plan is stale: {why}; nothing was sent; PATCH done"
    assert "Tags" in attributes(on)
    assert calls(on)["Tags"].state is State.STALE


def test_what_was_not_deleted_is_planned_again(site: Callable[..., Stage]) -> None:
    """Its mapping and its manifest have it no more by then, and no earlier one was applied."""
    on = site("delete-attribute:refuse:1")
    assert result(on.apply(plan(on, "tags"))).outcome is Outcome.FAILED
    again = result(on.apply(plan(on, "tags")))
    assert (again.outcome, again.method) == (Outcome.DONE, None)
    assert "Tags" not in attributes(on)


class Overtaken(AssetsSchemaBackend):
    """The backend, where somebody else deletes what is about to be deleted."""

    async def send(self, workspace_id: str, operation: SchemaOperation, **how: Any) -> int:
        assert await super().send(workspace_id, operation) == 200
        return await super().send(workspace_id, operation, **how)


def test_what_somebody_else_deleted_in_that_moment_is_done(site: Callable[..., Stage]) -> None:
    on = site()
    made = plan(on, "tags")
    assert on.object_schemas is not None
    on.object_schemas.__class__ = Overtaken
    assert result(on.apply(made)).outcome is Outcome.DONE
    assert calls(on)["Tags"].message == "somebody else did it: read back through both APIs"


@pytest.mark.parametrize("right", ["403", "404"])
def test_who_may_not_delete_it_is_told_so(site: Callable[..., Stage], right: str) -> None:
    on = site(profile=assuming(f"missing-right={right}"))
    stopped = result(on.apply(plan(on, "tags")))
    assert stopped.outcome is Outcome.FAILED
    assert "nothing was changed; PATCH done" in stopped.message
    assert "Tags" in attributes(on)


@pytest.mark.parametrize("mapping", ["stays", "vanishes"])
def test_a_source_that_is_not_valid_any_more_is_told_with_what_to_do(
    site: Callable[..., Stage], mapping: str
) -> None:
    on = site(profile=assuming(f"mapping-of-deleted-type={mapping}"))
    done = result(on.apply(plan(on, "switch", accept={SWITCH: 1})), "switches")
    assert calls(on)["Switch"].state is State.DONE
    if mapping == "vanishes":
        assert done.outcome is Outcome.DONE
        return
    assert done.outcome is Outcome.NOT_CONVERGED
    assert done.message.startswith(
        "Assets says that the configuration of switches (INVALID_CONFIGURATION"
    )
    assert "correct the import's mapping there" in str(done.error and done.error.hint)
