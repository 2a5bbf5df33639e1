"""Every code that a diagnostic or an error can have, with what it means."""
