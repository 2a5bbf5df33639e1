"""Which sources are selected: names, globs, labels, changes and exclusions, as a table."""

from dataclasses import dataclass

import pytest

from reconciler.app.selection import Changes, Label, Selection, select
from reconciler.codes.run import RunCode

KNOWN = {
    "team-a": {"team": "a", "tier": "1"},
    "team-b": {"team": "b", "tier": "1"},
    "team-[b]": {},
    "Team-c": {"team": ""},
    "lab": {"tier": "2"},
}
CHANGES = Changes(changed=frozenset({"team-a", "lab"}), removed=frozenset({"team-old", "gone"}))


@dataclass(frozen=True, kw_only=True, slots=True)
class Case:
    """A selection, the names that it selects, and what is said of it."""

    names: str = ""
    labels: str = ""
    exclude: str = ""
    since: bool = False
    selected: str = ""
    refused: str | None = None
    hint: str | None = None
    told: str = ""

    @property
    def selection(self) -> Selection:
        return Selection(
            names=tuple(self.names.split()),
            labels=tuple(map(Label.of, self.labels.split())),
            exclude=tuple(self.exclude.split()),
            changed_since="main" if self.since else None,
        )


CASES = {
    "nothing is asked for": Case(selected="Team-c lab team-[b] team-a team-b"),
    "names, in any order and twice": Case(names="lab team-a lab", selected="lab team-a"),
    "a glob minds case": Case(names="team-?", selected="team-a team-b"),
    "a misspelt glob": Case(
        names="teams-*", refused='no source matches "teams-*"', hint='did you mean "team-b"?'
    ),
    "a glob is the whole name": Case(
        names="eam*", refused='no source matches "eam*"', hint='did you mean "Team-c"?'
    ),
    "a name that looks like a glob is a name": Case(names="team-[b]", selected="team-[b]"),
    "a class": Case(names="[tT]eam-[!ab]", selected="Team-c"),
    "a bracket alone is no glob": Case(names="lab[", refused='no manifest has the source "lab["'),
    "a misspelt name beside a good one": Case(
        names="lab taem-a",
        selected="lab",
        refused='no manifest has the source "taem-a"',
        hint='did you mean "team-a"?',
    ),
    "a name like none": Case(
        names="zzz",
        refused='no manifest has the source "zzz"',
        hint="sources: Team-c, lab, team-[b], team-a, team-b",
    ),
    "a label": Case(labels="tier=1", selected="team-a team-b"),
    "a label with any value": Case(labels="team", selected="Team-c team-a team-b"),
    "an empty value is a value": Case(labels="team=", selected="Team-c"),
    "all labels hold": Case(labels="tier=1 team=b", selected="team-b"),
    "a misspelt value": Case(
        labels="tier=O", refused='no source has the label "tier=O"', hint='did you mean "tier=2"?'
    ),
    "a misspelt key": Case(
        labels="taem", refused='no source has the label "taem"', hint='did you mean "team"?'
    ),
    "parts that have nothing in common": Case(
        names="lab", labels="team", refused="no source is in all of the selection: lab --label=team"
    ),
    "names without some": Case(names="team-*", exclude="*b*", selected="team-a"),
    "all without some": Case(exclude="team-* lab", selected="Team-c"),
    "nothing is left": Case(
        exclude="*", refused="no source is in all of the selection: '--exclude=*'"
    ),
    "an exclusion of nothing": Case(
        names="lab", exclude="labs", selected="lab", told="excludes-nothing"
    ),
    "what changed": Case(
        since=True, selected="lab team-a", told="manifest-removed manifest-removed"
    ),
    "what changed among others": Case(
        names="team-*", since=True, selected="team-a", told="manifest-removed"
    ),
    "what changed but for some": Case(
        since=True, exclude="lab gone", selected="team-a", told="excludes-nothing manifest-removed"
    ),
    "nothing changed": Case(names="team-b", since=True, told="nothing-changed"),
    "a misspelt name, and nothing changed": Case(
        names="labb", since=True, refused='no manifest has the source "labb"'
    ),
}


@pytest.mark.parametrize("sentence", CASES)
def test_selections(sentence: str) -> None:
    case = CASES[sentence]
    chosen = select(KNOWN, case.selection, CHANGES if case.since else None)
    assert chosen.names == tuple(case.selected.split())
    assert (str(chosen.refusal) if chosen.refusal else None) == case.refused
    assert case.hint is None or (chosen.refusal is not None and chosen.refusal.hint == case.hint)
    assert [str(d.code) for d in chosen.diagnostics] == case.told.split()


def test_what_is_said_where_nothing_changed() -> None:
    none = Changes(changed=frozenset(), removed=frozenset())
    for names, text in (((), "no source"), (("lab",), "no selected source")):
        (found,) = select(KNOWN, Selection(names=names, changed_since="v1"), none).diagnostics
        assert (found.code, found.text) == (RunCode.NOTHING_CHANGED, f"{text} changed since v1")


def test_one_source_is_no_glob() -> None:
    assert select(KNOWN, Selection.of_one("team-a")).names == ("team-a",)
    refusal = select(KNOWN, Selection.of_one("team-*")).refusal
    assert str(refusal) == 'no manifest has the source "team-*"'
