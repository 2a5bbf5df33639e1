"""Whatever the data, what `init` infers from them is a manifest without an error."""

import json
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reconciler.app.init.manifest import inferred_manifest
from reconciler.cli.progress import ScreenProgress
from reconciler.errors import DataError
from reconciler.manifest.load import check_text
from reconciler.manifest.text.formatter import canonical_text
from reconciler.mapping.preview import DataFinding
from reconciler.render.terminal import Screen

KEYS = st.sampled_from(
    [
        "id",
        "name",
        "Name",
        "key",
        "Key",
        "owner",
        "owner.id",
        "a b",
        "${x}",
        "Ünï",
        "-",
        "items",
        "",
    ]
)
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from(
        ["", "a", "A", "01", "2024-01-31", "ann@example.com", '"', "\x1b[2J", "10.0.0.1"]
    ),
)
VALUES = st.recursive(
    SCALARS,
    lambda below: st.lists(below, max_size=3) | st.dictionaries(KEYS, below, max_size=4),
    max_leaves=12,
)
ENTRIES = st.lists(st.dictionaries(KEYS, VALUES, max_size=5), max_size=6)


class _Blind:
    def write(self, _: str) -> int:
        return 0

    def writelines(self, _: object) -> None:
        return

    def flush(self) -> None:
        return


@given(ENTRIES | st.dictionaries(KEYS, ENTRIES | VALUES, max_size=3))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=100)
def test_any_data_make_a_valid_manifest_or_a_sentence(tmp_path: Path, data: object) -> None:
    path = tmp_path / "data.json"
    path.write_text(json.dumps(data), encoding="utf-8")
    progress = ScreenProgress(Screen(stream=_Blind()))  # type: ignore[arg-type]
    try:
        made = inferred_manifest(
            path, "data", called="data", id_base="data", file="data.yaml", progress=progress
        )
    except DataError:
        return
    assert check_text(made.text, file="data.yaml") == ()
    unsure = {each.external_id for each in made.types if not each.identity.is_certain}
    lost = {f.type for f in made.preview.findings if f.code is DataFinding.DUPLICATE}
    assert lost <= unsure
    assert canonical_text(made.text, file="data.yaml") == made.text
