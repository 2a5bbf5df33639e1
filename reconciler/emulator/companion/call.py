"""A request to the companion API and the answers that say no, as values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from reconciler.emulator.call import EmulatorReply, json_reply, parse_body, quoted_segment
from reconciler.emulator.operations import BASES
from reconciler.semantics.schema_changes.refusal import ChangeRefused


class NoSuchElement(LookupError):
    """There is no such thing, or the caller may not see it: 404 tells no difference."""


@dataclass(frozen=True, kw_only=True, slots=True)
class CompanionCall:
    """One authorised request; `ids` are those in its path, `query` its parameters."""

    origin: str
    workspace: str
    ids: Mapping[str, str]
    query: Mapping[str, str]
    body: bytes = field(repr=False)
    now: float

    def number(self, name: str = "id") -> int:
        """Return an id of the path. Raises NoSuchElement if it is not one."""
        return digits(self.ids[name])

    def flag(self, name: str) -> bool:
        """Return whether the boolean parameter *name* is true."""
        return self.query.get(name, "").lower() == "true"

    def count(self, name: str, default: int) -> int:
        """Return the parameter *name*, a number. Raises ChangeRefused for any other text."""
        text = self.query.get(name, str(default))
        if not _is_number(text):
            raise ChangeRefused(name, f"{name} is a number")
        return int(text)

    def json(self) -> dict[str, Any]:
        """Return the body. Raises ChangeRefused if it is not a JSON object."""
        try:
            value = parse_body(self.body)
        except ValueError as error:
            raise ChangeRefused("", f"the body is not JSON: {error}") from error
        if not isinstance(value, dict):
            raise ChangeRefused("", "the body is not a JSON object")
        return value

    def url(self, path: str) -> str:
        """Return an absolute URL below this workspace."""
        workspace = quoted_segment(self.workspace)
        return f"{self.origin}{BASES[0]}/workspace/{workspace}/v1/{path}"

    def identity(self, number: int) -> dict[str, str]:
        """Return the three keys by which every answer identifies a thing."""
        return {
            "workspaceId": self.workspace,
            "globalId": f"{self.workspace}:{number}",
            "id": str(number),
        }


def digits(text: object) -> int:
    """Return the id *text* as a number. Raises NoSuchElement."""
    if not _is_number(str(text)):
        raise NoSuchElement(f"No such id: {text}")
    return int(str(text))


def _is_number(text: str) -> bool:
    # SQLite knows no larger ones.
    return text.isascii() and text.isdigit() and len(text) <= 18  # noqa: PLR2004


def refused(error: ChangeRefused) -> EmulatorReply:
    """Return the 400 of a change (api.md#companion-ids-and-counts)."""
    return errors(400, *([] if error.field else [str(error)]), **_by_field(error))


def _by_field(error: ChangeRefused) -> dict[str, str]:
    return {error.field: str(error)} if error.field else {}


def not_found(text: str) -> EmulatorReply:
    """Return the 404 of a thing that is not there."""
    return errors(404, f"NotFoundInsightException: {text}")


def errors(status: int, *messages: str, **by_field: str) -> EmulatorReply:
    """Return an error in the form of the companion API."""
    return json_reply({"errorMessages": messages, "errors": by_field}, status=status)
