"""What helps against a refusal: the same words where it is predicted and where it happens."""

from reconciler.command_line import command_line
from reconciler.semantics.response import Code


def refusal_remedy(
    code: Code, source: str, existing: tuple[str, str] | None = None, *, is_kept: bool = False
) -> str | None:
    """Return what to do where the API refuses *source* with *code*, None if nothing helps.

    *existing* is the external id under which the element lives, with its name, None if unknown.
    A text that *is_kept* is the same however this process was called.
    """
    if code is not Code.EXTERNAL_ID_MISMATCH:
        return code.remedy
    known = "" if existing is None else f" {existing[0]} ({existing[1]})"
    pull = command_line("pull", source, is_kept=is_kept)
    return f"Use the existing external id{known}, or take the ids over: {pull}"


def remedy_of_answer(answer: str, source: str) -> str | None:
    """Return what to do about each code in the API's *answer* that is known, None without any."""
    remedies = (refusal_remedy(code, source) for code in Code if code.value in answer)
    return "\n".join(dict.fromkeys(filter(None, remedies))) or None
