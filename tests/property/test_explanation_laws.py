"""The validator that explains looks at the parts in error alone, and says all the same."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from reconciler.manifest.schemas import schema, schema_faults
from reconciler.manifest.schemas.explain import explain_faults
from tests.support.strategies.documents import documents
from tests.support.strategies.mutations import mutated

WHOLE = Draft202012Validator(schema("manifest"))


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.data())
def test_the_faults_are_those_of_the_whole_document(data: st.DataObject) -> None:
    document = data.draw(mutated(documents(), most=6))
    assert schema_faults("manifest", document) == tuple(
        explain_faults(WHOLE.iter_errors(document), document)
    )
