"""One word, one meaning: every package is explained, and nothing twice."""

from pathlib import Path

ROOT = Path(__file__).parents[2]
LINES = (ROOT / "GLOSSARY.md").read_text(encoding="utf-8").splitlines()
ROWS = [line.split("|")[1].strip() for line in LINES if line.startswith("| ")]
WORDS = [word for word in ROWS if word not in {"in code", "package"}]


def test_no_word_stands_twice():
    assert sorted(WORDS) == sorted(set(WORDS))


def test_every_package_is_explained():
    packages = {path.parent.name for path in (ROOT / "hanbin_lib").glob("*/__init__.py")}
    assert packages <= set(WORDS)
