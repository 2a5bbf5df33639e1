"""What allows schema operations: policy, and a credential (design.md#schema-operations)."""

from reconciler.manifest.project.model import LOCAL, SCHEMA_AUTH, BackendKind
from reconciler.model.policy import Permission, SchemaPolicy


def schema_auth(workspace_id: str | None) -> str:
    """Return the key of a credential: the emulator in process, its own workspace, needs none."""
    return SCHEMA_AUTH[BackendKind.EMBEDDED if workspace_id == LOCAL else BackendKind.CLOUD]


def to_allow(kind: str, schema: SchemaPolicy, *, credential: str | None = None) -> str:
    """Return what to set for operations of *kind*: policy if it denies, and the *credential*."""
    denied = schema.of(kind) is Permission.DENY
    keys = [f"policy.schema.{kind} to allow"] if denied else []
    keys += [f"{credential} in the environment"] if credential else []
    return f"set {', and '.join(keys)}" if keys else ""
