"""What each risk means for data: one sentence by risk code, the same in every format."""

from collections.abc import Mapping

CONSEQUENCES: Mapping[str, str] = {
    "identity-changed": "objects are recognised by other values from the next import on: those "
    "that exist are not found again, and are imported a second time",
    "selector-changed": "the next import reads other entries of the data: objects that came from "
    "the old ones are updated no more, or count as missing",
    "attribute-unmapped": "the next import fills this attribute no more: its values stay as they "
    "are, and grow old",
    "locator-changed": "the next import fills this attribute from another place in the data, and "
    "overwrites the values that are there",
    "iql-changed": "the next import looks for the referenced objects in another way: references "
    "may change, or find nothing",
    "label-changed": "objects are shown and found by the value of another attribute, and one "
    "without that value has no label",
    "cardinality-tightened": "objects that have fewer or more values than allowed from now on are "
    "refused by the next import, or lose values",
}
