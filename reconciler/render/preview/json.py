"""What data make by a mapping, as JSON on one line; its schema is `reconciler schema preview`."""

from reconciler.mapping.preview_file import write_effect, write_preview
from reconciler.model.json_form import to_json
from reconciler.outcome.command_results import PreviewResult
from reconciler.render.json_line import TOOL, json_line

FORMAT_VERSION = "1.0"


def preview_json(result: PreviewResult) -> str:
    """Return *result* on one line."""
    return json_line(
        {
            "format_version": FORMAT_VERSION,
            "tool": TOOL,
            "created_at": result.created_at,
            "environment": result.environment,
            "source": result.source,
            "file": result.file,
            "data": result.data,
            "errored": result.errored,
            "loses_objects": result.loses_objects,
            "preview": write_preview(result.preview) if result.preview else None,
            "effect": write_effect(result.effect) if result.effect else None,
            "diagnostics": to_json(result.diagnostics),
        }
    )
