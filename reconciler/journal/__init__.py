"""What is stored about runs: operations, ingestions, receipts, leases."""
