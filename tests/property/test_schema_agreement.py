"""Our payload schemas and the official ones agree on any document, whatever happened to it.

So do the validator that is fast and the one that explains.
"""

import json
from collections.abc import Iterator
from functools import cache, reduce
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from reconciler.manifest.schemas import schema, schema_faults
from reconciler.manifest.schemas.explain import explain_faults
from reconciler.model.fields import TABLES
from reconciler.model.wire import has_external_ids
from tests.support.paths import CORPUS, SHARED
from tests.support.strategies.documents import documents
from tests.support.strategies.mutations import mutated, steps

OFFICIAL = {True: "imports-2023_10_19.schema.json", False: "imports-2021_09_15.schema.json"}
OURS = {True: "payload-2023-10-19", False: "payload-2021-09-15"}
with_the_official = pytest.mark.skipif(
    not SHARED.is_dir(), reason="the official schemas are not beside the project"
)


@cache
def official(has_ids: bool) -> Any:  # noqa: FBT001
    official_schema = json.loads(
        (SHARED / "schemas" / OFFICIAL[has_ids]).read_text(encoding="utf-8")
    )
    return jsonschema_rs.validator_for(official_schema)


@cache
def corpus() -> list[Any]:
    return [json.loads(p.read_text()) for p in sorted(CORPUS.glob("*.json"))]


@with_the_official
@settings(max_examples=400, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.data())
def test_the_verdicts_agree(data: st.DataObject) -> None:
    document = data.draw(mutated(st.sampled_from(corpus())))
    has_ids = has_external_ids(document)
    # Ids outside the schema part are unknown to the official schema without, and read all the same.
    assume(has_ids or all(isinstance(i, str) for i in ids_in(document)))
    verdict = official(has_ids).is_valid(document)
    assert (schema_faults(OURS[has_ids], document) == ()) is verdict


def ids_in(document: Any) -> Iterator[Any]:
    """Every value under a key that is an external id."""
    keys = {field.key for table in TABLES for field in table.fields if field.is_id}
    for way in steps(document):
        if way[-1] in keys:
            yield reduce(lambda holder, step: holder[step], way, document)


@with_the_official
def test_the_corpus_is_judged_alike() -> None:
    assert len(corpus()) > 9
    for document in corpus():
        has_ids = has_external_ids(document)
        verdict = official(has_ids).is_valid(document)
        assert (schema_faults(OURS[has_ids], document) == ()) is verdict


WHOLE = Draft202012Validator(schema("manifest"))


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.data())
def test_the_faults_told_are_those_of_the_whole_document(data: st.DataObject) -> None:
    document = data.draw(mutated(documents(), most=6))
    assert schema_faults("manifest", document) == tuple(
        explain_faults(WHOLE.iter_errors(document), document)
    )
