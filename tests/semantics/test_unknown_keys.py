"""Keys that no payload schema knows: the server keeps those that answers were seen with."""

from typing import Any

import pytest

from reconciler.model.document import Icon, Status
from reconciler.model.wire import write_document
from tests.support.documents.semantic_bodies import (
    live,
    of_attribute,
    of_entry,
    of_mapping,
    of_type,
    partial,
    patched,
)
from tests.support.documents.site_document import (
    Edit,
    Json,
    add_attribute,
    attribute,
    mapping,
    set_attribute,
    types,
)

SEEN = {"inheritance": False, "abstractObject": True, "unknownValues": "ADD",
        "valueMapping": {"a": "b"}}  # fmt: skip
SYSTEM = ("os", "Operating System")


def everywhere(**keys: Any) -> Edit:
    """Return the edit that adds *keys* to one element of each kind, a nested type among them."""

    def edit(made: Json) -> None:
        schema = made["schema"]
        schema["iconSchema"] = {"icons": [{"key": "k", "name": "K", "png48": "iVBO"} | keys]} | keys
        schema["statusSchema"]["statuses"][0].update(keys)
        for element in found(made).values():
            element.update(keys)
        for part in (made, schema, schema["objectSchema"], schema["statusSchema"], made["mapping"]):
            part.update(keys)

    return edit


def found(made: Json) -> dict[str, Json]:
    """Return one element of each kind that can keep a key."""
    by_id = types(made)
    return {
        "a type": by_id["os"],
        "a nested type": by_id["file"],
        "an attribute": attribute(made, "os-name"),
        "a nested attribute": attribute(made, "size"),
        "a mapping": mapping(made, "drive"),
        "an attribute mapping": mapping(made, "drive")["attributesMapping"][0],
    }


def test_put_keeps_what_answers_were_seen_with() -> None:
    made = write_document(live(everywhere(**SEEN)))
    kept = {
        name: {k: v for k, v in each.items() if k in SEEN} for name, each in found(made).items()
    }
    assert kept == dict.fromkeys(kept, SEEN)


def test_put_drops_every_other_key_wherever_it_stands() -> None:
    assert live(everywhere(colour="red")) == live(everywhere())


def test_icons_statuses_and_the_parts_themselves_keep_no_key() -> None:
    made = live(everywhere(**SEEN))
    assert made.icons == (Icon(key="k", name="K", png48="iVBO"),)
    assert made.statuses == (Status(name="Active", description="", category="active"),)
    assert made.extra == {}


MERGED: dict[str, tuple[Edit, Json]] = {
    "what the body leaves out stays": (set_attribute("os-name", **SEEN), SEEN),
    "what the body says overwrites": (
        set_attribute("os-name", **SEEN | {"unknownValues": "IGNORE"}), SEEN,
    ),
    "what live lacks is added": (set_attribute("os-name"), {"unknownValues": "ADD"}),
}  # fmt: skip


@pytest.mark.parametrize("case", MERGED)
def test_patch_merges_the_keys_of_an_attribute(case: str) -> None:
    before, expected = MERGED[case]
    body = partial(of_type(*SYSTEM, of_attribute("os-name", "Name", unknownValues="ADD")))
    after = attribute(patched(body, before), "os-name")
    assert {k: v for k, v in after.items() if k in SEEN} == expected


def test_patch_drops_the_unknown_keys_of_a_new_element() -> None:
    entry = of_entry("hash", "Hash", "h", colour="red", valueMapping={"a": "b"})
    child = of_type("file", "File", of_attribute("hash", "Hash", colour="red"), colour="red",
                    description="A file", abstractObject=True)  # fmt: skip
    body = partial(
        of_type("drive", "Hard Drive", description="A hard drive", children=[child]),
        mappings=(of_mapping("file", "File", entry, colour="red", unknownValues="ADD"),),
    )
    after = patched(body)
    assert "colour" not in str(after)
    assert types(after)["file"]["abstractObject"] is True
    assert mapping(after, "file")["unknownValues"] == "ADD"
    assert mapping(after, "file")["attributesMapping"][0]["valueMapping"] == {"a": "b"}
    assert attribute(after, "hash") == attribute(
        write_document(live(add_attribute("file", "hash", "Hash"))), "hash"
    )
