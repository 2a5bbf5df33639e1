"""The `reconciler` command, also as `python -m reconciler`.

A signal during the imports below ends it with one line, not with a traceback
(design.md#interruption).
"""

import gc

from reconciler import interruption

interruption.begin()
# Modules stay, and big documents are trees of many small values without cycles: collecting often
# finds nothing.
gc.set_threshold(1_000_000, 50, 50)

from reconciler.cli import main  # noqa: E402 - after both

__all__ = ["main"]

if __name__ == "__main__":
    main()
