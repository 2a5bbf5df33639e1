"""What the commands of `ingest` do, one file each."""
