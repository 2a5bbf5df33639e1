"""The documents that most tables start from, and what is made of them."""
