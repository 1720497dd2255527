"""A count of nothing in a sentence: 没有逾期, 新纳入、消除均无; never 逾期0个.

A clause that ends with a count of nothing says so in words, under the figure's address.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import groupby

from hanbin_lib.display import Figure, Phrase, Shown, Text

_MARKS = re.compile(r"([，。；：、（）　])")
_LIST = frozenset("，、")
# Words that say when or of what, before what there is none of.
_LEAD = re.compile(r"^(其中|当月|本月|上月|下月|今年以来|全[区县市旗镇街道]+)*")
# A state of households, not a thing: 没有已消除风险的.
_STATE = re.compile(r"[已未]消除(风险)?")
_NOT_COUNTED = frozenset(("", "%", "比例", "百分点", "天", "个月", "周", "年", "月", "日", "分", "位"))
_ALREADY = ("没有", "无")


def spoken(parts: Sequence[Text]) -> tuple[Text, ...]:
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
    yield "、".join("".join(map(str, clause[:-1])) for clause in run)
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
