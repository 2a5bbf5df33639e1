"""The one operation of a source: its body, its effect, its proof."""
