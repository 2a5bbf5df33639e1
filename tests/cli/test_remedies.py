"""A remedy is a command that works: what an error suggests is run, as it stands there.

The source looks like an option, and the project is not the working directory. That every other
command exists with its options and arguments is held by tests/repository/test_remedies.
"""

import json
import shlex

import pytest

from tests.support.stages.cli_project import MANIFEST, Desk

# What is called, what the error suggests (FILES stand for ones that are there), and the code of
# that; an approval is given to what asks for one.
CASES = {
    "nothing is configured": ("ingest run -- -x data.json", "apply -- -x", 0),
    "the emulator has nothing": ("emulator objects -- -x", "apply -- -x", 0),
    "nobody can be asked": ("apply", "plan -o PLAN", 0),
    "no execution is open": ("ingest cancel -- -x", "ingest cancel --foreign -- -x", 0),
    "no execution is there": ("ingest resume -- -x", "ingest status -- -x", 0),
    "no such change": ("explain saved.json quite/elsewhere", "show saved.json", 0),
    "not a plan": ("show data.json", "plan -o PLAN", 0),
    "not a report": ("merge data.json", "drift --output json=FILE", 2),
    "live is of one source": ("plan --live none", "plan SOURCE --live FILE", 0),
    "the plan is stale": ("apply stale.json", "plan", 0),
}
FILLED = {"PLAN": "saved.json", "FILE": "none", "json=FILE": "json=report.json", "SOURCE": "disks"}
ASKING = {"apply", "cancel"}


@pytest.fixture
def desk(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Desk:
    desk.write("people.yaml", MANIFEST.replace("disks", '"-x"').replace("/", "-x/"))
    desk.write("data.json", json.dumps({"drives": [{"serial": "1"}]}))
    for name in ("saved.json", "stale.json"):
        assert desk("plan", "-o", name).code == 0
    monkeypatch.chdir("/")
    return desk


@pytest.mark.parametrize("case", CASES)
def test_what_an_error_suggests_works(desk: Desk, case: str) -> None:
    called, remedy, code = CASES[case]
    given = ["--chdir", str(desk.root), "--environment", "local"]
    if case == "the plan is stale":
        desk.edit("disks.yaml", "What the scanner finds", "What is found")
    failed = desk(*given, *shlex.split(called))
    assert failed.code not in {0, 2}
    assert shlex.join(["reconciler", *given, *shlex.split(remedy)]) in failed.out + failed.err
    words = [FILLED.get(word, word) for word in shlex.split(remedy)]
    if ASKING & {*words}:
        words.insert(words.index("--"), "--auto-approve")
    assert desk(*given, *words).code == code
