"""Keep out of a diagnosis what nobody may see in a support ticket: secrets and e-mail addresses.

The results hold none by themselves; but servers, proxies and drivers may repeat what they got.
"""

from collections.abc import Callable, Iterable

from reconciler.assets.redaction import redact, without_emails
from reconciler.outcome.diagnosis import CheckResult, Diagnosis
from reconciler.value import replace

# No token is shorter, and without a shorter one the words of the results would be told by its gaps.
_SHORTEST = 6


def without_secrets(diagnosis: Diagnosis, secrets: Iterable[str]) -> Diagnosis:
    """Return *diagnosis* without *secrets*, whatever looks like a token, and e-mail addresses."""
    clean = cleaner(secrets)

    def cleaned(each: CheckResult) -> CheckResult:
        return replace(
            each,
            text=clean(each.text) or "",
            remedy=clean(each.remedy),
            source=clean(each.source),
            request=clean(each.request),
        )

    return replace(
        diagnosis,
        environment=clean(diagnosis.environment) or "",
        base_url=clean(diagnosis.base_url),
        workspace_id=clean(diagnosis.workspace_id),
        results=tuple(cleaned(each) for each in diagnosis.results),
    )


def cleaner(secrets: Iterable[str]) -> Callable[[str | None], str | None]:
    """Return what cleans a text of *secrets*, of tokens by their looks, and of e-mail addresses."""
    known = [each for each in secrets if len(each) >= _SHORTEST]
    return lambda text: text and without_emails(redact(text, known))
