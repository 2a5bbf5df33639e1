"""Loaded by the interpreter before anything else: from the first write on, imports fail.

That is when a call begins whose intent was journalled, else with its first byte. Each import of a
module that is not loaded yet is told in the file `BANNED`, with the line that asked.
"""

import os
import sys
from collections.abc import Sequence
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType
from typing import Any

TOLD = os.environ.pop("BANNED")
VERBS = (b"POST ", b"PUT ", b"PATCH ", b"DELETE ")
CALLS = {
    "reconciler.assets.client": ("AssetsBackend", ("submit", "start_execution"), ()),
    "reconciler.assets.schema_client": ("AssetsSchemaBackend", ("send",), ()),
    "asyncio.selector_events": ("_SelectorSocketTransport", ("write",), VERBS),
}


class Ban:
    """Lets everything through until the first write, and watches the modules of CALLS."""

    has_written = False

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, _target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Refuse what comes too late."""
        if self.has_written:
            with open(TOLD, "a", encoding="utf-8") as file:  # noqa: PTH123 - pathlib is a module
                file.write(f"{name} for {_asking()}\n")
            raise ImportError(f"{name} is imported behind a write")
        spec = PathFinder.find_spec(name, path) if name in CALLS else None
        if spec is not None and spec.loader is not None:
            load = spec.loader.exec_module

            def watched(module: ModuleType) -> None:
                load(module)
                owner, methods, begins = CALLS[name]
                for method in methods:
                    self._watch(getattr(module, owner), method, begins)

            setattr(spec.loader, "exec_module", watched)  # noqa: B010 - it is a method
        return spec

    def _watch(self, owner: type, method: str, begins: tuple[bytes, ...]) -> None:
        call = getattr(owner, method)

        def called(*args: Any, **options: Any) -> Any:
            if not begins or args[1].startswith(begins):
                self.has_written = True
            return call(*args, **options)

        setattr(owner, method, called)


def _asking() -> str:
    frame = sys._getframe(2)  # noqa: SLF001 - there is no other way
    while frame.f_back is not None and "importlib" in frame.f_code.co_filename:
        frame = frame.f_back
    return f"{frame.f_code.co_filename}:{frame.f_lineno}"


sys.meta_path.insert(0, Ban())
