"""Who may do what: the administrator's token, container tokens, Basic, and discovery."""

import base64

import pytest

from tests.support.stages.emulator_site import ORIGIN, Site, tagged

OTHER = "/jsm/assets/workspace/w/v1/importsource/other"
INFO = "/jsm/assets/v1/imports/info"
UNAUTHORIZED = {"code": 401, "message": "Unauthorized"}


def basic(text: str) -> str:
    return f"Basic {base64.b64encode(text.encode()).decode()}"


def token_of(site: Site, path: str = "token") -> str:
    answer = site.call("POST", path)
    assert answer.status_code == 200
    assert answer.json().keys() == {"token"}
    token: str = answer.json()["token"]
    assert token.startswith("ATCTT")
    return token


@pytest.mark.parametrize(
    "header", ["", "Bearer", "Bearer ", "Bearer wrong", "ATCTT-emulator", "Basic !", "Bearer ÿ"]
)
@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "configstatus"), ("PUT", "mapping"), ("GET", INFO), ("GET", "/emulator/requests"),
     ("PUT", "/emulator/sources/s/status")],
)  # fmt: skip
def test_a_stranger_gets_401_and_nothing_else(header: str, method: str, path: str) -> None:
    answer = Site().call(method, path, authorization=header.encode("latin-1"))
    assert (answer.status_code, answer.json()) == (401, UNAUTHORIZED)


def test_another_administrator_token_replaces_the_default() -> None:
    site = Site(token="mine")
    assert site.call("GET", "configstatus").status_code == 401
    assert site.call("GET", "configstatus", token="mine").status_code == 200


def test_an_empty_administrator_token_lets_nobody_in() -> None:
    assert Site(token="").call("GET", "configstatus", authorization="Bearer ").status_code == 401


def test_basic_takes_the_administrator_token_as_api_token() -> None:
    site = Site()
    for text, status in (
        ("me@example.com:ATCTT-emulator", 200),
        (":ATCTT-emulator", 401),
        ("me@example.com:wrong", 401),
        ("me@example.com", 401),
    ):
        assert site.call("POST", "token", authorization=basic(text)).status_code == status


def test_a_container_token_reaches_its_own_source_only() -> None:
    site = Site()
    token = token_of(site)
    assert site.call("GET", "configstatus", token=token).status_code == 200
    for path in (f"{OTHER}/configstatus", "/emulator/requests"):
        assert site.call("GET", path, token=token).status_code == 401
    elsewhere = "/jsm/assets/workspace/another/v1/importsource/s/configstatus"
    assert site.call("GET", elsewhere, token=token).status_code == 401


def test_a_new_container_token_invalidates_the_one_before() -> None:
    site = Site()
    other = token_of(site, f"{OTHER}/token")
    first, second = token_of(site), token_of(site)
    assert site.call("GET", "configstatus", token=first).status_code == 401
    assert site.call("GET", "configstatus", token=second).status_code == 200
    assert site.call("GET", f"{OTHER}/configstatus", token=other).status_code == 200


def test_discovery_leads_a_container_token_to_its_source() -> None:
    site = Site()
    token = token_of(site)
    root = f"{ORIGIN}/jsm/insight/workspace/w/v1/importsource/s"
    links = site.call("GET", INFO, token=token).json()["links"]
    assert links == {
        "getStatus": f"{root}/configstatus",
        "start": f"{root}/executions",
        "mapping": f"{root}/mapping",
    }
    assert site.call("PUT", links["mapping"], tagged("t"), token=token).status_code == 204
    assert site.call("GET", links["getStatus"], token=token).json() == {"status": "IDLE"}
    assert site.call("GET", INFO).status_code == 401


def test_no_token_is_kept_or_shown() -> None:
    site = Site(token="a-secret")
    token = token_of_admin(site)
    dump = "".join(site.call("GET", "/emulator/requests", token="a-secret").text)
    assert token not in dump
    assert "a-secret" not in dump


def token_of_admin(site: Site) -> str:
    token: str = site.call("POST", "token", token="a-secret").json()["token"]
    return token
