"""Where requests go: URLs under the configured base, and links that the server returned.

A link is followed to the configured origin only: answers may point to /jsm/insight/ instead of
/jsm/assets/ (api.md#links). One to somebody else's execution has to be below its source. httpx
would send the token anywhere and append a path-absolute Location to the base URL
(design.md#redirects-carry-tokens); here it is resolved against the URL
of its request, as RFC 9110 requires.
"""

import re
from urllib.parse import quote, unquote

import httpx

from reconciler.assets.call import Call, url_path
from reconciler.errors import (
    BackendError,
    ForeignOrigin,
    ReconcilerError,
    UnreadableAnswer,
)
from reconciler.loopback import is_loopback
from reconciler.model.source import SourceRef
from reconciler.regex import regex
from reconciler.value import Value

_LONGEST_SEGMENT = 1_000
_BASES = ("/jsm/assets", "/jsm/insight")
# No escapes: a server may read an escaped slash or dot as a step to another resource.
_BELOW_EXECUTIONS = regex(r"/executions(?:/(?!\.+(?:/|$))[^/%\\;]+)+")
_IMPORT_SOURCE = regex(r"/workspace/([^/]+)/v1/importsource/([^/]+)(?:/|$)")


class Site(Value):
    """The base URL that is configured as *name*, and the URLs under it."""

    base: httpx.URL
    name: str

    def import_source(self, source: SourceRef, tail: str) -> httpx.URL:
        """Return the URL of *tail* under the import source, its own if that is empty.

        Its ids must be known.
        """
        workspace, import_source = source.workspace_id, source.import_source_id
        if not workspace or not import_source:
            missing = "importSourceId" if workspace else "workspaceId"
            raise BackendError(
                f"{missing} of {source.name} is not known",
                request=tail,
                hint=f"set {missing} in the project file, or use a container token",
            )
        path = f"workspace/{segment(workspace)}/v1/importsource/{segment(import_source)}"
        return self.at(f"{path}/{tail}" if tail else path)

    def at(self, path: str) -> httpx.URL:
        """Return the URL of *path* (encoded already) under the base URL."""
        return httpx.URL(f"{self.base}/{path}")

    def follow(self, link: str, *, after: Call, sent: bool = False) -> httpx.URL:
        """Return the URL of *link*, found in the answer to *after*.

        Raises ForeignOrigin if it is not on the configured origin, and UnreadableAnswer if it
        is not a URL; *sent* says whether *after* may have acted.
        """
        try:
            url = after.url.join(link)
            if "#" in link:
                url = url.copy_with(fragment=None)
        except (httpx.InvalidURL, ValueError) as error:
            raise UnreadableAnswer(
                f"{after}: the link is no URL", request=after.name, sent=sent
            ) from error
        if origin(url) != origin(self.base):
            raise ForeignOrigin(
                f"{after}: the link leads to {shown_origin(url)}, "
                f"which is not {shown_origin(self.base)}; it was not contacted",
                request=after.name,
                sent=sent,
                hint=f"if that is the new address, set {self.name} to it",
            )
        if url.userinfo:
            # httpx would send these instead of the configured credentials.
            raise ForeignOrigin(
                f"{after} was answered with a link that carries a user name; it was not contacted",
                request=after.name,
                sent=sent,
            )
        return url

    def follow_execution(self, link: str, source: SourceRef, *, after: Call) -> httpx.URL:
        """Return the URL of *link*, found in the answer to *after*: one of *source*'s executions.

        Raises what `follow` does, and BackendError if it leads to anything else.
        """
        url = self.follow(link, after=after)
        base, own = url_path(self.base), url_path(self.import_source(source, ""))
        tail, path = own.removeprefix(base), url_path(url)
        below = [re.sub("/jsm/(?:assets|insight)$", each, base) for each in _BASES]
        roots = [f"{each}{tail}" for each in (base, *below, *_BASES)]
        rest = next((path[len(r) :] for r in roots if path.startswith(r)), "")
        if not _BELOW_EXECUTIONS.fullmatch(rest):
            raise BackendError(
                f"{after}: the link leads to no execution of {source.name}; it was not followed",
                request=after.name,
            )
        return url


def site(url: str, *, name: str = "baseUrl", kind: type[ReconcilerError] = ReconcilerError) -> Site:
    """Return the site at *url*, the value of *name*.

    Raises *kind* unless it is https, or http to this machine, and consists of an origin and a
    path only (design.md#base-urls). The URL is not quoted: it may contain a password.
    """
    try:
        base = httpx.URL(url.rstrip("/"))
        base.host.encode("idna")  # the resolver does the same, but fails without a readable message
    except (httpx.InvalidURL, UnicodeError):
        raise kind(f"{name} is not a URL") from None
    if base.userinfo or base.query or base.fragment:
        raise kind(f"{name} holds more than an origin and a path")
    if base.scheme not in {"https", "http"} or not base.host:
        raise kind(f"{name} is not an https URL")
    if base.scheme == "http" and not is_loopback(base.host):
        raise kind(
            f"{name} is not https: the token would travel in the clear",
            hint="use https; http is for a server on this machine only",
        )
    return Site(base=base, name=name)


def origin(url: httpx.URL) -> tuple[str, bytes, int | None]:
    """Return scheme, host and port; the scheme's default port is None."""
    return url.scheme, url.raw_host, url.port


def shown_origin(url: httpx.URL) -> str:
    """Return the origin for people; nothing else of an untrusted link is repeated."""
    port = "" if url.port is None else f":{url.port}"
    return f"{url.scheme}://{url.raw_host.decode('ascii')}{port}"


def segment(text: str) -> str:
    """Return *text* as one path segment; `.` and `..` are escaped too, or URLs would drop them.

    Raises ReconcilerError if no server would take a URL with it.
    """
    if len(text) > _LONGEST_SEGMENT:
        raise ReconcilerError(f"{text[:20]}… has {len(text)} characters: that is no id")
    encoded = quote(text, safe="", errors="surrogateescape")
    return encoded.replace(".", "%2E") if text in {".", ".."} else encoded


def ids_in(url: httpx.URL) -> tuple[str, str] | None:
    """Return the workspace id and import source id in *url*, if it has them."""
    match = _IMPORT_SOURCE.search(url_path(url))
    return (unquote(match[1]), unquote(match[2])) if match else None
