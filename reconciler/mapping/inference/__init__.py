"""What data without a mapping are: object types, attributes and identities, with reasons."""
