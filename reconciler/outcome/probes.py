"""What `probe` found: each question with what was sent, what came back and the conclusion."""

from collections.abc import Mapping
from typing import Any

from reconciler.value import Value


class ProbeRequest(Value):
    """One request and its answer, neither with a secret. `sent` is None without a body."""

    request: str
    sent: Mapping[str, Any] | None
    answer: str


class Finding(Value):
    """The outcome of one question; where it is None, `why` says what it was not told by."""

    question: str
    text: str
    outcome: str | None
    conclusion: str
    assumed: str
    attempts: tuple[ProbeRequest, ...] = ()

    @property
    def is_unexpected(self) -> bool:
        """Whether the outcome is known, and not what is assumed."""
        return self.outcome not in {None, self.assumed}


class Leftover(Value):
    """Something that the probe made and could not take away, and how a person does."""

    what: str
    remedy: str


class ProbeReport(Value):
    """A probe of one import source. `ended` is why it ended early, None if it did not.

    `site` is the key of its site in facts.yaml, of the kind `site_kind`.
    """

    created_at: str
    environment: str
    source: str
    site: str
    site_kind: str
    findings: tuple[Finding, ...]
    leftovers: tuple[Leftover, ...]
    ended: str | None = None
