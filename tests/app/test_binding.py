"""Where a manifest goes: into what somebody wrote, never into what a token happens to open."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from reconciler.app.project import journal_of, open_project
from reconciler.app.saved_plan import load_plan
from reconciler.journal.ingestions import Ingestions
from reconciler.manifest.schemas import schema_faults
from reconciler.model.source import SourceRef
from reconciler.outcome.ingestions import Ingestion
from tests.support.processes.server import Server, emulator
from tests.support.stages.cli_project import MANIFEST, Desk, Result

ENVIRONMENT = "environments:\n  dev: {{backend: cloud, baseUrl: {url}{keys}}}\n"
WORKSPACE = ', workspaceId: dev, auth: {bearer: "${ASSETS_TOKEN}"}'
LAPTOPS = ", sources: {laptops: {importSourceId: wl-laptops}}"
FORGOTTEN = 'source "people-and-teams" is not bound in environment dev'


@pytest.fixture
def server() -> Iterator[Server]:
    with emulator() as running:
        yield running


@dataclass(frozen=True, kw_only=True, slots=True)
class Field:
    """A project at an emulator, whose token is that of the import source of laptops."""

    desk: Desk
    server: Server
    monkeypatch: pytest.MonkeyPatch

    def __call__(self, *arguments: str) -> Result:
        return self.desk(*arguments)

    def project(self, keys: str, **manifests: str) -> None:
        """Write the project file with *keys* of its environment, and manifests by source."""
        for path in self.desk.root.glob("*.yaml"):
            path.unlink()
        text = ENVIRONMENT.format(url=self.server.base_url, keys=keys)
        self.desk.write("reconciler.yaml", text)
        for name, manifest in manifests.items():
            self.desk.write(f"{name}.yaml", manifest)

    def token(self, value: str | None) -> None:
        """Set the variable of the token."""
        if value is None:
            self.monkeypatch.delenv("ASSETS_TOKEN")
        else:
            self.monkeypatch.setenv("ASSETS_TOKEN", value)

    def token_of(self, source: str) -> str:
        """Return a new token of an import source."""
        url = f"{self.server.base_url}/workspace/dev/v1/importsource/{source}/token"
        answer = httpx.post(url, headers={"Authorization": f"Bearer {self.server.token}"})
        return str(answer.raise_for_status().json()["token"])

    def bind(self, **variables: str) -> None:
        """Set variables of the project file."""
        for name, value in variables.items():
            self.monkeypatch.setenv(name, value)

    def get(self, source: str, tail: str) -> httpx.Response:
        url = f"{self.server.base_url}/workspace/dev/v1/importsource/{source}/{tail}"
        return httpx.get(url, headers={"Authorization": f"Bearer {self.server.token}"})

    def asked(self) -> int:
        """How many requests there were."""
        return sum(self.server.requests().values())


def manifest(source: str, text: str = MANIFEST) -> str:
    """A manifest whose external ids are those of no other source."""
    return text.replace("source: disks", f"source: {source}").replace("/", f"-{source}/")


@pytest.fixture
def field(
    server: Server,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Field:
    monkeypatch.chdir(tmp_path)
    made = Field(desk=Desk(root=tmp_path, capture=capsys), server=server, monkeypatch=monkeypatch)
    made.project(WORKSPACE + LAPTOPS, laptops=manifest("laptops"))
    made.token(server.token)
    assert made("apply", "--auto-approve").code == 0
    made.token(made("token", "laptops").out.strip())
    # Its binding was forgotten.
    made.desk.write("people-and-teams.yaml", manifest("people-and-teams"))
    return made


def test_validate_warns_and_names_the_environment(field: Field) -> None:
    done = field("validate")
    assert done.code == 0
    assert f"reconciler.yaml: warning[unbound-source]: {FORGOTTEN}" in done.out
    assert "bind it under environments: dev: sources: people-and-teams: {importS" in done.out
    as_json = json.loads(field("validate", "--format", "json").out)
    assert [d["code"] for d in as_json["diagnostics"]] == ["unbound-source"]


ASKING = (
    "plan", "plan -o plan.json", "plan people-and-teams", "apply --auto-approve",
    "apply people-and-teams --auto-approve", "drift", "drift --shard 2/2", "pull",
    "pull people-and-teams", "status", "status people-and-teams", "token people-and-teams",
    "ingest run people-and-teams reconciler.yaml", "ingest status",
    "ingest cancel people-and-teams", "ingest resume people-and-teams",
    "preview people-and-teams reconciler.yaml --against live",
)  # fmt: skip


def test_what_would_ask_the_api_refuses_before_the_first_request(field: Field) -> None:
    live, asked = field.get("wl-laptops", "schema-and-mapping").json(), field.asked()
    for command in ASKING:
        done = field(*command.split())
        assert (done.code, FORGOTTEN in done.err) == (1, True), (command, done)
        assert field.asked() == asked, command
    assert not (field.desk.root / "plan.json").exists()
    assert field.get("wl-laptops", "schema-and-mapping").json() == live
    assert field("plan", "laptops").code == 0, "the token of laptops is as good as before"


NEEDS_NO_BINDING = (
    "validate", "fmt --check", "show plan.json", "history", "unlock", "plan laptops --live none",
    "plan people-and-teams --live none", "preview people-and-teams data.json", "ingest cancel",
    "emulator objects laptops --db plan.json",
)  # fmt: skip


def test_what_asks_nobody_needs_neither_binding_nor_variable(field: Field) -> None:
    assert field("plan", "laptops", "-o", "plan.json").code == 0
    field.desk.write("data.json", "{}")
    keys = WORKSPACE.replace("dev", "${UNSET}") + LAPTOPS.replace("wl-laptops", '"${UNSET}"')
    field.desk.write("reconciler.yaml", ENVIRONMENT.format(url='"${UNSET}"', keys=keys))
    field.token(None)
    asked = field.asked()
    for command in NEEDS_NO_BINDING:
        said = field(*command.split())
        assert "not set" not in said.err + said.out, command
        assert "unbound" not in said.err, command
    assert field.asked() == asked


@pytest.mark.parametrize("keys", [WORKSPACE + LAPTOPS, WORKSPACE], ids=["bound", "by a token"])
def test_a_misspelt_source_is_not_pulled(field: Field, keys: str) -> None:
    field.project(keys, laptops=manifest("laptops"))
    asked = field.asked()
    done = field("pull", "latops")
    assert (done.code, 'did you mean "laptops"?' in done.err) == (1, True)
    assert field.asked() == asked
    assert not (field.desk.root / "latops.yaml").exists()


def test_a_token_tells_one_source_among_all_shards(field: Field) -> None:
    field.project(WORKSPACE, laptops=manifest("laptops"), phones=manifest("phones"))
    done = field("drift", "--shard", "1/2")
    assert (done.code, "2 sources are not bound in environment dev" in done.err) == (1, True)


def test_a_misspelt_binding_is_told_beside(field: Field) -> None:
    field.desk.edit("reconciler.yaml", "laptops:", "latops:")
    done = field("plan", "laptops")
    assert done.code == 1
    assert 'environment "dev" binds source "latops", which no manifest defines' in done.err


WITHOUT_DOCUMENT = ("status", "status laptops", "token laptops", "ingest status", "ingest cancel")


def test_what_needs_no_document_goes_on_where_one_is_in_error(field: Field) -> None:
    field.token(field.server.token)
    (field.desk.root / "people-and-teams.yaml").unlink()
    field.desk.edit("laptops.yaml", "type: text", "type: txet")
    for command in WITHOUT_DOCUMENT:
        assert field(*command.split()).code == 0, command
    assert field("plan", "laptops").code == 1
    field.desk.write(
        "reconciler.yaml", ENVIRONMENT.format(url=field.server.base_url, keys=WORKSPACE)
    )
    asked = field.asked()
    refused = field("status")
    assert (refused.code, "txet" in refused.err) == (1, True), "its importSourceId is not known"
    (field.desk.root / "laptops.yaml").unlink()
    field.desk.edit("reconciler.yaml", WORKSPACE, WORKSPACE + LAPTOPS)
    assert field("token", "laptops").code == 0, "a binding without a manifest is enough"
    assert field("token", "latops").code == 64
    assert field.asked() == asked + 1


def test_one_source_needs_its_own_variables_only(field: Field) -> None:
    own = ', {0}: {{importSourceId: "${{{0}}}", auth: {{bearer: "${{{0}}}"}}}}'
    others = "".join(map(own.format, "abc"))
    manifests = {name: manifest(name) for name in ("laptops", "a", "b")}
    manifests["d"] = f'importSourceId: "${{D}}"\n{manifest("d")}'
    field.project(WORKSPACE + LAPTOPS.replace("}}", "}" + others + "}"), **manifests)
    done = field("plan", "laptops")
    assert (done.code, "not set" in done.err) == (0, False)
    asked = field.asked()
    done = field("plan", "laptops", "a", "d")
    assert (done.code, done.err.count("is not set")) == (1, 2), done.err
    assert field.asked() == asked


PHONES = LAPTOPS.replace("}}", '}, phones: {importSourceId: "${PHONES}"}}')
# What is wrong with phones → its manifest, the bindings, and what is said.
ONE_IN_ERROR: dict[str, tuple[str, str, str]] = {
    "a variable that is not set": (
        manifest("phones"), PHONES, "the environment variable PHONES is not set",
    ),
    "its manifest, which alone could bind it": (
        manifest("phones").replace("type: text", "type: txet"), LAPTOPS, '"txet"',
    ),
    "its file": ("source: [", LAPTOPS, "phones.yaml:2:1: error[yaml-syntax]"),
}  # fmt: skip


@pytest.mark.parametrize("case", ONE_IN_ERROR)
def test_an_error_of_one_source_leaves_the_others(field: Field, case: str) -> None:
    text, bindings, said = ONE_IN_ERROR[case]
    field.project(WORKSPACE + bindings, laptops=manifest("laptops"), phones=text)
    for command in ("drift --all", "status", "ingest status", "pull --dry-run"):
        done = field(*command.split())
        assert done.code == 1, command
        assert "laptops" in done.out + done.err, command
        assert said in done.out + done.err, command
        assert command == "pull --dry-run" or "laptops" in done.out, "it is judged"
    asked = field.asked()
    for command in ("plan", "apply --auto-approve", "token phones"):
        assert field(*command.split()).code in {1, 64}, command
    assert field.asked() == asked


def test_an_open_ingestion_whose_source_is_not_known_leaves_the_others(field: Field) -> None:
    field.project(WORKSPACE + PHONES, laptops=manifest("laptops"), phones=manifest("phones"))
    begun = Ingestion(files=(), roots=("drives",), most_entries=1, most_bytes=1)
    with journal_of(open_project(None)) as journal:
        for name in ("laptops", "phones"):
            there = SourceRef(name=name, import_source_id=f"wl-{name}", workspace_id="dev")
            ours = Ingestions(journal.store, environment="dev")
            ours.begin(there, begun, at="then", runner="one")
    done = field("ingest", "resume")
    assert done.code == 1
    assert "laptops" in done.out + done.err
    assert "the environment variable PHONES is not set" in done.err
    (told,) = map(json.loads, field("ingest", "resume", "--format", "json").out.splitlines())
    assert schema_faults("ingestion", told) == ()
    assert (told["source"], told["ending"]) == ("phones", "open")
    assert "PHONES is not set" in told["error"]["message"]


def test_a_missing_token_is_told_once_and_no_default_is_advised(field: Field) -> None:
    field.token(None)
    field.project(
        WORKSPACE + LAPTOPS.replace("}}", "}, phones: {importSourceId: p}}"),
        laptops=manifest("laptops"),
        phones=manifest("phones"),
    )
    done = field("plan")
    assert done.code == 1
    assert done.err.count("the environment variable ASSETS_TOKEN is not set") == 1
    assert ":-" not in done.err
    why = "could not be read: the environment variable ASSETS_TOKEN is not set"
    assert f"phones {why} " in f"{field('drift').words} "


TOKEN_OF_ANOTHER: dict[str, tuple[str, str]] = {
    "the id that is bound": (
        WORKSPACE.replace(" workspaceId: dev,", "") + ", sources: {phones: {importSourceId: p}}",
        "import source wl-laptops, not to p",
    ),
    "the workspace that is bound": (
        WORKSPACE.replace("dev", "other"), "workspace dev, not to other",
    ),
}  # fmt: skip


WITH_A_TOKEN = (
    "plan phones", "apply phones --auto-approve", "drift phones", "pull phones", "status phones",
    "token phones", "ingest run phones reconciler.yaml", "ingest status phones",
)  # fmt: skip


@pytest.mark.parametrize("case", TOKEN_OF_ANOTHER)
def test_a_token_replaces_nothing_that_is_written(field: Field, case: str) -> None:
    keys, said = TOKEN_OF_ANOTHER[case]
    field.project(keys, phones=manifest("phones"))
    before = field.server.requests()
    for command in WITH_A_TOKEN:
        done = field(*command.split())
        assert done.code == 1, command
        assert "[foreign-token" in done.err, command
        assert said in done.err, command
        assert "the token of phones belongs to" in done.err, command
    after = field.server.requests()
    assert after.pop("get-info") == len(WITH_A_TOKEN)
    assert after == before, "nothing but discovery was asked"


NO_WORKSPACE = WORKSPACE.replace(" workspaceId: dev,", "")
# What the project has beside phones, which nothing binds.
BESIDE: dict[str, dict[str, str]] = {
    "one that nothing binds": {"laptops": manifest("laptops")},
    "one with an id": {"laptops": f"importSourceId: wl-laptops\n{manifest('laptops')}"},
    "one in error": {"laptops": manifest("laptops").replace("type: text", "type: txet")},
    "one that cannot be read": {"laptops": "source: ["},
}


@pytest.mark.parametrize("keys", [WORKSPACE, NO_WORKSPACE], ids=["workspace", "no workspace"])
@pytest.mark.parametrize("case", BESIDE)
def test_a_token_tells_nothing_where_a_project_has_two(field: Field, case: str, keys: str) -> None:
    field.project(keys, phones=manifest("phones"), **BESIDE[case])
    asked = field.asked()
    for command in WITH_A_TOKEN:
        done = field(*command.split())
        assert done.code == 1, command
        if case != "one that cannot be read":
            assert 'source "phones" is not bound in environment dev' in done.err, command
    assert field.asked() == asked


def test_a_source_that_only_the_environment_has_counts(field: Field) -> None:
    field.project(WORKSPACE + ", sources: {laptops: {}}", phones=manifest("phones"))
    done = field("plan", "phones")
    assert (done.code, 'source "phones" is not bound' in done.err) == (1, True)


ALONE = (
    "plan",
    "drift",
    "pull",
    "status",
    "ingest status",
    "apply --auto-approve",
    "token laptops",
)


def test_a_token_is_enough_for_the_only_source(field: Field) -> None:
    field.project(NO_WORKSPACE)
    assert field("pull", "laptops").code == 0, "its manifest is not there yet"
    for command in ALONE:
        assert field(*command.split()).code == 0, command


def test_a_new_source_is_not_pulled_with_the_token_of_the_only_one(field: Field) -> None:
    field.project(WORKSPACE, laptops=f"importSourceId: wl-laptops\n{manifest('laptops')}")
    done = field("pull", "phones")
    assert (done.code, "duplicate-import-source-id" in done.err) == (1, True)
    assert not (field.desk.root / "phones.yaml").exists()


MOVED = {"the workspace": ("WS", "production"), "the import source": ("SID", "p-laptops")}


@pytest.fixture
def movable(field: Field) -> Field:
    """A change of laptops, which variables bind; the token may write everywhere."""
    field.project(
        WORKSPACE.replace("workspaceId: dev", 'workspaceId: "${WS}"')
        + LAPTOPS.replace("wl-laptops", '"${SID}"'),
        laptops=manifest("laptops").replace("A drive", "A laptop"),
    )
    field.token(field.server.token)
    field.bind(WS="dev", SID="wl-laptops")
    return field


def assert_refused(field: Field, name: str, value: str, *command: str) -> None:
    """*command* sends nothing once the variable *name* is *value*, and goes on where it is not."""
    field.bind(**{name: value})
    asked = field.asked()
    done = field(*command, "--output", "json=report.json")
    assert done.code == 3
    assert "the plan is stale: it is for import source wl-laptops of workspace dev" in done.err
    # To plan again leaves alone what is in flight.
    assert ("plan again" in done.err) != ("--resume" in command)
    assert ("resume: reconciler apply --resume" in done.err) == ("--resume" in command)
    report = json.loads((field.desk.root / "report.json").read_text())
    assert report["error"]["code"] == "binding-changed"
    assert field.asked() == asked
    field.bind(WS="dev", SID="wl-laptops")
    assert field(*command).code == 0


@pytest.mark.parametrize("case", MOVED)
def test_a_saved_plan_goes_where_it_was_planned_or_nowhere(movable: Field, case: str) -> None:
    assert movable("plan", "-o", "plan.json").code == 0
    assert_refused(movable, *MOVED[case], "apply", "plan.json")


def test_so_does_one_that_came_without_its_manifests(movable: Field) -> None:
    assert movable("plan", "-o", "plan.json").code == 0
    (movable.desk.root / "laptops.yaml").unlink()
    assert_refused(movable, "WS", "production", "apply", "plan.json")


@pytest.mark.parametrize("case", MOVED)
def test_so_does_the_plan_of_a_run_that_was_left(movable: Field, case: str) -> None:
    assert movable("plan", "-o", "plan.json").code == 0
    plan = load_plan(movable.desk.root / "plan.json")
    with journal_of(open_project(None)) as journal:
        journal.begin(plan, at="2026-01-01T00:00:00Z", runner="one that was killed")
    assert_refused(movable, *MOVED[case], "apply", "--resume")


def test_one_source_that_is_bound_elsewhere_leaves_the_others_of_a_run(movable: Field) -> None:
    bound = ", sources: {tablets: {importSourceId: wl-tablets}, phones: {importSourceId: wl-%s}}"
    both = {"tablets": manifest("tablets"), "phones": manifest("phones")}
    movable.project(WORKSPACE + bound % "phones", **both)
    assert movable("plan", "-o", "plan.json").code == 0
    with journal_of(open_project(None)) as journal:
        plan = load_plan(movable.desk.root / "plan.json")
        journal.begin(plan, at="2026-01-01T00:00:00Z", runner="one that was killed")
    movable.project(WORKSPACE + bound % "others", **both)
    done = movable("apply", "--resume")
    assert (done.code, "phones to import source wl-others" in done.err) == (3, True), done
    assert "tablets   PUT     done" in done.err
    assert movable("plan", "tablets", "--detailed-exitcode").code == 0


LEFT_OUT: dict[str, tuple[str, dict[str, str], str]] = {
    "others are bound": (
        ", sources: {phones: {importSourceId: wl-phones}}", {},
        "environment dev does not bind laptops",
    ),
    "others are bound, and have manifests": (
        ", sources: {phones: {importSourceId: wl-phones}}", {"phones": manifest("phones")},
        "environment dev does not bind laptops",
    ),
    "another has its place": (
        ", sources: {phones: {importSourceId: wl-laptops}}", {},
        "phones is bound to it now, not laptops",
    ),
    "another has its place by its manifest": (
        "", {"phones": f"importSourceId: wl-laptops\n{manifest('phones')}"},
        "phones is bound to it now, not laptops",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", LEFT_OUT)
@pytest.mark.parametrize("how", ["plan.json", "--resume"])
def test_a_plan_goes_nowhere_that_the_environment_leaves_out(
    movable: Field, case: str, how: str
) -> None:
    assert movable("plan", "-o", "plan.json").code == 0
    if how == "--resume":
        with journal_of(open_project(None)) as journal:
            plan = load_plan(movable.desk.root / "plan.json")
            journal.begin(plan, at="2026-01-01T00:00:00Z", runner="one that was killed")
    keys, manifests, why = LEFT_OUT[case]
    movable.project(WORKSPACE + keys, **manifests)
    asked = movable.asked()
    done = movable("apply", how, "--output", "json=report.json")
    assert (done.code, why in done.err) == (3, True), done
    assert json.loads((movable.desk.root / "report.json").read_text())["error"]["code"] == (
        "binding-changed"
    )
    assert movable.asked() == asked
    if "does not bind" in why:
        assert "environments: dev: sources: laptops: {importSourceId: wl-laptops}" in done.err, (
            "what to bind where"
        )
    movable.project(WORKSPACE + LAPTOPS)
    assert movable("apply", how).code == 0


def test_a_plan_without_manifests_goes_on_where_the_environment_binds_nothing(
    movable: Field,
) -> None:
    assert movable("plan", "-o", "plan.json").code == 0
    movable.project(WORKSPACE)
    assert movable("apply", "plan.json").code == 0


def test_a_place_that_is_not_known_is_told_in_words() -> None:
    ref = SourceRef(name="laptops", import_source_id=None, workspace_id="")
    assert str(ref) == "an unknown import source of an unknown workspace"


def test_a_plan_of_a_token_goes_nowhere_with_another(field: Field) -> None:
    field.project(WORKSPACE, laptops=manifest("laptops").replace("A drive", "A laptop"))
    assert field("plan", "-o", "plan.json").code == 0
    own = field.token_of("other")
    field.token(own)
    done = field("apply", "plan.json")
    assert done.code == 3
    assert "the project binds laptops to import source other of workspace dev now" in done.err


def test_a_rehearsal_is_not_sent_to_the_cloud(field: Field) -> None:
    project = field.desk.root / "reconciler.yaml"
    text = project.read_text().replace("dev:", "local:")
    project.unlink()
    assert field("plan", "laptops", "-o", "plan.json").code == 0
    project.write_text(text)
    asked = field.asked()
    assert field("apply", "plan.json").code == 3
    assert field.asked() == asked


@pytest.mark.parametrize("verb", ["resume", "cancel"])
def test_an_open_ingestion_stays_with_its_import_source(movable: Field, verb: str) -> None:
    begun = Ingestion(files=(), roots=("drives",), most_entries=1, most_bytes=1)
    there = SourceRef(name="laptops", import_source_id="wl-laptops", workspace_id="dev")
    with journal_of(open_project(None)) as journal:
        Ingestions(journal.store, environment="dev").begin(there, begun, at="then", runner="one")
    movable.bind(SID="p-laptops")
    asked = movable.asked()
    done = movable("ingest", verb, "laptops")
    assert done.code == 1
    assert (
        "was begun in import source wl-laptops of workspace dev, and laptops is bound" in done.err
    )
    assert movable.asked() == asked


def test_another_import_source_of_this_name_is_none_of_its_past(movable: Field) -> None:
    assert movable("apply", "--auto-approve").code == 0
    assert "PATCH" in movable("status").out
    movable.bind(SID="p-laptops")
    shown = movable("status")
    assert (shown.code, "PATCH" in shown.out) == (0, False)


ACTING = ("apply --auto-approve", "apply plan.json", "apply --resume", "drift", "pull", "status",
          "token disks", "ingest run disks data.json", "ingest status", "ingest resume",
          "ingest cancel")  # fmt: skip


@pytest.fixture
def bare(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Desk:
    """A manifest and no project file."""
    monkeypatch.chdir(tmp_path)
    desk = Desk(root=tmp_path, capture=capsys)
    desk.write("disks.yaml", MANIFEST)
    return desk


def test_without_a_project_file_a_plan_is_a_rehearsal(bare: Desk) -> None:
    assert bare("validate").code == bare("fmt").code == 0
    done = bare("plan", "-o", "plan.json")
    assert done.code == 0
    first, *_, saved, last = done.err.splitlines()
    assert "rehearsal on the emulator" in first
    assert first == last
    assert saved == "Saved to plan.json."
    assert done.out.endswith("\nNext: reconciler --environment local apply plan.json\n")
    assert bare("--environment", "local", "apply", "plan.json").code == 0
    assert bare("--environment", "local", "drift").code == 0


def test_without_a_project_file_nothing_else_happens_unasked(bare: Desk) -> None:
    assert bare("plan", "-o", "plan.json").code == 0
    (bare.root / ".reconciler" / "emulator.db").unlink()
    for command in ACTING:
        done = bare(*command.split())
        assert done.code == 1, command
        assert "there is no reconciler.yaml here" in done.err, command
        assert "reconciler --environment local" in done.err, command
    assert not (bare.root / ".reconciler" / "emulator.db").exists()


@pytest.mark.parametrize("name", ["reconciler.yml", "Reconciler.yaml", "manifests/reconciler.yml"])
def test_a_misnamed_project_file_is_told(bare: Desk, name: str) -> None:
    (bare.root / "manifests").mkdir()
    bare.write(name, "environments: {dev: {backend: cloud}}\n")
    validated = bare("validate")
    assert validated.code == 0
    assert f"{name}: warning[misnamed-project-file]: {name} is not read" in validated.out
    assert 'did you mean "reconciler.yaml"?' in validated.out
    assert f"did you mean reconciler.yaml? There is {name}" in bare("drift").err
    assert f"did you mean reconciler.yaml? There is {name}" in bare("-e", "dev", "plan").err
    assert "misnamed-project-file" in bare("plan").err
