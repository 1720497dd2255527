"""The closed list of words that may be printed whatever persons are called.

It holds what the program itself says and the official names of places; never what somebody
typed into this month's tables.
"""

import re
from collections.abc import Iterable
from functools import cached_property, lru_cache
from pathlib import Path

from ahocorasick_rs import AhoCorasick, MatchKind

from hanbin_lib.privacy.normal import HAN, folded, tight

_PACKAGE = Path(__file__).parents[1]
# Names of the demonstration and lists of characters are no words; a month's entries are the bureau's own.
_NOT_WORDS = frozenset({"demo/names.py", "privacy/han_forms.txt", "privacy/names.py"})
_WRITTEN = ("*.py", "*.typ", "*.j2", "*.ipynb", "*.yaml", "*.js", "*.txt")
# What a place is called without the word for its kind: 流水 of 流水镇.
_KIND = re.compile("(?:镇|乡|街道|街道办|街道办事处|村|社区|村民委员会|居民委员会|区|县|市)$")
_RUN = re.compile(f"[{HAN}]+")


class Words:
    """Ordinary words, in their normal form.

    Parameters
    ----------
    texts
        Whatever the program says.
    places
        Official names of places.
    """

    def __init__(self, texts: Iterable[str], places: Iterable[str]) -> None:
        self._texts, self._places = texts, places
        self._known: dict[str, bool] = {}

    # Folding what the program says takes as long as judging a month's cells; most months ask for no word.
    @cached_property
    def text(self) -> str:
        """All of it as one text."""
        return "\n".join([tight(folded("\n".join(self._texts))), *self._names])

    @cached_property
    def entries(self) -> frozenset[str]:
        """Words that stand by themselves: a place, a label, a heading."""
        short = [_KIND.sub("", name) for name in self._names]
        return frozenset([*self._names, *short, *_RUN.findall(self.text)])

    @cached_property
    def _names(self) -> list[str]:
        return [tight(folded(name)) for name in self._places]

    def part(self, terms: Iterable[str]) -> frozenset[str]:
        """Those of `terms` that stand somewhere in a word or a sentence of the list."""
        every = list(terms)
        if not every:
            return frozenset()
        search = AhoCorasick(every, matchkind=MatchKind.Standard)
        return frozenset(every[n] for n, _, _ in search.find_matches_as_indexes(self.text, overlapping=True))

    def says(self, text: str) -> bool:
        """Whether `text` stands in the list."""
        known = self._known.get(text)
        if known is None:
            known = self._known[text] = text in self.text
        return known


@lru_cache(maxsize=1)
def program_texts() -> tuple[str, ...]:
    """Everything that comes with the program; the workspace's own files are not among it."""
    roots = [_PACKAGE]
    if not (_PACKAGE / "workspace_template").is_dir():  # a checkout: they lie beside the package
        roots += [_PACKAGE.parent / name for name in ("notebooks", "params")]
    paths = (path for root in roots for ending in _WRITTEN for path in sorted(root.rglob(ending)))
    return tuple(path.read_text(encoding="utf-8") for path in paths if not _is_no_word(path))


def _is_no_word(path: Path) -> bool:
    return path.parent.name == "issues" or path.as_posix().endswith(tuple(_NOT_WORDS))
