"""What drifted, as a report, and what of it is new."""
