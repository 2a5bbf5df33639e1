"""`doctor`: whatever is not as it should be, its cause is named first; nothing is changed."""

import base64
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from ssl import SSLCertVerificationError

import pytest

from reconciler.app.doctor.credentials import (
    BaseKind,
    CredentialKind,
    Use,
    base_url_results,
    jwt_end,
)
from reconciler.app.doctor.faults import of_request
from reconciler.app.doctor.run import diagnose
from reconciler.app.selection import Selection
from reconciler.assets.failures import NO_CONNECTION
from reconciler.cli.report_codes import of_doctor
from reconciler.codes.check import CheckCode
from reconciler.errors import BackendError, Unauthorized, Unavailable
from reconciler.journal import VERSION
from reconciler.outcome.diagnosis import CheckLevel, CheckResult, Diagnosis
from reconciler.render.formats import DOCTOR, Format, rendered
from tests.support.git import git
from tests.support.stages.cli_project import MANIFEST
from tests.support.stages.doctor_site import (
    ACCOUNT,
    CONTAINER,
    EMAIL,
    INFO,
    ITSELF,
    LIST,
    PROJECT,
    STATUS,
    VARIABLES,
    Answer,
    CannedSite,
    canned_site,
    info,
    object_schemas,
    source_itself,
)

EVERYTHING = Selection()


@pytest.fixture(scope="module")
def server() -> Iterator[CannedSite]:
    with canned_site() as running:
        yield running


@pytest.fixture
def site(server: CannedSite, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CannedSite:
    """A site, and a project of it that is the working directory: nothing is wrong."""
    server.heal()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    for name, value in VARIABLES.items():
        monkeypatch.setenv(name, value)
    Path("reconciler.yaml").write_text(PROJECT.format(url=server.url), encoding="utf-8")
    Path("disks.yaml").write_text(MANIFEST, encoding="utf-8")
    return server


def edit(before: str, after: str, name: str = "reconciler.yaml") -> None:
    text = Path(name).read_text(encoding="utf-8")
    assert before in text
    Path(name).write_text(text.replace(before, after), encoding="utf-8")


def journal(version: int) -> Callable[[], None]:
    """Return what makes a journal that says it is of the format *version*."""

    def make() -> None:
        import sqlite3  # noqa: PLC0415 - an odd journal is nobody else's

        Path(".reconciler").mkdir(mode=0o700)
        with sqlite3.connect(".reconciler/journal.db") as db:
            db.execute("CREATE TABLE journal_version (version INTEGER NOT NULL)")
            db.execute("INSERT INTO journal_version VALUES (?)", (version,))
        db.close()
        Path(".reconciler/journal.db").chmod(0o600)

    return make


def tracked() -> None:
    Path(".reconciler").mkdir(mode=0o700)
    Path(".reconciler/journal.txt").write_text("", encoding="utf-8")
    git(Path(), "init", "-q")
    git(Path(), "add", "-f", ".reconciler")


def unignored() -> None:
    Path(".reconciler").mkdir(mode=0o700)
    Path(".reconciler/journal.txt").write_text("", encoding="utf-8")
    git(Path(), "init", "-q")


def misnamed() -> None:
    Path("reconciler.yaml").rename("reconciler.yml")


def readable() -> None:
    Path(".reconciler").mkdir(mode=0o755)


def jwt(end: object) -> str:
    """Return a token that says when it ends."""
    claims = base64.urlsafe_b64encode(json.dumps({"exp": end}).encode()).decode().rstrip("=")
    return f"eyJhbGciOiJub25lIn0.{claims}.c2lnbmF0dXJl"


SECRETS = '"${ASSETS_TOKEN}"'
SOURCES = "sources: {disks: {importSourceId: disks-id}}"
UNBOUND = "sources: {people: {importSourceId: people-id}}"


@dataclass(frozen=True, kw_only=True)
class World:
    """What is not as it should be, and the first result that is not ok: its check, its text."""

    check: CheckCode
    level: CheckLevel
    says: str
    helps: str
    answers: Mapping[str, Answer] = field(default_factory=dict)
    leads_to: Mapping[str, str] = field(default_factory=dict)
    edits: tuple[tuple[str, str], ...] = ()
    unset: str | None = None
    variables: Mapping[str, str] = field(default_factory=dict)
    make: Callable[[], object] = lambda: None


OK, WARN, FAIL, ERROR = CheckLevel.OK, CheckLevel.WARN, CheckLevel.FAIL, CheckLevel.ERROR
WORLDS: dict[str, World] = {
    "a key is misspelt": World(
        check=CheckCode.PROJECT_FILE, level=ERROR, says="workspaceID", helps="workspaceId",
        edits=(("workspaceId", "workspaceID"),),
    ),
    "the project file is called otherwise": World(
        check=CheckCode.PROJECT_FILE, level=WARN, says="there is no project file", helps="--chdir",
        make=misnamed,
    ),
    "a variable is not set": World(
        check=CheckCode.VARIABLES, level=FAIL, says="ASSETS_TOKEN is not set", helps="set ASSETS",
        unset="ASSETS_TOKEN",
    ),
    "the variable of schemaAuth is not set": World(
        check=CheckCode.VARIABLES, level=FAIL, says="ACCOUNT_TOKEN is not set", helps="set ACC",
        unset="ACCOUNT_TOKEN",
    ),
    "a variable has a line break": World(
        check=CheckCode.VARIABLES, level=FAIL, says="holds a line break", helps="set the variable",
        variables={"ASSETS_TOKEN": f"{CONTAINER}\n"},
    ),
    "a token has its scheme before it": World(
        check=CheckCode.VARIABLES, level=FAIL, says='begins with "Bearer"',
        helps="set the variable",
        variables={"ASSETS_TOKEN": f"Bearer {CONTAINER}"},
    ),
    "a variable has quotation marks": World(
        check=CheckCode.VARIABLES, level=FAIL, says="is in quotation marks",
        helps="set the variable", variables={"ASSETS_TOKEN": f'"{CONTAINER}"'},
    ),
    "a proxy asks who it is": World(
        check=CheckCode.CREDENTIAL, level=FAIL, says="407", helps="give the proxy its credentials",
        answers={STATUS: Answer(status=407, body={})},
    ),
    "a token is in the project file": World(
        check=CheckCode.LITERAL_SECRET, level=WARN, says="a token is written", helps="${NAME}",
        edits=((SECRETS, CONTAINER),),
    ),
    "a manifest is in error": World(
        check=CheckCode.MANIFESTS, level=FAIL, says="1 manifest is in error",
        helps="reconciler validate", make=lambda: edit("type: text", "type: txet", "disks.yaml"),
    ),
    "everybody may write the project file": World(
        check=CheckCode.FILE_MODES, level=FAIL, says="can write reconciler.yaml",
        helps="chmod go-w reconciler.yaml", make=lambda: Path("reconciler.yaml").chmod(0o666),
    ),
    "others may read the journal": World(
        check=CheckCode.FILE_MODES, level=WARN, says="can use .reconciler",
        helps="chmod go-rwx .reconciler", make=readable,
    ),
    "the data are tracked": World(
        check=CheckCode.GIT_IGNORE, level=WARN, says="is tracked by git",
        helps="git rm -r --cached .reconciler", make=tracked,
    ),
    "the data are not ignored": World(
        check=CheckCode.GIT_IGNORE, level=WARN, says="is not ignored by git", helps=".gitignore",
        make=unignored,
    ),
    "the journal is an earlier one": World(
        check=CheckCode.JOURNAL, level=FAIL, says="an older reconciler",
        helps="apply --resume", make=journal(VERSION - 1),
    ),
    "the journal is a later one": World(
        check=CheckCode.JOURNAL, level=FAIL, says="a newer reconciler", helps="update reconciler",
        make=journal(VERSION + 1),
    ),
    "the journal is no database": World(
        check=CheckCode.JOURNAL, level=FAIL, says="cannot be read", helps="move it away",
        edits=(("environments", "journal: sqlite:///disks.yaml\nenvironments"),),
        make=lambda: Path("disks.yaml").chmod(0o600),
    ),
    "the journal is of another kind": World(
        check=CheckCode.JOURNAL, level=FAIL, says="mysql, which is not", helps="sqlite:///",
        edits=(("environments", "journal: mysql://me:pass-of-mine@host/x\nenvironments"),),
    ),
    "the facts are of another site": World(
        check=CheckCode.FACTS, level=WARN, says="has no facts of this site", helps="probe",
        make=lambda: Path("facts.yaml").write_text(
            "sites: {0123456789ab: {kind: cloud, facts: {}}}", encoding="utf-8"
        ),
    ),
    "schemaAuth has a container token": World(
        check=CheckCode.BASE_URL, level=FAIL, says="good for import sources only",
        helps="schemaAuth: {basic",
        edits=(('basic: {email: "${ASSETS_EMAIL}", token: "${ACCOUNT_TOKEN}"}',
                'bearer: "${ASSETS_TOKEN}"'),),
    ),
    "a bearer token has ended": World(
        check=CheckCode.TOKEN_END, level=FAIL, says="ended at 2001-09-09", helps="new token",
        variables={"ASSETS_TOKEN": jwt(1_000_000_000)},
    ),
    "nothing binds the source": World(
        check=CheckCode.BINDING, level=FAIL, says='"disks" is not bound', helps="bind it under",
        edits=((SOURCES, UNBOUND),),
    ),
    "the token is another source's": World(
        check=CheckCode.BINDING, level=FAIL, says="belongs to the import source other",
        helps="check importSourceId", leads_to={"source": "other"},
    ),
    "the token is of another workspace": World(
        check=CheckCode.BINDING, level=FAIL, says="belongs to the workspace v, not to w",
        helps="workspaceId", leads_to={"workspace": "v"},
    ),
    "no such source": World(
        check=CheckCode.BINDING, level=FAIL, says="404", helps="check baseUrl",
        answers={STATUS: Answer(status=404, body={})},
    ),
    "the token is not accepted": World(
        check=CheckCode.CREDENTIAL, level=FAIL, says="401", helps="replaced by a newer one",
        answers={STATUS: Answer(status=401, body={"code": 401, "message": "Unauthorized"})},
    ),
    "the token of the account is not accepted": World(
        check=CheckCode.CREDENTIAL, level=FAIL, says="401", helps="1 to 365 days",
        edits=((f"{{bearer: {SECRETS}}}",
                '{basic: {email: "${ASSETS_EMAIL}", token: "${ACCOUNT_TOKEN}"}}'),),
        answers={STATUS: Answer(status=401, body={"code": 401, "message": "Unauthorized"})},
    ),
    "the token may not": World(
        check=CheckCode.CREDENTIAL, level=FAIL, says="403", helps="may not do this",
        answers={STATUS: Answer(status=403, body={})},
    ),
    "no auth for the source": World(
        check=CheckCode.CREDENTIAL, level=FAIL, says="has no auth for disks", helps="add auth",
        edits=((f"    auth: {{bearer: {SECRETS}}}\n", ""),),
    ),
    "the source itself may not be read": World(
        check=CheckCode.CREDENTIAL, level=WARN, says="may not read the source itself",
        helps="nothing, if plans work", answers={ITSELF: Answer(status=403, body={})},
    ),
    "a login page answers": World(
        check=CheckCode.BASE_URL, level=FAIL, says="HTML", helps="check baseUrl and the proxy",
        answers={STATUS: Answer(body="<html>Log in</html>")},
    ),
    "the server fails": World(
        check=CheckCode.CONNECTION, level=ERROR, says="500", helps="try again later",
        answers={STATUS: Answer(status=500, body={})},
    ),
    "it is an import of files": World(
        check=CheckCode.SOURCE_KIND, level=FAIL, says='kind "rlabs-import-type-csv"',
        helps="External import",
        answers={ITSELF: source_itself(importSourceModuleKey="rlabs-import-type-csv")},
    ),
    "the source is disabled": World(
        check=CheckCode.SOURCE_STATUS, level=FAIL, says="disabled in Assets", helps="enable it",
        answers={STATUS: Answer(body={"status": "DISABLED"})},
    ),
    "an import is running": World(
        check=CheckCode.SOURCE_STATUS, level=WARN, says="is running", helps="apply waits",
        answers={STATUS: Answer(body={"status": "RUNNING"})},
    ),
    "its configuration is not valid": World(
        check=CheckCode.SOURCE_STATUS, level=WARN, says="INVALID_CONFIGURATION", helps="import set",
        answers={ITSELF: source_itself(
            importStatus={"validationStatusType": "INVALID_CONFIGURATION"})},
    ),
    "the account does not manage the object schema": World(
        check=CheckCode.SCHEMA_CREDENTIAL, level=WARN, says="does not manage object schema 41",
        helps="manage the object schema", answers={LIST: object_schemas(canManage=False)},
    ),
    "the account does not see the object schema": World(
        check=CheckCode.SCHEMA_CREDENTIAL, level=WARN, says="does not see object schema 41",
        helps="manage the object schema", answers={LIST: object_schemas(id="7")},
    ),
    "operations are allowed without the credential": World(
        check=CheckCode.SCHEMA_CREDENTIAL, level=WARN, says="has no schemaAuth",
        helps="add schemaAuth",
        edits=(("    schemaAuth", "    #"),
               ("environments", "policy: {schema: {rename: allow}}\nenvironments")),
    ),
    "the clock is wrong": World(
        check=CheckCode.CLOCK, level=WARN, says="differs from the API's by", helps="NTP",
        answers={end: Answer(body=body, headers={"Date": "Wed, 21 Oct 2015 07:28:00 GMT"})
                 for end, body in {STATUS: {"status": "IDLE"}, ITSELF: source_itself().body,
                                   LIST: object_schemas().body}.items()}
        | {end: Answer(status=404, body={}, headers={"Date": "Wed, 21 Oct 2015 07:28:00 GMT"})
           for end in (INFO, "schema-and-mapping", "executions/status")},
    ),
    "an answer holds what nobody knows": World(
        check=CheckCode.UNEXPECTED_ANSWER, level=WARN, helps="report it",
        says="GET importsource/…/configstatus: the key /pausedBy is not documented (text of 7 c",
        answers={STATUS: Answer(body={"status": "IDLE", "pausedBy": "hunter2"})},
    ),
    "nothing is left of the limit": World(
        check=CheckCode.RATE_LIMIT, level=WARN, says="x-ratelimit-remaining: 0",
        helps="requestsPerMinute",
        answers={LIST: Answer(
            body=object_schemas().body, headers={"X-RateLimit-Remaining": "0"})},
    ),
}  # fmt: skip


def broken(world: World, site: CannedSite, monkeypatch: pytest.MonkeyPatch) -> None:
    site.answers |= world.answers
    if world.leads_to:
        site.answers[INFO] = info(site.url, **world.leads_to)
    for change in world.edits:
        edit(*change)
    for variable, value in world.variables.items():
        monkeypatch.setenv(variable, value)
    if world.unset:
        monkeypatch.delenv(world.unset)
    world.make()


def found(selection: Selection = EVERYTHING) -> Diagnosis:
    return diagnose(None, selection)


def bad(diagnosis: Diagnosis) -> list[CheckResult]:
    return [each for each in diagnosis.results if each.level is not CheckLevel.OK]


@pytest.mark.parametrize("name", WORLDS)
def test_what_is_wrong_is_named_first(
    name: str, site: CannedSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = WORLDS[name]
    broken(world, site, monkeypatch)
    diagnosis = found()
    first = bad(diagnosis)[0]
    assert (first.check, first.level) == (world.check, world.level), first
    assert world.says in first.text
    assert world.helps in (first.remedy or "")
    levels = {each.level for each in diagnosis.results}
    assert of_doctor(diagnosis) == (1 if ERROR in levels else 3 if FAIL in levels else 0)
    text = shown(diagnosis)
    secrets = (CONTAINER, ACCOUNT, EMAIL, "hunter2", "pass-of")
    assert [each for each in secrets if each in text] == []


def test_every_check_that_can_find_something_does_so_in_a_world() -> None:
    silent = {CheckCode.VERSIONS}
    assert {world.check for world in WORLDS.values()} == {*CheckCode} - silent


def shown(diagnosis: Diagnosis) -> str:
    return "\n".join(
        rendered(DOCTOR, diagnosis, Format(each), lambda name: name) for each in DOCTOR.formats
    )


def test_a_site_where_nothing_is_wrong(site: CannedSite) -> None:
    diagnosis = found()
    assert bad(diagnosis) == []
    text = shown(diagnosis)
    for said in (
        "ACCOUNT_TOKEN, ASSETS_EMAIL, ASSETS_TOKEN are set",
        'reaches "Disks of the scanner", external import disks-id, object schema 41',
        'schemaAuth sees 41 "Hardware" (manages)',
        "the clock is within 30 s of the API's",
        "plain http to this machine",
        "GET importsource/disks-id",
    ):
        assert said in text
    assert of_doctor(diagnosis) == 0
    assert (diagnosis.base_url, diagnosis.workspace_id) == (site.url, "w")


def test_nothing_is_sent_that_writes_and_nothing_is_left_behind(site: CannedSite) -> None:
    journal(VERSION)()
    before = sorted(Path().rglob("*"))
    found()
    assert {head.split()[0] for head in site.asked} == {"GET"}
    assert sorted(Path().rglob("*")) == before


def test_a_source_that_is_broken_is_one_line_of_many(site: CannedSite) -> None:
    edit(SOURCES, "sources: {disks: {importSourceId: disks-id}, people: {importSourceId: gone}}")
    Path("teams.yaml").write_text(MANIFEST.replace("disks", "teams"), encoding="utf-8")
    site.answers[INFO] = Answer(status=404, body={})
    site.answers = {"gone/configstatus": Answer(status=404, body={}), **site.answers}
    diagnosis = found()
    assert [(r.check, r.source) for r in bad(diagnosis) if r.check is not CheckCode.MANIFESTS] == [
        (CheckCode.BINDING, "teams"),
        (CheckCode.BINDING, "people"),
    ]
    assert 'reaches "Disks of the scanner"' in shown(diagnosis)
    chosen = found(Selection(names=("disks",)))
    assert [r.check for r in bad(chosen) if r.check is not CheckCode.MANIFESTS] == []


@pytest.mark.usefixtures("site")
def test_a_token_alone_leads_to_its_source() -> None:
    edit("    workspaceId: w\n", "")
    edit(f"    {SOURCES}\n", "")
    diagnosis = found()
    assert bad(diagnosis) == []
    assert diagnosis.workspace_id == "w"
    assert "external import disks-id" in shown(diagnosis)


@pytest.mark.parametrize("where", ["name", "header", "refusal"])
def test_what_a_server_repeats_of_a_secret_is_not_shown(where: str, site: CannedSite) -> None:
    echo = f"{CONTAINER} {ACCOUNT} {EMAIL} other.person@example.org\x1b[31m"
    pair = base64.b64encode(f"{EMAIL}:{ACCOUNT}".encode()).decode()
    match where:
        case "name":
            site.answers[ITSELF] = source_itself(name=f"{echo} {pair}")
        case "header":
            headers = {"X-RateLimit-Policy": f"{CONTAINER} {EMAIL}"}
            site.answers[LIST] = Answer(body=object_schemas().body, headers=headers)
        case _:
            body = {"errors": [{"code": f"{CONTAINER}_{EMAIL}"}]}
            site.answers[STATUS] = Answer(status=400, body=body)
    text = shown(found())
    told = (CONTAINER, ACCOUNT, EMAIL, "other.person", pair, "\x1b")
    assert [each for each in told if each in text] == []
    assert "[secret]" in text
    assert ("[e-mail]" in text) == (where == "name")


def test_a_proxy_is_shown_without_its_password(
    site: CannedSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    edit(site.url, "https://assets.invalid/jsm/assets")
    monkeypatch.setenv("HTTPS_PROXY", "http://me:pass-of-proxy@proxy.invalid:8080")
    monkeypatch.setenv("SSL_CERT_FILE", "/no/such/file.pem")
    diagnosis = found()
    (first, *_) = bad(diagnosis)
    assert (first.check, first.level) == (CheckCode.BASE_URL, CheckLevel.WARN)
    assert "SSL_CERT_FILE names /no/such/file.pem, which is not there" in shown(diagnosis)
    assert "pass-of-proxy" not in shown(diagnosis)
    assert site.asked == []
    assert of_doctor(diagnosis) == 3


def test_the_emulator_in_process_is_looked_at_and_not_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("disks.yaml").write_text(MANIFEST, encoding="utf-8")
    diagnosis = found()
    assert [each.check for each in bad(diagnosis)] == [CheckCode.PROJECT_FILE]
    assert [*Path().iterdir()] == [Path("disks.yaml")]
    assert diagnosis.base_url is None


SITE, CLOUD = "https://api.atlassian.com/jsm/assets", "https://api.atlassian.com/ex/jira"
CLOUD_ID = "6f1c0a52-7f7e-4f60-9a3c-0123456789ab"
GATEWAY = "https://example.atlassian.net/gateway/api/jsm/assets"
KINDS = {each.name: each for each in CredentialKind}


@pytest.mark.parametrize(
    ("url", "use", "kind", "level", "helps"),
    [
        (SITE, Use.SOURCES, "CONTAINER", OK, None),
        (SITE, Use.SOURCES, "BASIC", OK, None),
        (SITE, Use.SCHEMAS, "BASIC", OK, None),
        (SITE, Use.SOURCES, "BEARER", WARN, "ex/jira/CLOUD_ID"),
        (SITE, Use.SOURCES, "ACCOUNT", WARN, "basic: {email"),
        (SITE, Use.SCHEMAS, "CONTAINER", FAIL, "schemaAuth"),
        (f"{CLOUD}/{CLOUD_ID}/jsm/assets", Use.SOURCES, "BEARER", OK, None),
        (f"{CLOUD}/{CLOUD_ID}/jsm/assets", Use.SOURCES, "BASIC", OK, None),
        (f"{CLOUD}/{CLOUD_ID}/jsm/assets", Use.SOURCES, "CONTAINER", WARN, f"baseUrl: {SITE}"),
        (f"{CLOUD}/my-site/jsm/assets", Use.SOURCES, "BEARER", FAIL, "_edge/tenant_info"),
        (GATEWAY, Use.SCHEMAS, "BASIC", OK, None),
        (GATEWAY, Use.SOURCES, "CONTAINER", WARN, f"baseUrl: {SITE}"),
        ("https://api.atlassian.com", Use.SOURCES, "CONTAINER", WARN, f"baseUrl: {SITE}"),
        ("https://example.atlassian.net", Use.SCHEMAS, "BASIC", WARN, f"baseUrl: {SITE}"),
        ("http://localhost:8080/jsm/assets", Use.SOURCES, "BEARER", OK, None),
    ],
)
def test_which_base_url_takes_which_credential(
    url: str, use: Use, kind: str, level: CheckLevel, helps: str | None
) -> None:
    first, *_ = base_url_results(url, use, {KINDS[kind]: "disks"})
    assert first.level is level
    assert (first.remedy is None) if helps is None else (helps in (first.remedy or ""))


@pytest.mark.parametrize(
    ("token", "end"),
    [
        (jwt(1_000_000_000), datetime(2001, 9, 9, 1, 46, 40, tzinfo=UTC)),
        (jwt("soon"), None),
        (jwt(1e300), None),
        (jwt(None), None),
        ("a.b.c", None),
        (f"a.{'W' * 100_000}.c", None),
        (CONTAINER, None),
        ("", None),
    ],
)
def test_when_a_token_ends_that_says_so(token: str, end: datetime | None) -> None:
    assert jwt_end(token) == end


def refused(kind: type[BackendError], status: int | None = None) -> BackendError:
    return kind("GET x (disks): why", request="GET x", status=status, hint="try it")


def test_a_token_with_scopes_needs_another_base_url() -> None:
    error = refused(Unauthorized, 401)
    basic = CredentialKind.BASIC
    at_site = of_request(error, basic, BaseKind.SITE, source="disks").remedy or ""
    at_cloud = of_request(error, basic, BaseKind.CLOUD).remedy or ""
    assert "ex/jira/CLOUD_ID" in at_site
    assert "1 to 365 days" in at_site
    assert "1 to 365 days" in at_cloud
    assert "ex/jira" not in at_cloud


def test_a_certificate_that_is_not_trusted_has_failed() -> None:
    error = refused(Unavailable)
    error.__cause__ = SSLCertVerificationError("self-signed")
    found = of_request(error, source="disks")
    assert (found.check, found.level, found.remedy) == (CheckCode.CONNECTION, FAIL, "try it")
    assert of_request(refused(Unavailable)).level is ERROR


def test_what_is_cut_or_late_has_nothing_to_do_with_certificates() -> None:
    error = Unavailable("GET x: the connection was cut", request="GET x")
    assert of_request(error, source="disks").remedy == NO_CONNECTION
