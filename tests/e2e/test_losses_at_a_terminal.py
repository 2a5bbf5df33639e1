"""Where something would be lost, a person at a terminal types how much, also of a saved plan."""

import pytest

from tests.support.processes.terminal import CONTROL, at_terminal
from tests.support.stages.cli_project import Desk

PROJECT = """\
environments:
  local: {backend: embedded, schemaAuth: embedded}
policy: {schema: {delete: allow}}
"""
ATTRIBUTE = """\
          - externalId: attribute/colour
            name: Colour
            description: Its colour
            type: text
"""
ENTRY = """\
        - attributeExternalId: attribute/colour
          attributeName: Colour
          attributeLocators: [colour]
"""
GOES = "disks/objectTypes[object-type/drive]/attributes[attribute/colour]"
ACCEPTED = ("--accept-loss", f"{GOES}=2")


@pytest.fixture
def desk(desk: Desk) -> Desk:
    """A project whose manifest no longer has what two objects have a value of."""
    desk.write("reconciler.yaml", PROJECT)
    (desk.root / "people.yaml").unlink()
    desk.write(
        "data.json",
        '{"drives": [{"serial": "a", "colour": "red"}, {"serial": "b", "colour": "blue"}]}',
    )
    desk.edit("disks.yaml", "mapping:\n", f"{ATTRIBUTE}mapping:\n")
    desk.write("disks.yaml", (desk.root / "disks.yaml").read_text() + ENTRY)
    assert desk("apply", "--auto-approve").code == 0
    assert desk("ingest", "run", "disks", "data.json").code == 0
    desk.edit("disks.yaml", ATTRIBUTE, "")
    desk.edit("disks.yaml", ENTRY, "")
    return desk


@pytest.mark.parametrize("is_saved", [False, True], ids=["made now", "saved"])
@pytest.mark.parametrize(
    ("answer", "code", "sentence"),
    [("2", 0, "Apply: 1 source: 1 applied."), ("yes", 1, "apply cancelled: nothing was sent")],
)
def test_the_number_of_what_is_lost_approves_and_nothing_else(
    desk: Desk, answer: str, code: int, sentence: str, *, is_saved: bool
) -> None:
    planned = desk("plan", *ACCEPTED, "-o", "saved.json")
    assert "1 schema operation, which deletes 2 values; 1 cannot be undone." in planned.out
    asked = ("saved.json",) if is_saved else ACCEPTED
    with at_terminal("apply", *asked, cwd=desk.root, width=100) as terminal:
        terminal.until("Enter a value: ")
        terminal.type(f"{answer}\n")
        shown = CONTROL.sub("", terminal.until(None))
        assert terminal.process.wait() == code
    assert "This deletes 2 values. Nothing brings them back." in shown
    assert sentence in shown


def test_a_saved_plan_is_applied_without_a_terminal_as_it_was_accepted(desk: Desk) -> None:
    assert desk("plan", *ACCEPTED, "-o", "saved.json").code == 0
    done = desk("apply", "saved.json")
    assert done.code == 0
    assert "Enter a value" not in done.out + done.err
