"""A manifest moved to live plans empty, and keeps the comments on what did not change."""

import copy
import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from reconciler.app.baselines import beside
from reconciler.app.pull.result import PullResult, pull_into
from reconciler.app.pull.target import Target
from reconciler.applying.refresh import Refreshed
from reconciler.diagnostics import errors_in
from reconciler.manifest.draft import Draft, draft_of
from reconciler.manifest.load import Loaded, check_files, load_manifests
from reconciler.manifest.manifest_text import ManifestText
from reconciler.manifest.minimal_form import in_order
from reconciler.manifest.text.editor import edit_text
from reconciler.manifest.text.edits import Edit, Put, apply_edits
from reconciler.manifest.text.parser import parse
from reconciler.manifest.text.pointer import Pointer
from reconciler.model.document import Document, walk_types
from reconciler.model.normalise import LiveDocument
from reconciler.model.source import ConfigStatus, Live, SourceRef
from reconciler.model.wire import has_external_ids
from reconciler.planning.adopt.manifest_text import (
    AdoptedManifest,
    adopt_as_new,
    adopt_into_manifest,
)
from reconciler.planning.inputs import PlanOptions
from reconciler.planning.plan import Action
from reconciler.planning.planner import SourceInput, plan_sources, surrounded
from reconciler.planning.surroundings import elements
from reconciler.value import replace
from tests.support.documents.pull_proof import SOURCE, assert_nothing_to_do, live_of
from tests.support.strategies.documents import documents
from tests.support.strategies.edits import edited
from tests.support.strategies.yaml_hand import yaml_texts

ELEMENT = re.compile(r"""\s*- \{? *(\w*[eE]xternalId): ['"]?([^'",]+)""")
ANY_COMMENT = re.compile(r"# (?:about|comment:|behind)[^\r\n]*")
Json = dict[str, Any]
slow = settings(
    deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


@st.composite
def pairs(draw: st.DrawFn) -> tuple[Json, Json]:
    """A manifest, and what became live: an edit of it, or another document altogether."""
    before = draw(documents())
    after = draw(edited(before)) if draw(st.booleans()) else draw(documents())
    # The payload without external ids knows no attributes of type status.
    assume(has_external_ids(before) or '"status"' not in json.dumps(after))
    return before, after


def ordered(value: Any) -> Any:
    """*value* with the keys of each object as people write them: the id first."""
    if isinstance(value, dict):
        return {key: ordered(below) for key, below in in_order(value).items()}
    return [*map(ordered, value)] if isinstance(value, list) else value


@st.composite
def json_texts(draw: st.DrawFn, document: Json) -> str:
    indent = draw(st.sampled_from((None, 1, 2, 4, "\t")))
    separators = draw(st.sampled_from(((",", ":"), (", ", ": "), (",", ": "))))
    text = json.dumps(
        {"source": SOURCE, **document},
        indent=indent,
        separators=separators,
        ensure_ascii=draw(st.booleans()),
    )
    return text + draw(st.sampled_from(("", "\n")))


def adopted(texts: Sequence[ManifestText], live: LiveDocument) -> AdoptedManifest:
    """The manifest *texts* after it was moved to *live*."""
    draft = draft_of(texts)
    assert isinstance(draft, Draft)
    return adopt_into_manifest(SOURCE, draft, live)


@slow
@given(st.data())
def test_a_yaml_manifest_moved_to_live_plans_empty(data: st.DataObject) -> None:
    before, after = data.draw(pairs())
    text = data.draw(yaml_texts(ordered({"source": SOURCE, **before})))
    live = live_of(after, everything=data.draw(st.booleans()))
    made = adopted([ManifestText(file="random.yaml", stored=text)], live)
    assert_nothing_to_do(made.text, live, "random.yaml")
    again = adopted(made.texts, live)
    assert (again.text, again.settled) == (made.text, 0)


@st.composite
def split(draw: st.DrawFn, document: Json) -> list[ManifestText]:
    """The manifest of *document* as head, part and overlay, which states some of it otherwise.

    The part may repeat what the head states.
    """
    head = {"source": SOURCE, **copy.deepcopy(document)}
    types = head["schema"]["objectSchema"]["objectTypes"]
    mapped = head["mapping"]["objectTypeMappings"]
    below = types[0].get("children", [])
    at = draw(st.integers(1, len(types)))
    types_in_part, types[at:] = types[at:], []
    types_in_part += [each for each in types if draw(st.booleans())]
    halves = draw(st.integers(0, len(mapped)))
    mapped_in_part, mapped[halves:] = mapped[halves:], []
    mapped_in_part += [each for each in mapped if draw(st.booleans())]
    by_id = {**_named(types[0]), "description": "Here"}
    if below and draw(st.booleans()):
        by_id["children"] = [{**_named(below[0]), "description": "Below"}]
    files = {
        "m.yaml": head,
        "m/part.yaml": _document(types_in_part, mapped_in_part),
        "env/m.yaml": _document([by_id], []),
    }
    return [
        ManifestText(file=name, stored=draw(yaml_texts(each)), is_overlay=name.startswith("env"))
        for name, each in files.items()
    ]


def _named(element: Json) -> Json:
    return {key: element[key] for key in ("externalId", "name") if key in element}


def _document(types: list[Json], mapped: list[Json]) -> Json:
    schema = {"objectSchema": {"objectTypes": types}}
    return {"schema": schema, "mapping": {"objectTypeMappings": mapped}}


@slow
@given(st.data())
def test_a_manifest_of_several_files_moved_to_live_plans_empty(data: st.DataObject) -> None:
    """And where nothing differs, no file does."""
    before, after = data.draw(pairs())
    texts = data.draw(split(before))
    assert errors_in(check_files(texts)) == ()
    live = live_of(after, everything=data.draw(st.booleans()))
    made = adopted(texts, live)
    again = adopted(made.texts, live)
    assert (again.texts, again.settled) == (made.texts, 0)


@slow
@given(st.data())
def test_each_comment_stays_with_its_element(data: st.DataObject) -> None:
    before = data.draw(documents(ids=True))
    text = data.draw(yaml_texts(ordered({"source": SOURCE, **before})))
    after = data.draw(edited(before))
    written = ManifestText(file="random.yaml", stored=text)
    made = adopted([written], live_of(after)).text
    had, has = comments_of(text), comments_of(made)
    stays = parents(before).items() & parents(after).items()
    for element, comment in has.items():
        # What is in a type that is new, or that moved, is written anew.
        assert comment == had.get(element) or element not in dict(stays), element
    left = [line.strip() for line in made.splitlines() if "# about" in line]
    assert sorted(left) == sorted(comment for comment in has.values() if comment)


@slow
@given(st.data())
def test_lists_and_texts_that_change_lose_no_comment(data: st.DataObject) -> None:
    text = data.draw(yaml_texts(ordered({"source": SOURCE, **data.draw(documents())})))
    value = parse(text, file="random.yaml").value
    edits: list[Edit] = []
    for at, node in objects_in(value):
        if old := node.get("attributeLocators"):
            new = [data.draw(st.sampled_from((each, f"{each}2"))) for each in old]
            edits.append(Put(at=(*at, "attributeLocators"), value=[*new, "last"]))
        if "description" in node and data.draw(st.booleans()):
            edits.append(Put(at=(*at, "description"), value="new"))
    made = edit_text(ManifestText(file="random.yaml", stored=text), edits).text
    assert parse(made, file="random.yaml").value == apply_edits(value, edits)
    assert Counter(ANY_COMMENT.findall(made)) == Counter(ANY_COMMENT.findall(text))


def objects_in(value: Any, at: Pointer = ()) -> Iterator[tuple[Pointer, Json]]:
    if isinstance(value, dict):
        yield at, value
    if isinstance(value, dict | list):
        for token, below in value.items() if isinstance(value, dict) else enumerate(value):
            yield from objects_in(below, (*at, token))


def parents(document: Json) -> dict[str, tuple[str, ...]]:
    """Under which types each element with an external id is, by the line that names it."""

    def walk(types: list[Json], above: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
        found = {}
        for object_type in types:
            found[f"externalId {object_type['externalId']}"] = above
            inside = (*above, object_type["externalId"])
            for attribute in object_type["attributes"]:
                found[f"externalId {attribute.get('externalId')}"] = inside
            found |= walk(object_type.get("children", []), inside)
        return found

    return walk(document["schema"]["objectSchema"]["objectTypes"], ())


def comments_of(text: str) -> dict[str, str | None]:
    """The comment right above each element that has an id and lines of its own."""
    lines = text.splitlines()
    found: dict[str, str | None] = {}
    for above, line in pairwise(lines):
        if (element := ELEMENT.match(line)) is not None:
            is_comment = above.lstrip().startswith("#")
            found[f"{element[1]} {element[2]}"] = above.strip() if is_comment else None
    return found


@slow
@given(st.data())
def test_a_json_manifest_moved_to_live_plans_empty(data: st.DataObject) -> None:
    before, after = data.draw(pairs())
    text, live = data.draw(json_texts(before)), live_of(after, everything=data.draw(st.booleans()))
    made = adopted([ManifestText(file="random.json", stored=text)], live)
    assert_nothing_to_do(made.text, live, "random.json")


@slow
@given(documents(), st.booleans())
def test_a_new_manifest_plans_empty(document: Json, everything: bool) -> None:  # noqa: FBT001
    live = live_of(document, everything=everything)
    made = adopt_as_new(SOURCE, live, file="random.yaml")
    assert_nothing_to_do(made.text, live, "random.yaml")
    assert adopted(made.texts, live).text == made.text


NOTHING = Loaded(manifests=(), faulty=(), diagnostics=(), skipped={})


@st.composite
def sources_of_one_schema(draw: st.DrawFn) -> dict[str, Live]:
    """Live of each source: all types of the object schema, and the mappings of its own."""
    live = live_of(draw(documents()))
    names = ("a", "b", "c")
    whose = {m: draw(st.sampled_from(names)) for m in map(id, live.document.mappings)}
    found = {}
    for name in names:
        own = tuple(m for m in live.document.mappings if whose[id(m)] == name)
        document = replace(live.document, mappings=own)
        shown = replace(live, document=document)
        status = ConfigStatus.IDLE if own else ConfigStatus.MISSING_MAPPING
        found[name] = Live(status=status, document=shown)
    return found


def ref(name: str) -> SourceRef:
    return SourceRef(name=name, import_source_id=name, workspace_id="w")


def pulled(live: Mapping[str, Live], loaded: Loaded) -> PullResult:
    files = {m.source: m.file for m in loaded.manifests}
    assert not files, "each gets a new one"
    result = pull_into(
        {name: Target(path=Path(name), file=f"{name}.yaml") for name in live},
        {name: Refreshed(source=ref(name), live=each) for name, each in live.items()},
        loaded,
    )
    assert result.failed == {}
    return result


def kept_for_others(document: Document) -> Iterator[str | None]:
    """What a manifest may have although it is another's: targets, and ancestors."""
    for object_type, ancestors in walk_types(document.object_types):
        yield from (a.external_id for a in ancestors)
        yield from (a.reference_external_id for a in object_type.attributes)


@slow
@given(sources_of_one_schema())
def test_adopting_all_sources_of_an_object_schema_defines_each_element_once(
    live: dict[str, Live],
) -> None:
    result = pulled(live, NOTHING)
    texts = {each.file: each.after for each in result.pulled}
    loaded = load_manifests(
        [*map(Path, texts)], read=lambda path, file: texts[file and path.name].encode()
    )
    assert {d.severity for d in loaded.diagnostics} <= {"warning"}
    assert "conflicting-definitions" not in {d.code for d in loaded.diagnostics}
    desired = {m.source: m.document for m in loaded.manifests}
    assert desired.keys() | result.not_configured.keys() == live.keys()
    defined = Counter(i for each in desired.values() for _, i in elements(each))
    assert isinstance(live["a"].document, LiveDocument)
    assert defined.keys() == {i for _, i in elements(live["a"].document.document)}
    shared = {i for each in desired.values() for i in kept_for_others(each)}
    assert {i for i, n in defined.items() if n > 1} <= shared
    for name in (None, *desired):
        read = [
            SourceInput(ref=ref(each), desired=desired[each], live=live[each])
            for each in desired
            if name in {None, each}
        ]
        around = surrounded(read, beside(loaded, {each.ref.name for each in read}))
        plans, _ = plan_sources(around, PlanOptions())
        assert {(p.action, p.changes, p.residual) for p in plans} == {(Action.NO_OP, (), ())}
