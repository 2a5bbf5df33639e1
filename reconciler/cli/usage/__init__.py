"""The arguments and options of the commands, one module each: what `--help` needs, and no more."""
