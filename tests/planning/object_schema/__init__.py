"""Tests of what the companion API adds to planning."""
