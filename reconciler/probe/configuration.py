"""Questions about a source without a configuration, and about the first that it gets."""

from typing import Any

from reconciler.model.document import ObjectType, walk_types
from reconciler.model.source import ConfigStatus
from reconciler.model.wire import write_attribute
from reconciler.outcome.probes import Leftover
from reconciler.probe.bodies import PREFIX, Json, is_made
from reconciler.probe.observations import Look, WriteEnding, Written, shows
from reconciler.probe.session import Session
from reconciler.semantics.questions import Question
from reconciler.value import replace

UNCONFIGURED = (Question.EMPTY_ANSWER, Question.PATCH_WITHOUT_MAPPING)
FIRST = (
    Question.ASYNC_ANSWER,
    Question.PROGRESS_WORD,
    Question.PROGRESS_LIFE,
    Question.READ_AFTER_WRITE,
    Question.PUT_BESIDE_TYPES,
)
SHOWN = {
    Question.ICONS_SHOWN: "icons",
    Question.STATUSES_SHOWN: "statuses",
    Question.ICON_KEY_SHOWN: "iconKey",
    Question.TYPE_VALUES_SHOWN: "typeValues",
}
_CHANGED = "changed by a probe"
_EARLIER = "an earlier probe configured the source"


def types_in(look: Look) -> dict[str, ObjectType]:
    """Return the object types that live shows, by external id."""
    document = look.live.document
    return {t.external_id or "": t for t, _ in walk_types(document.object_types)}


async def ask_unconfigured(session: Session) -> None:
    """Ask what GET and PATCH do where there is no mapping yet."""
    if await session.backend.config_status(session.ref) is not ConfigStatus.MISSING_MAPPING:
        if not session.is_configured:
            raise session.taken("a mapping")
        for each in (*UNCONFIGURED, Question.PUT_BESIDE_TYPES):
            session.untold(each, _EARLIER)
        return
    with session.about():
        await _ask_empty(session)
    bodies, question = session.bodies, Question.PATCH_WITHOUT_MAPPING
    with session.about():
        written = await session.write("PATCH", bodies.smallest(), question.text)
        _note_answer(session, written)
        is_there = await _is_there(session, written)
        if not is_there and session.is_sync:
            # What became of the one before nobody tells.
            written = await session.write("PATCH", bodies.smallest(), question.text)
            is_there = await _is_there(session, written)
        if is_there:
            session.is_configured = True
            session.found(question, "changes")
        else:
            session.found(question, written.outcome or "stays")


async def _is_there(session: Session, written: Written) -> bool:
    """Return whether the smallest configuration shows; what is refused is not waited for."""

    def has_it(look: Look) -> bool:
        return session.bodies.id("first") in types_in(look)

    if written.ending is WriteEnding.REFUSED:
        return has_it(await session.look())
    return bool(await session.seen(has_it))


async def _ask_empty(session: Session) -> None:
    status = await session.empty_status()
    if status is None:
        session.untold(Question.EMPTY_ANSWER, "the object schema has object types")
    elif str(status) in Question.EMPTY_ANSWER.outcomes:
        session.found(Question.EMPTY_ANSWER, str(status))


def _note_answer(session: Session, written: Written) -> None:
    """Note what an asynchronous write that was taken tells by its answer."""
    question = Question.ASYNC_ANSWER
    if question not in session.findings and str(written.status) in question.outcomes:
        session.found(question, str(written.status))
        # What tells no end is asked for no more.
        session.is_sync = written.status == 202  # noqa: PLR2004 - a status of the API
    if written.words:
        is_known = set(written.words) == {"IN_PROGRESS"}
        session.found(Question.PROGRESS_WORD, "in-progress" if is_known else "other")
    if written.lives is not None:
        session.found(Question.PROGRESS_LIFE, "stays" if written.lives else "gone")


async def configure(session: Session, *, deletes: bool) -> bool:
    """Give the source the configuration that the other questions are about; return if it has it.

    By PUT, or by PATCH where an earlier probe, or this one, has configured it. One without icon
    and statuses is the second try.
    """
    beside = [] if session.is_configured else _beside(await session.look())
    for whole in (True, False):
        body = session.bodies.first(whole=whole, deletes=deletes, beside=beside)
        method = "PATCH" if session.is_configured else "PUT"
        with session.about():
            written = await session.write(method, body, "a configuration to ask about")
            if written.ending is WriteEnding.REFUSED:
                if beside and not whole:
                    session.found(Question.PUT_BESIDE_TYPES, "refused")
                continue
            _note_answer(session, written)
            is_there = await session.seen(lambda look: session.bodies.id("a") in types_in(look))
            if not is_there:
                return False
            if beside:
                await _ask_beside(session, beside)
            session.is_configured = True
            if whole:
                session.leftovers.append(_icon(session.bodies.tag))
            look = await session.look(schemas=True)
            _note_shown(session, look, whole=whole, by=method)
            # From now on as live has it, whosever name that is.
            session.bodies = replace(session.bodies, schema=look.live.document.name)
            return True
    return False


def _icon(tag: str) -> Leftover:
    return Leftover(
        what=f"the icon {PREFIX}-{tag}, which no API deletes", remedy="delete it in Assets, Icons"
    )


def _beside(look: Look) -> list[Json]:
    """Return one of an earlier probe's types, described otherwise."""
    for each in look.live.document.object_types:
        if is_made(each.name):
            known = [_as_sent(write_attribute(a)) for a in each.own if a.label]
            made: Json = {"externalId": each.external_id, "name": each.name}
            return [{**made, "description": _CHANGED, "attributes": known}]
    return []


def _as_sent(attribute: Any) -> Json:
    kept = ("externalId", "name", "description", "type", "label")
    return {key: attribute[key] for key in kept if key in attribute}


async def _ask_beside(session: Session, beside: list[Json]) -> None:
    key = beside[0]["externalId"]
    shows = await session.seen(lambda look: types_in(look)[key].description == _CHANGED)
    session.found(Question.PUT_BESIDE_TYPES, "changes" if shows else "stays")


def _note_shown(session: Session, look: Look, *, whole: bool, by: str) -> None:
    there = {each.name for each in look.content.statuses} if look.content else set()
    # Whether a PATCH makes statuses is another question.
    are_made = by == "PUT" or session.bodies.name("s1") in there
    for question, part in SHOWN.items():
        if not whole:
            session.untold(question, "a configuration with icons and statuses was refused")
        elif part == "statuses" and not are_made and part not in look.live.shown:
            session.untold(question, "whether the statuses were made is not known")
        else:
            session.found(question, "shown" if part in look.live.shown else "hidden")


async def ask_read_after_write(session: Session) -> None:
    """Ask whether the first GET after the end of a write shows it: descriptions, by PATCH.

    That PATCH changes them is documented: where it does not, what it refuses tells nothing.
    """
    bodies = session.bodies
    with session.about():
        attribute = bodies.attribute("d-id", description=_CHANGED)
        body = bodies.body([bodies.type("d", attribute, description=_CHANGED)])
        written = await session.write("PATCH", body, Question.READ_AFTER_WRITE.text)
        if written.ending is not WriteEnding.DONE:
            return

        def is_described(look: Look) -> bool:
            found = types_in(look)[bodies.id("d")]
            described = {a.external_id: a.description for a in found.attributes}
            return found.description == _CHANGED == described[bodies.id("d-id")]

        is_new = shows(is_described, await session.look())
        if is_new or await session.seen(is_described):
            session.found(Question.READ_AFTER_WRITE, "new" if is_new else "old")
