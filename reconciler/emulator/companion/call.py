"""A request to the companion API and the answers that say no, as values."""

from dataclasses import dataclass
from typing import Any

from reconciler.emulator.call import (
    ApiCall,
    EmulatorReply,
    Place,
    json_object,
    json_reply,
    quoted_segment,
)
from reconciler.semantics.operations import BASES
from reconciler.semantics.schema_changes.refusal import ChangeRefused


class NoSuchElement(LookupError):
    """There is no such thing, or the caller may not see it: 404 tells no difference."""


@dataclass(frozen=True, kw_only=True, slots=True)
class CompanionCall(ApiCall):
    """One authorised request to the companion API."""

    @property
    def workspace(self) -> str:
        """The workspace in the path."""
        return self.ids["workspace"]

    @property
    def place(self) -> Place:
        """Where it is counted: it names no import source."""
        return Place(self.workspace, "")

    def number(self, name: str = "id") -> int:
        """Return an id of the path. Raises NoSuchElement if it is not one."""
        return digits(self.ids[name])

    def count(self, name: str, default: int) -> int:
        """Return the parameter *name*, a number. Raises ChangeRefused for any other text."""
        text = self.query.get(name, str(default))
        if not _is_number(text):
            raise ChangeRefused(name, f"{name} is a number")
        return int(text)

    def json(self) -> dict[str, Any]:
        """Return the body. Raises ChangeRefused if it is not a JSON object."""
        try:
            return json_object(self.body)
        except ValueError as error:
            raise ChangeRefused("", str(error)) from error

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
    text = str(error)
    return errors(400, **{error.field: text}) if error.field else errors(400, text)


def not_found(text: str) -> EmulatorReply:
    """Return the 404 of a thing that is not there."""
    return errors(404, f"NotFoundInsightException: {text}")


def errors(status: int, *messages: str, **by_field: str) -> EmulatorReply:
    """Return an error in the form of the companion API."""
    return json_reply({"errorMessages": messages, "errors": by_field}, status=status)
