"""What `init` made, as values."""

from reconciler.mapping.inference.object_types import InferredType
from reconciler.mapping.preview import Preview
from reconciler.outcome.command_results import PulledManifest
from reconciler.value import Value


class InferredManifest(Value):
    """The manifest of `source` that was inferred from `data`, and what it makes of all of them.

    `left_out` says which fields it does not have, and why.
    """

    source: str
    file: str
    data: str
    text: str
    types: tuple[InferredType, ...]
    preview: Preview
    left_out: tuple[str, ...] = ()


class InitResult(Value):
    """What `init` wrote; `inferred` is None without data, `pulled` without a live mapping.

    `manifests` are the files of those that were there before, `remarks` what a person has to do or
    to know, `next_steps` the commands that follow.
    """

    written: tuple[str, ...]
    environment: str
    inferred: InferredManifest | None = None
    pulled: PulledManifest | None = None
    manifests: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    next_steps: tuple[str, ...] = ()
