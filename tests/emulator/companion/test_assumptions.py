"""The open questions: each is told in the help, and asked for by its name."""

import re
import typing
from dataclasses import fields

import httpx
import pytest
from click.testing import CliRunner

from reconciler.cli.usage.emulator import emulator
from reconciler.emulator.companion.assumptions import (
    MEANINGS,
    CompanionAssumptions,
    assumptions,
    parse_assumption,
)
from reconciler.emulator.faults import SCHEMA_CREDENTIAL
from tests.support.processes.server import emulator as serving
from tests.support.stages.companion import BASIC


def test_the_table_has_each_question_and_each_answer_the_default_first() -> None:
    hints = typing.get_type_hints(CompanionAssumptions)
    answers = {
        field.name.replace("_", "-"): [*typing.get_args(hints[field.name])]
        for field in fields(CompanionAssumptions)
    }
    assert {name: [*each] for name, each in MEANINGS.items()} == answers
    assert assumptions((name, next(iter(each))) for name, each in MEANINGS.items()) == (
        CompanionAssumptions()
    )


def test_the_help_explains_each_answer_and_names_the_credential() -> None:
    shown = CliRunner().invoke(emulator, ["--help"]).output
    for name, answers in MEANINGS.items():
        assert f"  {name}:\n" in shown
        assert all(f"    {answer:17} {meaning}" in shown for answer, meaning in answers.items())
    assert SCHEMA_CREDENTIAL in shown


def test_the_last_answer_to_a_question_counts() -> None:
    chosen = ("move-to-root", "no-effect"), ("counts", "none"), ("counts", "all")
    assert assumptions(chosen) == CompanionAssumptions(move_to_root="no-effect")


WRONG = {
    "counts": '"counts" is all or none, not ""',
    "counts=some": '"counts" is all or none, not "some"',
    "count=all": '"count" is not a question; these are: mapping-of-deleted-type, attribute-put',
}


@pytest.mark.parametrize("text", WRONG)
def test_an_answer_that_is_none_gets_a_sentence(text: str) -> None:
    with pytest.raises(ValueError, match=re.escape(WRONG[text])):
        parse_assumption(text)
    shown = CliRunner().invoke(emulator, ["--companion", text])
    assert shown.exit_code == 2
    assert WRONG[text][:20] in shown.output


def test_a_served_emulator_has_the_companion_api_and_the_answers_that_were_chosen() -> None:
    options = ("--companion", "missing-right=403", "--companion", "counts=none")
    headers = {"Authorization": BASIC}
    with serving(*options) as server:
        url = f"{server.base_url}/workspace/w/v1"
        assert httpx.get(f"{url}/importsource/s", headers=headers).status_code == 200
        listed = httpx.get(f"{url}/objectschema/list", headers=headers).json()
        assert [each["canManage"] for each in listed["values"]] == [False]
        where = f"{url}/objectschema/{listed['values'][0]['id']}"
        assert httpx.put(where, headers=headers, json={"name": "x"}).status_code == 403
