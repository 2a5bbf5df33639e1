"""The call that a source needs: its body, what the API would make of it, what it rests on."""
