"""A start imports what its run needs, and no more: the lists are of modules, no time is taken."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.paths import ROOT
from tests.support.processes.project import typical

# (Coverage, which may watch the probe, loads sqlite3 itself.)
SLOW = frozenset(
    {
        *("anyio", "deepdiff", "httpcore", "httpx", "jinja2", "jsonschema", "jsonschema_rs"),
        *("junitparser", "msgspec", "prometheus_client", "psycopg", "pygments", "rich", "ryaml"),
        *("sqlalchemy", "starlette", "tenacity", "uvicorn", "yaml"),
        *("asyncio", "decimal", "email", "hashlib", "http", "logging", "ssl", "subprocess"),
    }
)
# The rooms of the domain: what a command takes is known without them.
ROOMS = frozenset({"app", "applying", "assets", "data", "journal", "manifest", "mapping", "model"})
ROOMS |= {"outcome", "planning", "codes", "diagnostics", "errors"}
HELP = """
import click

def helped(command, name, above=None):
    context = click.Context(command, info_name=name, parent=above)
    if isinstance(command, click.Group):
        for each in command.list_commands(context):
            helped(command.get_command(context, each), each, context)
    words = context.command_path.split()[1:]
    assert group.main([*words, "--help"], prog_name="reconciler", standalone_mode=False) == 0

helped(group, "reconciler")
"""
# An expression that a module compiles at once, `reconciler.regex` compiles when it is needed.
COMPILED = """
ours = {name: vars(each) for name, each in sys.modules.items() if name.startswith("reconciler.")}
early = [n for n, values in ours.items() if any(isinstance(v, re.Pattern) for v in values.values())]
assert not early, early
"""
VERSION = 'group.main(["--version"], prog_name="reconciler", standalone_mode=False)'
OFFLINE = """
code = group.main(["plan", "--live", "live.json"], prog_name="reconciler", standalone_mode=False)
assert code == 0, code
"""
EMBEDDED = OFFLINE.replace(', "--live", "live.json"', "")
# What a plan offline may load of SLOW: JSON is read and decided, plans have digests, runs a log.
OF_A_PLAN = frozenset({"decimal", "email", "hashlib", "jsonschema_rs", "logging", "msgspec"})
# And what of ours it needs for parts and overlays, lint, faults, receipts and schema operations.
OF_OTHER_PLANS = frozenset(
    {
        *("journal.receipts", "manifest.effective", "manifest.inline_ignores", "manifest.merge"),
        *("manifest.schemas.explain", "planning.adopt.lint", "planning.object_schema.kinds"),
    }
)
OF_THE_BACKEND = frozenset(
    {"anyio", "asyncio", "http", "httpx", "ssl", "starlette", "subprocess", "tenacity"}
)
# What only some runs of a command need: a journal, documents in YAML, pages, servers.
HEAVY = ("deepdiff", "jinja2", "jsonschema", "jsonschema_rs", "ryaml", "sqlalchemy", "starlette")
COMMANDS = ("comment", "drift", "fmt", "history", "plan", "pull", "show", "status", "validate")


def loaded_by(statements: str, where: Path = ROOT) -> set[str]:
    """Return the modules that a process has after *statements*, run in the directory *where*."""
    probe = (
        f"import re, sys\nfrom reconciler.cli.group import group\n{statements}\n{COMPILED}"
        "print(*sorted(sys.modules), file=sys.stderr)\n"
    )
    run = subprocess.run(
        [sys.executable, "-c", probe],
        cwd=where,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    loaded = set(run.stderr.split())
    assert "reconciler" in loaded, "the probe saw the modules"
    return loaded


@pytest.mark.parametrize("statements", [VERSION, HELP], ids=["version", "help"])
def test_version_and_every_help_load_nothing_but_what_reads_the_command_line(
    statements: str,
) -> None:
    loaded = loaded_by(statements)
    assert loaded & SLOW == set()
    assert {name for name in loaded if name.startswith("reconciler.")} & {
        f"reconciler.{room}" for room in ROOMS
    } == set()


@pytest.mark.parametrize("is_changed", [False, True], ids=["unchanged", "changed"])
def test_a_plan_offline_loads_no_network_no_screen_and_no_other_document(
    tmp_path: Path, *, is_changed: bool
) -> None:
    document = typical("disks")
    (tmp_path / "disks.json").write_text(json.dumps(document), encoding="utf-8")
    if is_changed:
        (kind, *_) = document["schema"]["objectSchema"]["objectTypes"]
        kind["description"] = "As somebody changed it"
    (tmp_path / "live.json").write_text(json.dumps(document), encoding="utf-8")
    loaded = loaded_by(OFFLINE, tmp_path)
    assert loaded & SLOW <= OF_A_PLAN
    assert loaded & {f"reconciler.{name}" for name in OF_OTHER_PLANS} == set()


def test_a_plan_on_the_embedded_backend_loads_no_screen_no_server_and_no_journal(
    tmp_path: Path,
) -> None:
    (tmp_path / "disks.json").write_text(json.dumps(typical("disks")), encoding="utf-8")
    loaded = loaded_by(EMBEDDED, tmp_path)
    assert "httpx" in loaded, "the probe saw the backend"
    assert not any("record" in name or "replay" in name for name in loaded), "nothing is recorded"
    assert "reconciler.planning.object_schema.kinds" not in loaded, "there is no schemaAuth"
    assert loaded & SLOW <= OF_A_PLAN | OF_THE_BACKEND


def test_commands_are_there_before_what_only_some_of_their_runs_need() -> None:
    loaded = loaded_by("\n".join(f"import reconciler.cli.commands.{name}" for name in COMMANDS))
    assert loaded & set(HEAVY) == set()
