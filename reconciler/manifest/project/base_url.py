"""The base URL of an environment: where a token may be sent to (design.md#base-urls)."""

from collections.abc import Mapping
from urllib.parse import urlsplit

from reconciler.codes.project import ProjectCode
from reconciler.errors import ManifestError
from reconciler.loopback import is_loopback
from reconciler.manifest.project.variables import Template
from reconciler.manifest.text.fault import fault


def base_url(template: Template, variables: Mapping[str, str]) -> str:
    """Return the URL without a slash at its end.

    Raises ManifestError if a variable is unset, or no token may be sent there.
    """
    url = template.resolve(variables)
    if (reason := _fault_of_url(url)) is not None:
        text = f'"{template.key}" {reason}'
        raise ManifestError(
            [fault(ProjectCode.BASE_URL, text, file=template.file, place=template.place)]
        )
    return url.rstrip("/")


def _fault_of_url(url: str) -> str | None:
    # The URL itself is not shown: it may contain a password.
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return "is not a URL"
    if parts.scheme not in {"https", "http"} or not host or any(c.isspace() for c in url):
        return "must be an https URL"
    if parts.username is not None or parts.password is not None:
        return "must not hold a user or a password: use auth"
    if parts.query or parts.fragment:
        return "must have neither a query nor a fragment"
    if parts.scheme == "http" and not is_loopback(host):
        return "must be https; http is for loopback only"
    return None
