"""The project file: environments, variables, secrets and bindings (design.md#the-project-file)."""

from datetime import date
from pathlib import Path

import pytest
from rich.pretty import pretty_repr

from reconciler.codes.project import ProjectCode
from reconciler.errors import ManifestError
from reconciler.manifest.load import Loaded, load_project_manifests
from reconciler.manifest.project.base_url import base_url
from reconciler.manifest.project.bindings import bind_sources, binding_faults
from reconciler.manifest.project.file import find_project, load_project
from reconciler.manifest.project.model import Project, default_project
from reconciler.manifest.schemas import schema
from reconciler.model.json_form import to_json
from reconciler.model.policy import Policy
from reconciler.model.source import SourceRef

PROJECT = """\
defaultEnvironment: local
environments:
  local: {backend: embedded, longestOperation: 120}
  production:
    backend: cloud
    baseUrl: ${BASE:-https://example.org/jsm/assets}
    workspaceId: ${WORKSPACE}
    auth: {bearer: "${TOKEN}"}
    sources:
      disks: {importSourceId: "${DISKS}", auth: {basic: {email: a@example.org, token: "${BASIC}"}}}
policy: {orphans: fail, maxChanges: 3, requestsPerMinute: 600, schema: {rename: allow}}
"""
MANIFEST = """\
source: NAME
schema:
  objectSchema:
    name: ""
    description: ""
    objectTypes:
      - name: NAME
        description: ""
        attributes: [{name: Name, description: "", type: text, label: true}]
mapping: {objectTypeMappings: [MAPPED]}
""".replace(
    "MAPPED",
    "{objectTypeName: NAME, selector: x, description: '', attributesMapping: "
    "[{attributeName: Name, attributeLocators: [x], externalIdPart: true}]}",
)
OWN_ID = f"importSourceId: own\n{MANIFEST}"
VARIABLES = {"WORKSPACE": "w1", "DISKS": "id-1", "TOKEN": "planted", "BASIC": "planted too"}


NOTHING = Loaded(manifests=(), faulty=(), diagnostics=(), skipped={})


def write(root: Path, text: str = PROJECT) -> Path:
    path = root / "reconciler.yaml"
    path.write_text(text)
    return path


def load(root: Path, text: str = PROJECT, environment: str | None = None) -> Project:
    return load_project(write(root, text), environment=environment, variables=VARIABLES)


def manifests(root: Path, project: Project, **texts: str) -> Loaded:
    for name, text in texts.items():
        (root / f"{name}.yaml").write_text(text.replace("NAME", name))
    loaded = load_project_manifests(project)
    assert [d for d in loaded.diagnostics if d.code != ProjectCode.SCHEMA_POLICY_UNUSED] == []
    return loaded


def test_policy_without_the_credential_for_it_is_a_warning_of_that_environment(
    tmp_path: Path,
) -> None:
    def warned(text: str, environment: str) -> list[tuple[str, int | None, str | None]]:
        found = load_project_manifests(load(tmp_path, text, environment)).diagnostics
        return [(d.text, d.line, d.hint) for d in found]

    (tmp_path / "disks.yaml").write_text(MANIFEST.replace("NAME", "disks"))
    assert warned(PROJECT, "production") == [
        (
            (
                'policy.schema allows rename, and environment "production" has no schemaAuth: no '
                "schema operation is planned"
            ),
            11,
            "add environments.production.schemaAuth: {basic: {email: …, token: …}}",
        )
    ]
    assert warned(PROJECT, "local")[0][2] == "add environments.local.schemaAuth: embedded"
    credential = PROJECT.replace("embedded,", "embedded, schemaAuth: embedded,")
    assert warned(credential, "local") == []
    assert warned(PROJECT.replace("rename: allow", "rename: deny"), "local") == []


def bound(project: Project, *names: str, of: Loaded = NOTHING) -> dict[str, SourceRef]:
    refs = bind_sources(project, names or [m.source for m in of.manifests], of)
    return {ref.name: ref for ref in refs}


def told(project: Project, *names: str, of: Loaded = NOTHING) -> list[tuple[str, str]]:
    """The code and sentence of each fault of binding."""
    with pytest.raises(ManifestError) as raised:
        bound(project, *names, of=of)
    return [(d.code, d.text) for d in raised.value.diagnostics]


def test_the_selected_environment_is_interpolated(tmp_path: Path) -> None:
    project = load(tmp_path, environment="production")
    url = base_url(project.environment.base_url, VARIABLES)
    assert url == "https://example.org/jsm/assets"
    ref = bound(project, "disks")["disks"]
    assert (ref.workspace_id, ref.import_source_id) == ("w1", "id-1")
    assert project.environment.longest_operation == 900
    assert load(tmp_path).environment.longest_operation == 120
    assert (project.policy.orphans, project.policy.max_changes) == ("fail", 3)
    assert project.policy.requests_per_minute == 600
    assert (project.policy.schema.rename, Policy().schema.rename) == ("allow", "deny")


def test_each_kind_of_schema_operation_has_its_permission(tmp_path: Path) -> None:
    policy = schema("project")["properties"]["policy"]["properties"]["schema"]
    for kind in policy["properties"]:
        allowed = load(tmp_path, PROJECT.replace("rename: allow", f"{kind}: allow")).policy.schema
        others = {*policy["properties"]} - {kind}
        assert (allowed.of(kind), {allowed.of(each) for each in others}) == ("allow", {"deny"})


def test_only_what_is_used_needs_its_variables(tmp_path: Path) -> None:
    path = write(tmp_path)
    assert load_project(path, environment=None, variables={}).environment.name == "local"
    production = load_project(path, environment="production", variables={})
    with pytest.raises(ManifestError) as raised:
        bound(production, "disks")
    assert {(d.code, d.line) for d in raised.value.diagnostics} == {
        ("unset-variable", 7),
        ("unset-variable", 10),
    }
    production = load_project(path, environment="production", variables={"WORKSPACE": "w"})
    people = manifests(
        tmp_path, production, people=f"importSourceId: p\n{MANIFEST}", disks=MANIFEST
    )
    assert bound(production, "people", of=people)["people"].import_source_id == "p"


def test_a_secret_is_revealed_when_asked_and_never_shown(tmp_path: Path) -> None:
    project = load(tmp_path, environment="production")
    auth, own = project.environment.auth, project.environment.sources["disks"].auth
    assert auth is not None
    assert auth.bearer is not None
    assert auth.bearer.resolve(VARIABLES) == "planted"
    assert own is not None
    assert own.basic_token is not None
    assert own.basic_token.resolve(VARIABLES) == "planted too"
    assert "planted" not in repr(project) + pretty_repr(project)
    with pytest.raises(NotImplementedError):
        to_json(auth)
    with pytest.raises(ManifestError) as raised:
        auth.bearer.resolve({})
    (unset,) = raised.value.diagnostics
    assert "TOKEN" in unset.text
    assert (unset.line, unset.hint) == (8, "set TOKEN"), "no default is advised for a secret"


IGNORE = """\
ignore:
  - {address: "disks/objectTypes[*]/description", reason: known, owner: ann, expires: 2027-01-31}
  - address: "disks/**"
    reason: moves next week
    owner: bob
    expires: "2027-02-01"
    value: null
"""


def test_acknowledged_drift_is_read(tmp_path: Path) -> None:
    known, moving = load(tmp_path, PROJECT + IGNORE).ignore
    assert (known.address, known.owner) == ("disks/objectTypes[*]/description", "ann")
    assert (known.reason, known.expires, known.value) == ("known", date(2027, 1, 31), ())
    assert (moving.value, moving.place) == ((None,), (14, 5)), "null is a value, absent is not"


def test_an_acknowledgement_needs_reason_owner_and_an_end(tmp_path: Path) -> None:
    short = 'ignore:\n  - {address: "disks/**", expires: 2027-02-30}\n'
    with pytest.raises(ManifestError) as raised:
        load(tmp_path, PROJECT + short)
    assert [d.line for d in raised.value.diagnostics] == [13, 13]
    assert all(
        word in str([d.text for d in raised.value.diagnostics]) for word in ("reason", "owner")
    )
    with pytest.raises(ManifestError) as raised:
        load(tmp_path, PROJECT + short.replace("expires", "reason: r, owner: o, expires"))
    (found,) = raised.value.diagnostics
    assert (found.code, found.line) == ("no-such-day", 13)


FAULTS: dict[str, tuple[str, str, str, int]] = {
    "a misspelt key": ("policy:", "polcy:", "unknown-key", 11),
    "a misspelt policy": ("orphans: fail", "orphans: fial", "unknown-value", 11),
    "an unknown backend": ("backend: cloud", "backend: claud", "unknown-value", 5),
    "a replay of nothing": ("backend: cloud", "backend: {}", "missing-key", 5),
    "http to elsewhere": ("https://example.org", "http://example.org", "", 6),
    "an operation of no time": ("Operation: 120", "Operation: 0", "out-of-range", 3),
    "an operation of any time": ("Operation: 120", "Operation: soon", "wrong-type", 3),
    "a pace beyond all bounds": (
        "requestsPerMinute: 600",
        "requestsPerMinute: 1e300",
        "out-of-range",
        11,
    ),
    "a limit below nothing": ("maxChanges: 3", "maxChanges: -1", "out-of-range", 11),
    "no requests at all": ("Minute: 600", "Minute: 0", "out-of-range", 11),
    "a kind that is not planned": ("rename: allow", "retype: allow", "unknown-key", 11),
    "a permission that is none": ("rename: allow", "rename: maybe", "unknown-value", 11),
    "half a request": ("Minute: 600", "Minute: 0.5", "wrong-type", 11),
}


@pytest.mark.parametrize("case", FAULTS)
def test_a_fault_is_told_with_its_place(case: str, tmp_path: Path) -> None:
    before, after, code, line = FAULTS[case]
    with pytest.raises(ManifestError) as raised:
        load(tmp_path, PROJECT.replace(before, after), environment="production")
    assert any(d.line == line and code in d.code for d in raised.value.diagnostics)


_SCHEMA_AUTH = "schemaAuth: {basic: {email: …, token: …}}"
# What is written, by what, and the hint.
HINTS = {
    "a credential for the emulator": (
        "embedded,", "embedded, schemaAuth: {bearer: x},", "write schemaAuth: embedded"),
    "a switch for a credential": (
        "embedded,", "embedded, schemaAuth: true,",
        ("write schemaAuth: embedded with the emulator in process; else either bearer or basic, "
         "and baseUrl if it is another")),
    "the emulator's for the cloud": (
        "backend: cloud", "backend: cloud\n    schemaAuth: embedded", f"write {_SCHEMA_AUTH}"),
    "neither credential": (
        "backend: cloud", "backend: cloud\n    schemaAuth: {baseUrl: https://example.org}",
        f"write {_SCHEMA_AUTH}"),
    "a key one level too high": (
        "schema: {rename: allow}", "rename: allow", "did you mean policy.schema.rename?"),
    "a key two levels too high": (
        "policy: {", "error: []\npolicy: {", "did you mean lint.error?"),
    "levels written as dots": (
        "policy: {", "policy.schema.rename: allow\npolicy: {",
        "dots are levels: write policy: {schema: {rename: …}}"),
    "levels of names": (
        "policy: {", "environments.local.backend: embedded\npolicy: {",
        "dots are levels: write environments: {local: {backend: …}}"),
    "levels within a key": (
        "schema: {", "schema.move: allow, schema: {", "dots are levels: write schema: {move: …}"),
    "dots that lead nowhere": ("policy: {", "policy.x: 1\npolicy: {", 'did you mean "policy"?'),
}  # fmt: skip


@pytest.mark.parametrize("case", HINTS)
def test_a_fault_says_what_to_write(case: str, tmp_path: Path) -> None:
    before, after, hint = HINTS[case]
    environment = "production" if "cloud" in before else "local"
    with pytest.raises(ManifestError) as caught:
        load(tmp_path, PROJECT.replace(before, after), environment)
    assert [d.hint for d in caught.value.diagnostics] == [hint]


def test_where_the_project_file_is_looked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert find_project() is None
    (tmp_path / "manifests").mkdir()
    inner = write(tmp_path / "manifests")
    found = find_project()
    assert found is not None
    assert found.absolute() == inner


def test_bindings_come_from_the_environment_then_the_manifest(tmp_path: Path) -> None:
    project = load(tmp_path, environment="production")
    found = manifests(
        tmp_path,
        project,
        disks=f"importSourceId: not-this\n{MANIFEST}",
        people=f"importSourceId: ${{DISKS}}-2\n{MANIFEST}",
    )
    refs = bound(project, of=found).values()
    ids = {ref.name: (ref.workspace_id, ref.import_source_id) for ref in refs}
    assert ids == {"disks": ("w1", "id-1"), "people": ("w1", "id-1-2")}


BOUND = """\
environments:
  dev: {backend: cloud, sources: {disks: {importSourceId: "${DISKS}"}}}
"""
UNBOUND = "environments: {dev: {backend: cloud}}\n"
PEOPLE = ("unbound-source", 'source "people" is not bound in environment dev')
# The project, its manifests, what is selected, and what is said; None where a token may tell it.
DISCOVERY: dict[str, tuple[str, dict[str, str], list[str], tuple[str, str] | None]] = {
    "one source, nothing bound": (UNBOUND, {"people": MANIFEST}, ["people"], None),
    "one of two": (UNBOUND, {"people": MANIFEST, "sites": MANIFEST}, ["people"], PEOPLE),
    "beside one with an id": (UNBOUND, {"people": MANIFEST, "sites": OWN_ID}, ["people"], PEOPLE),
    "no manifest yet": (UNBOUND, {}, ["people"], None),
    "a new name": (UNBOUND, {"sites": OWN_ID}, ["people"], None),
    "another is bound": (BOUND, {"people": MANIFEST, "disks": MANIFEST}, ["people"], PEOPLE),
    "another is selected": (
        UNBOUND, {"people": MANIFEST, "sites": OWN_ID}, ["people", "sites"], PEOPLE,
    ),
    "a new name, and the token may be that of the other": (
        UNBOUND, {"sites": MANIFEST}, ["people"], PEOPLE,
    ),
    "two": (
        UNBOUND, {"people": MANIFEST, "sites": MANIFEST}, ["people", "sites"],
        ("unbound-source", '2 sources are not bound in environment dev: "people", "sites"'),
    ),
    "many": (
        UNBOUND, {f"s{n}": MANIFEST for n in range(9)}, [f"s{n}" for n in range(9)],
        (
            "unbound-source",
            '9 sources are not bound in environment dev: "s0", "s1", "s2", "s3", "s4" and 4 more',
        ),
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", DISCOVERY)
def test_a_token_tells_the_import_source_of_one_source_only(case: str, tmp_path: Path) -> None:
    text, texts, selected, said = DISCOVERY[case]
    project = load(tmp_path, text)
    found = manifests(tmp_path, project, **texts)
    if said is None:
        (ref,) = bound(project, *selected, of=found).values()
        assert ref.import_source_id is None
        assert ref.taken == ({"own": "sites"} if OWN_ID in texts.values() else {})
    else:
        assert told(project, *selected, of=found) == [said]


DUPLICATES = {
    "in a manifest": (BOUND, OWN_ID.replace("own", "id-1")),
    "in the environment": (
        BOUND.replace("}}", '}, people: {importSourceId: "id-${N:-1}"}}'), MANIFEST,
    ),
}  # fmt: skip


@pytest.mark.parametrize("selected", [("disks",), ("people",), ("disks", "people")])
@pytest.mark.parametrize("case", DUPLICATES)
def test_two_sources_with_one_id_are_an_error(
    case: str, selected: tuple[str, ...], tmp_path: Path
) -> None:
    text, people = DUPLICATES[case]
    project = load(tmp_path, text)
    found = manifests(tmp_path, project, disks=MANIFEST, people=people)
    assert told(project, *selected, of=found) == [
        (
            "duplicate-import-source-id",
            'sources "disks" and "people" have the same importSourceId, "id-1"',
        )
    ]


@pytest.mark.parametrize("own", ["ID-1", '" id-1\\t"'])
def test_ids_that_differ_in_case_or_blanks_alone_may_be_one(own: str, tmp_path: Path) -> None:
    project = load(tmp_path, BOUND.replace("${DISKS}", "id-1"))
    found = manifests(tmp_path, project, disks=MANIFEST, people=OWN_ID.replace("own", own))
    (said,) = told(project, of=found)
    assert "have the same importSourceId, but for case or outer blanks: " in said[1]
    assert [(d.code, d.text) for d in binding_faults(project, found)] == [said]


def test_the_names_of_variables_are_no_ids(tmp_path: Path) -> None:
    project = load(tmp_path, BOUND)
    other = OWN_ID.replace("own", "${disks}")
    found = manifests(tmp_path, project, disks=MANIFEST, people=other)
    assert binding_faults(project, found) == ()


def test_the_id_of_a_manifest_in_error_is_taken(tmp_path: Path) -> None:
    project = load(tmp_path, BOUND)
    (tmp_path / "disks.yaml").write_text(MANIFEST.replace("NAME", "disks"))
    faulty = (
        OWN_ID.replace("NAME", "people").replace("own", "id-1").replace("type: text", "type: 1")
    )
    (tmp_path / "people.yaml").write_text(faulty)
    found = load_project_manifests(project)
    assert [m.source for m in found.manifests] == ["disks"]
    assert [code for code, _ in told(project, "disks", of=found)] == ["duplicate-import-source-id"]


def test_what_is_written_is_checked_without_a_variable(tmp_path: Path) -> None:
    project = load_project(write(tmp_path, BOUND), environment=None, variables={})
    same = OWN_ID.replace("own", '"${DISKS}"')
    found = manifests(tmp_path, project, disks=MANIFEST, people=same, sites=MANIFEST)
    assert [(d.code, d.severity) for d in binding_faults(project, found)] == [
        ("unbound-source", "warning"),
        ("duplicate-import-source-id", "error"),
    ]
    assert binding_faults(default_project(tmp_path), found) == ()


def test_embedded_ids_are_made_from_the_names(tmp_path: Path) -> None:
    project = default_project(tmp_path)
    (ref,) = bound(project, of=manifests(tmp_path, project, disks=MANIFEST)).values()
    assert ref.workspace_id == "local"
    assert ref.import_source_id == "aff14444-c787-5ba7-8a73-20e0a64f229c", "uuid5 of the name"


# What the second environment has, beside a backend → whether its external ids would meet those of
# the first.
SITES = {
    "baseUrl: https://example.org/jsm/assets, workspaceId: w1": True,
    "baseUrl: https://example.org/jsm/assets, workspaceId: '${WORKSPACE}'": True,
    "baseUrl: https://example.org/jsm/assets, workspaceId: w2": False,
    "workspaceId: w1": False,
    "baseUrl: https://example.org/jsm/assets, workspaceId: w1, externalIdPrefix: stg/": False,
    "baseUrl: https://example.org/jsm/assets": False,
}


@pytest.mark.parametrize("other", SITES)
def test_two_environments_may_be_one_site(other: str, tmp_path: Path) -> None:
    text = PROJECT.replace("policy:", f"  staging: {{backend: cloud, {other}}}\npolicy:")
    expected = ("staging",) if SITES[other] else ()
    assert load(tmp_path, text, "production").environment.same_site == expected
    assert load(tmp_path, text, "local").environment.same_site == ()
