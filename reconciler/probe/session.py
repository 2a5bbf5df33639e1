"""A probe at work: it sends, follows to the end, reads back, and keeps what came of it."""

from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from reconciler.applying.clock import Clock, pauses
from reconciler.applying.follow import TERMINAL
from reconciler.backend.import_sources import Backend
from reconciler.backend.object_schemas import SchemaBackend
from reconciler.backend.requests import Fence, no_fence
from reconciler.errors import (
    BackendError,
    Conflict,
    Forbidden,
    MappingExists,
    NotFound,
    Rejected,
)
from reconciler.model.document import Document
from reconciler.model.normalise import LiveDocument, normalise
from reconciler.model.object_schema import ObjectSchema, SchemaContent
from reconciler.model.source import SourceRef
from reconciler.outcome.probes import Finding, Leftover, ProbeRequest
from reconciler.probe.bodies import Bodies, foreign_part, operation
from reconciler.probe.observations import Look, Seen, WriteEnding, Written, shows
from reconciler.semantics.questions import Question
from reconciler.value import replace

# Questions are asked for so long, and what was made is taken away until the end.
ASKING_SECONDS = 190.0
PROBE_SECONDS = 240.0
# For so long live is read again before it is said not to have changed: where reads were seen to
# lag, and where not.
_PATIENCE = {"old": 10.0, "new": 3.0}
_NOTHING = LiveDocument(document=Document())


# Told before each write.
Told = Callable[[str], None]


@dataclass(kw_only=True)
class Session:
    """The import source that is asked, the time that is left, and what was found so far.

    `schema` is its object schema where the companion API is at hand. `is_sync` from when on an
    asynchronous answer was seen to tell no end, `is_configured` from when on it has a mapping.
    `statuses` are the names of those that were sent.
    """

    backend: Backend
    object_schemas: SchemaBackend | None
    ref: SourceRef
    bodies: Bodies
    clock: Clock
    tell: Told
    fence: Fence = no_fence
    schema: ObjectSchema | None = None
    is_sync: bool = False
    is_configured: bool = False
    leftovers: list[Leftover] = field(default_factory=list)
    statuses: set[str] = field(default_factory=set)
    findings: dict[Question, Finding] = field(default_factory=dict)
    began: float = 0.0
    _attempts: list[ProbeRequest] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Note when it begins."""
        self.began = self.clock.monotonic()

    @property
    def left(self) -> float:
        """The seconds in which questions may still be asked."""
        return self.began + ASKING_SECONDS - self.clock.monotonic()

    def found(self, question: Question, outcome: str) -> None:
        """Note the *outcome* of a question, with what was sent since the one before."""
        self._note(question, outcome, question.outcomes[outcome])

    def untold(self, question: Question, why: str) -> None:
        """Note that the outcome of a question is not known."""
        if question not in self.findings:
            self._note(question, None, f"no answer: {why}")

    def _note(self, question: Question, outcome: str | None, conclusion: str) -> None:
        self.findings[question] = Finding(
            question=question,
            text=question.text,
            outcome=outcome,
            conclusion=conclusion,
            assumed=question.assumed,
            attempts=tuple(self._attempts),
        )

    def outcome(self, question: Question) -> str | None:
        """Return the outcome that was found, None if none was."""
        finding = self.findings.get(question)
        return finding.outcome if finding else None

    @contextmanager
    def about(self) -> Iterator[None]:
        """Keep what is sent in the block for the questions that it answers."""
        self._attempts.clear()
        try:
            yield
        finally:
            self._attempts.clear()

    def keep(self, request: str, sent: Mapping[str, Any] | None, answer: str) -> None:
        """Keep a request and its answer."""
        self._attempts.append(ProbeRequest(request=request, sent=sent, answer=answer))

    async def write(
        self, method: str, body: Mapping[str, Any], what: str, *, is_async: bool | None = None
    ) -> Written:
        """Send *body* and follow it to its end; *what* is told before.

        Raises BackendError where the API cannot be asked: no right, no connection.
        """
        is_async = not self.is_sync if is_async is None else is_async
        sent = body["schema"].get("statusSchema", {}).get("statuses", ())
        self.statuses.update(each["name"] for each in sent)
        call = operation(method, self.ref.import_source_id or "", body, is_async=is_async)
        request = f"{method} mapping{'?async=true' if is_async else ''}"
        self.tell(f"{request}: {what}")
        try:
            submission = await self.backend.submit(self.ref, call, fence=self.fence)
        except (Rejected, MappingExists) as error:
            raw = error.raw or ""
            self.keep(request, body, f"{error.status} {raw}".strip())
            return Written(ending=WriteEnding.REFUSED, status=error.status or 0, raw=raw)
        except BackendError as error:
            self.keep(request, body, str(error))
            raise
        self.keep(request, body, str(submission.status))
        if submission.progress_url is None:
            return Written(ending=WriteEnding.DONE, status=submission.status)
        followed = await self._follow(submission.progress_url)
        return replace(followed, status=submission.status)

    async def _follow(self, url: str) -> Written:
        words: list[str] = []
        answer = None
        for pause in pauses(self.clock.rng):
            try:
                answer = await self.backend.progress(self.ref, url)
            except NotFound:
                break
            if answer.status in TERMINAL or self.left < 0:
                break
            words.append(answer.status or "")
            await self.clock.sleep(pause)
        if answer is None or answer.status not in TERMINAL:
            self.keep("GET progress", None, "no end")
            return Written(ending=WriteEnding.UNKNOWN, status=0, words=tuple(words))
        self.keep("GET progress", None, answer.raw)
        is_done = answer.result == "OK"
        return Written(
            ending=WriteEnding.DONE if is_done else WriteEnding.REFUSED,
            status=0,
            words=tuple(words),
            lives=await self._lives(url),
            raw=answer.raw,
        )

    async def _lives(self, url: str) -> bool | None:
        if Question.PROGRESS_LIFE in self.findings:
            return None
        try:
            await self.backend.progress(self.ref, url)
        except NotFound:
            return False
        return True

    async def live(self) -> LiveDocument:
        """Return live as it is shown now, whoever made it."""
        try:
            raw = await self.backend.schema_and_mapping(self.ref)
        except (NotFound, Rejected):
            raw = {}
        return normalise(raw) if raw else _NOTHING

    async def look(self, *, schemas: bool = False) -> Look:
        """Return live as it is shown now. Raises BackendError if it is not a probe's alone."""
        live = self.ours(await self.live())
        return Look(live=live, content=await self.content() if schemas else None)

    def ours(self, live: LiveDocument) -> LiveDocument:
        """Return *live*. Raises BackendError if somebody else has configured it meanwhile."""
        if what := foreign_part(live.document):
            raise self.taken(what)
        return live

    def taken(self, what: str) -> BackendError:
        """Return the error that ends the probe of a source which somebody configures."""
        return BackendError(
            f"somebody else configures {self.ref.name}, which has {what} now: "
            "nothing more was asked",
            request="GET schema-and-mapping",
        )

    async def settled(self) -> Look:
        """Return live as it is shown once no read lags behind what was seen of it."""
        if self.outcome(Question.READ_AFTER_WRITE) != "new":
            await self.clock.sleep(_PATIENCE["old"])
        return await self.look()

    async def empty_status(self) -> int | None:
        """Return the status of GET where it shows no object types, None where it shows some."""
        try:
            raw = await self.backend.schema_and_mapping(self.ref)
        except (NotFound, Rejected) as error:
            self.keep("GET schema-and-mapping", None, f"{error.status} {error.raw or ''}".strip())
            return error.status
        shown = self.ours(normalise(raw)).document.object_types
        self.keep("GET schema-and-mapping", None, f"200, object types: {len(shown)}")
        return None if shown else 200

    async def content(self) -> SchemaContent | None:
        """Return the elements of the object schema, None without the companion API."""
        if self.object_schemas is None or self.schema is None:
            return None
        return await self.object_schemas.content(self.ref.workspace_id or "", self.schema)

    async def seen(self, is_seen: Seen, *, schemas: bool = False) -> bool | None:
        """Return whether live shows what *is_seen* looks for, read again for a while."""
        patience = _PATIENCE[self.outcome(Question.READ_AFTER_WRITE) or "old"]
        until = self.clock.monotonic() + patience
        for pause in pauses(self.clock.rng):
            found = shows(is_seen, await self.look(schemas=schemas))
            if found is not False or self.clock.monotonic() >= until:
                break
            await self.clock.sleep(pause)
        self.keep("GET schema-and-mapping", None, _ANSWERS[found])
        return found

    async def changed(
        self, question: Question, body: Mapping[str, Any], is_seen: Seen, *, schemas: bool = False
    ) -> None:
        """Find whether a PATCH of *body* takes effect, has none, or is refused."""
        with self.about():
            written = await self.write("PATCH", body, question.text)
            if written.outcome is not None:
                self.found(question, written.outcome)
                return
            shows = await self.seen(is_seen, schemas=schemas)
            if shows is None:
                self.untold(
                    question, "no answer shows it" + ("" if schemas else ", nor schemaAuth")
                )
            elif not shows and written.ending is WriteEnding.UNKNOWN:
                self.untold(question, "what became of the request is not known")
            else:
                self.found(question, "changes" if shows else "stays")

    async def in_time(
        self, questions: Sequence[Question], ask: Callable[["Session"], Awaitable[None]]
    ) -> None:
        """Ask *questions* by *ask*, if there is time; what it leaves open is not told."""
        if self.left < 0:
            for each in questions:
                self.untold(each, "no time was left")
            return
        why = "what it takes did not come about"
        try:
            await ask(self)
        except (Conflict, Forbidden, NotFound, Rejected) as error:
            why = str(error)  # of this alone: the others may be answered
        for each in questions:
            self.untold(each, why)


_ANSWERS = {
    True: "has what was waited for",
    False: "lacks what was waited for",
    None: "no answer could show it",
}
