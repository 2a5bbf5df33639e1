"""Which base URLs are taken (design.md#base-urls)."""

import httpx
import pytest

from reconciler.assets.links import ids_in, site
from reconciler.errors import ReconcilerError


@pytest.mark.parametrize(
    ("base_url", "base"),
    [
        ("https://api.atlassian.com/jsm/assets", "https://api.atlassian.com/jsm/assets"),
        ("https://api.atlassian.com/jsm/assets/", "https://api.atlassian.com/jsm/assets"),
        (
            "https://api.atlassian.com/ex/jira/1/jsm/assets",
            "https://api.atlassian.com/ex/jira/1/jsm/assets",
        ),
        ("http://127.0.0.1:8080/jsm/assets", "http://127.0.0.1:8080/jsm/assets"),
        ("http://[::1]:8080/jsm/assets", "http://[::1]:8080/jsm/assets"),
        ("http://localhost/jsm/assets", "http://localhost/jsm/assets"),
    ],
)
def test_base_urls(base_url: str, base: str) -> None:
    assert str(site(base_url).base) == base
    assert str(site(base_url).at("v1/imports/info")) == f"{base}/v1/imports/info"


@pytest.mark.parametrize(
    ("base_url", "said"),
    [
        ("http://api.atlassian.com/jsm/assets", "the token would travel in the clear"),
        ("http://127.0.0.1.evil.com/jsm", "the token would travel in the clear"),
        ("http://localhost.evil.com/jsm", "the token would travel in the clear"),
        ("ftp://api.atlassian.com", "is not an https URL"),
        ("api.atlassian.com/jsm", "is not an https URL"),
        ("", "is not an https URL"),
        ("https://u:pw@api.atlassian.com", "more than an origin and a path"),
        ("https://api.atlassian.com?token=pw", "more than an origin and a path"),
        ("https://a.example:port", "is not a URL"),
        (f"https://{'a' * 70}.com", "is not a URL"),
    ],
)
def test_base_urls_that_are_refused(base_url: str, said: str) -> None:
    with pytest.raises(ReconcilerError, match=said) as caught:
        site(base_url)
    assert "pw" not in str(caught.value)


def test_ids_are_decoded() -> None:
    url = httpx.URL("https://a.example/workspace/w%2F1/v1/importsource/i%20d/mapping")
    assert ids_in(url) == ("w/1", "i d")
    assert ids_in(httpx.URL("https://a.example/workspace/w/v1/objects")) is None
