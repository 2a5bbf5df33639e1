"""What a probe refuses, what it leaves, and how it goes on after one that was killed."""

import pytest

from reconciler.errors import ReconcilerError
from reconciler.model.object_schema import ObjectSchema, SchemaContent, SchemaStatus, SchemaType
from reconciler.model.source import ConfigStatus
from reconciler.probe.bodies import PREFIX, is_made
from reconciler.probe.object_schema import own_statuses, own_types
from reconciler.probe.run import probe
from reconciler.probe.session import Session
from reconciler.semantics.questions import Question
from tests.support.stages.applying import Stage, Staging
from tests.support.stages.assumed import assuming
from tests.support.stages.emulator_site import tagged
from tests.support.stages.probing import TAG, begun, outcomes, probed
from tests.support.stages.schema_operations import content


def names(on: Stage) -> list[str]:
    return [each.name for each in content(on).types]


def test_with_schema_auth_it_takes_its_types_and_statuses_away_and_lists_the_rest(
    stage: Staging,
) -> None:
    on = stage()
    session, ended = probed(on)
    assert ended is None
    assert names(on) == []
    assert [each.what for each in session.leftovers] == [
        f"the icon {PREFIX}-{TAG}, which no API deletes",
        "the configuration of the import source, which no API takes away",
    ]


def test_without_it_lists_each_type_and_status_with_what_to_do(stage: Staging) -> None:
    session, _ = probed(stage(), schemas=False)
    listed = [each.what for each in session.leftovers]
    assert [each for each in listed if "object type" in each] == [
        f'the object type "{PREFIX} {TAG} {key}"' for key in "acbd"
    ]
    assert [each for each in listed if "status" in each] == [
        f'the status "{PREFIX} {TAG} s{number}"' for number in (1, 2, 3)
    ]
    assert all(each.remedy.startswith("delete ") for each in session.leftovers)


def test_a_probe_on_what_an_earlier_one_left_answers_and_cleans_up_after_both(
    stage: Staging,
) -> None:
    on = stage()
    probed(on, schemas=False)
    session, ended = probed(on, tag="4567cd")
    assert ended is None
    assert names(on) == []
    found = outcomes(session)
    assert found[Question.PATCH_LABEL] == "changes"
    assert session.findings[Question.PATCH_WITHOUT_MAPPING].outcome is None


def not_at_rest(on: Stage, status: ConfigStatus) -> str:
    on.force_status("s", status)
    return f"s is {status}: nothing was sent"


def configured(on: Stage) -> str:
    on.behind_our_back(s=tagged("x"))
    return "s is not empty: its object schema has 1 object type; nothing was sent"


def shared(on: Stage) -> str:
    for name in ("s", "other"):
        on.ask("PUT", f"/emulator/workspace/w/sources/{name}", {"objectSchema": "Shared"})
    on.behind_our_back(other=tagged("x"))
    return "s is not empty: its object schema has 1 object type; nothing was sent"


REFUSED = {
    "disabled": lambda on: not_at_rest(on, ConfigStatus.DISABLED),
    "running": lambda on: not_at_rest(on, ConfigStatus.RUNNING),
    "configured": configured,
    "an object schema with types": shared,
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_not_empty_and_at_rest_is_refused_before_anything_is_sent(
    case: str, stage: Staging
) -> None:
    on = stage()
    said = REFUSED[case](on)
    before = on.writes()
    with pytest.raises(ReconcilerError) as raised:
        on.run(begun(on))
    assert str(raised.value) == said
    assert on.writes() == before


@pytest.mark.parametrize("status", ["403", "404"])
def test_who_may_not_write_to_the_object_schema_is_told_what_stays(
    status: str, stage: Staging
) -> None:
    on = stage(profile=assuming(f"missing-right={status}"))
    session, ended = probed(on)
    assert ended is None
    assert session.findings[Question.MOVE_TO_ROOT].outcome is None
    assert session.findings[Question.PATCH_LABEL].outcome == "changes"
    assert f'the object type "{PREFIX} {TAG} a"' in [each.what for each in session.leftovers]


def test_a_site_that_hides_what_was_sent_answers_little_and_nothing_wrong(stage: Staging) -> None:
    on = stage("get-schema-and-mapping:lacks")
    session, ended = probed(on)
    assert ended is None
    assert set(session.findings) == set(Question)


def test_where_even_what_is_documented_is_refused_a_refusal_tells_nothing(stage: Staging) -> None:
    on = stage("patch-mapping:refuse=ODD")
    session, ended = probed(on)
    assert ended is None
    assert session.findings[Question.PATCH_LABEL].outcome is None
    assert session.findings[Question.PATCH_RENAME].conclusion == (
        "no answer: even a PATCH of descriptions did not take effect"
    )


def test_a_type_that_only_begins_alike_is_nobody_s_leftover(stage: Staging) -> None:
    on = stage()
    alike = tagged("x")
    alike["schema"]["objectSchema"]["objectTypes"][0]["name"] = f"{PREFIX} of the lab, third floor"
    on.behind_our_back(s=alike)
    with pytest.raises(ReconcilerError, match="is not empty"):
        on.run(begun(on))


# Where the connection ends, or the API fails: what was found stays found.
BROKEN = ("patch-mapping:500:9", "put-mapping:drop-after", "start-execution:503", "*:status=401")


@pytest.mark.parametrize("fault", BROKEN)
def test_a_site_that_fails_ends_it_with_a_reason_and_each_question_is_told(
    fault: str, stage: Staging
) -> None:
    on = stage()

    async def run() -> tuple[Session, str | None]:
        session = await begun(on)
        on.add_faults(fault)
        return session, await probe(session)

    session, ended = on.run(run())
    assert ended is not None
    assert set(session.findings) == set(Question)


def test_no_question_is_asked_once_the_time_is_over(stage: Staging) -> None:
    on = stage(duration=200.0)
    session, ended = probed(on)
    assert ended is None
    assert session.findings[Question.PATCH_LABEL].conclusion == "no answer: no time was left"
    assert on.time.seconds < 300


def test_what_somebody_configures_after_the_check_is_left_alone(stage: Staging) -> None:
    on = stage()
    session = on.run(begun(on))
    on.behind_our_back(s=tagged("x"))
    before = on.writes()
    ended = on.run(probe(session))
    assert ended is not None
    assert ended.startswith("somebody else configures s")
    assert on.writes() == before
    assert names(on) == ["Thing"]


# Whatever else begins as its names do is somebody's: PREFIX, a tag of six digits, a key.
ALIKE = ("result types", "0123ab laptops", "0123AB a", "0123ab a ", "0123ab a b")


@pytest.mark.parametrize("alike", ALIKE)
def test_a_name_that_a_person_gave_is_no_probe_s(alike: str) -> None:
    assert not is_made(f"{PREFIX} {alike}")


def test_it_deletes_nothing_with_somebody_s_below_and_no_status_of_a_probe_elsewhere() -> None:
    def type_(key: str, name: str, above: str | None = None) -> SchemaType:
        return SchemaType(id=key, name=name, parent_id=above)

    def status(name: str, schema: str | None) -> SchemaStatus:
        return SchemaStatus(id=name, name=f"{PREFIX} {name}", schema_id=schema)

    shown = SchemaContent(
        schema=ObjectSchema(id="1", name="Lab"),
        types=(
            type_("1", f"{PREFIX} {TAG} a"),
            type_("2", f"{PREFIX} {TAG} c", above="1"),
            type_("3", "Laptops", above="2"),
            type_("4", f"{PREFIX} {TAG} f"),
            type_("5", f"{PREFIX} {TAG} g", above="4"),
        ),
        attributes=(),
        statuses=(
            *(status(f"{tag} s1", "1") for tag in (TAG, "4567cd")),
            status("is fine", "1"),
            *(status(f"{tag} s2", None) for tag in (TAG, "4567cd")),
        ),
    )
    assert [each.id for each in own_types(shown)] == ["5", "4"]
    sent = {f"{PREFIX} {TAG} s2"}
    assert [each.id for each in own_statuses(shown, sent)] == [
        f"{TAG} s1",
        "4567cd s1",
        f"{TAG} s2",
    ]
