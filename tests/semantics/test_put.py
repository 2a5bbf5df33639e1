"""What PUT adds to a document: the server's defaults, and the ids that are missing."""

from reconciler.model.wire import read_document, write_document
from reconciler.semantics.put import put
from reconciler.semantics.response import Accepted
from tests.support.documents.semantic_bodies import generated, live
from tests.support.documents.site_document import attribute, types


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


def test_put_generates_the_ids_that_are_missing() -> None:
    body = {
        "schema": {
            "objectSchema": {
                "name": "n",
                "description": "",
                "objectTypes": [
                    {
                        "name": "A",
                        "description": "",
                        "attributes": [{"name": "N", "description": "", "type": "text"}],
                    }
                ],
            }
        },
        "mapping": {
            "objectTypeMappings": [
                {
                    "objectTypeName": "A",
                    "selector": "s",
                    "description": "",
                    "attributesMapping": [{"attributeName": "N", "attributeLocators": ["n"]}],
                }
            ]
        },
    }
    outcome = put(None, read_document(body), elsewhere={}, new_id=generated)
    assert isinstance(outcome, Accepted)
    made = write_document(outcome.live)
    assert types(made).keys() == {"generated/A"}
    (mapped,) = made["mapping"]["objectTypeMappings"]
    assert mapped["objectTypeExternalId"] == "generated/A"
    assert mapped["attributesMapping"][0]["attributeExternalId"] == "generated/A/N"
