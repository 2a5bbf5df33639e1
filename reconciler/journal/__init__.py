"""What is remembered of runs: operations, ingestions, receipts, leases."""
