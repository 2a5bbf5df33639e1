"""The globs of `manifests:` mean on disk what they mean for a commit, and read each folder once."""

from pathlib import Path

import pytest

from reconciler.manifest.path_glob import PathGlob

FILES = ("a.yaml", "b.json", "x/a.yaml", "x/y/a.yaml", "x/y/c.yaml", "z/y/a.yaml")
MATCHES: dict[str, tuple[str, ...]] = {
    "a.yaml": ("a.yaml",),
    "*.yaml": ("a.yaml",),
    "*": ("a.yaml", "b.json"),
    "./x/*.yaml": ("x/a.yaml",),
    "?/a.yaml": ("x/a.yaml",),
    "[xz]/y/a*": ("x/y/a.yaml", "z/y/a.yaml"),
    "**/a.yaml": ("a.yaml", "x/a.yaml", "x/y/a.yaml", "z/y/a.yaml"),
    "**/**/y/**/*.yaml": ("x/y/a.yaml", "x/y/c.yaml", "z/y/a.yaml"),
    "x/**": ("x/a.yaml", "x/y/a.yaml", "x/y/c.yaml"),
    "../here/x/*.yaml": ("../here/x/a.yaml",),
    "none/*.yaml": (),
}


@pytest.fixture
def here(tmp_path: Path) -> Path:
    root = tmp_path / "here"
    for name in FILES:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).touch()
    return root


@pytest.mark.parametrize("glob", MATCHES)
def test_a_glob_finds_what_it_matches(glob: str, here: Path) -> None:
    found = [path for path in PathGlob.of(glob).files(here) if path.is_file()]
    assert sorted(found) == sorted(here / name for name in MATCHES[glob])
    assert [each for each in FILES if PathGlob.of(glob).matches(each)] == [
        each for each in MATCHES[glob] if not each.startswith("..")
    ]
    assert all(PathGlob.of(glob).matches(each) for each in MATCHES[glob])


def test_no_link_is_followed_for_ever(here: Path) -> None:
    (here / "x" / "loop").symlink_to(here, target_is_directory=True)
    (here / "x" / "round").symlink_to("round")
    assert here / "x" / "loop" / "a.yaml" in PathGlob.of("x/*/a.yaml").files(here)
    assert len(PathGlob.of("**/a.yaml").files(here)) == len(MATCHES["**/a.yaml"])


@pytest.mark.parametrize("text", ["", "/etc/*", "..", "x/../y", "a**/b", ".", "a\0b"])
def test_what_is_no_relative_glob_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"relative glob|whole folders"):
        PathGlob.of(text)


def test_it_does_not_look_at_a_whole_disk(here: Path) -> None:
    with pytest.raises(ValueError, match="leads to more than 5 files"):
        PathGlob.of("**/a.yaml").files(here, most=5)
