"""JSON texts with a key that is there twice."""

import re

from hypothesis import strategies as st

_KEY = re.compile(r'(?<=[{ ])"(\w+)": (?=[\["{tf\d])')


def with_a_key_twice(text: str, data: st.DataObject) -> str:
    """*text*, as `json.dumps` writes it, with one of its keys once more before it."""
    at = data.draw(st.sampled_from(list(_KEY.finditer(text))))
    value = data.draw(st.sampled_from(['""', "[]", "{}", "true", "1", "null", at[0]]))
    return f"{text[: at.start()]}{at[0]}{value}, {text[at.start() :]}"
