"""What allows schema operations: policy, and a credential (design.md#schema-operations)."""

from reconciler.manifest.project.bindings import embedded_id
from reconciler.manifest.project.model import SCHEMA_AUTH, BackendKind
from reconciler.model.policy import Permission, SchemaPolicy


def schema_auth(source: str, import_source_id: str | None) -> str:
    """Return the key of a credential; the emulator in process is known by its ids."""
    is_embedded = import_source_id == embedded_id(source)
    return SCHEMA_AUTH[BackendKind.EMBEDDED if is_embedded else BackendKind.CLOUD]


def to_allow(kind: str, schema: SchemaPolicy, *, credential: str | None = None) -> str:
    """Return what to set for operations of *kind*: policy if it denies, and the *credential*."""
    denied = schema.of(kind) is Permission.DENY
    keys = [f"policy.schema.{kind} to allow"] if denied else []
    keys += [f"{credential} in the environment"] if credential else []
    return f"set {', and '.join(keys)}" if keys else ""
