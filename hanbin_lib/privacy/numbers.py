"""Numbers that lead to a person: those of the register however they are written, and any by its form."""

import re
from collections import Counter
from collections.abc import Iterable

from hanbin_lib.privacy.names import spelled_out

KNOWN, IDENTITY, MOBILE, CARD = "证件或电话号码", "证件号码", "手机号码", "银行卡号"
MASKED_IDENTITY, MASKED_MOBILE, MASKED_CARD = "遮盖的证件号码", "遮盖的手机号码", "遮盖的银行卡号"
CHECK_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECK_DIGITS = "10X98765432"
_OF_HASH = frozenset("ABCDEF")
_BODY, _LEAST = 17, 7  # an identity number without its check digit; shorter numbers are no number of a person
# Patterns begin with the signs that they can begin with, and look back over these: `re` skips all others.
# A run of digits that is neither inside a longer one, nor a fraction, nor part of a hash.
_RUN = re.compile(r"[0-9](?<![0-9]{2})(?<![0-9]\.[0-9])[0-9]{6,}X?(?![0-9])(?!\.[0-9])")
_IDENTITY = re.compile(r"[1-9]\d{5}(?:18|19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dX]")
# Of numbers one a line, a county's 200,000 at once.
_BODIES = re.compile(rf"(?m)^[0-9X]{{{_BODY}}}(?=[0-9X])")
_OTHERS = re.compile(rf"(?m)^[0-9X]{{{_LEAST},{_BODY}}}$")
_CARDS = re.compile(rf"(?m)^(?!{_IDENTITY.pattern})[0-9X]{{16,19}}$")
_NO_FIGURE = re.compile(r"[^0-9X\n]+")
_OLD_IDENTITY = re.compile(r"[1-6]\d{5}\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}")
_MOBILE = re.compile(r"(?:(?:00)?86|17951|12593|0)?(1[3-9]\d{9})")
_CARD = re.compile(r"62\d{14}(?:\d{3})?")
_LIKE_ONE = re.compile(rf"(?m)^(?:{_MOBILE.pattern}|{_OLD_IDENTITY.pattern}|{_CARD.pattern})$")
# What may stand between the digits of one number: on a line, and over cells and lines.
_APART = re.compile(r"(?<=[0-9])[^0-9A-Za-z\u3400-\u9fff]{1,8}(?=[0-9])")
_DAY = r"(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"
_ANYWHERE = (
    re.compile(rf"[1-9](?=(\d{{5}}(?:18|19|20)\d{{2}}{_DAY}\d{{3}}))"),
    re.compile(rf"[1-6](?=(\d{{5}}\d{{2}}{_DAY}\d{{3}}))"),
)
_CARD_DIGITS = (16, 17, 18, 19)
_GAP, _END = r"[^0-9A-Za-z\u3400-\u9fff]", r"(?![0-9])(?!\.[0-9])"
_SPLIT = re.compile(
    r"(?=[018])(?<![0-9.])(?:"
    rf"(?:(?:00)?86[ ().+-]{{0,3}})?(1{_GAP}{{0,3}}[3-9](?:{_GAP}{{0,3}}[0-9]){{9}}){_END}"
    rf"|(0\d{{2,3}}{_GAP}{{1,3}}\d{{3,8}}(?:[ -]\d{{4}})?){_END})"
)
_GROUPED = re.compile(r"(?<![0-9.-])(?:\+?86[ -]?)?1[3-9]\d-\d{4}-\d{4}(?![0-9-])")
_DASHED = re.compile(r"-\d{4}-\d{4}")  # in whatever `_GROUPED` finds, and found ten times as fast
_CALLED = re.compile(
    r"(?:电话|手机|联系|号码)[^0-9\n]{0,4}(?:\+?86[ -]?)?1[3-9]\d([ .-])\d{4}\1\d{4}(?![0-9])"
)
_GROUPED_CARD = re.compile(r"6(?<![0-9.-]6)2\d{2}([ -])\d{4}\1\d{4}\1\d{4}(?:\1\d{3})?(?![0-9-])")
_GROUPED_IDENTITY = re.compile(r"[1-9](?<![0-9.][1-9])\d{5}([ -])\d{4}\1?\d{4}\1\d{3}[\dX](?![0-9A-Z])")
_HIDDEN = r"(?:[*X#_][ -]?)"
_HIDDEN_RUN = re.compile(rf"[*X#_][ -]?{_HIDDEN}{{3}}")
_MASKS = {
    MASKED_IDENTITY: re.compile(
        rf"(?<![0-9A-Z.])[1-9]\d{{2,13}}[ -]?{_HIDDEN}{{6,14}}[\dX]{{0,4}}(?![0-9])"
        rf"|(?<![0-9A-Z.])[1-9]\d{{5,13}}{_HIDDEN}{{4,5}}[\dX]{{0,4}}(?![0-9])"
        rf"|{_HIDDEN}{{8,14}}\d{{3}}[\dX](?![0-9])"
    ),
    MASKED_MOBILE: re.compile(rf"(?<![0-9A-Z.])1[3-9]\d[ -]?{_HIDDEN}{{4,8}}(?:\d{{2,4}})?(?![0-9])"),
    MASKED_CARD: re.compile(rf"(?<![0-9A-Z.])62\d{{2,4}}[ -]?{_HIDDEN}{{4,13}}\d{{3,4}}(?![0-9])"),
}


class Numbers:
    """Looks for the numbers of a register, and for numbers by their form.

    Parameters
    ----------
    known
        Identity numbers, telephones, cards, as they came.
    codes
        Codes of the register that have the form of one (`of_its_form`).
    """

    def __init__(self, known: Iterable[str], codes: Iterable[str] = ()) -> None:
        self._codes = frozenset(codes)
        lines = _NO_FIGURE.sub("", "\n".join(known))
        bodies = set(_BODIES.findall(lines))
        self._bodies = bodies | {body[:6] + body[8:] for body in bodies}
        self._others = set(_OTHERS.findall(lines))
        self._cards = set(_CARDS.findall(lines))
        self._starts = sorted({number[:4] for number in self._cards})

    def found(self, text: str) -> Counter[str]:
        """Kinds of numbers in a folded text, and in how many places."""
        counted: Counter[str] = Counter()
        runs = Counter((match[0], _is_hash(text, match)) for match in _RUN.finditer(text))
        runs.update((number, False) for number in spelled_out(text))
        for (run, is_hash), times in runs.items():  # codes of places stand in thousands of lines
            counted.update(dict.fromkeys(self._kinds(run, is_hash), times))
        counted.update(self._apart(text))
        for kind, pattern in _MASKS.items() if _HIDDEN_RUN.search(text) else ():
            counted[kind] += sum(1 for match in pattern.finditer(text) if _is_masked(match[0]))
        return +counted

    def _kinds(self, run: str, is_hash: bool) -> list[str]:
        """What one run of digits is."""
        number = run.rstrip("X")
        windows = (number[n : n + _BODY] for n in range(len(number) - _BODY + 1))
        if any(window in self._bodies for window in windows):
            return [KNOWN, IDENTITY]
        if is_hash:
            return []
        mobile, is_code = _MOBILE.fullmatch(number), run in self._codes
        kinds = [MOBILE] if mobile and not is_code else []
        if any(
            found in self._others or found in self._bodies for found in (number, mobile[1] if mobile else "")
        ):
            kinds.append(KNOWN)
        if len(run) in (18, 20, 22) and is_identity_number(run[:18]):
            kinds.append(IDENTITY)
        if is_code:
            return kinds
        if _OLD_IDENTITY.fullmatch(run):
            kinds.append(IDENTITY)
        return [*kinds, CARD] if _CARD.fullmatch(run) else kinds

    def _apart(self, text: str) -> Counter[str]:
        """Numbers whose digits stand apart: in groups, over cells, over lines."""
        counted: Counter[str] = Counter()
        if _DASHED.search(text):
            counted[MOBILE] += sum(1 for _ in _GROUPED.finditer(text))
        for kind, pattern in ((MOBILE, _CALLED), (CARD, _GROUPED_CARD)):
            counted[kind] += sum(1 for _ in pattern.finditer(text))
        counted[IDENTITY] += sum(
            is_identity_number(digits_of(m[0])) for m in _GROUPED_IDENTITY.finditer(text)
        )
        for match in _SPLIT.finditer(text):
            pieces = re.findall(r"[0-9]+", match[1] or match[2])
            whole = max(map(len, pieces)) == 1 or min(map(len, pieces)) > 1
            counted[KNOWN] += len(pieces) > 1 and whole and "".join(pieces) in self._others
        if closed := _APART.sub("", text):
            counted[KNOWN] += self._within(closed)
        return counted

    def _within(self, closed: str) -> int:
        """Identity numbers and cards anywhere in long runs of digits: what is that long is no chance."""
        bodies = {match[0] + match[1] for pattern in _ANYWHERE for match in pattern.finditer(closed)}
        found = len(bodies & self._bodies)
        for start in self._starts:
            windows = (
                closed[m.start() : m.start() + size]
                for m in re.finditer(start, closed)
                for size in _CARD_DIGITS
            )
            found += len(set(windows) & self._cards)
        return found


def of_its_form(codes: Iterable[str]) -> frozenset[str]:
    """Codes that might be taken for a telephone, an old identity number or a card by their form alone.

    A village's code and three digits are fifteen: 511999100201001 would be one of 1 February 1910.
    """
    return frozenset(match[0] for match in _LIKE_ONE.finditer("\n".join(codes)))


def is_identity_number(number: str) -> bool:
    """Whether 18 characters are an identity number by date and check digit (GB 11643)."""
    if not _IDENTITY.fullmatch(number):
        return False
    total = sum(int(digit) * weight for digit, weight in zip(number[:_BODY], CHECK_WEIGHTS, strict=True))
    return CHECK_DIGITS[total % 11] == number[_BODY]


def digits_of(text: str) -> str:
    """The figures of a number, and the X that may end it."""
    return re.sub(r"[^0-9X]", "", text)


def _is_hash(text: str, match: re.Match[str]) -> bool:
    """Whether a letter of a hash touches it: no number of a person."""
    start, end = match.span()
    return not _OF_HASH.isdisjoint(text[start - 1 : start] + text[end : end + 1])


def _is_masked(text: str) -> bool:
    """Whether something hides digits that are there: not a row of blanks to fill in."""
    return any(sign.isdigit() for sign in text) and not text.startswith("0")
