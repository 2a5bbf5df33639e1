"""Who may use the companion API: the schema credential alone, and for nothing else."""

import pytest

from reconciler.emulator.faults import ADMIN_TOKEN, EmulatorOptions
from reconciler.semantics.operations import COMPANION, IMPORTSOURCE, ApiOperation
from tests.support.stages.companion import BASIC, V1, Companion
from tests.support.stages.emulator_site import Site

UNAUTHORIZED = {"code": 401, "message": "Unauthorized"}


def path(template: str) -> str:
    ids = {"workspace": "w", "source": "devices", "resource": "r", "id": "1", "type": "1"}
    return "/jsm/assets" + template.format(**ids)


@pytest.mark.parametrize("operation", COMPANION)
def test_tokens_of_importsource_are_refused(operation: ApiOperation) -> None:
    site = Companion().site
    method, template = operation.method, operation.path
    container = site.call("POST", f"{V1}/importsource/devices/token").json()["token"]
    for token in (ADMIN_TOKEN, container, "wrong"):
        answer = site.call(method, path(template), token=token)
        assert (answer.status_code, answer.json()) == (401, UNAUTHORIZED)
    assert site.count(operation) == 0 or operation is ApiOperation.LIST_OBJECT_SCHEMAS


@pytest.mark.parametrize("operation", IMPORTSOURCE)
def test_the_schema_credential_is_for_the_source_itself_and_no_other_importsource_operation(
    operation: ApiOperation,
) -> None:
    method, template = operation.method, operation.path
    answer = Companion().call(method, path(template))
    assert (answer.status_code == 401) is (operation is not ApiOperation.GET_SOURCE)


def test_the_schema_credential_is_not_the_administrators() -> None:
    assert Companion().call("GET", "/emulator/requests").status_code == 401


@pytest.mark.parametrize("base", ["/jsm/assets", "/jsm/insight", "/ex/jira/a-cloud/jsm/assets"])
def test_each_base_leads_to_both_apis(base: str) -> None:
    companion = Companion()
    listed = companion.get(f"{base}/workspace/w/v1/objectschema/list")
    assert [each["name"] for each in listed["values"]] == ["Network"]
    source = companion.get(f"{base}/workspace/w/v1/importsource/devices")
    assert source["collectionId"] == companion.schema


def test_an_emulator_may_have_another_schema_credential_or_none() -> None:
    for credential in ("me:mine", ""):
        site = Site(schema_credential=credential)
        answer = site.call("GET", f"{V1}/objectschema/list", authorization=BASIC)
        assert answer.status_code == 401
    assert "ATATT" not in repr(EmulatorOptions())


def test_requests_are_counted_without_a_source() -> None:
    companion = Companion()
    companion.types()
    rows = companion.site.call("GET", "/emulator/requests").json()["requests"]
    assert {
        "operation": "list-all-object-types",
        "workspaceId": "w",
        "importSourceId": "",
        "count": 1,
    } in rows


@pytest.mark.parametrize("status", [401, 403, 404])
def test_a_right_that_is_missing_is_for_writes(status: int) -> None:
    companion = Companion(f"missing-right={status}")
    where = companion.type("Switch")
    assert companion.call("PUT", where, {"name": "Core"}).status_code == status
    assert companion.call("DELETE", where).status_code == status
    assert companion.types().keys() == {"Device", "Switch", "Site"}
