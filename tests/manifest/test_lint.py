"""Lint can be lived with: folded, ignored with a reason, made an error, and silent about live."""

import io
import re
from collections.abc import Callable
from json import dumps, loads

import pytest
from yaml import safe_load

from reconciler.codes.examples import EXAMPLES
from reconciler.codes.file import FileCode
from reconciler.codes.known_code import DiagnosticCode
from reconciler.codes.lint import LINT
from reconciler.codes.manifest import ManifestCode
from reconciler.codes.project import ProjectCode
from reconciler.codes.run import RunCode
from reconciler.diagnostics import Diagnostic, Severity
from reconciler.planning.catalogue import CATALOGUE
from reconciler.render.diagnostics import write_diagnostics
from reconciler.render.terminal import Screen
from reconciler.value import replace
from tests.support.stages.cli_project import MANIFEST, PROJECT, Desk


def no_label(line: int, file: str = "a.yaml", source: str | None = "a") -> Diagnostic:
    """Return the warning about the object type on that *line*."""
    text = f'object type "{line}" has no label'
    return ManifestCode.NO_LABEL.diagnostic(
        text, hint="label it", file=file, place=(line, 7), source=source
    )


def written(*diagnostics: Diagnostic) -> str:
    stream = io.StringIO()
    write_diagnostics(diagnostics, Screen(stream=stream))
    return stream.getvalue()


def test_the_first_of_a_code_stands_for_all_in_its_manifest() -> None:
    """A part of the manifest is of it, too."""
    found = [*map(no_label, range(10, 31)), no_label(2, "b.yaml", "b"), no_label(3, "a/part.yaml")]
    assert written(*found) == (
        'a.yaml:10:7: warning[no-label]: object type "10" has no label\n'
        "    label it\n"
        "    the first of 22 in this manifest, the others on lines 11, 12, 13, 14, 15, …\n"
        'b.yaml:2:7: warning[no-label]: object type "2" has no label\n'
        "    label it\n"
        "21 more warnings: reconciler validate --format json lists all\n"
    )


def test_what_stops_or_is_about_the_run_is_written_one_by_one() -> None:
    renames = [
        RunCode.PROBABLE_RENAME.diagnostic(f"rename {n}", file="a.yaml", source="a") for n in "12"
    ]
    errors = [replace(no_label(n), severity=Severity.ERROR) for n in (1, 2)]
    key = FileCode.UNKNOWN_KEY.diagnostic("a key", file="a.yaml", place=(3, 1), source="a")
    text = written(*renames, *errors, key)
    assert text.count("\n") == 7
    assert "more" not in text


UNLABELLED = MANIFEST.replace("            label: true\n", "")


def lint(desk: Desk, *arguments: str) -> list[tuple[str, str, int | None, str]]:
    """The severity, code, line and sentence of each diagnostic that validate finds."""
    done = desk("validate", "--format", "json", *arguments)
    return [
        (d["severity"], d["code"], d["line"], d["text"]) for d in loads(done.out)["diagnostics"]
    ]


def ignoring(comment: str, beside: str = "- externalId: object-type/drive", *, above: bool) -> str:
    """The manifest without a label, with *comment* at the line that begins with *beside*."""
    line = next(each for each in UNLABELLED.splitlines() if each.strip() == beside)
    return UNLABELLED.replace(line, f"{comment}\n{line}" if above else f"{line}  {comment}")


@pytest.mark.parametrize("above", [True, False], ids=["above", "beside"])
def test_a_comment_ignores_a_warning_of_its_line(desk: Desk, above: bool) -> None:  # noqa: FBT001 - of a table
    desk.write("disks.yaml", ignoring("# reconciler: ignore[no-label] keys only", above=above))
    done = desk("validate", "--strict")
    assert (done.code, done.out) == (0, "2 manifests are valid\n")
    assert [found[:2] for found in lint(desk)] == [("info", "no-label")]
    for format_ in ("sarif", "junit", "github", "gitlab"):
        assert "no-label" not in desk("validate", "--format", format_).out
    for format_ in ("text", "markdown", "html", "github"):
        done = desk("plan", "disks", "--format", format_)
        assert "no-label" not in done.out + done.err


def test_several_comments_may_stand_above_one_line(desk: Desk) -> None:
    comments = (
        "# reconciler: ignore[no-label] keys\n      # reconciler: ignore[unknown-key] why\n# x"
    )
    desk.write("disks.yaml", ignoring(comments, above=True))
    assert {found[1:3] for found in lint(desk)} == {("no-label", 9 + 1), ("unused-ignore", 8)}


def test_a_comment_that_does_nothing_is_told(desk: Desk) -> None:
    """So is one without a reason, which --strict lets through; only validate tells them."""
    comment = "# reconciler: ignore[no-label, unknown-key, unknwon-key, locked]"
    desk.write("disks.yaml", ignoring(comment, above=False))
    desk.edit("disks.yaml", "name: Drive\n", "name: Drive  # reconciler: ignore unknown-key\n")
    assert [(severity, code, text) for severity, code, _, text in lint(desk)] == [
        ("info", "no-label", 'object type "Drive" has no label'),
        ("warning", "bad-ignore", 'no warning of files has the code "locked"'),
        ("warning", "bad-ignore", 'no warning of files has the code "unknwon-key"'),
        ("warning", "bad-ignore", '"ignore unknown-key" is nothing that reconciler can do here'),
        ("warning", "unused-ignore", "line 7 has nothing of the code unknown-key"),
        (
            "info",
            "ignore-without-reason",
            "nothing says why no-label, unknown-key is ignored",
        ),
    ]
    assert "unused-ignore" not in desk("plan", "disks").err
    assert "unused-ignore" not in desk("validate", "disks.yaml").out


def test_json_has_no_comments(desk: Desk) -> None:
    text = desk.root / "disks.yaml"
    made = {**safe_load(UNLABELLED), "labels": {"a": "# reconciler: ignore[no-label] x"}}
    text.rename(desk.root / "disks.json").write_text(dumps(made), encoding="utf-8")
    assert [found[:2] for found in lint(desk)] == [("warning", "no-label")]


def test_the_project_ignores_codes_and_makes_errors_of_them(desk: Desk) -> None:
    desk.write("disks.yaml", UNLABELLED)
    desk.write("reconciler.yaml", f"{PROJECT}lint: {{ignore: [no-label, unknown-key]}}\n")
    assert [found[:3] for found in lint(desk)] == [
        ("info", "no-label", 7),
        ("warning", "unused-ignore", 8),
    ]
    assert desk("validate", "disks").out == "1 manifest is valid\n"
    desk.write("reconciler.yaml", f"{PROJECT}lint: {{error: [no-label, unknown-key]}}\n")
    for command in ("validate", "plan", "apply"):
        done = desk(command)
        assert done.code == 1
        assert "error[no-label]" in done.out + done.err
    assert desk("drift").code == 2  # what the project forbids makes nobody blind


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("ignore: [no-lable]", 'did you mean "no-label"?'),
        ("ignore: [unknown-reference]", 'warnings of files, and "unknown-reference" is an error'),
        ("error: [probable-rename]", "found by a run"),
        ("ignore: [MAPPING_EXISTS]", "an answer of the API"),
        ("ignore: [no-label], error: [no-label]", "lint ignores no-label, too"),
        ("ignore: no-label", "wrong-type"),
        ("warn: [no-label]", "unknown-key"),
    ],
)
def test_lint_is_read_strictly(desk: Desk, written: str, said: str) -> None:
    desk.write("reconciler.yaml", f"{PROJECT}lint: {{{written}}}\n")
    done = desk("validate")
    assert done.code == 1
    assert "reconciler.yaml:8:" in done.out + done.err
    assert said in done.out + done.err


def test_an_ignore_is_used_if_one_environment_uses_it(desk: Desk) -> None:
    """An overlay takes the label away, in one of two environments."""
    overlay = "schema: {objectSchema: {objectTypes: [{externalId: object-type/drive, attributes: "
    overlay += "[{externalId: attribute/serial, label: false}]}]}}\n"
    desk.write(
        "disks.yaml",
        MANIFEST.replace("- externalId: object-type", "# C\n      - externalId: object-type"),
    )
    desk.edit("disks.yaml", "# C", "# reconciler: ignore[no-label] only at home")
    (desk.root / "home").mkdir()
    desk.write("home/disks.yaml", overlay)
    project = PROJECT.replace(
        "local: {backend: embedded}", "local: {backend: embedded, overlays: home}"
    )
    desk.write("reconciler.yaml", project)
    assert [found[1] for found in lint(desk) if found[1] != "unbound-source"] == ["no-label"]
    assert "unused-ignore" not in desk("-e", "production", "validate").out


def test_what_is_ignored_is_proved_no_more_than_before(desk: Desk) -> None:
    """Two names that Assets may take for one leave the outcome open, whoever looks away."""
    attribute = "{externalId: s2, name: SERIAL, description: d, type: text}"
    desk.edit("disks.yaml", "mapping:\n", f"          - {attribute}\nmapping:\n")
    told = loads(desk("plan", "disks", "--format", "json").out)
    desk.write("reconciler.yaml", f"{PROJECT}lint: {{ignore: [similar-names]}}\n")
    done = desk("plan", "disks", "--format", "json", "-o", "plan.json")
    ignored = loads(done.out)
    assert "similar-names" not in done.err
    assert ignored["sources"] == told["sources"]
    assert "similar-names" in ignored["sources"][0]["certificate"]["rests_on"]
    assert desk("show", "plan.json", "--verify").code == 0


def test_strict_plans_are_in_error_and_not_saved(desk: Desk) -> None:
    desk.write("disks.yaml", UNLABELLED)
    assert desk("plan").code == 0
    done = desk("plan", "--strict", "-o", "plan.json")
    assert (done.code, (desk.root / "plan.json").exists()) == (1, False)
    assert "1 error" in done.err
    assert "+ disks" in done.out
    assert [desk("validate", *each).code for each in ((), ("--strict",))] == [0, 1]
    desk.write("disks.yaml", MANIFEST)
    assert desk("plan", "--strict").code == 0


def test_what_live_is_like_is_no_news(desk: Desk) -> None:
    """Only where live is known: validate tells it all the same."""
    desk.write("disks.yaml", UNLABELLED)
    first = desk("plan", "disks")
    assert "warning[no-label]" in first.err
    assert desk("apply", "disks", "--auto-approve").code == 0
    attribute = "{externalId: o/n, name: Name, description: d, type: text}"
    second = f"{{externalId: o, name: Other, description: d, attributes: [{attribute}]}}"
    for command in (("plan", "disks", "--strict"), ("drift", "disks")):
        done = desk(*command)
        assert (done.code, "no-label" in done.err) == (0, False)
    assert "no-label" in desk("validate").out
    desk.edit("disks.yaml", "mapping:\n", f"      - {second}\nmapping:\n")
    done = desk("plan", "disks")
    assert [line for line in done.err.splitlines() if "no-label" in line] == [
        'disks.yaml:15:9: warning[no-label]: object type "Other" has no label'
    ]


def test_a_large_site_that_was_adopted_is_quiet(desk: Desk) -> None:
    """Of a code more than are told: a new one is not among those that are cut."""

    def types(*names: str) -> str:
        attribute = "attributes: [{{externalId: {0}/n, name: Name, description: d, type: text}}]"
        made = "      - {{externalId: {0}, name: {0}, description: d, " + attribute + "}}\n"
        return "".join(map(made.format, names))

    many = [f"t{n}" for n in range(250)]
    desk.edit("disks.yaml", "mapping:\n", f"{types(*many)}mapping:\n")
    assert desk("apply", "disks", "--auto-approve").code == 0
    assert "no-label" not in desk("plan", "disks").err
    desk.edit("disks.yaml", "mapping:\n", f"{types('new')}mapping:\n")
    assert '266:9: warning[no-label]: object type "new" has no label' in desk("plan", "disks").err


# What the examples are lines of.
RIGHT = """\
schema:
  objectSchema:
    name: Scan
    description: What the scanner finds
    objectTypes:
      - externalId: disk
        name: Disk
        description: A disk
        attributes:
          - {externalId: disk/serial, name: Serial, description: A number, type: text, label: true}
          - {externalId: disk/size, name: Size, description: In GB, type: integer}
          - externalId: disk/state
            name: State
            description: Whether it is in use
            type: status
            typeValues: [Active]
          - externalId: disk/host
            name: Host
            description: Where it is
            type: referenced_object
            referenceObjectTypeExternalId: host
      - externalId: host
        name: Host
        description: A machine
        attributes:
          - {externalId: host/name, name: Name, description: Its name, type: text, label: true}
  statusSchema:
    statuses:
      - {name: Active, description: In use, category: active}
mapping:
  objectTypeMappings:
    - objectTypeExternalId: disk
      objectTypeName: Disk
      selector: scan.disks
      description: Disks of the scan
      attributesMapping:
        - attributeExternalId: disk/serial
          attributeName: Serial
          attributeLocators: [serial]
          externalIdPart: true
        - attributeExternalId: disk/host
          attributeName: Host
          attributeLocators: [host]
          objectMappingIQL: Name = ${host}
"""
TYPES = RIGHT.partition("mapping:\n")[0]
WITHOUT_IDS = """\
schema:
  objectSchema:
    name: Scan
    description: What the scanner finds
    objectTypes:
      - name: Disk
        description: A disk
        attributes:
          - {name: Serial, description: A number, type: text, label: true}
mapping:
  objectTypeMappings:
    - objectTypeName: Disk
      selector: disks
      description: Disks of the scan
      attributesMapping:
        - attributeLocators: [serial]
          externalIdPart: true
          attributeName: Serial
"""
WITH_ICON = (
    TYPES.replace("        name: Disk\n", "        name: Disk\n        iconKey: disk\n")
    + f"""\
  iconSchema:
    icons:
      - key: disk
        name: Disk
        {EXAMPLES[ManifestCode.ICON_IMAGE][1]}
mapping:
  objectTypeMappings: []
"""
)
TWO_ROOMS = (
    """\
schema:
  objectSchema:
    name: Scan
    description: What the scanner finds
    objectTypes:
"""
    + "".join(
        f"""\
      - externalId: {each}
        name: {each}
        description: A {each}
        attributes: [{{externalId: {each}/n, name: N, description: d, type: text, label: true}}]
        children:
          - externalId: {each}/room
            name: Room
            description: A room
            attributes:
              - {{externalId: {each}/r, name: No, description: d, type: text, label: true}}
"""
        for each in ("site", "house")
    )
    + """\
mapping:
  objectTypeMappings:
    - selector: rooms
      description: Rooms
      attributesMapping:
        - {attributeName: No, attributeLocators: [no], externalIdPart: true}
      @
"""
)
Files = Callable[[str], dict[str, str]]


def framed(file: str, frame: str) -> Files:
    """Return what makes *file* of an example: its lines stand where *frame* has an `@`."""
    (indent,) = re.findall(r"^( *)@$", frame, re.MULTILINE)
    return lambda text: {
        file: frame.replace(f"{indent}@\n", "".join(f"{indent}{x}\n" for x in text.splitlines()))
    }


IN_CLOUD = framed(
    "reconciler.yaml",
    "defaultEnvironment: a\nenvironments:\n  a:\n    backend: cloud\n    workspaceId: w\n    @\n",
)
# Of what is no line of RIGHT: the files that an example makes.
FRAMES: dict[DiagnosticCode, Files] = {
    FileCode.NEAR_MISS: framed("scan.yaml", "@\n"),
    FileCode.NOT_A_MANIFEST: lambda _: {"plan.json": '{"format_version": "1.0", "digest": "x"}'},
    FileCode.BAD_IGNORE: framed("scan.yaml", f"@\n{RIGHT}"),
    ProjectCode.MISNAMED_PROJECT_FILE: lambda text: {text: PROJECT},
    ProjectCode.LITERAL_SECRET: IN_CLOUD,
    ProjectCode.SCHEMA_POLICY_UNUSED: framed("reconciler.yaml", "defaultEnvironment: lab\n@\n"),
    ProjectCode.UNKNOWN_FACT: framed(
        "facts.yaml", "sites:\n  0123456789ab:\n    kind: cloud\n    facts:\n      @\n"
    ),
    ProjectCode.UNKNOWN_SOURCE: IN_CLOUD,
    ManifestCode.NOTHING_TO_TAKE_AWAY: lambda text: {
        "reconciler.yaml": PROJECT.replace("embedded}", "embedded, overlays: lab}"),
        **framed("lab/disks.yaml", "schema:\n  objectSchema:\n    objectTypes:\n      @\n")(text),
    },
    ManifestCode.CONFLICTING_DEFINITIONS: lambda text: {
        "scan.yaml": MANIFEST.replace("source: disks", "source: scan").replace(
            "description: A drive", text.splitlines()[-1]
        )
    },
    ManifestCode.NEEDS_EXTERNAL_IDS: framed("scan.yaml", re.sub(r"- {.*}", "@", WITHOUT_IDS)),
    ManifestCode.CARDINALITY_RANGE: framed(
        "scan.yaml",
        RIGHT.replace("type: status\n", "type: status\n            @\n"),
    ),
    ManifestCode.UNKNOWN_ICON: framed("scan.yaml", WITH_ICON.replace("iconKey: disk", "@")),
    ManifestCode.ICON_IMAGE: framed("scan.yaml", re.sub("png48:.*", "@", WITH_ICON)),
    ManifestCode.NO_MAPPING: framed("scan.yaml", f"{TYPES}mapping:\n  @\n"),
    ManifestCode.UNKNOWN_ATTRIBUTE: framed(
        "scan.yaml", WITHOUT_IDS.replace("attributeName: Serial", "@")
    ),
    ManifestCode.AMBIGUOUS_NAME: framed("scan.yaml", TWO_ROOMS),
}


def in_right(code: DiagnosticCode) -> Files:
    """Return what makes a manifest of an example: RIGHT, where its right lines stand."""
    text = RIGHT.replace("- objectTypeExternalId", "-\n      objectTypeExternalId")
    lines, right = text.splitlines(), EXAMPLES[code][1].splitlines()
    bare = [line.strip() for line in lines]
    at = next(n for n in range(len(lines)) if bare[n : n + len(right)] == right)
    indent = lines[at][: len(lines[at]) - len(lines[at].lstrip())]
    lines[at : at + len(right)] = [f"{indent}@"]
    return framed("scan.yaml", "\n".join((*lines, "")))


@pytest.mark.parametrize("code", LINT.values(), ids=str)
def test_each_code_of_lint_has_an_example_that_is_warned_of_and_right_is_not(
    code: DiagnosticCode, desk: Desk
) -> None:
    for text, severities in zip(EXAMPLES[code], ({"warning"}, set()), strict=True):
        if code is ProjectCode.MISNAMED_PROJECT_FILE:
            for path in desk.root.glob("reconciler.*"):
                path.unlink()
        for name, content in (FRAMES.get(code) or in_right(code))(text).items():
            (desk.root / name).parent.mkdir(exist_ok=True)
            desk.write(name, content)
        words = ["plan" if code is ProjectCode.UNKNOWN_FACT else "validate"]
        words = text.split() if text.startswith("validate ") else words
        done = desk(*words, "--format", "json")
        found = loads(done.out)["diagnostics"]
        assert {each["severity"] for each in found if each["code"] == code} == severities, done
    assert found == [] or code in FRAMES


def test_explain_tells_what_a_code_means(desk: Desk) -> None:
    done = desk("explain", "no-label")
    assert done.code == 0
    for said in ("warning of a manifest", "label: true", "# reconciler: ignore[no-label]"):
        assert said in done.out
    assert "ignore" not in desk("explain", "MAPPING_EXISTS").out
    assert [code for code in {m.code for m in CATALOGUE} if desk("explain", code).code] == []
    desk("plan", "-o", "plan.json")
    hints = {
        "no-lable": 'did you mean "no-label"?',
        "plan.json": "reconciler explain plan.json SOURCE",
        "disks.yaml": "reconciler explain disks\n",
        "dsiks": 'did you mean "disks"?',
    }
    for asked, hint in hints.items():
        refused = desk("explain", asked)
        assert (refused.code, hint in refused.err) == (64, True)
