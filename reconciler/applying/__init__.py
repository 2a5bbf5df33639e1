"""Run a plan: send what it holds, follow it to its end, verify by reading back, journal it.

Nothing is decided here that the plan did not decide (design.md#how-apply-works). Time,
randomness and the interruption are arguments; what happens is reported as frozen events.
"""
