"""Which rules an open question decides, and what its outcome means for what PATCH can do.

Apart from the questions, which the command line reads before it knows any rule.
"""

from collections.abc import Mapping

from reconciler.semantics.capabilities import CAPABILITIES
from reconciler.semantics.questions import Question
from reconciler.semantics.rules import Ability, RuleCode

# A row of the table of capabilities: the kind of an element and the field.
Row = tuple[str, str]

DECIDES: Mapping[Question, tuple[RuleCode | Row, ...]] = {
    Question.PATCH_WITHOUT_MAPPING: (RuleCode.PATCH_NEEDS_MAPPING,),
    Question.PUT_BESIDE_TYPES: (RuleCode.PUT_AMENDS,),
    Question.PATCH_LABEL: (("attribute", "label"),),
    Question.PATCH_MINIMUM: (("attribute", "minimumCardinality"),),
    Question.PATCH_MAXIMUM: (("attribute", "maximumCardinality"),),
    Question.PATCH_UNIQUE: (("attribute", "unique"),),
    Question.PATCH_TYPE_VALUES: (("attribute", "typeValues"),),
    Question.PATCH_STATUS: (RuleCode.STATUS_ADD, RuleCode.STATUS_OVERWRITE),
    Question.PATCH_MAPPING: (RuleCode.MAPPING_ADD,),
    Question.PATCH_RENAME: (RuleCode.OBJECT_TYPE_RENAME, RuleCode.ATTRIBUTE_RENAME),
    Question.PATCH_MOVE: (RuleCode.OBJECT_TYPE_MOVE,),
    Question.MAPPING_LEFT_OUT: (RuleCode.MAPPING_DELETE,),
    Question.MOVE_TO_ROOT: (RuleCode.OBJECT_TYPE_MOVE_TO_ROOT,),
}
# The rules that are inferred or unknown, and that no question decides: why not.
UNDECIDED: Mapping[RuleCode, str] = {
    RuleCode.OBJECT_SCHEMA_CHANGE: "the object schema is not the probe's to change",
    RuleCode.STATUS_DELETE: "a PATCH has no word for it",
    RuleCode.NO_LONGER_STATED: "an answer that shows the part settles it each time",
}

# The question that each row of the table of capabilities depends on.
OF_ROW: Mapping[Row, Question] = {
    row: question
    for question, decided in DECIDES.items()
    for row, rule in CAPABILITIES.items()
    if row in decided or rule in decided
}
# What the outcome of a question about PATCH means for its ability.
ABILITIES: Mapping[str, Ability] = {
    "changes": Ability.YES,
    "stays": Ability.NO,
    "refused": Ability.NO,
}
