"""What `make bench`, `make reliability` and `make soak` measure."""
