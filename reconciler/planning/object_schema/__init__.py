"""Which elements of an object schema are an import source's, and what is known of them."""
