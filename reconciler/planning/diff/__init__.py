"""What differs between a manifest and live."""
