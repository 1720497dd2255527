"""Generated Chinese text: sentences, and figures that are printed together.

A sentence is a template whose literal text holds no digit: every number in print is a
`Figure` that carries the address of the indicator it comes from. A clause that ends with a count of
nothing says so in words, under the figure's address: 没有逾期, 新纳入、消除风险均无; never 逾期0个.
"""

import re
import string
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby

from hanbin_lib.display import PLAIN, Figure, Paragraph, Phrase, Shown, Strong, Style, Text, percent
from hanbin_lib.indicators import Unit
from hanbin_lib.months import Month

_NEARLY_NONE = 0.0005  # rounds to 0.0%
MARK = "模拟"  # stands with every simulated number
_DIGIT = re.compile(r"[0-9０-９]")
_MARKS = re.compile(r"([，。；：、（）　])")
_OF_THEM = "其中"  # 新增、其中逾期均无: of what there is none of, none is of them
_LIST = frozenset("，、")
# Words that say when or of what, before what there is none of.
_LEAD = re.compile(r"^(其中|当月|本月|上月|下月|今年以来|全[区县市旗镇街道]+)*")
# A state of households, not a thing: 没有已消除风险的.
_STATE = re.compile(r"[已未]消除(风险)?")
_NOT_COUNTED = frozenset(("", "%", "比例", "百分点", "天", "个月", "周", "年", "月", "日", "分", "位", "元"))
_ALREADY = ("没有", "无")


def sentence(template: str, **values: Text) -> tuple[Text, ...]:
    """Fill a template; the literal text may hold no digit.

    Raises
    ------
    ValueError
        A digit stands in the literal text, or a value is missing.
    """
    parts: list[Text] = []
    for literal, field, _, _ in string.Formatter().parse(template):
        if _DIGIT.search(literal):
            raise ValueError(f"a digit without an indicator: {literal!r}")
        if literal:
            parts.append(literal)
        if field is not None:
            parts.append(values[field])
    return tuple(parts)


def paragraph(*sentences: tuple[Text, ...], style: str = "body") -> Paragraph:
    """Join sentences to one paragraph, which says in words where there is nothing."""
    return Paragraph(_spoken([part for one in sentences for part in one]), style=style)


def note(label: str, *sentences: tuple[Text, ...], style: str = "note") -> Paragraph:
    """A note under an exhibit: 口径, 读法, 可信程度."""
    return paragraph((Strong((label,)), "　"), *sentences, style=style)


def words(text: str, source: str) -> Phrase:
    """Words under an address: a reason, a name, a code."""
    return Phrase((text,), source)


def joined(*parts: str | Shown, source: str) -> Phrase:
    """Words and figures without a break between them, under one address."""
    flat = [piece for part in parts for piece in (part.parts if isinstance(part, Phrase) else (part,))]
    return Phrase(tuple(flat), source)


def counted(before: str, figure: Figure) -> Phrase:
    """A figure with words before it: ``涉及5个镇``."""
    return Phrase((before, figure), figure.source)


def ratio(part: float, whole: float, source: str, unit: str = "") -> Phrase:
    """Cases over their base: ``3/10``."""
    return Phrase((Figure(part, "", source), "/", Figure(whole, unit, source)), source)


def interval(edges: Sequence[float], unit: str, source: str, style: Style = PLAIN) -> Phrase:
    """``2.1%—4.0%``, ``25944—32169元``."""
    low, high = edges
    first = Figure(low, unit, source, replace(style, has_unit=False))
    return Phrase((first, "—", Figure(high, unit, source, style)), source)


def with_interval(
    middle: float, edges: Sequence[float], unit: str, source: str, style: Style = PLAIN
) -> Phrase:
    """``242户（168—344）``."""
    around = interval(edges, unit, source, replace(style, has_unit=False))
    return joined(Figure(middle, unit, source, style), "（", around, "）", source=source)


def month_end(month: Month) -> Phrase:
    """``9月底``."""
    return words(f"{month.number}月底", f"month|{month}")


def year_of(month: Month) -> Figure:
    """``2022年``."""
    return Figure(month.year, "年", f"month|{month}")


def chinese_date(text: str) -> str:
    """``2022-10-08`` as 2022年10月8日, month and day without a leading zero."""
    year, month, day = (int(part) for part in text.split("-"))
    return f"{year}年{month}月{day}日"


def in_one(clauses: Iterable[tuple[Text, ...]]) -> list[tuple[Text, ...]]:
    """Clauses of one sentence, with a semicolon between them."""
    return [part for clause in clauses for part in (("；",), clause)][1:]


def headline(template: str, **values: Text) -> Paragraph:
    """The sentence that a chapter begins with."""
    return paragraph(sentence(template, **values), style="lead")


def share(value: float, source: str) -> Figure:
    """``18.2%``."""
    return Figure(value, Unit.SHARE, source)


def chance(value: float, source: str) -> Shown:
    """A model's chance: what would be printed as none or as certain, which no model knows, is a bound."""
    if value < _NEARLY_NONE:
        return words(f"不到{percent(2 * _NEARLY_NONE)}", source)
    if value >= 1 - _NEARLY_NONE:
        return words(f"{percent(1 - 2 * _NEARLY_NONE)}以上", source)
    return share(value, source)


def wan(yuan: float) -> float:
    """Yuan to 万元."""
    return yuan / 10_000


def run_line(scenario: str, draws: int, seed: int, confidence: float | None = None) -> str:
    """What stands over every simulated exhibit: ``模拟“…”：10000次，种子…，90%区间``.

    `confidence` is None where the exhibit holds chances, whose error stands beside them.
    """
    edges = "" if confidence is None else f"，{percent(confidence, 0)}区间"
    return f"{MARK}“{scenario}”：{draws}次，种子{seed}{edges}"


def _spoken(parts: Sequence[Text]) -> tuple[Text, ...]:
    """The parts of a sentence, with words in place of counts of nothing at the end of a clause."""
    if not any(_zero(part) for part in parts):
        return tuple(parts)
    return tuple(_joined(_clauses(parts)))


def _clauses(parts: Sequence[Text]) -> list[list[Text]]:
    """Clauses, and between them the marks: ``[["逾期", 0个], ["，"], …]``."""
    found: list[list[Text]] = [[]]
    for part in parts:
        pieces = _MARKS.split(part) if isinstance(part, str) else [part]
        for piece in pieces:
            if isinstance(piece, str) and _MARKS.fullmatch(piece):
                found += [[piece], []]
            elif piece != "":
                found[-1].append(piece)
    return found


def _joined(clauses: list[list[Text]]) -> Iterator[Text]:
    """Runs of clauses that count nothing are told together."""
    marks = clauses[1::2]
    run_of, run = [], 0
    for number, clause in enumerate(clauses[::2]):
        goes_on = number > 0 and marks[number - 1][0] in _LIST
        run += not (goes_on and _is_void(clause) and _is_void(clauses[2 * number - 2]))
        run_of.append(run)
    for _, several in groupby(range(len(run_of)), run_of.__getitem__):
        own = list(several)
        yield from _told([clauses[2 * number] for number in own])
        if own[-1] < len(marks):
            here, beyond = (_is_void(clauses[2 * number]) for number in (own[-1], own[-1] + 1))
            # 没有新纳入、消除风险5户 would deny both.
            yield from ["，"] if marks[own[-1]] == ["、"] and here != beyond else marks[own[-1]]


def _told(run: list[list[Text]]) -> Iterator[Text]:
    if not _is_void(run[-1]):
        yield from run[-1]
        return
    sources = " ".join(str(_zero(clause[-1])) for clause in run)
    if len(run) == 1:
        said = "".join(map(str, run[0][:-1]))
        lead = _LEAD.match(said)
        at = lead.end() if lead else 0
        what = said[at:] + ("的" if _STATE.fullmatch(said[at:]) else "")
        yield from (one for one in (said[:at], Phrase(("没有",), sources), what) if one)
        return
    yield "、".join("".join(map(str, clause[:-1])).removeprefix(_OF_THEM) for clause in run)
    yield Phrase(("均无",), sources)


def _is_void(clause: list[Text]) -> bool:
    """Whether it says of something, and of nothing else, that there is none."""
    *said, last = clause or [""]
    words = "".join(one for one in said if isinstance(one, str))
    return bool(
        _zero(last) and words and len(said) == sum(isinstance(one, str) for one in said)
    ) and not words.startswith(_ALREADY)


def _zero(part: Text) -> str:
    """Address of a count of nothing; empty of anything else."""
    figures = part.figures if isinstance(part, Figure | Phrase) else ()
    if not figures or any(map(_counts_something, figures)):
        return ""
    words = isinstance(part, Phrase) and any(isinstance(one, str) for one in part.parts)
    return "" if words else _shown(part).source


def _shown(part: Text) -> Shown:
    assert isinstance(part, Figure | Phrase)  # others have no figures
    return part


def _counts_something(figure: Figure) -> bool:
    is_change = figure.style.sign in {"plus", "words"}
    return figure.value != 0 or is_change or figure.written.unit in _NOT_COUNTED
