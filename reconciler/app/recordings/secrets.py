"""The secrets of a project, as they are and as they are sent."""

from collections.abc import Iterator, Mapping
from urllib.parse import unquote, urlsplit
from urllib.request import getproxies

from reconciler.assets.auth import basic
from reconciler.manifest.project.model import Auth, Project


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
        yield from basic(email, token).secrets


def _in_url(url: str | None) -> Iterator[str]:
    try:
        password = urlsplit(url or "").password
    except ValueError:
        return
    if password:
        yield from {password, unquote(password)}
