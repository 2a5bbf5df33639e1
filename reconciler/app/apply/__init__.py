"""What `apply` does: send what a plan holds, one just made, a saved one, or one that was left."""
