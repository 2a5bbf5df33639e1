"""The effective document of a source: YAML or JSON, with the place where each value was written."""

from collections.abc import Iterator

from reconciler.manifest.load import Manifest
from reconciler.manifest.manifest_text import ManifestText
from reconciler.manifest.merge import leaves
from reconciler.manifest.text.block_writer import in_rank
from reconciler.manifest.text.pointer import Pointer, write_pointer
from reconciler.manifest.text.tree import path
from reconciler.manifest.text.tree_reader import read_root
from reconciler.manifest.text.yaml_writer import yaml_text
from reconciler.model.display import visible
from reconciler.model.id_prefix import IdPrefix
from reconciler.render.json_line import indented_json

FORMAT_VERSION = "1.0"


def effective_yaml(manifest: Manifest, prefix: IdPrefix) -> str:
    """Return the document, and behind each value that is not of the manifest's head its place.

    Ids have the *prefix* of the environment.
    """
    value = prefix.put_in_json(manifest.draft.raw)
    text = yaml_text(in_rank(value))
    root = read_root(text, is_json=False)
    said = {
        [*path(root, at)][-1].begin_line: place
        for at, file, place in _origins(manifest)
        if file != manifest.file
    }
    lines = text.splitlines()
    shown = "".join(
        f"{line} # {visible(said[i])}\n" if i in said else f"{line}\n"
        for i, line in enumerate(lines)
    )
    # A text of several lines has no room for a comment.
    return shown if ManifestText(file="effective.yaml", stored=shown).says(value) else text


def effective_json(manifest: Manifest, prefix: IdPrefix, *, environment: str) -> str:
    """Return the document, its files, and `origins`: where each value was written, by pointer."""
    found = {
        "format_version": FORMAT_VERSION,
        "source": manifest.source,
        "environment": environment,
        "external_id_prefix": prefix.text,
        "files": [each.file for each in manifest.draft.texts],
        "manifest": in_rank(prefix.put_in_json(manifest.draft.raw)),
        "origins": {write_pointer(at): place for at, _, place in _origins(manifest)},
    }
    return indented_json(found) + "\n"


def _origins(manifest: Manifest) -> Iterator[tuple[Pointer, str, str]]:
    places = manifest.locations.places
    for at in leaves(manifest.draft.raw):
        file, found = places.file_of(at) or manifest.file, places.of(at)
        yield at, file, f"{file}:{found[0]}" if found else file
