"""Real documents through the emulator: what went out and came back is equal once normalised."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from reconciler.manifest.schemas import schema_faults
from reconciler.model.normalise import normalise
from tests.support.paths import CORPUS
from tests.support.stages.emulator_site import Site

NOT_TO_PUT = {"csbogdan-sampleDocument", "openapi-patch-example"}
ANSWERS = {"lucastheisen-users-get-capture", "openapi-get-example"}
DOCUMENTS = sorted(path for path in CORPUS.glob("*.json") if path.stem not in NOT_TO_PUT | ANSWERS)

pytestmark = pytest.mark.skipif(not CORPUS.is_dir(), reason="../shared/corpus is not there")


def read(name: str) -> Any:
    return json.loads((CORPUS / f"{name}.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.stem)
def test_every_form_of_the_answer_normalises_to_the_same(path: Path) -> None:
    site = Site(answers="documented", seed=1)
    put = site.put(read(path.stem))
    assert put.status_code == 204, put.text
    documented = site.live()
    assert schema_faults("answer", documented) == ()

    other = Site(answers="observed", seed=1)
    assert other.put(read(path.stem)).status_code == 204
    observed = other.live()
    assert schema_faults("answer", observed) == ()
    for object_type in types_of(observed):
        object_type.pop("inheritance")
    for object_type in types_of(documented):
        object_type.pop("inheritance", None)
    assert normalise(observed).document == normalise(documented).document


def types_of(live: Any) -> Iterator[Any]:
    left = list(live["schema"]["objectSchema"]["objectTypes"])
    while left:
        yield (object_type := left.pop())
        left += object_type.get("children", [])


def test_the_documented_put_and_patch_examples_are_accepted() -> None:
    site = Site()
    assert site.put(read("openapi-put-example")).status_code == 204
    answer = site.call("PATCH", "mapping", read("openapi-patch-example"))
    assert answer.status_code == 204, answer.text
    (drive,) = site.live()["schema"]["objectSchema"]["objectTypes"]
    assert {child["name"] for child in drive["children"]} == {"File", "Folder"}


@pytest.mark.parametrize("name", sorted(ANSWERS))
def test_an_answer_has_the_keys_of_a_recorded_one(name: str) -> None:
    recorded = read(name)
    observed = "iconSchema" in recorded["schema"]
    site = Site(answers="observed" if observed else "documented")
    body = json.loads(json.dumps(recorded))
    body["schema"].pop("iconSchema", None)
    assert site.put(body).status_code == 204
    live = site.live()
    recorded["schema"]["objectSchema"]["name"] = "Emulated"
    for document in (live, recorded):
        for object_type in types_of(document):
            system = object_type["attributes"][0]
            assert system["name"] == "Key"
            assert ("externalId" in system) == observed
            system.pop("externalId", None)
    assert ordered(live) == ordered(recorded)


def ordered(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: ordered(each) for key, each in value.items()}
    if isinstance(value, list):
        return sorted(map(ordered, value), key=lambda each: json.dumps(each, sort_keys=True))
    return value
