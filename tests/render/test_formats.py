"""Each kind of report in each of its formats, and what adding one of the two takes."""

import json
import re
from collections.abc import Callable
from typing import Any
from xml.etree import ElementTree as ET

import jsonschema
import pytest
from markdown_it import MarkdownIt
from prometheus_client.parser import text_string_to_metric_families

from reconciler.backend.import_sources import ExecutionStatus
from reconciler.codes.check import CheckCode
from reconciler.errors import Holder, NotFound
from reconciler.manifest.schemas import schema
from reconciler.model.source import ConfigStatus, Description
from reconciler.outcome.command_results import PreviewResult, PulledManifest
from reconciler.outcome.diagnosis import CheckLevel, CheckResult, Diagnosis
from reconciler.outcome.imports import ImportedObject, LatestImport, import_result
from reconciler.outcome.ingestions import IngestState, PastIngestion
from reconciler.outcome.probes import Finding, Leftover, ProbeReport, ProbeRequest
from reconciler.outcome.results import IngestEnding, IngestReport
from reconciler.outcome.source_status import SourceStatus
from reconciler.planning.change import Attribution, Verdict
from reconciler.planning.drift.report import drift_of
from reconciler.planning.plan import Action
from reconciler.render.formats import KINDS, Format, rendered
from reconciler.render.report import (
    Ingested,
    JournalEntries,
    LatestImports,
    PlanReport,
    Pulled,
    ReleasedLocks,
    SourceObjects,
    Statuses,
    Validation,
)
from reconciler.value import replace
from tests.support.documents.mapped import one_type, preview
from tests.support.paths import ROOT
from tests.support.samples import drift_reports, imports
from tests.support.samples import plans as samples
from tests.support.samples.apply_runs import ACCOUNT
from tests.support.samples.html_reader import Page
from tests.support.samples.schema_operations import PATCHED, RUN

FILE = "here/disks.yaml"
FAULTS = tuple(replace(each, file=FILE) for each in samples.DIAGNOSTICS)
PLAN = samples.plan(replace(samples.BLOCKED, file=FILE), samples.UPDATE, diagnostics=FAULTS)
APPLIED = samples.plan(
    *(replace(samples.UPDATE, source=result.source) for result in samples.REPORT.results)
)
# A kind → the report that every format of it must be able to show.
SAMPLES: dict[str, Any] = {
    "plan": PlanReport(plan=PLAN, directory="here", whole="plan.json"),
    "validation": Validation(diagnostics=FAULTS, manifests=(FILE, "here/people.yaml")),
    "drift": replace(drift_reports.EVERYTHING, diagnostics=FAULTS),
    "preview": PreviewResult(
        source="disks",
        data="disks.json",
        created_at="2026-03-01T10:20:30Z",
        environment="local",
        preview=preview(one_type(entries=()), {"rows": [{"id": "1", "name": "One"}]}, sample=1),
        file=FILE,
        diagnostics=FAULTS,
    ),
    "apply": replace(
        ACCOUNT, plan=APPLIED, error=NotFound("live went away", request="GET mapping")
    ),
    "imports": LatestImports(
        environment="local",
        latest=(
            LatestImport(source="disks", found=import_result("DONE", imports.LOSSY)),
            LatestImport(source="people", found=None),
        ),
    ),
    "objects": SourceObjects(
        source="disks",
        objects=(
            ImportedObject(key="DISK-1", type="Disk", label="sda", attributes={}, references={}),
        ),
    ),
    "doctor": Diagnosis(
        created_at="2026-03-01T10:20:30Z",
        environment="local",
        results=(
            CheckResult(
                check=CheckCode.MANIFESTS,
                level=CheckLevel.FAIL,
                text="1 manifest is in error, 1 is not",
                remedy="reconciler validate",
            ),
        ),
    ),
    "probe": ProbeReport(
        created_at="2026-03-01T10:20:30Z",
        environment="local",
        source="sandbox",
        site="0123456789ab",
        site_kind="emulator",
        findings=(
            Finding(
                question="patch-label",
                text="Can PATCH change which attribute is the label?",
                outcome="stays",
                conclusion="is taken without effect",
                assumed="changes",
                attempts=(ProbeRequest(request="PATCH mapping", sent={"a": 1}, answer="303"),),
            ),
        ),
        leftovers=(Leftover(what="an icon", remedy="delete it in Assets"),),
        ended="the connection was cut",
    ),
    "status": Statuses(
        environment="local",
        statuses=(
            SourceStatus(
                source="disks",
                config_status=ConfigStatus.IDLE,
                last_apply=replace(PATCHED, source="disks"),
                last_execution=ExecutionStatus(status="DONE", progress_result=imports.LOSSY),
                description=Description(name="Disks", fault="not valid"),
            ),
            SourceStatus(
                source="people",
                config_status=NotFound("there is none", request="GET configstatus"),
                last_apply=None,
                last_execution=None,
            ),
        ),
        diagnostics=FAULTS,
    ),
    "history": JournalEntries(
        entries=(
            RUN,
            PastIngestion(
                environment="local",
                source="disks",
                state=IngestState.DONE,
                entries=None,
                chunks=3,
                runner="ann@home (pid 7)",
                started_at="2026-03-01T10:20:30Z",
                ended_at=None,
                message="1 created",
            ),
        ),
    ),
    "pull": Pulled(
        environment="local",
        is_done=False,
        manifests=(
            PulledManifest(
                source="disks",
                file=FILE,
                before="a: 1\n",
                after="a: 2\n",
                settled=1,
                object_types=1,
                attributes=2,
                mappings=1,
            ),
        ),
        not_configured={"people": "no mapping yet"},
        errors={"teams": NotFound("there is none", request="GET configstatus")},
        diagnostics=FAULTS,
    ),
    "unlock": ReleasedLocks(
        environment="local",
        held=((Holder(source="disks", token="t", runner="ann", host="h", pid=7, since=1.5), True),),
        free=("people",),
    ),
    "ingestion": Ingested(
        environment="local",
        report=IngestReport(
            source="disks",
            ending=IngestEnding.WITH_ERRORS,
            sent=3,
            seconds=1.5,
            result=import_result("DONE", imports.LOSSY),
            error=NotFound("there is none", request="GET progress"),
            note="resume it",
        ),
    ),
}


def _is_json(text: str) -> None:
    json.loads(text)


def _is_markdown(text: str) -> None:
    assert any(token.type == "heading_open" for token in MarkdownIt().parse(text))


def _is_sarif(text: str) -> None:
    (run,) = json.loads(text)["runs"]
    assert run["results"]


def _is_junit(text: str) -> None:
    assert ET.fromstring(text).find(".//testcase") is not None  # noqa: S314 - our own text


def _is_commands(text: str) -> None:
    assert all(line.startswith("::") for line in text.splitlines())


def _is_text(text: str) -> None:
    assert text.endswith("\n")
    assert not [c for c in text if not c.isprintable() and c != "\n"]


WELL_FORMED: dict[Format, Callable[[str], object]] = {
    Format.TEXT: _is_text,
    Format.JSON: _is_json,
    Format.MARKDOWN: _is_markdown,
    Format.HTML: Page,
    Format.SARIF: _is_sarif,
    Format.JUNIT: _is_junit,
    Format.GITHUB: _is_commands,
    Format.GITLAB: _is_json,
    Format.PROMETHEUS: lambda text: list(text_string_to_metric_families(text)),
}


CASES = [(kind, format_) for kind in KINDS for format_ in KINDS[kind].formats]
# The user's own, and one that names no file.
FROM_HERE = {Format.TEXT, Format.JSON, Format.PROMETHEUS}


def made(kind: str, format_: Format) -> str:
    return rendered(KINDS[kind], SAMPLES[kind], format_, lambda file: f"root/{file}")


def test_every_format_is_one_of_a_kind_of_report() -> None:
    assert {format_ for _, format_ in CASES} == set(Format)


def test_every_kind_and_every_format_is_tried_here() -> None:
    assert list(SAMPLES) == list(KINDS)
    assert list(WELL_FORMED) == list(Format)


@pytest.mark.parametrize(("kind", "format_"), CASES)
def test_a_report_is_well_formed_in_each_format(kind: str, format_: Format) -> None:
    text = made(kind, format_)
    assert text.strip()
    WELL_FORMED[format_](text)


@pytest.mark.parametrize(("kind", "format_"), CASES)
def test_reviewers_read_names_from_the_root_of_the_repository(kind: str, format_: Format) -> None:
    text = made(kind, format_)
    # A diagnosis is of a project on a machine: no reviewer looks for its files.
    assert ("root/here" in text) == (format_ not in FROM_HERE and kind != "doctor")


def closed(node: Any) -> Any:
    """Return the schema *node* without what it allows beyond its keys."""
    if isinstance(node, dict):
        more = {"additionalProperties": False} if "properties" in node else {}
        return {**{key: closed(each) for key, each in node.items()}, **more}
    return [*map(closed, node)] if isinstance(node, list) else node


@pytest.mark.parametrize("kind", ["status", "history", "pull", "unlock", "ingestion", "imports"])
def test_json_has_the_keys_of_its_schema_and_no_other(kind: str) -> None:
    validator = jsonschema.Draft202012Validator(closed(schema(kind)))
    assert [*validator.iter_errors(json.loads(made(kind, Format.JSON)))] == []


RENAMED = samples.change(
    "people/objectTypes[cafe]/name",
    "Café",
    field="name",
    before="Café",
    after="Cafe\u0301",
    verdict=Verdict.IMPOSSIBLE,
    remedy='rename "Café" in Assets',
    attribution=Attribution.DRIFT,
)
LOOK_ALIKE = samples.plan(samples.source("people", Action.BLOCKED, RENAMED, file=FILE, base="a"))


@pytest.mark.parametrize(("kind", "format_"), CASES)
def test_names_that_look_alike_are_told_apart(kind: str, format_: Format) -> None:
    """The decomposed one is shown by its codes, behind however many backslashes of a format."""
    if kind not in {"plan", "drift"} or format_ in {Format.JSON, Format.PROMETHEUS}:
        return
    report = {
        "plan": PlanReport(plan=LOOK_ALIKE, directory="here", whole="plan.json"),
        "drift": drift_of(LOOK_ALIKE, (), today=drift_reports.TODAY),
    }[kind]
    text = rendered(KINDS[kind], report, format_, str)
    assert re.search(r"Cafe\\+u0301", text)
    assert "e\u0301" not in text


def test_the_page_says_which_report_has_which_format() -> None:
    page = (ROOT / "docs" / "reference" / "formats.md").read_text(encoding="utf-8")
    table = re.findall(r"^\| `([a-z]+)` \| ([a-z, ]+) \| .+ \|$", page, re.MULTILINE)
    assert [(name, reports.split(", ")) for name, reports in table] == [
        (format_.value, [kind for kind in KINDS if (kind, format_) in CASES]) for format_ in Format
    ]
