"""What PUT adds to a document: the server's defaults."""

from reconciler.model.wire import write_document
from tests.support.documents.semantic_bodies import live
from tests.support.documents.site_document import attribute


def test_put_fills_in_what_the_server_fills_in() -> None:
    made = write_document(live())
    duid, reference = attribute(made, "duid"), attribute(made, "os-ref")
    assert duid["minimumCardinality"] == 1, "the label is mandatory"
    assert (reference["minimumCardinality"], reference["maximumCardinality"]) == (0, 1)
    assert reference["label"] is False
    assert reference["unique"] is False
    assert reference["referenceObjectTypeName"] == "Operating System"
    entries = made["mapping"]["objectTypeMappings"][0]["attributesMapping"]
    assert [e["externalIdPart"] for e in entries] == [True, False]
