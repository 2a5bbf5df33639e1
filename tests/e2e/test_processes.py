"""The program as a process: the emulator as a server, signals, terminals that are none."""

import json
import re
import signal
from pathlib import Path

import pytest

from tests.support.documents import site_document as site
from tests.support.processes.program import started, write_project
from tests.support.processes.server import emulator
from tests.support.processes.terminal import CONTROL, at_terminal
from tests.support.stages import cli_project


def test_the_emulator_says_where_it_is_and_ends_when_asked(tmp_path: Path) -> None:
    with started("emulator", "--port", "0", cwd=tmp_path) as process:
        assert process.stdout is not None
        base_url, token = (process.stdout.readline().split()[-1] for _ in range(2))
        assert base_url.startswith("http://127.0.0.1:")
        assert base_url.endswith("/jsm/assets")
        assert token == "ATCTT-emulator"
        process.send_signal(signal.SIGTERM)
        assert process.wait() == 0


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_two_signals_end_an_apply_with_130_and_say_what_was_in_flight(
    tmp_path: Path, number: signal.Signals
) -> None:
    with emulator("--fault", "get-progress:never-ending") as server:
        write_project(tmp_path, server.base_url, server.token)
        with started("apply", "--auto-approve", cwd=tmp_path) as process:
            assert process.stdout is not None
            assert process.stderr is not None
            for awaited in ("IN_PROGRESS", "Press Ctrl-C again to stop now"):
                while awaited not in process.stderr.readline():
                    assert process.poll() is None
                process.send_signal(number)
            out, err = process.communicate()
    assert process.returncode == 130
    assert "disks was in flight: the server may still be processing it." in out
    assert "Traceback" not in err


def test_no_secret_is_shown_at_any_log_level(tmp_path: Path) -> None:
    token = "ATCTT-hidden-from-everyone"
    with emulator("--token", token) as server:
        write_project(tmp_path, server.base_url, token)
        with started("--log-level", "debug", "apply", "--auto-approve", cwd=tmp_path) as process:
            out, err = process.communicate()
    assert process.returncode == 0
    assert token not in out + err


def test_an_answer_that_cannot_be_read_is_an_error_of_its_source(tmp_path: Path) -> None:
    with emulator("--fault", "get-configstatus:html") as server:
        write_project(tmp_path, server.base_url, server.token)
        with started("plan", "-o", "saved.json", cwd=tmp_path) as process:
            out, err = process.communicate()
    assert process.returncode == 1
    assert "error[unreadable-source]: disks could not be read" in err
    assert "GET importsource/1/configstatus" in err
    assert "Plan not saved" in err
    assert out == ""
    assert not (tmp_path / "saved.json").exists()


@pytest.mark.parametrize(
    ("answer", "code", "sentence"),
    [
        pytest.param("yes\n", 0, "Apply: 1 source: 1 applied.", id="yes sends"),
        pytest.param("y\n", 1, "apply cancelled: nothing was sent", id="anything else does not"),
        pytest.param("\x04", 1, "apply cancelled: nothing was sent", id="nor does the end"),
        pytest.param("\x03", 130, "Interrupted.", id="Ctrl-C ends at once"),
    ],
)
def test_a_person_at_a_terminal_is_asked(
    tmp_path: Path, answer: str, code: int, sentence: str
) -> None:
    (tmp_path / "disks.yaml").write_text(cli_project.MANIFEST, encoding="utf-8")
    (tmp_path / "reconciler.yaml").write_text(cli_project.PROJECT, encoding="utf-8")
    with at_terminal("apply", cwd=tmp_path, width=100) as terminal:
        terminal.until("Enter a value: ")
        terminal.type(answer)
        shown = CONTROL.sub("", terminal.until(None))
        assert terminal.process.wait() == code
    assert "Only 'yes' will be accepted to approve." in shown
    assert sentence in shown


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
