"""SARIF 2.1.0, which GitHub's code scanning and editors read.

The dictionaries use the names of the standard; the only library of its classes has not been
maintained since 2019.
"""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import quote

from reconciler.regex import regex
from reconciler.render.ci.finding import (
    Level,
    ReviewFinding,
    Run,
    finding_text,
    fingerprints,
    left_out,
)
from reconciler.render.ci.rules import FindingRule, rules_of
from reconciler.render.escape import escape, escape_lines
from reconciler.render.json_line import indented_json

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
FINGERPRINT = "reconciler/v1"
# GitHub shows this many of a run, chosen by level, and refuses a run of five times as many.
MOST_RESULTS = 5_000
_PLACEHOLDER = regex(r"\{([0-9]+)\}")


def run_sarif(run: Run, documentation: str | None = None) -> str:
    """Return *run* as a SARIF log of one run; *documentation* is the URL of the folder docs."""
    findings = run.findings
    placed = [f for f in findings if f.file]
    rules = rules_of(findings, documentation)
    index = {rule.code: at for at, rule in enumerate(rules)}
    marked = list(zip(placed, fingerprints(placed), strict=True))[:MOST_RESULTS]
    log = {
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "reconciler",
                        "version": run.version,
                        "rules": list(map(_rule, rules)),
                    }
                },
                # GitHub's code scanning replaces the previous run with the same id.
                "automationDetails": {"id": escape(run.name)},
                "columnKind": "unicodeCodePoints",
                "invocations": [
                    {
                        "executionSuccessful": run.succeeded,
                        "toolExecutionNotifications": [
                            *_notifications(findings, index),
                            *_left_out(placed[MOST_RESULTS:]),
                        ],
                    }
                ],
                "results": [_result(f, mark, index[f.code]) for f, mark in marked],
            }
        ],
    }
    return indented_json(log) + "\n"


def _rule(rule: FindingRule) -> dict[str, Any]:
    return {
        "id": rule.code,
        "shortDescription": {"text": _message(rule.text)},
        "fullDescription": {"text": _message(rule.text)},
        "help": {"text": _message(escape_lines(rule.help))},
        "defaultConfiguration": {"level": rule.level},
        **({"helpUri": rule.page} if rule.page else {}),
    }


def _result(finding: ReviewFinding, fingerprint: str, rule: int) -> dict[str, Any]:
    location: dict[str, Any] = {"physicalLocation": _place(finding)}
    if finding.address:
        location["logicalLocations"] = [{"fullyQualifiedName": escape(str(finding.address))}]
    return {
        "ruleId": finding.code,
        "ruleIndex": rule,
        "level": finding.level,
        "message": {"text": _message(finding_text(finding))},
        "locations": [location],
        "partialFingerprints": {FINGERPRINT: fingerprint},
    }


def _notifications(
    findings: Iterable[ReviewFinding], index: dict[str, int]
) -> list[dict[str, Any]]:
    """Return the findings about the run rather than a file, because a result must have a place.

    GitHub refuses a whole log because of one result without a place.
    """
    return [
        {
            "level": finding.level,
            "message": {"text": _message(finding_text(finding))},
            "associatedRule": {"id": finding.code, "index": index[finding.code]},
        }
        for finding in findings
        if not finding.file
    ]


def _left_out(findings: Sequence[ReviewFinding]) -> Iterator[dict[str, Any]]:
    if findings:
        yield {"level": Level.WARNING, "message": {"text": f"{left_out(findings)} (--format json)"}}


def _place(finding: ReviewFinding) -> dict[str, Any]:
    region = {"startLine": finding.line or 1}
    if finding.column:
        region["startColumn"] = finding.column
    return {"artifactLocation": _artifact(finding.file or ""), "region": region}


def _artifact(file: str) -> dict[str, str]:
    uri = quote(file, errors="surrogatepass")
    if PurePosixPath(file).is_absolute():
        return {"uri": f"file://{uri}"}
    return {"uri": uri, "uriBaseId": "%SRCROOT%"}


def _message(text: str) -> str:
    """Return *text* as a message that is shown literally: no link `[…](…)`, no argument `{0}`."""
    return _PLACEHOLDER.sub(r"{ \1}", text.replace("](", "] ("))
