"""The sample data of manifests/ make objects, all of them, by the mappings beside them."""

import json

import pytest

from reconciler.cli import run
from tests.support.paths import ROOT

MANIFESTS = ROOT / "manifests"
SAMPLES = sorted(
    (path.stem, path.name) for path in (MANIFESTS / "data").iterdir() if path.is_file()
)


@pytest.mark.parametrize(("source", "name"), SAMPLES)
def test_sample_data_become_objects(
    source: str, name: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(MANIFESTS)
    assert run(["preview", source, f"data/{name}", "--format", "json"]) == 0
    seen = json.loads(capsys.readouterr().out)["preview"]
    assert sum(t["objects"] for t in seen["types"]) >= 5
    codes = {f["code"] for f in seen["findings"]}
    # Of the CSV file only one type can be made: it is flat.
    allowed = {"selector-without-entry"} if name.endswith(".csv") else set()
    assert codes <= allowed


def test_each_source_has_sample_data() -> None:
    sources = {path.stem for path in MANIFESTS.glob("*.yaml")} | {
        path.stem for path in MANIFESTS.glob("*.json")
    }
    assert {source for source, _ in SAMPLES} == sources - {"reconciler"}
