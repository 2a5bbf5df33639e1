"""A plan of everything that a pipeline is told, every text of it hostile to some format."""

from reconciler.diagnostics import Diagnostic, Severity
from reconciler.model.policy import Risk
from reconciler.planning.change import Kind, Verdict
from reconciler.planning.plan import Action, Plan, Reason
from reconciler.value import replace
from tests.support.samples import plans as samples

HOSTILE = (
    "]]><x a='\"&amp;'>\x1b[2J\ufffe%0A::error::x,y:z\r\n::set-env name=A::b [in](http://a) `| {0}"
)
FILE = "manifests/odd, name: 100% #1?.yaml"

_BLOCKED = replace(samples.BLOCKED, file="manifests/hardware.yaml")
_PLACED = replace(
    _BLOCKED, changes=(replace(_BLOCKED.changes[0], line=12, column=7), *_BLOCKED.changes[1:])
)
_HOSTILE = samples.source(
    HOSTILE,
    Action.UPDATE,
    samples.change(
        f"{HOSTILE}/objectTypes[{HOSTILE}]/name",
        HOSTILE,
        kind=Kind.OBJECT_TYPE,
        field="name",
        before=HOSTILE,
        after="x",
        verdict=Verdict.IGNORED,
        rule="unknown-key",
        remedy=HOSTILE,
        line=3,
        column=5,
    ),
    samples.change(
        f"{HOSTILE}/mappings[{HOSTILE}]/selector",
        HOSTILE,
        kind=Kind.MAPPING,
        field="selector",
        before="x",
        after=HOSTILE,
        risk=Risk.DATA,
        risk_code="selector-changed",
    ),
    file=FILE,
)
_GUARDED = samples.source(
    "guarded",
    Action.BLOCKED,
    samples.change("guarded/objectTypes[a]/description", "A"),
    reason=Reason(code="too_many_changes", text="1 change would be sent; policy.maxChanges is 0"),
    file="manifests/guarded.yaml",
)
_UNREAD = Diagnostic(
    severity=Severity.ERROR,
    code="unreadable-source",
    text="away could not be read: 503 Service Unavailable",
    hint="answer: <html>\ntry again later",
    source="away",
)
_DIAGNOSTIC = Diagnostic(
    severity=Severity.WARNING, code="unknown-key", text=HOSTILE, hint=HOSTILE, file=FILE, line=4
)

PLAN: Plan = samples.plan(
    _PLACED,
    _HOSTILE,
    _GUARDED,
    replace(samples.UPDATE, file="manifests/disk-analysis.yaml"),
    samples.NO_OP,
    diagnostics=(*samples.DIAGNOSTICS, _UNREAD, _DIAGNOSTIC),
    errored=True,
)
DIAGNOSTICS = PLAN.diagnostics
CHECKED = ("manifests/disk-analysis.yaml", "manifests/fine.yaml", FILE)
