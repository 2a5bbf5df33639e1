"""Laws of plans and applies on an emulated site."""
