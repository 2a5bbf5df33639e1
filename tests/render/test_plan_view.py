"""What a view decides is what is shown: each row once, behind its mark, in text and comments."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.model.address import Address
from reconciler.planning.change import Attribution, Change, Edit, Kind, Verdict
from reconciler.planning.plan import Action, Companion
from reconciler.render.html.plan import plan_html
from reconciler.render.markdown.detail import diff_lines
from reconciler.render.markdown.plan import plan_markdown
from reconciler.render.markdown.prose import code
from reconciler.render.plan.footer import along
from reconciler.render.plan.text import block_lines, plan_lines
from reconciler.render.plan.view import ChangeRow, SourceView, plan_view
from reconciler.render.terminal import BlockLine, plain
from reconciler.value import replace
from tests.support.samples import plans as samples

_OWNERS = {
    Kind.OBJECT_TYPE: "objectTypes",
    Kind.MAPPING: "mappings",
    Kind.ICON: "icons",
    Kind.STATUS: "statuses",
}
# The object schema neither comes nor goes.
COMING = [kind for kind in Kind if kind is not Kind.OBJECT_SCHEMA]
_INSIDE = {Kind.ATTRIBUTE: "objectTypes", Kind.ATTRIBUTE_MAPPING: "mappings"}


def whole(number: int, kind: Kind, edit: Edit, verdict: Verdict) -> Change:
    """An element that comes or goes, with `<number>` in its name, its id and what it is."""
    token = f"<{number}>"
    names: tuple[str, ...]
    raw = {"selector": token, "name": token, "type": "text", "attributeLocators": [token]}
    if kind in _INSIDE:
        address, names = f"s/{_INSIDE[kind]}[T]/attributes[{token}]", ("T", token)
    else:
        address, names = f"s/{_OWNERS[kind]}[{token}]", (token,)
    return samples.change(
        address,
        *names,
        kind=kind,
        action=edit,
        before=raw if edit is Edit.REMOVE else None,
        after=raw if edit is Edit.ADD else None,
        verdict=verdict,
    )


def field(number: int, kind: Kind, verdict: Verdict) -> Change:
    """A field of one element or another, with `<number>` in its new value."""
    names: tuple[str, ...]
    address, names = f"s/{_OWNERS.get(kind)}[E]", ("E",)
    if kind is Kind.OBJECT_SCHEMA:
        address = "s/objectSchema"
    if kind in _INSIDE:
        address, names = f"s/{_INSIDE[kind]}[T]/attributes[A]", ("T", "A")
    return samples.change(
        f"{address}/field{number}",
        *names,
        kind=kind,
        field=f"field{number}",
        before="old",
        after=f"<{number}>",
        verdict=verdict,
    )


@st.composite
def changes(draw: st.DrawFn, *verdicts: Verdict, fields: bool) -> tuple[Change, ...]:
    """Changes of every kind with these *verdicts*; with *fields*, or of whole elements alone."""
    made = []
    for number in range(draw(st.integers(0, 12))):
        verdict = draw(st.sampled_from(verdicts))
        kind = draw(st.sampled_from(Kind if fields and verdict is not Verdict.ORPHAN else COMING))
        if verdict is Verdict.ORPHAN:
            made.append(whole(number, kind, Edit.REMOVE, verdict))
        elif kind not in COMING or (fields and draw(st.booleans())):
            made.append(field(number, kind, verdict))
        else:
            edit = draw(st.sampled_from((Edit.ADD, Edit.REMOVE)))
            made.append(whole(number, kind, edit, verdict))
    return tuple(made)


anything = changes(*Verdict, fields=True)
# What a PUT may leave out is told apart, or does not exist: all that is written is sent.
creations = changes(*(v for v in Verdict if v is not Verdict.WRITE_ONLY), fields=False)


def view_of(action: Action, those: tuple[Change, ...]) -> SourceView:
    (view,) = plan_view(samples.plan(samples.source("s", action, *those))).sources
    return view


def tells(line: BlockLine, row: ChangeRow) -> bool:
    """Whether *line* is where *row* is told: it says what, behind the mark of the row."""
    said, symbol = plain(line.said), line.sign[0] if line.sign else ""
    # The type that a mapping stands under is called by the same name.
    of_mapping = row.change.kind is Kind.MAPPING and row.change.field is None
    if f"<{row.number}>" not in said or (of_mapping and "mapping" not in said):
        return False
    if row.change.field is not None and row.change.verdict.takes_effect:
        return symbol == " "
    # Of many orphans the mark stands once, above all of them.
    orphan = row.change.verdict is Verdict.ORPHAN and line.opens and not symbol
    return symbol == row.mark.symbol or orphan


@given(st.sampled_from(sorted(set(Action) - {Action.CREATE})), anything)
def test_text_tells_each_row_once_with_its_mark(action: Action, those: tuple[Change, ...]) -> None:
    view = view_of(action, those)
    lines = list(block_lines(view, "--all"))
    assert [row.change for row in view.rows] == list(those)
    for row in view.rows:
        assert sum(tells(line, row) for line in lines) == 1, row.change.address


@given(creations)
def test_a_create_names_each_element_and_tells_in_full_what_is_not_sent(
    those: tuple[Change, ...],
) -> None:
    view = view_of(Action.CREATE, those)
    lines = list(block_lines(view, "--all"))
    for row in view.rows:
        sent = row.change.verdict.takes_effect
        named = [line for line in lines if f"<{row.number}>" in plain(line.line)]
        is_mapping = row.change.kind is Kind.ATTRIBUTE_MAPPING
        assert named if not (sent and is_mapping) else not named
        assert sent or sum(tells(line, row) for line in lines) == 1


@given(st.sampled_from(Action), anything)
def test_a_comment_shows_the_lines_of_the_text_with_the_sign_in_front(
    action: Action, those: tuple[Change, ...]
) -> None:
    for line in block_lines(view_of(action, those), "--all"):
        text, shown = plain(line.line)[4:], list(diff_lines(line))
        column, rest = shown[0][:1], "".join(each[2:] for each in shown)
        symbol = line.sign[0][:1] if line.sign else ""
        assert column == {"+": "+", "-": "-", "!": "!", "~": "!"}.get(symbol, column)
        said = text.replace(symbol, " ", 1) if symbol in {"+", "-"} else text
        assert rest.replace(" ", "") == said.replace(" ", ""), "folded, and nothing else"


def test_what_a_guard_blocks_loses_no_difference_that_would_stay() -> None:
    """A new mapping's entry that is refused is residual, and no change of its own."""
    blocks = whole(1, Kind.ATTRIBUTE, Edit.ADD, Verdict.IMPOSSIBLE)
    stays = whole(2, Kind.ATTRIBUTE_MAPPING, Edit.ADD, Verdict.IMPOSSIBLE)
    blocked = samples.source("s", Action.BLOCKED, blocks, residual=(blocks, stays))
    (view,) = plan_view(samples.plan(blocked)).sources
    assert [row.change for row in view.out_of_reach] == [stays]
    assert [row.change for group in view.groups for row in group.rows] == [blocks]


def test_each_source_is_named_with_where_it_is() -> None:
    here, there = samples.CREATE, replace(samples.UPDATE, source="b", import_source_id="`2`")
    for workspaces, head, ids in (
        (("w", "w"), "w", (("import source", "`2`"),)),
        (("w", "v"), None, (("import source", "`2`"), ("workspace", "v"))),
    ):
        one, two = workspaces
        plan = samples.plan(replace(here, workspace_id=one), replace(there, workspace_id=two))
        view = plan_view(plan)
        assert (view.workspace, view.sources[1].ids) == (head, ids)
        text = "\n".join(plain(line) for line in plan_lines(plan))
        comment = plan_markdown(plan, directory=".", limit=60_000, whole=None)
        page = plan_html(plan)
        for word, each in ids:
            assert f"\n    {word} {each}\n" in text
            assert f"{word} {code(each)}" in comment
            assert f"<dt>{word}</dt><dd>{each}</dd>" in page.replace("<code>", "").replace(
                "</code>", ""
            )
        assert ("\nWorkspace w\n" in text) == ("workspace `w`\n" in comment) == (head is not None)


def test_names_that_a_body_also_carries_are_whole_and_the_rest_is_a_number() -> None:
    names = [f"Object Type {number:03}" for number in range(12)]
    carried = tuple(
        Companion(address=Address(f"s/objectTypes[{n}]"), kind=Kind.OBJECT_TYPE, name=n, role="")
        for n in names
    )
    said = along(replace(samples.UPDATE, along=carried))
    assert said == f"the body also carries 12 object types ({', '.join(names[:5])} and 7 more)"


def moved(name: str, whose: Attribution | None, **given: Any) -> Change:
    return samples.change(f"s/objectTypes[{name}]/description", name, attribution=whose, **given)


CONFLICT = moved("c", Attribution.CONFLICT)
DRIFT = moved("d", Attribution.DRIFT)


@pytest.mark.parametrize(
    ("action", "those", "said"),
    [
        (Action.UPDATE, [CONFLICT], "1 to update; 1 change overwrites an edit made in Assets"),
        (Action.UPDATE, [CONFLICT, DRIFT], "1 to update; 2 changes overwrite edits made in Assets"),
        (Action.UPDATE, [moved("u", Attribution.UNAPPLIED), moved("n", None)], "1 to update"),
        (Action.UPDATE, [moved("o", Attribution.DRIFT, verdict=Verdict.ORPHAN)], "1 to update"),
        (Action.BLOCKED, [CONFLICT], "1 blocked"),
        (Action.CREATE, [moved("p", Attribution.CONFLICT, verdict=Verdict.PUT)], "1 to create"),
    ],
)
def test_the_last_line_counts_what_overwrites_an_edit_made_in_assets(
    action: Action, those: list[Change], said: str
) -> None:
    planned = samples.plan(samples.source("s", action, *those))
    assert plan_view(planned).count_line == f"Plan: {said}."
