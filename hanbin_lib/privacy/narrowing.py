"""Of a register's terms the few that can stand in some short texts.

An import judges a few thousand cells against all persons of a county. Whatever `Names` and `Numbers` find
of a term, its first signs stand side by side in the text once everything between them is taken out.
"""

import re
from collections.abc import Iterable

from hanbin_lib.privacy.names import HIDDEN, plain_name
from hanbin_lib.privacy.normal import figured, folded, tight
from hanbin_lib.privacy.numbers import digits_of
from hanbin_lib.privacy.terms import PersonalTerms

_BETWEEN = re.compile(r"[^\w\n]+|_+")
_FEW = 2
_DIGITS = 6  # a number without its century has these, too


def narrowed(terms: PersonalTerms, texts: Iterable[str]) -> PersonalTerms:
    """Names and numbers that `Guard.is_person` can find in `texts`: with them alone it says the same."""
    forms = [folded(text) for text in texts]
    return PersonalTerms(_names(terms.names, forms), _numbers(terms.numbers, forms))


def _names(names: Iterable[str], forms: list[str]) -> frozenset[str]:
    """Names whose first two signs stand in a text, or whose first sign stands before hidden ones."""
    signs = [_BETWEEN.sub("", form).replace("\n", "") for form in forms]
    pairs = {form[at : at + _FEW] for form in signs for at in range(len(form) - 1)}
    before_hidden = {match[1] for form in forms for match in HIDDEN.finditer(tight(form))}
    ordered = list(names)
    plain = _BETWEEN.sub("", plain_name("\n".join(ordered))).split("\n")
    if len(plain) != len(ordered):  # a name of two lines
        return frozenset(ordered)
    return frozenset(
        name
        for name, form in zip(ordered, plain, strict=True)
        if form[:_FEW] in pairs or len(form) < _FEW or form[0] in before_hidden
    )


def _numbers(numbers: frozenset[str], forms: list[str]) -> frozenset[str]:
    """Numbers whose first digits stand in a text; many persons share the first digits of their place."""
    runs = [re.sub("[^0-9]", "", text) for form in forms for text in (form, figured(form))]
    starts = {run[at : at + _DIGITS] for run in runs for at in range(len(run) - _DIGITS + 1)}
    shared = {number[:_DIGITS] for number in numbers}
    wanted = {one for one in shared if not _is_plain(one) or one in starts}
    return frozenset(n for n in numbers if n[:_DIGITS] in wanted and _can_stand(n, starts))


def _can_stand(number: str, starts: set[str]) -> bool:
    start = number[:_DIGITS]
    if not _is_plain(start):
        start = digits_of(folded(number))[:_DIGITS]
    return len(start) < _DIGITS or "X" in start or start in starts


def _is_plain(start: str) -> bool:
    return len(start) == _DIGITS and start.isascii() and start.isdecimal()
