"""The few node types in use; foreign text is only ever the text of a node.

From developer.atlassian.com, Atlassian Document Format: `doc` (version 1), `heading`,
`paragraph`, `bulletList`, `listItem`, `text` (never empty), the marks `code` and `link`. In
it a text never contains markup, a mention or a link.
"""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from reconciler.regex import regex
from reconciler.render.escape import escape
from reconciler.render.markdown.prose import length

Node = Mapping[str, Any]
_EMPTY = "(empty)"
_LINK = regex(r"https?://[!-~]+")
_HEADING_LEVEL = 3


def text_node(text: str) -> Node:
    """Return a text node of *text*, with unsafe characters shown by their code."""
    return {"type": "text", "text": escape(text) or _EMPTY}


def code_node(sentence: str) -> Node:
    """Return a text node of *sentence* with the mark `code`."""
    return {**text_node(sentence), "marks": [{"type": "code"}]}


def link_node(target: str) -> Node:
    """Return *target* as a link if it is an http URL, else as text."""
    if not _LINK.fullmatch(target):
        return text_node(target)
    return {**text_node(target), "marks": [{"type": "link", "attrs": {"href": target}}]}


def paragraph(*inline: Node) -> Node:
    """Return a paragraph."""
    return {"type": "paragraph", "content": list(inline)}


def heading(sentence: str) -> Node:
    """Return a heading."""
    return {"type": "heading", "attrs": {"level": _HEADING_LEVEL}, "content": [text_node(sentence)]}


def bullets(items: Iterable[Node]) -> Node:
    """Return a list of *items*, a paragraph each; there is at least one."""
    content = [{"type": "listItem", "content": [item]} for item in items]
    return {"type": "bulletList", "content": content}


def document_node(nodes: Iterable[Node]) -> Node:
    """Return the document of *nodes*."""
    return {"version": 1, "type": "doc", "content": list(nodes)}


def node_size(node: Node) -> int:
    """Return the length of the JSON of *node*, with the comma before it."""
    return length(json.dumps(node, ensure_ascii=False, separators=(",", ":"))) + 1
