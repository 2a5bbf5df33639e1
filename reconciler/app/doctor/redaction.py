"""Keep out of a diagnosis what nobody may see in a support ticket: secrets and e-mail addresses.

The results hold none by themselves; but servers, proxies and drivers may repeat what they got.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from urllib.parse import unquote, urlsplit
from urllib.request import getproxies

from reconciler.assets.auth import basic_pair, redact
from reconciler.manifest.project.model import Auth, Project
from reconciler.outcome.diagnosis import CheckResult, Diagnosis
from reconciler.value import replace

# Nothing of a text is read twice, however long a run of such characters is.
_EMAIL = re.compile(r"[\w.+%-]++@[\w-]++(?:\.[\w-]++)++")
# No token is shorter, and without a shorter one the words of the results would be told by its gaps.
_SHORTEST = 6
_EMAIL_SHOWN = "[e-mail]"


def without_secrets(diagnosis: Diagnosis, secrets: Iterable[str]) -> Diagnosis:
    """Return *diagnosis* without *secrets*, whatever looks like a token, and e-mail addresses."""
    known = [each for each in secrets if len(each) >= _SHORTEST]

    def clean(text: str | None) -> str | None:
        return text and _EMAIL.sub(_EMAIL_SHOWN, redact(text, known))

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


def secrets_of(project: Project) -> Iterator[str]:
    """Yield every secret of *project* in its environment, as it is and as it is sent."""
    environment, variables = project.environment, project.variables
    places = (environment, environment.schema_auth, *environment.sources.values())
    for place in places:
        if place is not None and place.auth is not None:
            yield from _of_auth(place.auth, variables)
    yield from _in_url(project.journal.known(variables))
    for url in getproxies().values():
        yield from _in_url(url)


def _of_auth(auth: Auth, variables: Mapping[str, str]) -> Iterator[str]:
    written = (auth.bearer, auth.basic_email, auth.basic_token)
    values = [each and each.known(variables) for each in written]
    yield from (text for each in values if each for text in (each, each.strip()))
    _, email, token = values
    if email and token:
        yield basic_pair(email.strip(), token.strip())


def _in_url(url: str | None) -> Iterator[str]:
    try:
        password = urlsplit(url or "").password
    except ValueError:
        return
    if password:
        yield from {password, unquote(password)}
