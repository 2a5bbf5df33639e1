"""An HTML page read again by a parser, for the tests of pages."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"meta", "input", "img", "br", "link"}


@dataclass
class Tag:
    name: str
    attributes: dict[str, str | None]
    text: str = ""


@dataclass
class Page(HTMLParser):
    """The tags of a page in their order, each with the text that is directly in it."""

    source: str
    tags: list[Tag] = field(default_factory=list)
    stack: list[Tag] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()
        self.feed(self.source)
        self.close()
        assert self.stack == [], "every tag is closed"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert len(dict(attrs)) == len(attrs), "no attribute comes twice"
        self.tags.append(Tag(tag, dict(attrs)))
        if tag not in VOID:
            self.stack.append(self.tags[-1])

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(Tag(tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.stack.pop().name == tag

    def handle_data(self, data: str) -> None:
        if self.stack:
            self.stack[-1].text += data

    def all(self, name: str, class_: str = "") -> list[Tag]:
        return [
            t
            for t in self.tags
            if t.name == name
            and (not class_ or class_ in (t.attributes.get("class") or "").split())
        ]

    @property
    def text(self) -> str:
        return " ".join(tag.text for tag in self.tags)
