"""Of a register's terms the few that can stand in some short texts.

An import judges a few thousand cells against all persons of a county. Whatever `Names` and `Numbers` find
of a term, its first signs stand side by side in the text once everything between them is taken out.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise

from hanbin_lib.privacy.names import plain_name
from hanbin_lib.privacy.normal import figured, folded
from hanbin_lib.privacy.numbers import digits_of
from hanbin_lib.privacy.terms import PersonalTerms

_BETWEEN = re.compile(r"[\W_]+")
# Of a name half hidden the first and the last sign are looked for: then every name counts.
_HIDING = re.compile("[*X某]")
_DIGITS = 6  # a number without its century has these, too
_FEW = 2


def narrowed(terms: PersonalTerms, texts: Iterable[str]) -> PersonalTerms:
    """Names and numbers that `Guard.is_person` can find in `texts`: with them alone it says the same."""
    forms = [folded(text) for text in texts]
    names = terms.names if any(_HIDING.search(form) for form in forms) else _names(terms.names, forms)
    return PersonalTerms(frozenset(names), frozenset(_numbers(terms.numbers, forms)))


def _names(names: Iterable[str], forms: list[str]) -> Iterator[str]:
    pairs = {pair for form in forms for pair in pairwise(_BETWEEN.sub("", form))}
    ordered = list(names)
    plain = plain_name("\n".join(ordered)).split("\n")
    if len(plain) != len(ordered):  # a name of two lines
        yield from ordered
        return
    for name, form in zip(ordered, plain, strict=True):
        signs = _BETWEEN.sub("", form)
        if len(signs) < _FEW or (signs[0], signs[1]) in pairs:
            yield name


def _numbers(numbers: Iterable[str], forms: list[str]) -> Iterator[str]:
    runs = [re.sub("[^0-9]", "", text) for form in forms for text in (form, figured(form))]
    starts = {run[at : at + _DIGITS] for run in runs for at in range(len(run) - _DIGITS + 1)}
    for number in numbers:
        start = number[:_DIGITS]
        if not (start.isascii() and start.isdecimal()):
            start = digits_of(folded(number))[:_DIGITS]
        if len(start) < _DIGITS or "X" in start or start in starts:
            yield number
