"""What the command line and policy say about planning (design.md sections 4 to 6)."""

from dataclasses import dataclass, field

from reconciler.manifest.project_model import Policy


@dataclass(frozen=True, kw_only=True, slots=True)
class PlanOptions:
    """The choices that change a plan. `sync`: the operation waits for its end by itself.

    `policy` holds the guards: whoever plans under a project's policy has all of them.
    """

    policy: Policy = field(default_factory=Policy)
    allow_residual: bool = False
    resend_write_only: bool = False
    sync: bool = False

    @classmethod
    def of_drift(cls, policy: Policy) -> "PlanOptions":
        """Return the options of looking for drift under *policy*: nothing is sent, or guarded."""
        return cls(policy=Policy(orphans=policy.orphans))

    @classmethod
    def of_repair(cls, policy: Policy) -> "PlanOptions":
        """Return the options of taking drift back under *policy*.

        What the API cannot do is left open: it drifted all the same.
        """
        return cls(policy=policy, allow_residual=True)
