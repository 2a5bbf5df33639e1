"""Why the companion API refuses a change: the text of its 400."""

# Observed; the check counts the type itself (api.md#companion-types).
TYPE_NAME_TAKEN = "Name has to be unique within the same object schema"
# Observed of a name that an inherited attribute has (api.md#companion-attributes).
NAME_TAKEN = "Name has to be unique!"


class ChangeRefused(ValueError):
    """The API answers 400; `field` is the key of the body that is wrong, empty if none is."""

    def __init__(self, field: str, text: str) -> None:
        """Store what is wrong."""
        super().__init__(text)
        self.field = field
