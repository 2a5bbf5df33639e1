"""The operation of a source: its body, its simulated outcome, and the parts of live it needs."""
