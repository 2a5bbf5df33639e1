"""`fmt`: format manifests in the canonical layout."""

import sys
from codecs import BOM_UTF8
from pathlib import Path

from reconciler.app.files import replace_atomically
from reconciler.app.project import open_project
from reconciler.app.pull.manifest_file import check_may_write
from reconciler.cli.exit_codes import ExitCode
from reconciler.cli.settings import Settings
from reconciler.errors import ManifestError, ReconcilerError, WrongUsage
from reconciler.manifest.draft import other_file
from reconciler.manifest.files import files_at
from reconciler.manifest.layers import all_overlays, layers_of
from reconciler.manifest.load import manifest_paths
from reconciler.manifest.other_file import OtherFile
from reconciler.manifest.text.file import decode_text, read_bytes, read_whole, shown_path
from reconciler.manifest.text.formatter import canonical_text
from reconciler.manifest.text.parsers.json_parser import parse_json
from reconciler.render.diagnostics import write_diagnostics
from reconciler.render.errors import write_error
from reconciler.render.unified_diff import diff_lines

_STDIN = Path("-")


def fmt(settings: Settings, *, paths: tuple[Path, ...], check: bool, diff: bool) -> int:
    """Run the command and return its exit code."""
    if _STDIN in paths:
        if len(paths) > 1:
            raise WrongUsage("- stands for standard input, and allows no other PATH")
        return _filter(settings, check=check, diff=diff)
    files = dict.fromkeys(files_at(paths), False) if paths else _files_of(settings)
    has_changes = has_errors = False
    for path, is_overlay in files.items():
        try:
            made = _format(path, settings, is_overlay=is_overlay, check=check, diff=diff)
            if not isinstance(made, OtherFile):
                has_changes |= made
            elif path in paths or made.is_near_miss:
                write_diagnostics([made.diagnostic(shown_path(path))], settings.err)
        except ManifestError as error:
            write_diagnostics(error.diagnostics, settings.err)
            has_errors = True
        except ReconcilerError as error:
            write_error(error, settings.err)
            has_errors = True
    return ExitCode.ERROR if has_errors or (check and has_changes) else ExitCode.DONE


def _files_of(settings: Settings) -> dict[Path, bool]:
    """Return the manifests with their parts, and all overlays; of each whether it is one."""
    project = open_project(settings.environment)
    heads = manifest_paths(project)
    files = dict.fromkeys((*heads, *layers_of(project, heads).files), False)
    return files | dict.fromkeys(all_overlays(project), True)


def _format(
    path: Path, settings: Settings, *, is_overlay: bool, check: bool, diff: bool
) -> bool | OtherFile:
    """Write the file *path* in the canonical layout; return whether it changes, or what it is."""
    if not is_overlay and (other := other_file(path)) is not None:
        return other
    file = shown_path(path)
    data = read_bytes(path, file=file)
    text = decode_text(data, file=file)
    after = canonical_text(text, file=file, is_overlay=is_overlay)
    if isinstance(after, OtherFile):
        return after
    if text == after and not data.startswith(BOM_UTF8):
        return False
    if not check:
        check_may_write(path, file=file, force=True)
        replace_atomically(path, after)
    settings.out.line(file)
    if diff:
        settings.out.lines(diff_lines(file, text, after))
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
