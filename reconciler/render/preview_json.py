"""What data make by a mapping, as JSON on one line; its schema is `reconciler schema preview`."""

from reconciler.mapping.preview_file import write_effect, write_preview
from reconciler.model.json_form import to_json
from reconciler.outcome.previewed import Previewed
from reconciler.render.apply_json import FORMAT_VERSION, TOOL, json_line


def preview_json(told: Previewed) -> str:
    """Return *told* on one line."""
    return json_line(
        {
            "format_version": FORMAT_VERSION,
            "tool": TOOL,
            "created_at": told.created_at,
            "environment": told.environment,
            "source": told.source,
            "file": told.file,
            "data": told.data,
            "errored": told.errored,
            "loses_objects": told.loses_objects,
            "preview": write_preview(told.preview) if told.preview else None,
            "effect": write_effect(told.effect) if told.effect else None,
            "diagnostics": to_json(told.diagnostics),
        }
    )
