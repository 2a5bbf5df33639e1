"""The program as a process: the emulator as a server, a terminal, another seed of hashes."""

import json
import re
import signal
from pathlib import Path

import pytest

from tests.support.documents import site_document as site
from tests.support.processes.program import started
from tests.support.processes.terminal import CONTROL, at_terminal
from tests.support.stages import cli_project


def test_the_emulator_says_where_it_is_and_ends_when_asked(tmp_path: Path) -> None:
    with started("emulator", "--port", "0", cwd=tmp_path) as process:
        assert process.stdout is not None
        said = [process.stdout.readline() for _ in range(12)]
        base_url, token = (line.split()[-1] for line in said[:2])
        assert base_url.startswith("http://127.0.0.1:")
        assert base_url.endswith("/jsm/assets")
        assert token == "ATCTT-emulator"
        environment = "".join(said[3:]).replace("SOURCE", "disks")
        (tmp_path / "reconciler.yaml").write_text(environment, encoding="utf-8")
        (tmp_path / "disks.yaml").write_text(cli_project.MANIFEST, encoding="utf-8")
        with started("plan", cwd=tmp_path) as plan:
            assert plan.stdout is not None
            assert "to create" in plan.stdout.read()
            assert plan.wait() == 0
        process.send_signal(signal.SIGTERM)
        assert process.wait() == 0


@pytest.mark.parametrize(
    "answer", ["y\n", "\x04"], ids=["anything but yes", "the end of the input"]
)
def test_a_person_at_a_terminal_who_does_not_say_yes_sends_nothing(
    tmp_path: Path, answer: str
) -> None:
    (tmp_path / "disks.yaml").write_text(cli_project.MANIFEST, encoding="utf-8")
    (tmp_path / "reconciler.yaml").write_text(cli_project.PROJECT, encoding="utf-8")
    with at_terminal("apply", cwd=tmp_path, width=100) as terminal:
        terminal.until("Enter a value: ")
        terminal.type(answer)
        shown = CONTROL.sub("", terminal.until(None))
        assert terminal.process.wait() == 1
    assert "Only 'yes' will be accepted to approve." in shown
    assert "apply cancelled: nothing was sent" in shown


def test_a_plan_does_not_depend_on_the_order_of_sets(tmp_path: Path) -> None:
    """The suite runs with one seed of hashes (Makefile), so that no other test would tell."""
    names = [f"n{number}" for number in range(8)]
    wanted = site.document(
        site.set_type("os", name="System"),
        site.set_attribute("size", type="text", unique=True),
        site.set_attribute("state", typeValues=names),
        site.drop_attribute("os-ref"),
        *(site.add_attribute("drive", name, f"Drive {name}") for name in names),
        *(site.map_attribute("drive", name, f"Drive {name}", name, "x") for name in names),
        *(site.refer("file", f"ref-{name}", f"To {name}", to=f"t-{name}") for name in names),
        *(
            site.add_type(f"t-{name}", f"Type {name}", under="drive", colour="red")
            for name in names
        ),
        *(site.map_type(f"t-{name}", f"Type {name}") for name in names),
    )
    wanted["schema"]["statusSchema"]["statuses"] += [
        {"name": name, "description": "", "category": "active"} for name in names
    ]
    live = site.document(
        site.set_mapping("file", selector="others"),
        *(site.add_attribute("file", f"live-{name}", f"Only in live {name}") for name in names),
        *(site.add_type(f"live-{name}", f"Only in live {name}") for name in names),
    )
    (tmp_path / "reconciler.yaml").write_text(cli_project.PROJECT, encoding="utf-8")
    (tmp_path / "s.json").write_text(json.dumps({"source": "s", **wanted}), encoding="utf-8")
    (tmp_path / "live.json").write_text(json.dumps(live), encoding="utf-8")
    command = ("plan", "--live", "live.json", "--allow-residual", "--format", "json")
    printed = []
    for seed in ("1", "2"):
        with started(*command, cwd=tmp_path, PYTHONHASHSEED=seed) as process:
            out, err = process.communicate()
        assert process.returncode == 0, err
        printed.append(re.sub(r'"created_at": *"[^"]+"', "", out))
    assert '"method": "PATCH"' in printed[0]
    assert printed[0] == printed[1]
