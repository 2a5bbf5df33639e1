"""Creates or edits a manifest so that it says what is live."""
