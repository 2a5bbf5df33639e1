"""Each real document goes through validate → plan → apply → plan, which is empty then."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from reconciler.cli import run
from reconciler.outcome import unexpected_answers
from tests.support.paths import CORPUS, ROOT

# GET answers and a PATCH body are no manifests, and one document is refused (its README).
NO_MANIFESTS = {
    "csbogdan-sampleDocument",
    "lucastheisen-users-get-capture",
    "openapi-get-example",
    "openapi-patch-example",
}
DOCUMENTS = sorted(p for p in CORPUS.glob("*.json") if p.stem not in NO_MANIFESTS)


@pytest.fixture
def folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> Iterator[Path]:
    """An empty folder; every answer is as documented."""
    monkeypatch.chdir(tmp_path)
    yield tmp_path
    told = caplog.get_records("call")
    assert [each.getMessage() for each in told if each.name == unexpected_answers.__name__] == []


def assert_cycle(capsys: pytest.CaptureFixture[str], creates: int) -> None:
    assert run(["validate"]) == 0
    assert run(["plan", "--detailed-exitcode"]) == 2
    assert run(["--environment", "local", "apply", "--auto-approve"]) == 0
    capsys.readouterr()
    assert run(["plan", "--detailed-exitcode", "--format", "json"]) == 0
    plan = json.loads(capsys.readouterr().out)
    assert (plan["has_changes"], plan["errored"]) == (False, False)
    assert plan["summary"]["no_op"] == creates
    assert [s["changes"] for s in plan["sources"]] == [[]] * creates


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda p: p.stem)
def test_a_real_document_is_created_and_then_nothing_is_left(
    document: Path, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copy(document, folder)
    assert_cycle(capsys, creates=1)


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus is not beside the project")
def test_the_corpus_is_there() -> None:
    assert len(DOCUMENTS) == 9


def test_the_example_project_is_created_and_then_nothing_is_left(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for path in (ROOT / "manifests").glob("*.*"):
        if path.is_file():
            shutil.copy(path, folder)
    assert_cycle(capsys, creates=4)
    data = str(ROOT / "manifests/data/disk-analysis.json")
    for more in (["ingest", "run", "disk-analysis", data], ["ingest", "status"], ["status"],
                 ["drift"], ["doctor"], ["pull", "disk-analysis"]):  # fmt: skip
        assert run(more) == 0, more


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus is not beside the project")
def test_a_document_that_breaks_the_schema_is_refused_with_every_fault_named(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copy(CORPUS / "csbogdan-sampleDocument.json", folder)
    assert run(["validate"]) == 1
    said = capsys.readouterr().out
    assert said.count('has no "description"') == 6
    assert run(["apply", "--auto-approve"]) == 1
    assert not (folder / ".reconciler").exists(), "nothing was sent, nor even opened"
