"""Which import source is meant, what state it is in, and what was read of it."""

from dataclasses import dataclass
from enum import StrEnum

from reconciler.model.normalise import LiveDocument


class ConfigStatus(StrEnum):
    """The API's configstatus (api.md#config-status)."""

    IDLE = "IDLE"
    DISABLED = "DISABLED"
    MISSING_MAPPING = "MISSING_MAPPING"
    RUNNING = "RUNNING"


@dataclass(frozen=True, kw_only=True, slots=True)
class SourceRef:
    """An import source as the environment binds it; the ids are None where discovery must tell."""

    name: str
    import_source_id: str | None
    workspace_id: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Live:
    """What a refresh read: `document` is None for MISSING_MAPPING, where it is not asked for.

    `status` is None for an offline plan (`plan --live`), where nobody was asked.
    """

    status: ConfigStatus | None
    document: LiveDocument | None
