"""Questions to the companion API, about the probe's own types; and taking away what it made."""

from collections.abc import AsyncIterator, Collection, Iterable, Iterator, Mapping
from typing import Any

from reconciler.diagnostics import Confidence
from reconciler.errors import BackendError, Forbidden, NotFound, Rejected
from reconciler.model.display import quoted
from reconciler.model.document import walk_types
from reconciler.model.object_schema import SchemaContent, SchemaStatus, SchemaType
from reconciler.outcome.probes import Leftover
from reconciler.planning.object_schema.operation import (
    ElementKind,
    Phase,
    SchemaElement,
    SchemaKind,
    SchemaOperation,
)
from reconciler.probe.bodies import is_made
from reconciler.probe.configuration import types_in
from reconciler.probe.observations import Look
from reconciler.probe.session import Session
from reconciler.semantics.attribute_definition import written_definition
from reconciler.semantics.questions import Question

COMPANION = (
    Question.CARDINALITY_PUT,
    Question.EXTERNAL_ID_AFTER_RENAME,
    Question.MOVE_TO_ROOT,
    Question.CHILDREN_OF_DELETED_TYPE,
    Question.MAPPING_OF_DELETED_TYPE,
)
_ROUNDS = 4  # what refers to a type, or is below it, goes first
_UI = "in Assets, in the object schema of the import source"


async def ask_companion(session: Session) -> None:
    """Ask what the companion API does to types of the probe; those it deletes are gone."""
    if session.object_schemas is None or session.schema is None:
        for each in COMPANION:
            session.untold(each, "the environment has no schemaAuth, or it sees no such schema")
        return
    for ask in (_ask_cardinality, _ask_rename, _ask_root, _ask_children, _ask_mapping):
        with session.about():
            await ask(session)


async def _call(
    session: Session, method: str, path: str, body: Mapping[str, Any] | None, what: str
) -> bool:
    """Send a call and return whether it was taken."""
    assert session.object_schemas is not None  # noqa: S101 - asked before
    session.tell(f"{method} {path}: {what}")
    operation = SchemaOperation(
        kind=SchemaKind.DELETE if method == "DELETE" else SchemaKind.SETTINGS,
        phase=Phase.BEFORE,
        method=method,
        path=path,
        body=body,
        body_digest=None,
        settles=(),
        object=SchemaElement(kind=ElementKind.OBJECT_TYPE, id="", name=what, schema_id=""),
        join="confirmed",
        requires=(),
        grade=Confidence.UNKNOWN,
        verify="",
    )
    try:
        status = await session.object_schemas.send(
            session.ref.workspace_id or "", operation, fence=session.fence
        )
    except (Forbidden, NotFound, Rejected) as error:
        session.keep(f"{method} {path}", body, f"{error.status} {error.raw or ''}".strip())
        return False
    session.keep(f"{method} {path}", body, str(status))
    return True


async def _types(session: Session) -> dict[str, SchemaType]:
    """Return the probe's types by their names without what all of them begin with."""
    content = await session.content()
    start = session.bodies.name("")
    assert content is not None  # noqa: S101 - asked before
    return {t.name.removeprefix(start): t for t in content.types if t.name.startswith(start)}


async def _ask_cardinality(session: Session) -> None:
    question, name = Question.CARDINALITY_PUT, session.bodies.attribute("a-number")["name"]
    owner = (await _types(session)).get("a")
    content = await session.content()
    own = [a for a in _attributes(content) if owner and a.owner_id == owner.id and a.name == name]
    if not own:
        return
    wanted = own[0].maximum_cardinality + 1
    body = {**written_definition(own[0].definition), "maximumCardinality": wanted}
    path = f"objecttypeattribute/{own[0].owner_id}/{own[0].id}"
    if await _call(session, "PUT", path, body, question.text):
        shown = {a.id: a.maximum_cardinality for a in _attributes(await session.content())}
        session.found(question, "takes" if shown.get(own[0].id) == wanted else "ignored")


def _attributes(content: SchemaContent | None) -> Iterable[Any]:
    return content.attributes if content else ()


async def _ask_rename(session: Session) -> None:
    bodies, question = session.bodies, Question.EXTERNAL_ID_AFTER_RENAME
    found = (await _types(session)).get("b")
    if found is None:
        return
    name = bodies.name("renamed")
    if await _call(session, "PUT", f"objecttype/{found.id}", {"name": name}, question.text):

        def shows(look: Look) -> bool:
            return name in {t.name for t in types_in(look).values()}

        if await session.seen(shows):
            ids = {t.name: key for key, t in types_in(await session.settled()).items()}
            session.found(question, "same" if ids.get(name) == bodies.id("b") else "new")


async def _ask_root(session: Session) -> None:
    question, types = Question.MOVE_TO_ROOT, await _types(session)
    found = types.get("g")
    if found is None or found.parent_id is None:
        return
    path, parent = f"objecttype/{found.id}/position", found.parent_id
    if await _call(session, "POST", path, {"position": 0}, question.text):
        moved = (await _types(session)).get("g", found)
        is_root = moved.parent_id is None
        session.found(question, "works" if is_root else "no-effect")
        if is_root:  # the next question needs it as it was
            await _call(session, "POST", path, {"position": 0, "toObjectTypeId": parent}, "back")


async def _ask_children(session: Session) -> None:
    question, types = Question.CHILDREN_OF_DELETED_TYPE, await _types(session)
    above, below = types.get("f"), types.get("g")
    if above is None or below is None or below.parent_id != above.id:
        return
    is_taken = await _call(session, "DELETE", f"objecttype/{above.id}", None, question.text)
    after = await _types(session)
    if not is_taken:
        session.found(question, "refused")
    elif "f" not in after:
        session.found(question, "become-roots" if "g" in after else "go-along")


async def _ask_mapping(session: Session) -> None:
    bodies, question = session.bodies, Question.MAPPING_OF_DELETED_TYPE
    found = (await _types(session)).get("h")
    if found is None or bodies.id("h") not in _mapped(await session.look()):
        return
    await _call(session, "DELETE", f"objecttype/{found.id}", None, question.text)
    if "h" not in await _types(session):
        is_mapped = bodies.id("h") in _mapped(await session.settled())
        session.found(question, "stays" if is_mapped else "vanishes")


def _mapped(look: Look) -> set[str | None]:
    return {m.object_type_external_id for m in look.live.document.mappings}


async def clean_up(session: Session) -> None:
    """Delete what a probe made, this one or an earlier, as far as the APIs can; note the rest."""
    try:
        await _delete(session)
        session.leftovers += [each async for each in _left(session)]
    except BackendError as error:
        session.leftovers.append(
            Leftover(
                what=f"whatever begins with {quoted(session.bodies.name('').rstrip())}: {error}",
                remedy="probe again, which cleans up, or delete it in Assets",
            )
        )


async def _delete(session: Session) -> None:
    for _ in range(_ROUNDS):
        content = await session.content()
        if content is None or not (own := [*own_types(content)]):
            break
        ids = {each.id for each in own}
        for each in content.attributes:
            if each.owner_id in ids and each.target_id in ids:
                await _call(session, "DELETE", f"objecttypeattribute/{each.id}", None, each.name)
        for type_ in own:
            await _call(session, "DELETE", f"objecttype/{type_.id}", None, type_.name)
    content = await session.content()
    for status in own_statuses(content, session.statuses) if content else ():
        await _call(session, "DELETE", f"config/statustype/{status.id}", None, status.name)


def own_statuses(content: SchemaContent, sent: Collection[str]) -> Iterator[SchemaStatus]:
    """Yield the statuses to delete: probes' in the object schema, and of the site those *sent*.

    One of the whole site may be that of a probe which runs elsewhere.
    """
    for each in content.statuses:
        if is_made(each.name) and (each.schema_id is not None or each.name in sent):
            yield each


def own_types(content: SchemaContent) -> Iterator[SchemaType]:
    """Yield the types to delete: those that a probe made, children before their parents.

    What is below a type may go with it: one above somebody else's stays.
    """
    above = {t.id: {a.id for a in _above(t, content)} for t in content.types}
    kept = {id_ for t in content.types if not is_made(t.name) for id_ in above[t.id]}
    own = [t for t in content.types if is_made(t.name) and t.id not in kept]
    yield from sorted(own, key=lambda t: len(above[t.id]), reverse=True)


def _above(type_: SchemaType, content: SchemaContent) -> Iterator[SchemaType]:
    types = {each.id: each for each in content.types}
    parent = types.get(type_.parent_id or "")
    for _ in content.types:
        if parent is None:
            return
        yield parent
        parent = types.get(parent.parent_id or "")


async def _left(session: Session) -> AsyncIterator[Leftover]:
    content, document = await session.content(), (await session.live()).document
    names = [t.name for t, _ in walk_types(document.object_types) if is_made(t.name)]
    if content is not None:
        names = [t.name for t in content.types if is_made(t.name)]
        statuses = [each.name for each in content.statuses]
    else:
        # Answers may hide them: what was sent may be there.
        shown = {each.name for each in document.statuses}
        statuses = sorted(shown | session.statuses)
    for name in names:
        yield Leftover(what=f"the object type {quoted(name)}", remedy=f"delete it {_UI}")
    for name in statuses:
        if is_made(name):
            yield Leftover(what=f"the status {quoted(name)}", remedy=f"delete it {_UI}, Statuses")
    if session.is_configured:
        yield Leftover(
            what="the configuration of the import source, which no API takes away",
            remedy=f"delete the import source {_UI}, Import, and make a new one for the next probe",
        )
