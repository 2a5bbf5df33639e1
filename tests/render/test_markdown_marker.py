"""The hidden line of a comment: found again, and nothing in it can break out."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.render.markdown.marker import Marker, marker_in

DIGEST = f"sha256:{'a' * 64}"
NOT_MARKERS = {
    "nothing": "",
    "another comment": "<!-- lint {} -->",
    "not JSON": "<!-- reconciler {oops} -->",
    "another tool's": '<!-- reconciler {"tool": "other"} -->',
    "without a digest": '<!-- reconciler {"tool": "reconciler", "environment": "e"} -->',
    "a list": "<!-- reconciler {[]} -->",
}


@given(st.text(), st.text(), st.text())
def test_what_is_written_is_read(environment: str, directory: str, version: str) -> None:
    marker = Marker(environment=environment, directory=directory, digest=DIGEST, version=version)
    line = str(marker)
    assert marker_in(f"# Plan\n{line}\nmore\n") == marker
    assert "\n" not in line
    assert line.count("-->") == line.count("<") == 1
    assert "--" not in line.removeprefix("<!-- ").removesuffix(" -->")
    assert "@" not in line


@pytest.mark.parametrize("case", NOT_MARKERS)
def test_what_is_no_marker_is_none(case: str) -> None:
    assert marker_in(NOT_MARKERS[case]) is None


def test_one_comment_is_kept_for_each_environment_and_directory() -> None:
    one = Marker(environment="production", directory="cmdb", digest=DIGEST, version="1")
    newer = Marker(environment="production", directory="cmdb", digest="sha256:b", version="2")
    other = Marker(environment="staging", directory="cmdb", digest=DIGEST, version="1")
    assert one.is_for_the_same_comment_as(newer)
    assert not one.is_for_the_same_comment_as(other)
