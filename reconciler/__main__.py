"""The `reconciler` command, also as `python -m reconciler`.

A signal during the imports below ends it with one line, not with a traceback
(design.md#interruption).
"""

from reconciler import interruption

interruption.begin()

from reconciler.cli import main  # noqa: E402 - after `begin`

__all__ = ["main"]

if __name__ == "__main__":
    main()
