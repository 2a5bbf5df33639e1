"""What `doctor` does: look at everything that a run needs, and change nothing."""
