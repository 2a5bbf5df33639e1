"""What Assets makes of data by a mapping: pure, and shared by preview and emulator."""
