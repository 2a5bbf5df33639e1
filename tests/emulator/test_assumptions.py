"""The open questions: each is told in the help, and assumed by its name."""

import re

import httpx
import pytest
from click.testing import CliRunner

from reconciler.cli.usage.emulator import emulator
from reconciler.emulator.faults import SCHEMA_CREDENTIAL
from reconciler.semantics.questions import LIKELIEST, Profile, Question, parse_outcome, profile
from tests.support.processes.server import emulator as serving
from tests.support.stages.companion import BASIC


def test_the_help_explains_each_outcome_and_names_the_credential() -> None:
    shown = CliRunner().invoke(emulator, ["--help"], terminal_width=200).output
    for question in Question:
        assert f"  {question}: {question.text}\n" in shown
        assert all(f"    {name:17} {text}" in shown for name, text in question.outcomes.items())
    assert SCHEMA_CREDENTIAL in shown


def test_the_last_outcome_of_a_question_counts_and_one_that_is_not_named_is_the_first() -> None:
    chosen = profile(("move-to-root=no-effect", "counts=none", "counts=all"))
    assert chosen.has(Question.MOVE_TO_ROOT, "no-effect")
    assert chosen.has(Question.COUNTS, "all")
    assert Profile(chosen={q: next(iter(q.outcomes)) for q in Question}).of(
        Question.PATCH_LABEL
    ) == LIKELIEST.of(Question.PATCH_LABEL)


WRONG = {
    "counts": '"counts" is all or none, not ""',
    "counts=some": '"counts" is all or none, not "some"',
    "count=all": '"count" is not a question; these are: empty-answer, async-answer',
}


@pytest.mark.parametrize("text", WRONG)
def test_an_outcome_that_is_none_gets_a_sentence(text: str) -> None:
    with pytest.raises(ValueError, match=re.escape(WRONG[text])):
        parse_outcome(text)
    shown = CliRunner().invoke(emulator, ["--assume", text])
    assert shown.exit_code == 2
    assert WRONG[text][:20] in shown.output


def test_a_served_emulator_has_the_companion_api_and_the_outcomes_that_were_chosen() -> None:
    options = ("--assume", "missing-right=403", "--assume", "counts=none")
    headers = {"Authorization": BASIC}
    with serving(*options) as server:
        url = f"{server.base_url}/workspace/w/v1"
        assert httpx.get(f"{url}/importsource/s", headers=headers).status_code == 200
        listed = httpx.get(f"{url}/objectschema/list", headers=headers).json()
        assert [each["canManage"] for each in listed["values"]] == [False]
        where = f"{url}/objectschema/{listed['values'][0]['id']}"
        assert httpx.put(where, headers=headers, json={"name": "x"}).status_code == 403
