"""The globs of `manifests:`: `*` and `?` within a name, `**` for any folders.

A glob may come from a stranger. Its parts are matched with a folder's path all at once, as a set of
places in the glob, so a folder is read once however many `**` there are; and no more than a
number of files is looked at, for `../../**` may be the whole disk.
"""

import os
import re
from collections.abc import Iterable
from fnmatch import translate
from pathlib import Path
from typing import Self

from reconciler.manifest.text.file import is_folder
from reconciler.value import Value

MOST_FILES = 200_000
_MANY = "**"
_States = frozenset[int]  # how many parts of the glob are matched so far, in every possible way


class PathGlob(Value, kw_only=False):
    """A glob of paths that are relative to a folder; `up` of its parts lead out of that first."""

    text: str
    up: int
    _parts: tuple[re.Pattern[str] | None, ...]

    @classmethod
    def of(cls, text: str) -> Self:
        """Return the glob *text*. Raises ValueError, which says why, if it is none."""
        parts = [part for part in text.split("/") if part not in {"", "."}]
        up = next((at for at, part in enumerate(parts) if part != ".."), len(parts))
        if text.startswith("/") or not parts[up:] or ".." in parts[up:] or "\0" in text:
            raise ValueError("is not a relative glob")
        if any(_MANY in part and part != _MANY for part in parts):
            raise ValueError("has ** beside other characters; it stands for whole folders")
        return cls(
            text, up, tuple(None if p == _MANY else re.compile(translate(p)) for p in parts[up:])
        )

    def files(self, root: Path, *, most: int = MOST_FILES) -> list[Path]:
        """Return the paths that it matches below *root*; `**` goes through no link to a folder.

        Raises ValueError if that means to look at more than *most* files.
        """
        found: list[Path] = []
        waiting = [(root.joinpath(*[".."] * self.up), self._closed([0]))]
        looked = 0
        while waiting:
            folder, states = waiting.pop()
            for entry in _entries(folder):
                if (looked := looked + 1) > most:
                    raise ValueError(f"leads to more than {most:,} files")
                after = self._after(states, entry.name, is_link=entry.is_symlink())
                if len(self._parts) in after:
                    found.append(folder / entry.name)
                if after and is_folder(entry):
                    waiting.append((folder / entry.name, after))
        return found

    def matches(self, path: str) -> bool:
        """Return whether it matches *path*, which has a `/` between its names."""
        names = path.split("/")
        if names[: self.up] != [".."] * self.up:
            return False
        states = self._closed([0])
        for name in names[self.up :]:
            states = self._after(states, name)
        return len(self._parts) in states

    def _after(self, states: _States, name: str, *, is_link: bool = False) -> _States:
        """Return the states after the name *name*, the next one of a path."""
        after: set[int] = set()
        for at in states:
            if at == len(self._parts):
                continue
            part = self._parts[at]
            if part is None:
                after |= set() if is_link else {at}
            elif part.match(name):
                after.add(at + 1)
        return self._closed(after)

    def _closed(self, states: Iterable[int]) -> _States:
        """Return *states* with those behind each `**`, which may stand for no folder."""
        out = set(states)
        for at, part in enumerate(self._parts):
            if at in out and part is None:
                out.add(at + 1)
        return frozenset(out)


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    """Return what is in *folder*, nothing if that cannot be read."""
    try:
        with os.scandir(folder) as entries:
            return [*entries]
    except OSError:
        return []
