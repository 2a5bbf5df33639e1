"""A plan as Markdown, for the comment of a pull request (issue D).

What a reviewer must see comes first and stays; behind it is the detail of each source,
of which the least grave is left out where a forge takes no more.
"""

from collections.abc import Iterator, Sequence

from reconciler.planning.plan import Action, Plan
from reconciler.render.markdown.attention import blocked_items, diagnostic_items, risk_items
from reconciler.render.markdown.blocks import code, fence, size
from reconciler.render.markdown.detail import Detail, detail_of
from reconciler.render.markdown.marker import TOOL, Marker
from reconciler.render.shorten import count

# What is kept free for each sentence that says what is missing, and how many there may be.
_SENTENCE = 120
_SENTENCES = 4
_ELSEWHERE = "`reconciler show` of the saved plan"


def plan_markdown(plan: Plan, *, directory: str, limit: int, whole: str | None) -> str:
    """Return *plan* as Markdown of at most *limit* characters.

    *directory* is the project's, from the repository's root on; *whole* says where the
    whole plan is, None where only its reader knows.
    """
    head, foot = _head(plan, directory), _foot(plan)
    elsewhere = code(whole) if whole is not None else _ELSEWHERE
    room = limit - size(head) - size(foot) - _SENTENCES * (_SENTENCE + size(elsewhere))
    parts = []
    for title, items in (
        ("Blocked or impossible", list(blocked_items(plan))),
        ("Risks", list(risk_items(plan))),
        ("Diagnostics", list(diagnostic_items(plan))),
    ):
        part = _section(title, items, room, elsewhere)
        room -= size(part)
        parts.append(part)
    return "".join((head, *parts, _details(plan, room, elsewhere), foot))


def _head(plan: Plan, directory: str) -> str:
    where = "" if directory == "." else f" in {code(directory)}"
    return (
        f"{Marker.of(plan, directory)}\n"
        f"### {TOOL}: {_verdict(plan)}\n\n"
        f"Environment {code(plan.environment)}{where} · {count(len(plan.sources), 'source')}\n\n"
        f"{_counts(plan)}\n"
    )


def _verdict(plan: Plan) -> str:
    """Return the one sentence that says it."""
    if plan.errored:
        return "the plan could not be made"
    blocked = sum(s.action is Action.BLOCKED for s in plan.sources)
    sent = sum(s.operation is not None for s in plan.sources)
    if blocked:
        also = f", {count(sent, 'other')} will be changed" if sent else ""
        return f"{count(blocked, 'source')} blocked{also}"
    if sent:
        return f"{count(sent, 'source')} will be changed"
    return "nothing to send"


def _counts(plan: Plan) -> str:
    summary = plan.summary
    told = {
        "to create": summary.create,
        "to update": summary.update,
        "unchanged": summary.no_op,
        "blocked": summary.blocked,
        "added": summary.add,
        "changed": summary.change,
        "removed": summary.remove,
        "impossible": summary.impossible,
        "orphans": summary.orphan,
        "risk: data": summary.risk_data,
        "risk: review": summary.risk_review,
    }
    rows = (told.keys(), ["--:"] * len(told), map(str, told.values()))
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)


def _section(title: str, items: Sequence[Sequence[str]], room: int, elsewhere: str) -> str:
    """Return the list of *items*; all of them, unless these alone are more than a forge takes."""
    if not items:
        return ""
    shown, left = list(_fitting(items, room))
    lines = [line for item in items[:shown] for line in item]
    text = f"**{title}**\n\n" + (fence(lines, "text") if lines else "")
    if left:
        text += f"\n… and {left} more of these: see {elsewhere}.\n"
    return text + "\n"


def _fitting(items: Sequence[Sequence[str]], room: int) -> Iterator[int]:
    """Yield how many of *items* fit in *room*, and how many do not."""
    used = 100
    for number, item in enumerate(items):
        used += sum(size(line) + 1 for line in item)
        if used > room:
            yield from (number, len(items) - number)
            return
    yield from (len(items), 0)


def _details(plan: Plan, room: int, elsewhere: str) -> str:
    details = [detail_of(source) for source in plan.sources]
    numbers = _kept(details, room)
    text = "".join(d.text(n) for d, n in zip(details, numbers, strict=True))
    missing = [d for d, n in zip(details, numbers, strict=True) if n < len(d.pieces)]
    if not missing:
        return text
    lost = sum(size(piece) for d, n in zip(details, numbers, strict=True) for piece in d.pieces[n:])
    return text + (
        f"… the detail of {count(len(missing), 'source')} is left out or cut short "
        f"({lost} characters): see {elsewhere}.\n\n"
    )


def _kept(details: Sequence[Detail], room: int) -> list[int]:
    """Return how many pieces of each detail are shown: the gravest sources have theirs first."""
    numbers = [0] * len(details)
    order = sorted(range(len(details)), key=lambda at: -details[at].gravity)
    for at in order:
        detail = details[at]
        room -= size(detail.summary) + 60
        for piece in detail.pieces:
            if (room := room - size(piece) - 1) < 0:
                break
            numbers[at] += 1
        if room < 0:
            break
    return numbers


def _foot(plan: Plan) -> str:
    return f"<sub>{TOOL} {plan.tool_version} · digest</sub> {code(plan.digest)}\n"
