"""What `init` does: from an empty folder to a first plan."""
