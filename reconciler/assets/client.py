"""The operations of the importsource API (api.md#the-mapping-operations), one method each."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import httpx

from reconciler.assets import answers
from reconciler.assets.answers import Answer
from reconciler.assets.bounds import SYNCHRONOUS_SECONDS
from reconciler.assets.call import Call
from reconciler.assets.connection import Connection
from reconciler.assets.failure_history import failure_body, failure_link
from reconciler.assets.links import ids_in, segment
from reconciler.backend.import_sources import (
    Execution,
    ExecutionLinks,
    ExecutionStatus,
    ProgressAnswer,
    RunningImport,
    Submission,
)
from reconciler.backend.requests import BeforeSending, Fence, no_fence, nothing_before
from reconciler.errors import BackendError, NotFound
from reconciler.model.canonical import canonical_json
from reconciler.model.source import ConfigStatus, Description, SourceRef
from reconciler.planning.plan import Operation
from reconciler.value import replace


class AssetsBackend(Connection):
    """The import sources of one environment over HTTP: `reconciler.backend.Backend`."""

    async def discover(self, source: SourceRef) -> SourceRef:
        """Return *source* with the ids that its container token leads to (api.md#discovery).

        The links themselves are not stored: the guide forbids it.
        """
        call = Call(source=source.name, method="GET", url=self.site.at("v1/imports/info"))
        answer = await self.channel.send(call)
        links = [self.site.follow(link, after=call) for link in answers.info_links(answer)]
        ids = {found for link in links if (found := ids_in(link))}
        if len(ids) != 1:
            answer.unreadable("does not lead to one import source")
        workspace_id, import_source_id = ids.pop()
        return replace(source, workspace_id=workspace_id, import_source_id=import_source_id)

    async def config_status(self, source: SourceRef) -> ConfigStatus:
        """Return the configuration's status."""
        return answers.config_status(await self._get(source, "configstatus"))

    async def running_import(self, source: SourceRef) -> RunningImport | None:
        """Return what runs on the source, None unless its status is RUNNING.

        Raises BackendError if its links lead to anything but executions of the source.
        """
        call = self._call(source, "GET", "configstatus")
        answer = await self.channel.send(call)
        if answers.config_status(answer) is not ConfigStatus.RUNNING:
            return None

        def follow(link: str) -> str:
            return str(self.site.follow_execution(link, source, after=call))

        latest = str(self.site.import_source(source, "executions/status"))
        return RunningImport(links=answers.running_links(answer, follow=follow, latest=latest))

    async def schema_and_mapping(self, source: SourceRef) -> Mapping[str, Any]:
        """Return the JSON of GET schema-and-mapping, its shape checked."""
        return answers.document(await self._get(source, "schema-and-mapping"))

    async def describe(self, source: SourceRef) -> Description:
        """Return what the API tells of the import source itself."""
        return answers.description(await self._get(source, ""))

    async def submit(
        self,
        source: SourceRef,
        operation: Operation,
        *,
        fence: Fence = no_fence,
        before: BeforeSending = nothing_before,
    ) -> Submission:
        """Send *operation* and return how it was accepted (api.md#asynchronous-answers).

        The answer to PUT with `async` is unknown: 204, 303 and 202 are accepted for both
        verbs. Raises BackendErrors whose `sent` tells whether it may have acted.
        """
        call = Call(
            source=source.name,
            method=operation.method,
            url=self._mapping_url(source, operation),
            body=canonical_json(operation.body),
            patience=SYNCHRONOUS_SECONDS if operation.query.get("async") != "true" else None,
            fence=fence,
            before=before,
        )
        answer = await self.channel.send(call)
        status, location = answer.reply.status, answer.reply.location
        if status in {HTTPStatus.SEE_OTHER, HTTPStatus.ACCEPTED} and location:
            url = self.site.follow(location, after=call, sent=True)
            return Submission(status=status, progress_url=str(url), settled=False)
        if status == HTTPStatus.SEE_OTHER:
            answer.unreadable("is a 303 without a Location")
        answers.check_complete(answer)
        return Submission(status=status, progress_url=None, settled=status == HTTPStatus.NO_CONTENT)

    async def progress(self, source: SourceRef, url: str) -> ProgressAnswer:
        """Return the progress of an asynchronous operation; NotFound when its resource is gone."""
        return answers.progress(await self._follow(source, "GET", url))

    async def start_execution(self, source: SourceRef) -> Execution:
        """Begin a data ingestion; Conflict says why that fails (MISSING_MAPPING, DISABLED, …)."""
        call = self._call(source, "POST", "executions")
        answer = await self.channel.send(call)

        def follow(link: str) -> str:
            return str(self.site.follow(link, after=call, sent=True))

        return answers.execution(answer, follow=follow)

    async def submit_progress(
        self, source: SourceRef, execution: Execution, progress: Mapping[str, Any]
    ) -> None:
        """Report the progress of a data ingestion: `{steps: …, objects: …}`."""
        answers.check_complete(
            await self._follow(source, "PUT", execution.submit_progress, progress)
        )

    async def submit_data(
        self, source: SourceRef, execution: Execution, chunk: Mapping[str, Any]
    ) -> None:
        """Send one chunk: `{data, clientGeneratedId, completed}`, each optional."""
        answers.check_complete(await self._follow(source, "POST", execution.submit_results, chunk))

    async def execution_status(
        self, source: SourceRef, execution: ExecutionLinks
    ) -> ExecutionStatus:
        """Return the status of a data ingestion."""
        return answers.execution_status(await self._follow(source, "GET", execution.get_status))

    async def latest_execution(self, source: SourceRef) -> ExecutionStatus | None:
        """Return the status of the most recent data ingestion, None if there never was one."""
        try:
            return answers.execution_status(await self._get(source, "executions/status"))
        except NotFound:
            return None

    async def cancel_execution(self, source: SourceRef, execution: ExecutionLinks) -> None:
        """Cancel a data ingestion; the answer's body may be empty or JSON."""
        answers.check_complete(await self._follow(source, "DELETE", execution.cancel))

    async def record_failure(self, source: SourceRef, execution: Execution, reason: str) -> None:
        """Record that a data ingestion failed; its URL has no link (`failure_history`)."""
        link = failure_link(execution.cancel)
        answers.check_complete(await self._follow(source, "POST", link, failure_body(reason)))

    async def issue_token(self, source: SourceRef) -> str:
        """Return a new container token, a secret; the previous one becomes invalid."""
        return answers.token(await self.channel.send(self._call(source, "POST", "token")))

    def _call(self, source: SourceRef, method: str, tail: str) -> Call:
        return Call(source=source.name, method=method, url=self.site.import_source(source, tail))

    async def _get(self, source: SourceRef, tail: str) -> Answer:
        return await self.channel.send(self._call(source, "GET", tail))

    async def _follow(
        self, source: SourceRef, method: str, link: str, body: Mapping[str, Any] | None = None
    ) -> Answer:
        """Send a request to a link from an earlier answer; its origin is checked again."""
        asked = Call(source=source.name, method=method, url=self.site.base)
        url = self.site.follow(link, after=asked)
        content = None if body is None else canonical_json(body)
        return await self.channel.send(replace(asked, url=url, body=content))

    def _mapping_url(self, source: SourceRef, operation: Operation) -> httpx.URL:
        """Return the URL of *operation*; raises if its path is another source's."""
        url = self.site.import_source(source, "mapping").copy_merge_params(operation.query)
        source_id = source.import_source_id or ""
        paths = {f"importsource/{id_}/mapping" for id_ in (source_id, segment(source_id))}
        if operation.path not in paths or operation.method not in {"PUT", "PATCH"}:
            raise BackendError(
                f"{operation.method} {operation.path} is not the mapping of {source.name}; "
                "nothing was sent",
                request=f"{operation.method} {operation.path}",
                hint="plan again",
            )
        return url
