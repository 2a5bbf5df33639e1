"""The emulator on a socket, with secrets in its answers wherever a server may put some.

What is planted is in variables, headers, cookies, signed links, documents and pages of a proxy.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from reconciler.emulator.app import create_app
from reconciler.emulator.faults import EmulatorOptions
from tests.support.forges.server import listening

ACCOUNT = "jane.planted@example.org"
VARIABLES = {
    "ASSETS_TOKEN": "planted-bearer-Q7",
    "ASSETS_EMAIL": ACCOUNT,
    "ACCOUNT_TOKEN": 'planted/basic"token+Q8',
    "JOURNAL_PASSWORD": "planted-journal-Q9",
}
HOOK = "planted-hook-Q10"
COOKIE, SIGNATURE = "planted-cookie-Q11", "planted-signature-Q12"
PERSON, TRACE, DATA = "Planted Person", "planted-header-Q13", "planted-serial-Q14"
JWT = "eyJwbGFudGVk.eyJzdWIiOiJwbGFudGVkIn0.cGxhbnRlZA"
API_TOKEN, CLI_TOKEN = "ATATT3xplanted=Q15", "planted-option-Q16"
PLANTED = (
    *VARIABLES.values(),
    *(HOOK, COOKIE, SIGNATURE, PERSON, TRACE, DATA, JWT, API_TOKEN, CLI_TOKEN),
    "john.planted@example.org",
)
PROJECT = """\
environments:
  production:
    backend: cloud
    baseUrl: {url}/jsm/assets
    workspaceId: w
    auth: {{bearer: "${{ASSETS_TOKEN}}"}}
    schemaAuth: {{basic: {{email: "${{ASSETS_EMAIL}}", token: "${{ACCOUNT_TOKEN}}"}}}}
    sources:
      disks: {{importSourceId: disks-id}}
      people: {{importSourceId: people-id}}
      spare: {{importSourceId: spare-id}}
ignore:
  - address: nothing/**
    reason: Asked by john.planted@example.org
    owner: Planted Person
    expires: 2999-01-01
"""
_PAGE = f"<html>Bearer {VARIABLES['ASSETS_TOKEN']} {JWT} john.planted&#64;example.org</html>"


@contextmanager
def planted_site() -> Iterator[str]:
    """Serve the site and a webhook; yield the origin."""
    token, account = VARIABLES["ASSETS_TOKEN"], VARIABLES["ACCOUNT_TOKEN"]
    options = EmulatorOptions(token=token, schema_credential=f"{ACCOUNT}:{account}")
    app = create_app(":memory:", options)
    refused: set[str] = set()

    async def planted(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http" and scope["path"].startswith("/hook"):
            await _send(send, 200, [(b"set-cookie", f"s={COOKIE}".encode())], b"ok")
        elif scope["type"] == "http" and scope["path"].endswith("configstatus") and not refused:
            refused.add("once")
            head = [(b"content-type", b"text/html"), (b"retry-after", b"0")]
            await _send(send, 503, head, _PAGE.encode())
        else:
            await _answered(app, scope, receive, send)

    try:
        with listening(planted) as url:
            yield url
    finally:
        app.state.close()


async def _answered(app: Any, scope: Any, receive: Any, send: Any) -> None:
    head: dict[str, Any] = {}
    parts: list[bytes] = []

    async def keep(message: Any) -> None:
        head.update(message if message["type"] == "http.response.start" else {})
        parts.append(message.get("body", b""))

    await app(scope, receive, keep)
    if not head:
        return
    headers = [
        (name, value + f"?sig={SIGNATURE}".encode() if name == b"location" else value)
        for name, value in head["headers"]
        if name != b"content-length"
    ]
    headers += [(b"set-cookie", f"s={COOKIE}".encode()), (b"x-trace", TRACE.encode())]
    body = b"".join(parts)
    try:
        value = json.loads(body)
    except ValueError:
        pass
    else:
        body = json.dumps(_with_secrets(value)).encode()
    await _send(send, head["status"], headers, body)


def _with_secrets(value: Any) -> Any:
    if not isinstance(value, dict) or {"schema", "mapping"} & value.keys():
        return value
    people = {"actor": {"name": PERSON}, "executedAsUser": PERSON}
    said = (
        f"Ask {ACCOUNT}, with {API_TOKEN} or Bearer {JWT}: https://u:{COOKIE}@x.example/?s={COOKIE}"
    )
    links = value.get("links")
    if isinstance(links, dict):
        value["links"] = {key: f"{link}?X-Sig={SIGNATURE}" for key, link in links.items()}
    return value | people | {"importSpecificConfiguration": f'{{"p": "{COOKIE}"}}', "said": said}


async def _send(send: Any, status: int, headers: Any, body: bytes) -> None:
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def write_project(root: Path, url: str) -> None:
    """Write the project file of the site at *url*."""
    (root / "reconciler.yaml").write_text(PROJECT.format(url=url), encoding="utf-8")
