"""The differences between a manifest and live."""
