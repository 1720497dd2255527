"""How a cell shows: kinds of number formats, numbers in full, and dates that a file writes out (ISO 8601)."""

import math
import re
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from functools import cache

from hanbin_lib.ingest.grid import CellKind

PERCENT = "%"
_DATES = frozenset({14, 15, 16, 17, 27, 28, 29, 30, 31, 36, 50, 51, 52, 53, 54, 57, 58})
_TIMES = frozenset({18, 19, 20, 21, 32, 33, 34, 35, 45, 46, 47, 55, 56})
_PERCENTS = frozenset({9, 10})
_DATETIME = 22
# Colours, conditions and locales; quoted, escaped, padding and repeated signs; and the E of a power
# of ten, not that of an era: none of them is a code.
_BRACKETS = re.compile(r"\[(?![hms]+\])[^\]]*\]", re.IGNORECASE)
_LITERALS = re.compile(r'"[^"]*"|\\.|!.|_.|\*.|(?<=[0#?.])[eE][+-]')
_DAY_CODES = re.compile(r"[yde年]|a{3}|(?<!\[)m{3,}", re.IGNORECASE)  # aaaa: the day of the week (星期三)
_CLOCK_CODES = re.compile(r"[hs]|\[m+\]|am/pm|上午", re.IGNORECASE)
_MONTH_CODE = re.compile(r"m", re.IGNORECASE)
# Zeros before a number, and words about it: 1 shows as 001, as GC1.
_PADDED = re.compile(r"(?<![0#?.,])0{2,}")
_WORDS = re.compile(r'"[^"]*\w[^"]*"')
# A unit of money among them, which the number itself does not have: 0.00"万元".
_WORD = re.compile(r'"[^"]*"|\\.')
_MONEY = re.compile("([百千万亿]*)元|(万)")
# A comma behind the last digit divides by a thousand; an escaped point between digits by ten thousand.
_DIVIDES = re.compile(r"[0#?],+(?![0#?,])")
_TEN_THOUSANDTH = re.compile(r"""[0#](?:!\.|\\\.|"\.")[0#]""")
# A format may have a section for zero or less alone, which often shows nothing: [=0]"";yyyy/m/d.
_NOT_ABOVE_ZERO = re.compile(r"\[(?:=|<=?)-?0(?:\.0*)?\]")
_SECONDS = 86_400
_LAST_SERIAL = 2_958_466  # 9999-12-31


@cache
def kind_of(number: int, code: str = "") -> CellKind:
    """Kind of a number cell by its format's id, or by its code where that is no built-in one."""
    if not code:
        built_in = ((_DATES, CellKind.DATE), (_TIMES, CellKind.TIME), (_PERCENTS, CellKind.PERCENT))
        found = next((kind for ids, kind in built_in if number in ids), CellKind.NUMBER)
        return CellKind.DATETIME if number == _DATETIME else found
    return _kind_of_code(code)


def _kind_of_code(code: str) -> CellKind:
    sections = code.split(";")
    section = next((part for part in sections if not _NOT_ABOVE_ZERO.search(part)), sections[0])
    if _TEN_THOUSANDTH.search(section):
        return CellKind.SCALED
    plain = _LITERALS.sub("", _BRACKETS.sub("", section))
    if plain.strip().lower() not in ("general", "g/通用格式", "@", ""):
        clock, day = _CLOCK_CODES.search(plain), _DAY_CODES.search(plain)
        if day or (_MONTH_CODE.search(plain) and not clock):
            return CellKind.DATETIME if clock else CellKind.DATE
        if clock:
            return CellKind.TIME
        if "%" in plain or _DIVIDES.search(plain):
            return CellKind.PERCENT if "%" in plain else CellKind.SCALED
    if money := _MONEY.search("".join(_WORD.findall(section)).replace('"', "").replace("\\", "")):
        unit = money[1] or money[2] or ""
        return {"": CellKind.IN_YUAN, "万": CellKind.IN_10K_YUAN}.get(unit, CellKind.IN_OTHER_MONEY)
    return CellKind.DRESSED if _PADDED.search(plain) or _WORDS.search(section) else CellKind.NUMBER


def shown(value: float, kind: CellKind, *, is_1904: bool) -> tuple[str, CellKind]:
    """Text and kind of a number cell under its format's kind; a number that is no date stays one."""
    if kind in (CellKind.DATE, CellKind.DATETIME, CellKind.TIME):
        found = _moment(value, kind, is_1904=is_1904)
        return found or (number_text(value), CellKind.NUMBER)
    return (percent_text(value) if kind is CellKind.PERCENT else number_text(value)), kind


def _moment(serial: float, kind: CellKind, *, is_1904: bool) -> tuple[str, CellKind] | None:
    if not 0 <= serial < _LAST_SERIAL:
        return None
    if serial < 1 and kind is not CellKind.DATE and not is_1904:
        return f"{_clock(serial):%H:%M:%S}", CellKind.TIME
    # Excel counts a 29 February 1900 that never was.
    start = datetime(1904, 1, 1) if is_1904 else datetime(1899, 12, 30 if serial >= 61 else 31)  # noqa: DTZ001
    moment = start + timedelta(seconds=round(serial * _SECONDS))
    if moment.hour or moment.minute or moment.second:
        return f"{moment:%Y-%m-%d %H:%M:%S}", CellKind.DATETIME
    return f"{moment:%Y-%m-%d}", CellKind.DATE


def _clock(serial: float) -> datetime:
    return datetime(1900, 1, 1) + timedelta(seconds=round(serial * _SECONDS) % _SECONDS)  # noqa: DTZ001


ZONE = r"(Z|[+-]\d\d:?\d\d)?"
_CHINA = timezone(timedelta(hours=8))  # one zone, and no summer time since 1991
STROKE = "\u0336"  # struck through, as a sign of Unicode
_DIGITS = "0123456789+-=()"
_RAISED = str.maketrans(_DIGITS, "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾")
_LOWERED = str.maketrans(_DIGITS, "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎")
_ISO = re.compile(rf"(?:(\d{{4}}-\d\d-\d\d)T?)?(?:(\d\d:\d\d)(?::(\d\d))?(?:[.,]\d+)?{ZONE})?")


def run_text(text: str, *, raised: int = 0, is_struck: bool = False) -> str:
    """Part of a cell's text as it shows beside the rest: 12 and a raised 2 are 12², and no 122.

    Parameters
    ----------
    raised
        1 above the line, -1 below it.
    """
    text = text.translate(_RAISED if raised > 0 else _LOWERED) if raised else text
    return "".join(sign + STROKE if not sign.isspace() else sign for sign in text) if is_struck else text


def in_china(moment: datetime, zone: str | None) -> datetime:
    """The time on Chinese clocks of a moment that says its zone; without one it is taken as it stands.

    Midnight of 1 September is 16:00Z of 31 August.
    """
    if not zone:
        return moment
    told = datetime.strptime(zone.replace(":", ""), "%z").tzinfo
    return moment.replace(tzinfo=told).astimezone(_CHINA).replace(tzinfo=None)


def iso_cell(text: str) -> tuple[str, CellKind]:
    """Text and kind of a date, a moment or a time; what is none of them stays text.

    SpreadsheetML writes a time of day as one of 31 December 1899.
    """
    match = _ISO.fullmatch(text)
    if match is None or not (match[1] or match[2]):
        return text, CellKind.TEXT
    clock = f"{match[2]}:{match[3] or '00'}" if match[2] else "00:00:00"
    if match[1] in (None, "1899-12-31", "1899-12-30"):
        return clock, CellKind.TIME
    try:
        day, _, clock = str(in_china(datetime.fromisoformat(f"{match[1]} {clock}"), match[4])).partition(" ")
    except ValueError:
        return text, CellKind.TEXT
    return (day, CellKind.DATE) if clock == "00:00:00" else (f"{day} {clock}", CellKind.DATETIME)


def number_text(value: float) -> str:
    """Spell a number cell in full, as it shows in a wide enough column of General format.

    Spreadsheets show fifteen digits: 2.9999999999999996, which a formula left, is 3.
    """
    if not value.is_integer() and math.isfinite(value):
        value = float(f"{value:.15g}")
    if value.is_integer() and abs(value) < 1e21:
        return str(int(value))
    return f"{Decimal(repr(value)):f}" if math.isfinite(value) else "#NUM!"


def percent_text(value: float) -> str:
    """Spell a number cell of a percentage format: 0.985 shows as 98.5%."""
    shown = f"{Decimal(repr(value)) * 100:f}" if math.isfinite(value) else "#NUM!"
    return (shown.rstrip("0").rstrip(".") if "." in shown else shown) + PERCENT
