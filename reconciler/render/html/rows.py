"""One difference, for HTML pages.

There are thousands on a page: it writes its own HTML, since jinja2 would take five times as long.
"""

from collections.abc import Iterable, Iterator, Mapping

from reconciler.diagnostics import written_place
from reconciler.planning.change import Change
from reconciler.render.html.page import page_text
from reconciler.render.html.values import Shown, SideLabels
from reconciler.render.plan.symbols import KINDS, Mark, Note
from reconciler.render.word_diff import DiffPart, Token
from reconciler.value import Value


class RowSubject(Value):
    """The subject of a difference."""

    noun: str
    name: str
    key: str | None
    field: str | None


class PageRow(Value):
    """A difference: its subject, its values and the notes about it.

    `data` are the attributes that the filters of the page use.
    """

    anchor: str
    data: Mapping[str, str]
    mark: Mark
    subject: RowSubject
    shown: Shown
    notes: tuple[Note, ...] = ()
    sentences: tuple[str, ...] = ()
    place: str | None = None
    address: str | None = None

    def __html__(self) -> str:
        """Return its item of the list of differences."""
        return "".join(self._written())

    def _written(self) -> Iterator[str]:
        mark, subject, shown, text = self.mark, self.subject, self.shown, page_text
        data = "".join(f' data-{text(name)}="{text(each)}"' for name, each in self.data.items())
        yield (
            f'<li class="change is-{text(mark.style.tone)}" id="{text(self.anchor)}"{data}>\n'
            f'<span class="mark" aria-hidden="true">{text(mark.symbol)}</span>'
            f'<span class="hush">{text(mark.word)}: </span>\n'
            f'<div><span class="noun">{text(subject.noun)}</span>'
        )
        if subject.name:
            yield f" <strong>{text(subject.name)}</strong>"
            if subject.key:
                yield f' <code class="key">{text(subject.key)}</code>'
        if subject.field:
            yield f' <span class="field">{text(subject.field)}</span>'
        if shown.text:
            yield f' <span class="value">{_tokens(shown.text, shown.sides)}</span>\n'
        for note in self.notes:
            yield f' <span class="note is-{text(note.style.tone)}">{text(note.text)}</span>\n'
        if shown.items:
            yield '<ul class="items">\n'
            for item in shown.items:
                yield f'<li class="{text(item.part)}">{_tokens([item], shown.sides)}</li>\n'
            yield "</ul>\n"
        for sentence in self.sentences:
            yield f"<p>{text(sentence)}</p>\n"
        if self.address:
            at = f"{text(self.place)} · " if self.place else ""
            yield f'<p class="quiet">{at}<code>{text(self.address)}</code></p>\n'
        yield "</div></li>\n"


def _tokens(tokens: Iterable[Token], sides: SideLabels) -> str:
    return "".join(_token(each, sides) for each in tokens)


def _token(token: Token, sides: SideLabels) -> str:
    text = page_text(token.text)
    if token.part is DiffPart.KEPT:
        return text
    name, label = ("del", sides.gone) if token.part is DiffPart.REMOVED else ("ins", sides.come)
    hush = f'<span class="hush">{page_text(label)}: </span>'
    return f'<{name}>{hush}{text}<span class="hush">; </span></{name}>'


def subject(change: Change, key: str | None, name: str | None = None) -> RowSubject:
    """Return the subject of *change*, labelled *name*, or with its path if there is no name."""
    return RowSubject(
        noun=KINDS[change.kind][0],
        name=" / ".join(change.names) or str(change.address) if name is None else name,
        key=key,
        field=change.field,
    )


def place(file: str | None, change: Change) -> str | None:
    """Return the place of the change in the manifest *file*, None if unknown."""
    return written_place(change.file or file, change.line, change.column) if change.line else None
