"""Questions about what PATCH changes on a configured source: each one body, and what shows it."""

from collections.abc import Callable

from reconciler.model.document import Attribute, ObjectType, walk_types
from reconciler.probe.bodies import Bodies
from reconciler.probe.configuration import types_in
from reconciler.probe.observations import Look, WriteEnding
from reconciler.probe.session import Session
from reconciler.semantics.questions import Question

_OTHER = "other"
# Fields of an attribute of `a`: what is sent, and the name of what shows it.
_FIELDS: tuple[tuple[Question, str, str, str, str, object], ...] = (
    (Question.PATCH_MINIMUM, "a-number", "integer", "minimumCardinality", "minimum_cardinality", 1),
    (Question.PATCH_MAXIMUM, "a-number", "integer", "maximumCardinality", "maximum_cardinality", 3),
    (Question.PATCH_UNIQUE, "a-text", "text", "unique", "unique", True),
)
REFUSALS = (Question.INVALID_BODY, Question.REFUSAL_BODY)
PATCHED = (
    *(row[0] for row in _FIELDS),
    Question.PATCH_LABEL,
    Question.PATCH_TYPE_VALUES,
    Question.PATCH_STATUS,
    Question.PATCH_MAPPING,
    Question.MAPPING_LEFT_OUT,
    Question.REFERENCES_RESENT,
    Question.PATCH_MOVE,
    Question.PATCH_RENAME,
)


def attributes_in(look: Look) -> dict[str, Attribute]:
    """Return the attributes that live shows, by external id."""
    return {a.external_id or "": a for t in types_in(look).values() for a in t.attributes}


async def ask_refusals(session: Session) -> None:
    """Ask when a body is refused that maps an attribute which there is not, and in which form."""
    bodies = session.bodies
    mapping = bodies.mapping("b")
    mapping["attributesMapping"][0]["attributeExternalId"] = bodies.id("none")
    body = bodies.body([bodies.type("b")], mapping)
    with session.about():
        written = await session.write("PATCH", body, Question.INVALID_BODY.text, is_async=True)
        at_once = written.status >= 400  # noqa: PLR2004 - the first status of an error
        if at_once:
            session.found(Question.INVALID_BODY, "at-once")
        elif written.ending is WriteEnding.REFUSED or session.is_sync:
            session.found(Question.INVALID_BODY, "in-progress")
    with session.about():
        if not at_once:
            written = await session.write("PATCH", body, Question.REFUSAL_BODY.text, is_async=False)
        if written.ending is WriteEnding.REFUSED and written.raw:
            session.found(Question.REFUSAL_BODY, _form(written.raw))


def _form(raw: str) -> str:
    if "dataValidationErrors" in raw:
        return "validation-errors"
    return "error-messages" if "errorMessages" in raw else "other"


async def ask_changes(session: Session) -> None:
    """Ask of each part what PATCH does about it; what changes a place or a name comes last."""
    if session.outcome(Question.READ_AFTER_WRITE) is None:
        for each in PATCHED:
            session.untold(each, "even a PATCH of descriptions did not take effect")
        return
    bodies = session.bodies
    for question, key, type_, wire, name, value in _FIELDS:
        sent = bodies.attribute(key, type_, **{wire: value})
        shows = _attribute_has(bodies.id(key), name, value)
        await session.changed(question, bodies.body([bodies.type("a", sent)]), shows)
    await _ask_label(session)
    if bodies.id("a-state") in attributes_in(await session.look()):
        await _ask_statuses(session)
    await _ask_mappings(session)
    await _ask_references(session)
    moved = bodies.body([bodies.type("b", children=[bodies.type("c")])])
    await session.changed(Question.PATCH_MOVE, moved, _is_below(bodies.id("c"), bodies.id("b")))
    renamed = bodies.body([bodies.type("d", name=bodies.name(_OTHER))])
    await session.changed(
        Question.PATCH_RENAME,
        renamed,
        lambda look: types_in(look)[bodies.id("d")].name == bodies.name(_OTHER),
    )


def _attribute_has(external_id: str, name: str, value: object) -> Callable[[Look], bool]:
    return lambda look: getattr(attributes_in(look)[external_id], name) == value


def _is_below(external_id: str, parent: str) -> Callable[[Look], bool]:
    def is_below(look: Look) -> bool:
        types = walk_types(look.live.document.object_types)
        above: dict[str | None, tuple[ObjectType, ...]] = {t.external_id: a for t, a in types}
        return parent in {t.external_id for t in above[external_id]}

    return is_below


async def _ask_label(session: Session) -> None:
    bodies = session.bodies
    sent = (bodies.attribute("a-id", label=False), bodies.attribute("a-text", label=True))
    shows = _attribute_has(bodies.id("a-text"), "label", value=True)
    await session.changed(Question.PATCH_LABEL, bodies.body([bodies.type("a", *sent)]), shows)


async def _ask_statuses(session: Session) -> None:
    bodies = session.bodies
    wanted = {bodies.name("s1"), bodies.name("s2")}

    def takes_both(look: Look) -> bool | None:
        shown = attributes_in(look)[bodies.id("a-state")].type_values
        if "typeValues" in look.live.shown and shown is not None:
            return set(shown) == wanted
        if look.content is None or not wanted <= {each.name for each in look.content.statuses}:
            return None
        return _taken(look, bodies) >= wanted

    body = bodies.body([bodies.type("a", bodies.state("s1", "s2"))])
    await session.changed(Question.PATCH_TYPE_VALUES, body, takes_both, schemas=True)

    def is_there(look: Look) -> bool | None:
        name = bodies.name("s3")
        if "statuses" in look.live.shown:
            return name in {each.name for each in look.live.document.statuses}
        content = look.content
        return None if content is None else name in {each.name for each in content.statuses}

    body = bodies.body([bodies.type("b")], statusSchema={"statuses": [bodies.status("s3")]})
    await session.changed(Question.PATCH_STATUS, body, is_there, schemas=True)


def _taken(look: Look, bodies: Bodies) -> set[str]:
    """Return the statuses that the attribute takes, as the companion API has it."""
    content = look.content
    assert content is not None  # noqa: S101 - looked at before
    names = {each.id: each.name for each in content.statuses}
    wanted = bodies.attribute("a-state")["name"]
    types = {each.id for each in content.types if each.name == bodies.name("a")}
    own = [a for a in content.attributes if a.name == wanted and a.owner_id in types]
    return {names.get(each, "") for a in own for each in a.status_ids}


async def _ask_mappings(session: Session) -> None:
    bodies = session.bodies

    def is_mapped(key: str) -> Callable[[Look], bool]:
        return lambda look: bodies.id(key) in _mapped(look)

    question, described = Question.MAPPING_LEFT_OUT, "described"
    # That of the type which is deleted later is the one to keep.
    key = "h" if bodies.id("h") in _mapped(await session.look()) else "b"
    kept = bodies.mapping(key, described)
    with session.about():
        await session.write("PATCH", bodies.body([bodies.type(key)], kept), question.text)
        if await session.seen(lambda look: _mapped(look).get(bodies.id(key)) == described):
            is_left = bodies.id("a") in _mapped(await session.settled())
            session.found(question, "stays" if is_left else "removed")
    body = bodies.body([bodies.type("d"), bodies.type(key)], bodies.mapping("d"), kept)
    await session.changed(Question.PATCH_MAPPING, body, is_mapped("d"))


def _mapped(look: Look) -> dict[str, str | None]:
    """Return the descriptions of the mappings by the type's external id."""
    mappings = look.live.document.mappings
    return {m.object_type_external_id or "": m.description for m in mappings}


async def _ask_references(session: Session) -> None:
    bodies, question = session.bodies, Question.REFERENCES_RESENT
    types = (bodies.type("a", bodies.twin("a", "b")), bodies.type("b", bodies.twin("b", "a")))
    with session.about():
        written = await session.write("PATCH", bodies.body(types), question.text)
        session.found(question, written.outcome or "taken")
