"""Every plan can be proved again from itself, and one that was tampered with cannot."""

import copy
import json
from collections.abc import Callable
from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st

from reconciler.errors import PlanFileError
from reconciler.manifest.schemas import schema_faults
from reconciler.model.canonical import digest
from reconciler.planning.plan_file import read_plan, write_plan
from reconciler.planning.verification import verify
from tests.support.strategies.cases import Case, anyhow, cases
from tests.support.strategies.documents import Json
from tests.support.strategies.worlds import slow

Tamper = Callable[[Json], None]


def saved(case: Case) -> Json:
    """The plan as it comes back from a file."""
    written: Json = json.loads(json.dumps(write_plan(case.plan())))
    return written


def faults_of(written: Json) -> tuple[str, ...]:
    """What reading or verifying the plan finds wrong with it."""
    if schema := schema_faults("plan", written):
        return tuple(map(str, schema))
    try:
        plan = read_plan(written)
    except PlanFileError as error:
        return (str(error),)
    return tuple(f for verified in verify(plan) for f in verified.faults)


@slow
@given(cases(options=anyhow, creates=True))
def test_every_plan_verifies(case: Case) -> None:
    """As it was made, and as it comes back from a file."""
    made = case.plan()
    assert [v.faults for v in verify(made)] == [()]
    assert faults_of(saved(case)) == ()


@slow
@given(st.data())
def test_what_is_altered_in_a_saved_plan_is_found(data: st.DataObject) -> None:
    """Anything that a plan claims of live, the manifest, or of what will be left."""
    written = saved(data.draw(cases(options=anyhow, creates=True)))
    ways = [way for way in TAMPERING if way.applies(written["sources"][0])]
    assume(ways)
    way = data.draw(st.sampled_from(ways))
    altered = copy.deepcopy(written)
    way.alter(altered["sources"][0], data.draw)
    assume(altered != written)
    altered["blocked"] = altered["sources"][0]["action"] == "blocked"
    altered["summary"] |= totals(altered["sources"][0])
    assert faults_of(altered) != (), way


def adding_to(part: str) -> Callable[[Json, object], None]:
    def add(certificate: Json, _: object) -> None:
        certificate[part].append("random/objectTypes[x]")

    return add


def totals(source: Json) -> dict[str, int]:
    """The counts of the altered plan: whoever alters it is thorough."""
    verdicts = [c["verdict"] for c in changes(source)]
    sent = [c for c in changes(source) if c["verdict"].startswith(("put", "patch"))]
    actions = ("create", "update", "no-op", "blocked")
    return {
        **{a.replace("-", "_"): int(source["action"] == a) for a in actions},
        **{a: sum(c["action"] == a for c in sent) for a in ("add", "change", "remove")},
        **{v.replace("-", "_"): verdicts.count(v) for v in VERDICTS[2:]},
        **{f"risk_{r}": sum(c["risk"] == r for c in changes(source)) for r in ("review", "data")},
    }


class Tampering:
    """One way to alter a source's plan; *where* finds what is altered."""

    def __init__(
        self,
        name: str,
        where: Callable[[Json], list[Any]],
        how: Callable[[Any, Callable[[Any], Any]], None],
    ) -> None:
        self.name, self.where, self.how = name, where, how

    def __repr__(self) -> str:
        return self.name

    def applies(self, source: Json) -> bool:
        return self.where(source) != []

    def alter(self, source: Json, draw: Callable[[Any], Any]) -> None:
        self.how(draw(st.sampled_from(self.where(source))), draw)


def changes(source: Json) -> list[Json]:
    found: list[Json] = source["changes"]
    return found


def patch_changes(source: Json) -> list[Json]:
    operation = source["operation"]
    return changes(source) if operation and operation["method"] == "PATCH" else []


def certificates(source: Json) -> list[Json]:
    return [source["certificate"]] if source["certificate"] else []


def is_orphan(change: Json) -> bool:
    return bool(change["action"] == "remove" and change["kind"] != "attribute_mapping")


def may_be_quiet(change: Json) -> bool:
    """Orphans by policy; what live may hide is a change only where it is sent again."""
    is_hidden = change["kind"] in {"icon", "status"} or change["field"] in {"iconKey", "typeValues"}
    return is_orphan(change) or is_hidden


def others(change: Json, key: str, *values: Any) -> st.SearchStrategy[Any]:
    return st.sampled_from([v for v in values if v != change[key]])


def setting(key: str, *values: Any) -> Callable[[Json, Callable[[Any], Any]], None]:
    return lambda found, draw: found.update({key: draw(others(found, key, *values))})


def drop_change(source: Json, draw: Callable[[Any], Any]) -> None:
    source["changes"].remove(
        draw(st.sampled_from([c for c in changes(source) if not may_be_quiet(c)]))
    )


def provable_residual(source: Json) -> list[Json]:
    """What is left open for a reason that can be found again.

    The notes of a source that a guard blocks tell what would be left after an operation
    that the plan does not hold.
    """
    is_blocked = source["action"] == "blocked"
    left: list[Json] = source["residual"]
    return [each for each in left if not (is_blocked and each["rule"] == "unknown-key")]


def drop_residual(source: Json, draw: Callable[[Any], Any]) -> None:
    source["residual"].remove(draw(st.sampled_from(provable_residual(source))))


VERDICTS = ("put", "patch", "patch-undocumented", "impossible", "orphan", "write-only", "ignored")
TAMPERING = (
    Tampering("before of a change", changes, setting("before", "other", None, ["x"])),
    Tampering("after of a change", changes, setting("after", "other", None, ["x"])),
    Tampering("action of a change", changes, setting("action", "add", "change", "remove")),
    Tampering("kind of a change", changes, setting("kind", "icon", "attribute", "mapping")),
    Tampering("address of a change", changes, setting("address", "random/objectTypes[nowhere]")),
    Tampering("verdict of a change", changes, setting("verdict", *VERDICTS)),
    Tampering("risk of a sent change",
              lambda s: [c for c in patch_changes(s) if c["verdict"].startswith("patch")],
              setting("risk", "none", "review", "data")),
    Tampering("a dropped change",
              lambda s: [s] if not all(map(may_be_quiet, changes(s))) else [], drop_change),
    Tampering("a dropped certificate", lambda s: [s] if s["certificate"] else [],
              lambda s, _: s.update(certificate=None)),
    *(
        Tampering(f"{part} of the certificate", certificates, adding_to(part))
        for part in ("remains", "rests_on", "superfluous")
    ),
    Tampering("convergence", lambda s: [s], setting("convergence", "proved", "partial", "unknown")),
    Tampering("a dropped residual", lambda s: [s] if provable_residual(s) else [], drop_residual),
    Tampering("what was read", lambda s: [s] if s["reads"] else [],
              lambda s, draw: s["reads"].update(
                  {draw(st.sampled_from(sorted(s["reads"]))): digest("x")})),
    Tampering("what was not read", lambda s: [s] if s["reads"] else [],
              lambda s, _: s["reads"].update({"random/icons[x]": digest("x")})),
    Tampering("evidence of the manifest", lambda s: [s["evidence"]["desired"]],
              lambda d, _: d["schema"]["objectSchema"].update(name="other")),
    Tampering("evidence of live", lambda s: [d] if (d := s["evidence"]["live"]) else [],
              lambda d, _: d["schema"]["objectSchema"].update(name="other")),
    # Whether policy lets orphans block, no plan says.
    Tampering("the action", lambda s: [] if any(map(is_orphan, changes(s))) else [s],
              setting("action", "create", "update", "no-op", "blocked")),
)  # fmt: skip
