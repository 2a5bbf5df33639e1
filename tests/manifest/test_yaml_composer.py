"""Where ryaml has no wheel another reader stands in: of every text it makes the same."""

import pytest
import ryaml

from reconciler.manifest.text.parsers import yaml_composer

WORDS = """
0x1F 0o17 0b11 +5 -0x1f 0123 -012 00.5 1. .5 1e5 1_0 +.inf -.INF .nan ~ NULL Null nUll yes TRUE tRue
18446744073709551615 -9223372036854775808 340282366920938463463374607431768211456 infinity nan +0x1
-170141183460469231731687303715884105729 --1 1e400 0o8 = 2020-01-01 1:30 + 0x . e5 1e 1e+5 +0123 -0
-0.0 +-1 00 0o 0x+1 -0b1 ١ +.5 0b2 -. +.e1 1.e5 0.0.0 1#c é 😀 true false off .Inf .NAN -.nan 1,0
"""
SCALARS = [*WORDS.split(), "9" * 500, f"0x{'f' * 40}", f"-0b{'1' * 200}", ""]

TEXTS = {
    "keys that are no texts": "1: 2\ntrue: 3\nnull: 4\n1.5: 5\n",
    "aliases": "a: &x 1\nb: *x\nc: &x [2]\nd: *x\n",
    "a key with an anchor": "&x a: 1\nb: *x\n",
    "an alias as a key": "a: &x k\n? *x\n: 1\n",
    "keys without values": "? a\n? b\n",
    "flow": "{a, b: c, ? d, e: [f: g, h: i]}",
    "text blocks": "a: |\n x\n\n y\n  z\nb: >-\n x\n y\n",
    "quotes": "a: '1'\nb: \"\\x00\\U0001F600\"\nc: 'it''s'\n",
    "documents": "--- |\n a\n--- >\n b\n---\n...\n",
    "a merge key": "<<: {a: 1}",
    "deep": "[" * 128 + "]" * 128,
    "an alias to what is deep": f"x: &x {'[' * 64}{']' * 64}\ny: {'[' * 63}*x{']' * 63}",
    "many aliases": "- &a x\n" + "- *a\n" * 500,
}

FAULTS = {
    "a key twice": ("a: 1\na: 2", "duplicate entry"),
    "a number twice as a key": ("1: 2\n0x1: 3", "duplicate entry"),
    "an object as a key": ("? {a: 1}\n: 2", "unhashable type: 'dict'"),
    "a list as a key, through an alias": ("? &a [1]\n: *a\n", "unhashable type: 'list'"),
    "a key twice behind an odd one": ("a: {[x]: y}\nb: {c: 1, c: 2}", "duplicate entry"),
    "more than 64 bits": ("a:\n- 99999999999999999999", "invalid type: integer"),
    "too deep": ("[" * 129 + "]" * 129, "recursion limit exceeded at line 1 column 129"),
    "too deep through an alias": (
        f"x: &x {'[' * 64}{']' * 64}\ny: {'[' * 64}*x{']' * 64}",
        "recursion limit exceeded",
    ),
    "an alias in itself": ("a: &x [*x]", "recursion limit exceeded"),
    "an alias that explodes": (
        "a: &a [x,x,x,x,x,x,x,x,x]\n"
        + "".join(f"{x}: &{x} [{','.join([f'*{chr(ord(x) - 1)}'] * 9)}]\n" for x in "bcdefghi"),
        "repetition limit exceeded",
    ),
    "no anchor": ("a: *x", "unknown anchor at line 1 column 4"),
    "an end too early": ("[1", "did not find expected ',' or ']' at line 2 column 1, while"),
    "a tab": ("\ta: 1", "found character that cannot start any token, while scanning"),
    "a colon": ("a: b: c", "mapping values are not allowed in this context at line 1 column 5"),
    "an escape": ('a: "\\ud800"', "found invalid Unicode character escape code at line 1 column 7"),
    "a control character": ("a: é\x01", "control characters are not allowed at position 5"),
    "another YAML": ("%YAML 3.0\n---\na: 1", "found incompatible YAML document"),
    "a directive": ("%FOO\n---\na: 1", "found unknown directive name at line 1 column 5, while"),
}


def read(text: str) -> str:
    """Return what ryaml makes of *text*."""
    return repr(ryaml.loads_all(text))  # type: ignore[attr-defined]  # not in its stub


@pytest.mark.parametrize("scalar", SCALARS)
def test_a_plain_scalar_means_the_same(scalar: str) -> None:
    text = f"a: {scalar}"
    assert repr(yaml_composer.loads_all(text)) == read(text)


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_a_text_has_the_same_value(text: str) -> None:
    assert repr(yaml_composer.loads_all(text)) == read(text)


@pytest.mark.parametrize(("text", "sentence"), FAULTS.values(), ids=FAULTS)
def test_a_fault_is_told_in_the_same_words(text: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=r".+") as theirs:
        read(text)
    with pytest.raises(ValueError, match=r".+") as ours:
        yaml_composer.loads_all(text)
    assert sentence in str(theirs.value)
    assert sentence in str(ours.value)
