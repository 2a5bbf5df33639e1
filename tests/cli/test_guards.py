"""Guards and `--expect-digest` at the command line: exit codes, and the flags that they name."""

import json
import re

import pytest

from reconciler.cli.usage.plan import plan
from reconciler.model.policy import Policy
from reconciler.value import field_names
from tests.support.paths import ROOT
from tests.support.stages.cli_project import Desk
from tests.support.stages.drift_desk import behind_our_back

HINT = re.compile(r"override with (--max-[a-z-]+) (\w+)")
WRONG = f"sha256:{'0' * 64}"


def sent(desk: Desk) -> bool:
    return (desk.root / ".reconciler" / "journal.db").exists()


def named(out: str) -> list[str]:
    """The flags that *out* names, the highest value of each."""
    found: dict[str, str] = {}
    for flag, value in HINT.findall(" ".join(out.split())):
        found[flag] = max(found.get(flag, value), value, key=lambda v: (len(v), v))
    return [part for flag in found.items() for part in flag]


DISK = ("disks.yaml", "selector: drives", "selector: disks")
TEXT = ("people.yaml", "description: A drive", "description: A person")
LOCATOR = ("people.yaml", "attributeLocators: [serial]", "attributeLocators: [name]")

# policy, the edits after a first apply, and the code of the reason
GUARDS: dict[str, tuple[str, list[tuple[str, str, str]], str]] = {
    "the number of one source": ("maxChanges: 0", [DISK], "too_many_changes"),
    "the number of all sources together": ("maxChanges: 1", [DISK, TEXT], "too_many_changes"),
    "number and risk": ("maxChanges: 0, maxRisk: none", [DISK], "too_many_changes"),
    "data above review": ("maxRisk: review", [DISK], "too_much_risk"),
    "data above none": ("maxRisk: none", [DISK], "too_much_risk"),
    "review above none": ("maxRisk: none", [LOCATOR], "too_much_risk"),
}


@pytest.mark.parametrize("case", GUARDS)
def test_a_guard_exits_3_and_the_flags_that_it_names_let_it_through(case: str, desk: Desk) -> None:
    policy, edits, code = GUARDS[case]
    assert desk("apply", "--auto-approve").code == 0
    desk.edit("reconciler.yaml", "environments:", f"policy: {{{policy}}}\nenvironments:")
    for name, before, after in edits:
        desk.edit(name, before, after)
    stopped = desk("plan")
    assert stopped.code == 3
    flags = named(stopped.out)
    assert flags
    made = json.loads(desk("plan", "--format", "json").out)
    assert {s["reason"]["code"] for s in made["sources"] if s["action"] == "blocked"} == {code}
    assert "sending" not in desk("apply", "--auto-approve").err
    assert desk("plan", *flags).code == 0
    done = desk("apply", "--auto-approve", *flags)
    assert (done.code, done.err.count(": sending PATCH")) == (0, len(edits))


# Every guard of policy, as the project file has it where nothing may pass.
STOPS = {
    "max_changes": "maxChanges: 0",
    "max_change_percent": "maxChangePercent: 0",
    "max_risk": "maxRisk: none",
}
NO_GUARDS = {"orphans", "undocumented", "requests_per_minute", "schema"}
GUARDED = [name for name in field_names(Policy) if name not in NO_GUARDS]
# A share of fewer than ten elements says nothing.
MANY = "label: true\n" + "".join(
    f'          - {{externalId: attribute/{n}, name: N{n}, description: "", type: text}}\n'
    for n in range(9)
)


@pytest.mark.parametrize("guard", GUARDED)
@pytest.mark.parametrize("made_by", [("plan", "-o"), ("drift", "--save")], ids=" ".join)
def test_every_guard_holds_wherever_a_plan_is_made(
    guard: str, made_by: tuple[str, str], desk: Desk
) -> None:
    desk.edit("disks.yaml", "label: true\n", MANY)
    assert desk("apply", "--auto-approve").code == 0
    behind_our_back(desk, "selector: drives", "selector: theirs")
    free = desk(*made_by, "free.json").code
    desk.edit("reconciler.yaml", "environments:", f"policy: {{{STOPS[guard]}}}\nenvironments:")
    command, save = made_by
    stopped = desk(command, save, "stopped.json")
    assert (free, stopped.code) == ((0, 3) if command == "plan" else (2, 2))
    plans = [json.loads((desk.root / f"{name}.json").read_text()) for name in ("free", "stopped")]
    moved = [next(s for s in plan["sources"] if s["source"] == "disks") for plan in plans]
    assert [s["action"] for s in moved] == ["update", "blocked"]
    assert moved[1]["reason"]["code"] in {"too_many_changes", "too_much_risk"}
    assert desk("apply", "stopped.json").code == 3


@pytest.mark.parametrize("guard", GUARDED)
def test_every_guard_has_a_flag_that_lets_through_and_one_that_stops(
    guard: str, desk: Desk
) -> None:
    desk.edit("disks.yaml", "label: true\n", MANY)
    assert desk("apply", "--auto-approve").code == 0
    desk.edit(*DISK)
    flag = f"--{guard.replace('_', '-')}"
    assert desk("plan", flag, STOPS[guard].rpartition(" ")[2]).code == 3
    desk.edit("reconciler.yaml", "environments:", f"policy: {{{STOPS[guard]}}}\nenvironments:")
    flags = named(desk("plan").out)
    assert flags[0] == flag
    assert desk("plan", *flags).code == 0


@pytest.mark.parametrize("guard", GUARDED)
def test_no_guard_of_a_saved_plan_is_lifted(guard: str, desk: Desk) -> None:
    assert desk("plan", "-o", "saved.json").code == 0
    flag = f"--{guard.replace('_', '-')}"
    done = desk("apply", "saved.json", flag, STOPS[guard].rpartition(" ")[2])
    assert (done.code, f"{flag} cannot change a saved plan" in done.err) == (64, True)


def test_every_guard_has_its_flag_and_its_row_in_the_documentation() -> None:
    assert [*STOPS] == GUARDED
    options = {option for parameter in plan.params for option in parameter.opts}
    assert {f"--{name.replace('_', '-')}" for name in GUARDED} <= options
    page = (ROOT / "docs" / "plans.md").read_text(encoding="utf-8")
    told = re.findall(r"^\| `(max[A-Za-z]+)[^|]*\|[^|]*\| `(--[a-z-]+)` \|$", page, re.MULTILINE)
    assert told == [
        (STOPS[name].partition(":")[0], f"--{name.replace('_', '-')}") for name in GUARDED
    ]


def test_a_flag_is_stricter_than_policy_as_well(desk: Desk) -> None:
    desk("apply", "--auto-approve")
    desk.edit("reconciler.yaml", "environments:", "policy: {maxRisk: data}\nenvironments:")
    desk.edit(*DISK)
    assert desk("plan", "--max-risk", "review").code == 3
    assert desk("plan", "--max-changes", "0").code == 3
    assert desk("plan").code == 0


@pytest.mark.parametrize(
    "flag", [["--max-changes", "-1"], ["--max-change-percent", "-1"], ["--max-risk", "some"]]
)
def test_a_limit_that_is_none_is_wrong_usage(flag: list[str], desk: Desk) -> None:
    assert desk("plan", *flag).code == 64


def digest_of(desk: Desk) -> str:
    found: str = json.loads(desk("plan", "--format", "json").out)["digest"]
    return found


COMMANDS = {
    "plan": ["plan"],
    "apply": ["apply", "--auto-approve"],
    "apply of a saved plan": ["apply", "saved.json"],
}


@pytest.mark.parametrize("command", COMMANDS)
def test_another_digest_than_the_expected_one_exits_3_and_nothing_is_sent(
    command: str, desk: Desk
) -> None:
    desk("plan", "-o", "saved.json")
    done = desk(*COMMANDS[command], "--expect-digest", WRONG)
    assert done.code == 3
    assert f"the plan has the digest {digest_of(desk)}, and {WRONG} was expected" in done.err
    assert not sent(desk)


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("prefix", ["sha256:", ""])
def test_the_expected_digest_exits_0(command: str, prefix: str, desk: Desk) -> None:
    desk("plan", "-o", "saved.json")
    digest = digest_of(desk).removeprefix("sha256:")
    done = desk(*COMMANDS[command], "--expect-digest", prefix + digest)
    assert done.code == 0
    assert sent(desk) is (command != "plan")


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize(
    "digest",
    [
        pytest.param("", id="nothing"),
        pytest.param("sha256:", id="nothing after the prefix"),
        pytest.param("0" * 63, id="a digit too few"),
        pytest.param("0" * 65, id="a digit too many"),
        pytest.param("sha256:" + "g" * 64, id="no hex digits"),
        pytest.param("sha256:" + "A" * 64, id="capitals, which no digest has"),
        pytest.param("sha512:" + "0" * 64, id="another function"),
        pytest.param(" " + "0" * 64, id="a space"),
    ],
)
def test_what_is_no_digest_is_wrong_usage_and_nothing_is_sent(
    command: str, digest: str, desk: Desk
) -> None:
    desk("plan", "-o", "saved.json")
    assert desk(*COMMANDS[command], "--expect-digest", digest).code == 64
    assert not sent(desk)


def test_a_digest_as_text_shows_it_is_told_where_the_whole_one_is(desk: Desk) -> None:
    shown = desk("plan").out
    (line,) = (line for line in shown.splitlines() if line.startswith("digest "))
    done = desk("plan", "--expect-digest", line.removeprefix("digest "))
    assert done.code == 64
    assert "text shows the first 12 of them, JSON, the comment and HTML show all" in done.err


def test_a_plan_that_is_not_the_expected_one_is_shown_all_the_same_and_not_saved(
    desk: Desk,
) -> None:
    done = desk("plan", "--expect-digest", WRONG, "-o", "saved.json")
    assert "Plan: 2 to create" in done.out
    assert not (desk.root / "saved.json").exists()
