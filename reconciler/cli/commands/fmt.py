"""`fmt`: format manifests in the canonical layout."""

import sys
from pathlib import Path

import click

from reconciler.app.files import replace_atomically
from reconciler.app.project import open_project
from reconciler.app.pull import check_may_write, existing_target
from reconciler.cli.exit_codes import ExitCode
from reconciler.cli.settings import Settings
from reconciler.errors import ManifestError, ReconcilerError, WrongUsage
from reconciler.manifest.draft import other_file
from reconciler.manifest.files import files_at
from reconciler.manifest.layers import all_overlays, layers_of
from reconciler.manifest.load import manifest_paths
from reconciler.manifest.other_file import OtherFile
from reconciler.manifest.project.model import Project
from reconciler.manifest.text.file import decode_text, read_whole, shown_path
from reconciler.manifest.text.formatter import canonical_text
from reconciler.manifest.text.json_parser import parse_json
from reconciler.render.diagnostics import write_diagnostics
from reconciler.render.errors import write_error
from reconciler.render.unified_diff import diff_lines

_STDIN = Path("-")


@click.command()
@click.argument(
    "paths", nargs=-1, type=click.Path(path_type=Path, allow_dash=True), metavar="[PATH]..."
)
@click.option("--check", is_flag=True, help="Write nothing; exit 1 where something would change.")
@click.option("--diff", is_flag=True, help="Show what changes as a diff.")
@click.pass_obj
def fmt(settings: Settings, *, paths: tuple[Path, ...], check: bool, diff: bool) -> int:
    """Bring the manifests of the project, or those at PATH, into the one canonical layout.

    The names of the files that change are printed. A PATH that is a directory stands for
    the manifests in it; - reads standard input and writes standard output.

    Indentation is two spaces, keys stand in the order of the examples, strings have quotes
    only where a reader of YAML 1.1 or 1.2 needs them. Comments go with their keys, the
    order of lists stays, and so does what a manifest says: that is checked before anything
    is written.

    Left as they are: the project file, what is no manifest, the lines of a text or of
    lists and objects in brackets that fill several, and the layout of a YAML file that has
    anchors or is in brackets as a whole.

    Exit code: 0 done, 1 error, or --check found something.
    """
    if _STDIN in paths:
        if len(paths) > 1:
            raise WrongUsage("- stands for standard input, and allows no other PATH")
        return _filter(settings, check=check, diff=diff)
    files = files_at(paths) if paths else _files_of(open_project(settings.environment))
    has_changes = has_errors = False
    for path in dict.fromkeys(files):
        try:
            is_named = path in paths
            has_changes |= _format(path, settings, is_named=is_named, check=check, diff=diff)
        except ManifestError as error:
            write_diagnostics(error.diagnostics, settings.err)
            has_errors = True
        except ReconcilerError as error:
            write_error(error, settings.err)
            has_errors = True
    return ExitCode.ERROR if has_errors or (check and has_changes) else ExitCode.DONE


def _files_of(project: Project) -> tuple[Path, ...]:
    """Return the manifests with their parts, and the overlays of all environments."""
    heads = manifest_paths(project)
    return (*heads, *layers_of(project, heads).files, *all_overlays(project))


def _format(path: Path, settings: Settings, *, is_named: bool, check: bool, diff: bool) -> bool:
    """Format one file, and return whether it changes; say why one that is named does not."""
    file = shown_path(path)
    after: str | OtherFile | None = other_file(path)
    if after is None:
        target = existing_target(path, file=file)
        before = target.text or ""
        after = canonical_text(before, file=file)
    if isinstance(after, OtherFile):
        if is_named or after.is_near_miss:
            write_diagnostics([after.diagnostic(file)], settings.err)
        return False
    if target.mark + before == after:
        return False
    if not check:
        check_may_write(target, force=True)
        replace_atomically(path, after)
    settings.out.line(file)
    if diff:
        settings.out.lines(diff_lines(file, before, after))
    return True


def _filter(settings: Settings, *, check: bool, diff: bool) -> int:
    text = decode_text(read_whole(sys.stdin.buffer, file="stdin"), file="stdin")
    file = "stdin.json" if _is_json(text) else "stdin.yaml"
    after = canonical_text(text, file=file)
    if isinstance(after, OtherFile):
        after = text
    if diff:
        settings.out.lines(diff_lines(file, text, after))
    elif not check:
        settings.out.raw(after)
    return ExitCode.ERROR if check and after != text else ExitCode.DONE


def _is_json(text: str) -> bool:
    try:
        parse_json(text, file="stdin")
    except ManifestError:
        return False
    return True
