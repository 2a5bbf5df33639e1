"""A manifest that is read in C says what the parsers read, and has the faults that they show.

What is not plain is left to them.
"""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.manifest.draft import draft_of
from reconciler.manifest.load import check_text
from reconciler.manifest.manifest_text import ManifestText
from reconciler.manifest.other_file import OtherFile
from reconciler.manifest.text.parser import parse
from reconciler.model.wire import read_document
from tests.support.documents.site_document import add_attribute, document
from tests.support.strategies.documents import documents
from tests.support.strategies.mutations import exchanged, mutated
from tests.support.strategies.twice import with_a_key_twice
from tests.support.strategies.worlds import slow

FILE = "random.json"


@slow
@given(
    documents(),
    st.sampled_from(
        ({}, {"source": "s"}, {"labels": {"team": "é"}}, {"renamedStatuses": {"é": "Active"}})
    ),
)
def test_a_manifest_says_what_the_parsers_read(raw: dict[str, Any], own: dict[str, Any]) -> None:
    text = json.dumps(raw | own, ensure_ascii=False)
    value = parse(text, file=FILE).value
    draft = draft_of([ManifestText(file=FILE, stored=text)])
    assert not isinstance(draft, OtherFile)
    # In the order in which it is written: an element that is moved is written so.
    assert json.dumps(draft.raw) == json.dumps(value)
    assert draft.document == read_document(raw)


@slow
@given(documents(), st.data())
def test_of_a_key_twice_the_parsers_tell(raw: dict[str, Any], data: st.DataObject) -> None:
    text = with_a_key_twice(json.dumps(raw, ensure_ascii=False), data)
    assert ManifestText(file=FILE, stored=text).document is None


@pytest.mark.parametrize("gone", ["name", "description"])
def test_what_a_document_is_written_with_hides_no_key_twice(gone: str) -> None:
    made = document(lambda raw: raw["schema"]["objectSchema"].pop(gone))
    twice = json.dumps(made).replace('"name": "File"', '"name": "Disk", "name": "File"', 1)
    assert [d.code for d in check_text(twice, file=FILE)] == ["missing-key", "duplicate-key"]


def test_an_empty_list_of_statuses_is_judged_behind_another_attribute_of_its_type() -> None:
    made = document(add_attribute("file", "kind", "Kind", typeValues=[]))
    text = json.dumps(made)
    assert ManifestText(file=FILE, stored=text).plain is not None
    assert [d.code for d in check_text(text, file=FILE)] == ["unknown-value"]


@slow
@given(st.one_of(exchanged(documents(ids=True)), mutated(documents(ids=True))))
def test_it_has_the_faults_of_what_the_parsers_read(raw: Any) -> None:
    plain = json.dumps(raw | {"source": "s"}, ensure_ascii=False, indent=1)
    # With a code point it is not plain; it stands behind all else, whose places are the same.
    parsed = plain.replace('"source": "s"', '"source": "\\u0073"')
    assert ManifestText(file=FILE, stored=parsed).plain is None
    assert check_text(plain, file=FILE) == check_text(parsed, file=FILE)
