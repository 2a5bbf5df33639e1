"""A plan whose documents are read in C says what the parsers read; else it is left to them."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.errors import ManifestError
from reconciler.manifest.text.parser import json_value
from reconciler.planning.plan import Plan
from reconciler.planning.plan_file import write_plan
from reconciler.planning.plan_text import read_plan_text
from reconciler.planning.verification import open_plan
from reconciler.render.escape import escape_json
from reconciler.render.plan.json import plan_json
from tests.support.strategies.plans import plans
from tests.support.strategies.twice import with_a_key_twice
from tests.support.strategies.worlds import slow

FILE = "plan.json"


def whole(text: str) -> Any:
    """The JSON that is read of a plan's *text*, with its documents where they belong."""
    read = read_plan_text(text, file=FILE)
    for source, known in zip(read.raw["sources"], read.documents, strict=False):
        source["evidence"] |= {name: dict(each) for name, each in known.items()}
    return read.raw


@slow
@given(plans())
def test_a_plan_says_what_the_parsers_read(made: Plan) -> None:
    text = plan_json(made)
    written = json.dumps(write_plan(made), ensure_ascii=False, default=dict)
    assert text == f"{escape_json(written)}\n"
    assert json.dumps(whole(text)) == json.dumps(json_value(text, file=FILE))
    read = read_plan_text(text, file=FILE)
    assert open_plan(read.raw, read.documents) == made


@slow
@given(plans(), st.data())
def test_of_a_key_twice_in_a_plan_the_parsers_tell(made: Plan, data: st.DataObject) -> None:
    text = with_a_key_twice(plan_json(made), data)
    with pytest.raises(ManifestError):
        read_plan_text(text, file=FILE)


PLAIN = (
    '{"schema": {"objectSchema": {"name": "S", "description": "", "objectTypes": '
    '[{"externalId": "a", "name": "A"}]}}, "mapping": {"objectTypeMappings": '
    '[{"objectTypeName": "A", "selector": "s"}]}}'
)
OTHER = PLAIN.replace('"S"', '"T"')
ODD = PLAIN.replace('"a"', '"a", "icon": 1.0')


@pytest.mark.parametrize(
    ("evidence", "apart"),
    [
        pytest.param(f'"desired": {PLAIN}, "live": {OTHER}', 2, id="as ours"),
        pytest.param(f'"desired": {PLAIN}, "live": {PLAIN}', 2, id="both equal"),
        pytest.param(f'"desired": {PLAIN}, "live": null', 1, id="nothing live"),
        pytest.param(f'"desired": {PLAIN}, "live": {OTHER}, "stated": {PLAIN}', 2, id="once more"),
        pytest.param(f'"stated": {PLAIN}, "desired": {PLAIN}, "live": null', 0, id="it before"),
        pytest.param(f'"live": {OTHER}, "desired": {PLAIN}', 0, id="in another order"),
        pytest.param(f'"desired": {{}}, "live": {PLAIN}', 0, id="none"),
        pytest.param(f'"desired": {ODD}, "live": null', 0, id="odd"),
    ],
)
def test_where_documents_of_a_plan_may_stand(evidence: str, apart: int) -> None:
    text = f'{{"sources": [{{"evidence": {{{evidence}}}}}]}}'
    assert sum(map(len, read_plan_text(text, file=FILE).documents)) == apart
    assert whole(text) == json_value(text, file=FILE)
