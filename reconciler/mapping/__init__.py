"""What Assets makes of data under a mapping: pure functions, shared by preview and emulator."""
