"""JUnit XML: a test case for each source, for each file with diagnostics, for each check."""

from collections.abc import Iterable, Sequence

from junitparser import Attr, Error, Failure, JUnitXml, TestCase, TestSuite

from reconciler.diagnostics import Diagnostic, written_place
from reconciler.outcome.diagnosis import CheckLevel, CheckResult, Diagnosis
from reconciler.planning.plan import Action, Plan, SourcePlan
from reconciler.render.ci.finding import (
    Level,
    ReviewFinding,
    diagnostic_findings,
    finding_text,
    plan_findings,
)
from reconciler.render.escape import escape

_RUN = "reconciler"
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'


class _Case(TestCase):
    """A test case with its file, to which GitLab and others link."""

    file = Attr("file")


def plan_junit(plan: Plan) -> str:
    """Return *plan* as one suite: a blocked source fails, one that was not read is an error.

    Manifests with errors are separate cases, named after their files.
    """
    planned = {s.source: s for s in plan.sources}
    groups: dict[str, list[ReviewFinding]] = {name: [] for name in planned}
    for finding in plan_findings(plan):
        name = finding.source if finding.source in planned else _case_name(finding)
        groups.setdefault(name or _RUN, []).append(finding)
    cases = [_case(name, found, planned.get(name)) for name, found in groups.items()]
    return junit_xml(f"reconciler plan, environment {plan.environment}", cases)


def diagnostics_junit(diagnostics: Iterable[Diagnostic], manifests: Sequence[str] = ()) -> str:
    """Return *diagnostics* as one suite with a case for each of the files *manifests*."""
    return junit_xml("reconciler validate", diagnostic_cases(diagnostics, manifests))


def diagnostic_cases(
    diagnostics: Iterable[Diagnostic], manifests: Sequence[str] = ()
) -> list[TestCase]:
    """Return a case for each of the files *manifests*, and for everything else with diagnostics."""
    groups: dict[str, list[ReviewFinding]] = {file: [] for file in manifests}
    for finding in diagnostic_findings(diagnostics):
        groups.setdefault(_case_name(finding), []).append(finding)
    return [_case(name, found) for name, found in groups.items()]


def _case_name(finding: ReviewFinding) -> str:
    return finding.file or finding.source or _RUN


def new_case(name: str, *, classname: str, file: str | None) -> TestCase:
    """Return an empty case *name* about *file*."""
    case = _Case(escape(name), classname=classname)
    if file:
        case.file = escape(file)
    return case


def _case(
    name: str, findings: Sequence[ReviewFinding], planned: SourcePlan | None = None
) -> TestCase:
    file = planned.file if planned else next((f.file for f in findings if f.file), None)
    of_a_source = planned or any(f.source == name for f in findings)
    case = new_case(name, classname="source" if of_a_source else "manifest", file=file)
    grave = [f for f in findings if f.level is Level.ERROR]
    if planned is not None and planned.action is Action.BLOCKED:
        failure = Failure(escape(planned.reason.text), escape(planned.reason.code))
        failure.text = finding_list(grave)
        case.result = [failure]
    elif grave:
        error = Error(escape(grave[0].text), escape(grave[0].code))
        error.text = finding_list(grave)
        case.result = [error]
    if others := [f for f in findings if f.level is not Level.ERROR]:
        case.system_out = finding_list(others)
    return case


def finding_list(findings: Iterable[ReviewFinding]) -> str:
    """Return the findings with their places; escaped, as XML cannot contain control characters."""
    return "\n\n".join(
        f"{escape(_place(f))}{f.level}[{escape(f.code)}]: {finding_text(f)}" for f in findings
    )


def _place(finding: ReviewFinding) -> str:
    place = written_place(finding.file, finding.line, finding.column)
    return f"{place}: " if place else ""


def junit_xml(name: str, cases: list[TestCase]) -> str:
    """Return the XML of the suite *name* with *cases*."""
    suite = TestSuite(escape(name))
    suite.add_testcases(cases)
    xml = JUnitXml(escape(name))
    xml.add_testsuite(suite)
    written: bytes = xml.tostring()  # type: ignore[no-untyped-call]
    return f"{_HEAD}{written.decode()}\n"


def diagnosis_junit(diagnosis: Diagnosis) -> str:
    """Return *diagnosis* as one suite: a failed check fails, what was not looked at is an error."""
    cases = [_check_case(each) for each in diagnosis.results]
    return junit_xml(f"reconciler doctor, environment {diagnosis.environment}", cases)


def _check_case(found: CheckResult) -> TestCase:
    name = f"{found.check}: {found.source}" if found.source else str(found.check)
    case = new_case(name, classname="check", file=None)
    told = escape(f"{found.level}: {found.text}")
    told += "".join(f"\n{escape(each)}" for each in (found.request, found.remedy) if each)
    if found.level in {CheckLevel.FAIL, CheckLevel.ERROR}:
        kind = Failure if found.level is CheckLevel.FAIL else Error
        fault = kind(escape(found.text), escape(found.check))
        fault.text = told
        case.result = [fault]
    else:
        case.system_out = told
    return case
