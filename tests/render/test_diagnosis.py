"""A diagnosis in each of its formats, against golden files; names of strangers stay text."""

import os

import pytest

from reconciler import __version__
from reconciler.codes.check import CheckCode
from reconciler.outcome.diagnosis import CheckLevel, Diagnosis, result
from reconciler.render.formats import DOCTOR, Format, rendered
from tests.support.paths import GOLDEN

STATUS = "GET importsource/4d40…/configstatus"
DIAGNOSIS = Diagnosis(
    created_at="2026-11-30T12:00:00.000Z",
    environment="production",
    base_url="https://api.atlassian.com/jsm/assets",
    workspace_id="6f1c",
    results=(
        result(
            CheckCode.PROJECT_FILE, CheckLevel.OK, "reconciler.yaml, environment production (cloud)"
        ),
        result(
            CheckCode.GIT_IGNORE,
            CheckLevel.WARN,
            ".reconciler/ is tracked by git: its journal holds documents",
            "git rm -r --cached .reconciler",
        ),
        result(
            CheckCode.CREDENTIAL,
            CheckLevel.OK,
            'the credential of laptops reaches "Lap\x1b[31m\u202etops", external import 4d40',
            source="laptops",
            request="GET importsource/4d40…",
        ),
        result(
            CheckCode.CREDENTIAL,
            CheckLevel.FAIL,
            f"{STATUS} (people) was answered 401 Unauthorized",
            source="people",
            request=STATUS,
        ),
        result(
            CheckCode.CONNECTION,
            CheckLevel.ERROR,
            "no connection to api.atlassian.com <&>",
            "check baseUrl, the network and the proxy variables",
            source="teams",
            request=STATUS,
        ),
    ),
)
FILES = {Format.TEXT: "text.txt", Format.JSON: "report.json", Format.JUNIT: "junit.xml"}


@pytest.mark.parametrize("format_", DOCTOR.formats)
def test_a_diagnosis_is_shown(format_: Format) -> None:
    """RECONCILER_UPDATE_GOLDEN=1 writes the files anew."""
    shown = rendered(DOCTOR, DIAGNOSIS, format_, lambda name: name).replace(__version__, "VERSION")
    file = GOLDEN / "render" / "doctor" / FILES[format_]
    if os.environ.get("RECONCILER_UPDATE_GOLDEN"):
        file.write_text(shown, encoding="utf-8")
    assert shown == file.read_text(encoding="utf-8")
