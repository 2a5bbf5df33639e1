"""`drift`: live moved, git moved, or both; it only reads, and says who is to act."""

import json
import time
from collections.abc import Callable
from typing import Any

import pytest
from junitparser import JUnitXml

from reconciler.manifest import schemas
from tests.support.stages.cli_project import MANIFEST, Desk, Result
from tests.support.stages.drift_desk import behind_our_back

DRIVE = "disks/objectTypes[object-type/drive]/description"


@pytest.fixture
def desk(desk: Desk) -> Desk:
    assert desk("apply", "--auto-approve").code == 0
    return desk


def drift(desk: Desk) -> Callable[..., tuple[Result, dict[str, Any]]]:
    def run(*arguments: str) -> tuple[Result, dict[str, Any]]:
        done = desk("drift", "--format", "json", *arguments)
        report = json.loads(done.out)
        assert schemas.schema_faults("drift", report) == ()
        return done, report

    return run


def test_in_sync_is_0(desk: Desk) -> None:
    done = desk("drift")
    assert done.code == 0
    assert done.out.splitlines() == [
        "2 sources are in sync (--all lists them)",
        "No drift in 2 sources.",
    ]
    assert desk("drift", "--all").out.splitlines() == [
        ". disks    in sync",
        ". people   in sync",
        "No drift in 2 sources.",
    ]


def test_what_moved_in_live_is_drift(desk: Desk) -> None:
    behind_our_back(desk, "A drive", "Theirs")
    done = desk("drift")
    assert done.code == 2
    assert done.out.splitlines() == [
        "! disks   1 changed in Assets, not in git",
        '    ~ Drive / description   git "A drive" · live "Theirs"',
        "        disks/objectTypes[object-type/drive]/description",
        "    undo in Assets:          reconciler --environment local apply disks",
        "    keep it in the manifest: reconciler --environment local pull disks",
        "1 source is in sync (--all lists it)",
        "Drift in 1 of 2 sources.",
    ]
    code, report = drift(desk)()
    assert code.code == 2
    assert (report["drifted"], report["summary"]["by_standing"]) == (True, {"drift": 1})
    assert report["sources"][0]["findings"][0]["address"] == DRIVE


def test_what_moved_in_git_is_not(desk: Desk) -> None:
    desk.edit("disks.yaml", "A drive", "Ours")
    done, report = drift(desk)()
    assert done.code == 0
    assert [s["state"] for s in report["sources"]] == ["unapplied", "in-sync"]
    assert "1 change in git is not applied yet" in desk("drift").out


def test_both_is_a_conflict(desk: Desk) -> None:
    behind_our_back(desk, "A drive", "Theirs")
    desk.edit("disks.yaml", "A drive", "Ours")
    done, report = drift(desk)()
    assert done.code == 2
    assert report["summary"]["by_standing"] == {"conflict": 1}
    assert "conflict   git" in desk("drift").out


def test_without_a_base_every_difference_counts(desk: Desk) -> None:
    (desk.root / ".reconciler" / "journal.db").unlink()
    desk.edit("disks.yaml", "A drive", "Ours")
    done, report = drift(desk)()
    assert done.code == 2
    assert report["sources"][0]["base"] is None
    assert report["sources"][0]["findings"][0]["attribution"] is None
    assert "no base is known" in desk("drift").out


def test_what_is_acknowledged_does_not_alarm(desk: Desk) -> None:
    behind_our_back(desk, "A drive", "Theirs")
    project = (desk.root / "reconciler.yaml").read_text(encoding="utf-8")
    known = (
        "ignore:\n"
        '  - {address: "disks/objectTypes[*]/description", reason: r, owner: ann,'
        " expires: 2999-12-31, value: Theirs}\n"
        '  - {address: "people/**", reason: r, owner: bob, expires: 2999-12-31}\n'
        '  - {address: "disks/**", reason: r, owner: eve, expires: 2001-01-01}\n'
    )
    desk.write("reconciler.yaml", project + known)
    done, report = drift(desk)()
    assert done.code == 0
    assert report["sources"][0]["findings"][0]["acknowledged_by"] == "ann"
    assert [(a["muted"], a["expired"]) for a in report["acknowledgements"]] == [
        (1, False),
        (0, False),
        (0, True),
    ]
    shown = desk("drift").out
    assert "2 sources are in sync, 1 of them with known differences (--all lists them)" in shown
    assert ". disks    in sync (1 acknowledged)" in desk("drift", "--all").out
    assert "people/** (bob) mutes nothing" in shown
    assert "disks/** (eve) expired on 2001-01-01" in shown
    assert desk("plan", "--detailed-exitcode").code == 2, "apply does not know of it"
    desk.write("reconciler.yaml", project + known.replace("value: Theirs", "value: Before"))
    assert desk("drift").code == 2, "the value has moved"


def test_a_report_that_cannot_be_written_does_not_stop_the_others(desk: Desk) -> None:
    outputs = ("--output", "html=no/such.html", "--output", "json=d.json")
    done = desk("drift", *outputs)
    assert (done.code, "no/such.html cannot be written" in done.err) == (1, True)
    assert json.loads((desk.root / "d.json").read_text())["drifted"] is False
    failed = desk("drift", "--base", "no-such-ref", *outputs)
    assert failed.code == 1
    assert "no-such-ref" in failed.err, "why nothing was judged is told as well"
    assert "no/such.html cannot be written" in failed.err
    assert json.loads((desk.root / "d.json").read_text())["errored"] is True


def test_pipelines_are_told_where_git_has_it(desk: Desk) -> None:
    behind_our_back(desk, "A drive", "Theirs")
    line = 1 + next(
        at
        for at, text in enumerate((desk.root / "disks.yaml").read_text().splitlines())
        if "A drive" in text
    )
    sarif = json.loads(desk("drift", "--format", "sarif").out)
    (result,) = sarif["runs"][0]["results"]
    place = result["locations"][0]["physicalLocation"]
    assert (result["ruleId"], result["level"]) == ("drift", "error")
    assert (place["artifactLocation"]["uri"], place["region"]["startLine"]) == ("disks.yaml", line)
    said = desk("drift", "--format", "github").out
    assert said.startswith(f"::error file=disks.yaml,line={line},")
    assert "live" in said
    (issue,) = json.loads(desk("drift", "--format", "gitlab").out)
    assert (issue["check_name"], issue["location"]["lines"]["begin"]) == ("drift", line)
    (suite,) = JUnitXml.fromstring(desk("drift", "--format", "junit").out.encode())
    assert [(c.name, c.is_passed) for c in suite] == [("disks", False), ("people", True)]
    assert (suite.failures, suite.errors) == (1, 0)


def test_markdown_has_what_alarms_first(desk: Desk) -> None:
    behind_our_back(desk, "A drive", "Theirs `x` @team")
    shown = desk("drift", "--format", "markdown").out
    assert shown.splitlines()[0] == "### Drift in 1 of 2 sources."
    assert f'- `{DRIVE}`: git `"A drive"` · live ``' in shown
    assert "`reconciler --environment local apply disks`" in shown


def test_a_page_is_printed_written_and_merged(desk: Desk) -> None:
    behind_our_back(desk, "A drive", "<b>Theirs</b>")
    done = desk("drift", "--format", "html", "--output", "html=d.html", "--output", "json=d.json")
    assert done.code == 2
    assert done.out.startswith("<!doctype html>")
    assert "&lt;b&gt;Theirs&lt;/b&gt;" in done.out
    assert (desk.root / "d.html").read_text(encoding="utf-8") == done.out
    assert desk("merge", "d.json", "--format", "html").out == done.out


def test_sources_that_cannot_be_read_are_reported(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = (desk.root / "reconciler.yaml").read_text(encoding="utf-8")
    monkeypatch.setenv("UNSET_WORKSPACE_ID", "w")
    monkeypatch.setenv("UNSET_TOKEN", "t")
    desk.write(
        "reconciler.yaml",
        project.replace(
            "    backend: cloud\n", "    backend: cloud\n    baseUrl: http://127.0.0.1:1\n"
        )
        + "    sources: {disks: {importSourceId: a}, people: {importSourceId: b}}\n",
    )
    production = ("--environment", "production")
    done = desk(*production, "drift", "--format", "json", "--output", "junit=j.xml")
    assert done.code == 1
    report = json.loads(done.out)
    assert schemas.schema_faults("drift", report) == ()
    assert [s["state"] for s in report["sources"]] == ["unreadable", "unreadable"]
    (suite,) = JUnitXml.fromstring((desk.root / "j.xml").read_bytes())
    assert (suite.errors, suite.failures) == (2, 0)


def in_error(desk: Desk) -> None:
    desk.edit("disks.yaml", "selector: drives", "selectr: 1")
    desk.edit("disks.yaml", "type: text", "type: txt")


def of_one_source(desk: Desk) -> None:
    desk.write("again.yaml", MANIFEST.replace("/", "/again-"))


def unread(desk: Desk) -> None:
    desk.write("disks.yaml", "source: [")


def unread_and_bound(desk: Desk) -> None:
    unread(desk)
    desk.edit("reconciler.yaml", "{backend: embedded}", "{backend: embedded, sources: {disks: {}}}")


# What is wrong with disks → what the report says of it, and its errors.
BROKEN: dict[str, tuple[Callable[[Desk], None], str | None, str | None]] = {
    "a manifest in error": (in_error, "its manifest is in error: disks.yaml:", "disks"),
    "two manifests of it": (of_one_source, "its manifest is in error: disks.yaml:", "disks"),
    "a file that cannot be read": (unread, None, None),
    "one that may be of a bound source": (
        unread_and_bound, "it has no manifest, unless it is in a file that cannot be read", None,
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", BROKEN)
def test_a_manifest_in_error_leaves_the_other_sources(case: str, desk: Desk) -> None:
    outputs = ("--output", "prometheus=m.prom", "--output", "junit=j.xml")
    assert desk("drift", *outputs, "--since", "last").code == 0
    break_it, said, source = BROKEN[case]
    behind_our_back(desk, "A drive", "Theirs", source="people")
    break_it(desk)
    done, report = drift(desk)(*outputs, "--since", "last")
    assert done.code == 1
    assert report["errored"]
    states = {s["source"]: s["state"] for s in report["sources"]}
    assert states == {"people": "drifted"} | ({"disks": "unreadable"} if said else {})
    assert said is None or report["sources"][0]["error"].startswith(said)
    assert {d["source"] for d in report["diagnostics"]} == {source}
    (suite,) = JUnitXml.fromstring((desk.root / "j.xml").read_bytes())
    assert (suite.failures, suite.errors > 0) == (1, True)
    last = "reconciler_drift_last_success_timestamp_seconds"
    assert f'{last}{{environment="local",source="disks"}}' in (desk.root / "m.prom").read_text()
    shards = [desk("drift", "--shard", f"{n}/2", "--output", f"json={n}.json") for n in (1, 2)]
    assert {shard.code for shard in shards} <= {1, 2}
    merged = json.loads(desk("merge", "1.json", "2.json", "--format", "json").out)
    assert merged["sources"] == drift(desk)()[1]["sources"]
    assert desk("drift", "people").code == (1 if source is None else 2)
    assert desk("drift", "disks").code == 1
    assert desk("plan").code == desk("apply", "--auto-approve").code == 1, "nothing is sent"


def test_where_all_are_in_error_each_is_told(desk: Desk) -> None:
    for name in ("disks.yaml", "people.yaml"):
        desk.edit(name, "type: text", "type: txt")
    done = desk("drift", "--format", "markdown", "--output", "text=d.txt")
    assert done.code == 1
    assert done.out.startswith("### 2 sources could not be read.")
    assert "`disks.yaml:" in done.out
    assert "people.yaml:" in (desk.root / "d.txt").read_text()


def test_a_shard_keeps_its_part_of_the_pace(desk: Desk) -> None:
    project = (desk.root / "reconciler.yaml").read_text(encoding="utf-8")
    # Both sources are in this share, so it has four requests to send at two a second; those
    # of one second may go at once.
    desk.write("reconciler.yaml", f"{project}policy: {{requestsPerMinute: {51 * 120}}}\n")
    began = time.monotonic()
    done, report = drift(desk)("--shard", "17/51")
    assert time.monotonic() - began >= 0.5
    assert (done.code, len(report["sources"])) == (0, 2)


def test_a_share_may_be_empty(desk: Desk) -> None:
    done, report = drift(desk)("--shard", "1/51")
    assert (done.code, report["sources"]) == (0, [])


# The sentence → the variables, what was asked for, and what is wrong with it, None for nothing.
SHARDS: dict[str, tuple[dict[str, str], str, str | None]] = {
    "GitLab": ({"CI_NODE_INDEX": "2", "CI_NODE_TOTAL": "2"}, "auto", None),
    "GitLab, and the total by hand": (
        {"CI_NODE_INDEX": "2", "CI_NODE_TOTAL": "2"}, "auto/2", None),
    "GitLab has another total": (
        {"CI_NODE_INDEX": "2", "CI_NODE_TOTAL": "2"}, "auto/8", "the CI says that there are 2"),
    "Kubernetes": ({"JOB_COMPLETION_INDEX": "1"}, "auto/2", None),
    "Kubernetes tells no total": ({"JOB_COMPLETION_INDEX": "1"}, "auto", "the total is not known"),
    "neither": ({}, "auto", "none of"),
    "beyond the total": ({}, "3/2", "between 1 and the total"),
    "from nought": ({}, "0/2", "between 1 and the total"),
    "an index beyond": ({"JOB_COMPLETION_INDEX": "2"}, "auto/2", "between 1 and the total"),
    "no numbers": ({}, "a/b", "is not I/N"),
}  # fmt: skip


@pytest.mark.parametrize("case", SHARDS)
def test_shard(case: str, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    variables, asked, wrong = SHARDS[case]
    for name in ("CI_NODE_INDEX", "CI_NODE_TOTAL", "JOB_COMPLETION_INDEX"):
        monkeypatch.delenv(name, raising=False)
    for name, text in variables.items():
        monkeypatch.setenv(name, text)
    done = desk("drift", "--shard", asked)
    if wrong is None:
        assert (done.code, done.out) == (0, desk("drift", "--shard", "2/2").out)
    else:
        assert done.code == 64
        assert wrong in done.err


# The sentence → what is wrong, the exit code, and what the report says of it.
FAILED: dict[str, tuple[tuple[str, ...], int, str]] = {
    "a commit that is none": (("drift", "--base", "no-such-ref"), 1, "no-such-ref"),
    "a variable that is not set": (
        ("--environment", "production", "drift"),
        1,
        "UNSET_WORKSPACE_ID",
    ),
    "a source that is none": (("drift", "discs"), 64, "discs"),
    "an environment that is none": (("--environment", "staging", "drift"), 64, "staging"),
}


@pytest.mark.parametrize("case", FAILED)
def test_a_run_that_fails_is_reported_too(case: str, desk: Desk) -> None:
    asked, code, said = FAILED[case]
    done = desk(*asked, "--output", "json=d.json", "--output", "html=d.html", "--format", "junit")
    assert (done.code, said in done.err) == (code, True)
    report = json.loads((desk.root / "d.json").read_text())
    assert schemas.schema_faults("drift", report) == ()
    assert (report["errored"], report["sources"]) == (True, [])
    assert any(said in d["text"] for d in report["diagnostics"])
    assert "Nothing could be judged." in (desk.root / "d.html").read_text()
    (suite,) = JUnitXml.fromstring(done.out.encode())
    assert suite.errors == 1, "it is not green"
