"""A webhook that takes Slack's messages: `{"text": …}` by POST (docs.slack.dev, Incoming webhooks).

Its URL is the secret: whoever knows it may post. So errors name only its origin.
"""

import json
import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import httpx

from reconciler.assets.bounds import WEBHOOK_SECONDS
from reconciler.assets.call import Call
from reconciler.assets.exchange import exchange, open_client
from reconciler.assets.redaction import redact
from reconciler.assets.reply import Reply
from reconciler.assets.retry import REAL_TIME, WRITES, Pacing, with_retries
from reconciler.backend.requests import Deadline
from reconciler.errors import BackendError, WrongUsage
from reconciler.forges.refusals import Refusals, forge_error
from reconciler.loopback import is_loopback

_LIKE_A_SECRET = 6
_HOW = "give --notify the whole URL of an incoming webhook, https://…"
_REFUSALS = Refusals(
    no_connection="check the URL of --notify, the network and the proxy variables",
    no_token=_HOW,
    unauthorized=_HOW,
    forbidden="the webhook was switched off, or its channel may not be posted to",
    not_found="the webhook is gone: make a new one",
    rejected="the webhook does not take messages as Slack's do",
)


@dataclass(frozen=True, slots=True)
class Webhook:
    """The URL that messages are sent to."""

    url: httpx.URL = field(repr=False)

    @classmethod
    def of(cls, text: str) -> "Webhook":
        """Return the webhook at the URL *text*.

        Raises WrongUsage, without quoting it, unless it is https, or http to this machine.
        """
        try:
            url = httpx.URL(text.strip())
            url.host.encode("idna")
        except (httpx.InvalidURL, UnicodeError):
            raise WrongUsage("--notify is not a URL", hint=_HOW) from None
        is_safe = url.scheme == "https" or (url.scheme == "http" and is_loopback(url.host))
        if not is_safe or not url.host or url.userinfo:
            raise WrongUsage("--notify is not an https URL without a password", hint=_HOW)
        return cls(url)

    async def post(self, text: str, *, pacing: Pacing = REAL_TIME) -> None:
        """Send *text*. Raises BackendError if it is refused or the host cannot be reached."""
        call = Call(
            source="--notify",
            method="POST",
            url=self.url.copy_with(raw_path=b"/"),
            body=json.dumps({"text": text}).encode(),
        )
        with self._unlogged():
            reply = await self._sent(call, pacing)
        if not reply.is_success:
            raise forge_error(call, reply, self._clean, _REFUSALS, now=pacing.now())

    def _clean(self, text: str) -> str:
        path = self.url.raw_path.decode("ascii")
        parts = (part for part in re.split(r"[/?&=]", path) if len(part) >= _LIKE_A_SECRET)
        return redact(text, (str(self.url), path, *parts))

    async def _sent(self, call: Call, pacing: Pacing) -> Reply:
        deadline = Deadline.after(WEBHOOK_SECONDS, pacing.monotonic)
        headers = {"Content-Type": "application/json"}
        async with open_client(self.url) as http:

            async def once() -> Reply:
                return await exchange(
                    http,
                    call,
                    headers=headers,
                    seconds=max(0.0, deadline.left()),
                    clean=self._clean,
                    url=self.url,
                    private=True,
                )

            try:
                return await with_retries(
                    once,
                    policy=WRITES,
                    pacing=pacing,
                    left=deadline.left,
                    on_pause=lambda *_: None,
                )
            except BackendError as error:
                error.hint = _REFUSALS.no_connection
                raise error from None

    @contextmanager
    def _unlogged(self) -> Iterator[None]:
        """Keep the URL out of the log lines that httpx writes for every answer."""
        logger = logging.getLogger("httpx")

        def is_of_others(record: logging.LogRecord) -> bool:
            return self.url not in (record.args or ())

        logger.addFilter(is_of_others)
        try:
            yield
        finally:
            logger.removeFilter(is_of_others)
