"""二、各镇（各村）情况: the same figures place by place, in code order and unranked.

Guidance sets no ratio for risk elimination, so places are not ordered by it: open cases,
timeliness and coverage are shown instead.
"""

from hanbin_lib.bulletin.exhibits import columns
from hanbin_lib.bulletin.opening import Bulletin
from hanbin_lib.bulletin.wording import headline, note, paragraph, sentence
from hanbin_lib.display import (
    BarCell,
    Cell,
    Column,
    Figure,
    Missing,
    Paragraph,
    Phrase,
    RangeCell,
    Shown,
    Strong,
    Style,
    Table,
)

_COUNTS = (
    ("在册", "monitored_households"),
    ("未消除", "open_risk_households"),
    ("新纳入", "new_households"),
    ("消除", "newly_eliminated_households"),
    ("无措施", "households_without_measure"),
)
_BARRED = "timely_measure_share"
_WIDTHS = {"measure_coverage_share": 16.0, _BARRED: 32.0}
_SHARES = (("措施覆盖", "measure_coverage_share"), ("按期落实", "timely_measure_share"))

_LATE = "households_without_measure"
_CHANGE = Style(sign="plus", has_unit=False)


def lead(bulletin: Bulletin) -> Paragraph | Missing:
    """One sentence: how many places have households without a measure in time."""
    if _are_withheld(bulletin):
        return Missing("各村（社区）情况", "公开版不含本章", is_chapter=True)
    if bulletin.is_public:  # a count of places beside figures that are not told would tell of them
        return headline("各地按区划代码排列，不作位次。")
    late = bulletin.figures.figure(_LATE)
    if bulletin.figures.value(_LATE) is None:
        return headline("超期无措施户{late}；各地按区划代码排列，不作位次。", late=late)
    concerned = len(_concerned(bulletin))
    if len(bulletin.children) == 1:  # one is neither all of them nor in any order
        told = "{name}有超期无措施户{late}。" if concerned else "{name}没有超期无措施户。"
        return headline(told, name=bulletin.name(bulletin.children[0]), late=late)
    said = sentence(
        "{every}{word}中，{some}有超期无措施户" if concerned else "{every}{word}均无超期无措施户",
        every=bulletin.number_of_places(len(bulletin.children), "all"),
        word=bulletin.children_word,
        some=bulletin.number_of_places(concerned, _LATE),
    )
    order = "；各地按区划代码排列，不作位次。" if bulletin.is_county else "。"
    return paragraph(said, (order,), style="lead")


def place_table(bulletin: Bulletin) -> Table | Missing | None:
    """One row a town (for a town: a village), the total last."""
    if _are_withheld(bulletin):
        return None
    shown = [code for code in bulletin.children if _has_households(bulletin, code)]
    if not shown:
        return Missing("各地情况", bulletin.scope.spoken("没有在册监测对象"))
    rows = [_row(bulletin, code) for code in shown]
    return Table(
        title=f"各{bulletin.children_word}监测帮扶情况",
        unit_line=_unit_line(bulletin, hidden=len(bulletin.children) - len(shown)),
        columns=_columns(bulletin),
        rows=(*rows, _row(bulletin, bulletin.place)),
        emphasis=frozenset() if bulletin.is_public else _marked(bulletin, shown),
        totals=1,
    )


def reading_note(bulletin: Bulletin) -> Paragraph | None:
    """How to read the table."""
    if _are_withheld(bulletin):
        return None
    late = "“无措施”为超过规定时限仍没有任何帮扶措施的户"
    if bulletin.is_public:
        base = Figure(bulletin.settings.disclosure.base, "", "disclosure|base")
        rule = sentence(
            "各镇（街道）的数不足{base}的不公布（零除外），其余舍去零头，只印整倍数，写作“余”。", base=base
        )
        unable = "“无劳力”为整户无劳动能力、按规定不标注消除的户，其中无措施的只计入“无措施”。"
        return note("读法", sentence(f"{late}；{unable}"), rule)
    parts = [sentence(f"红色为有超期无措施户的地方，{late}。")]
    if bulletin.is_county:
        parts += [
            sentence(
                "“较上月”为未消除风险户的增减；“无劳力”为整户无劳动能力、按规定不标注消除的户，"
                "其中无措施的只计入“无措施”。"
            ),
            sentence(
                "“措施覆盖”为未消除风险户中至少有一项措施的比例；“按期落实”为近一年识别户中按期落实首项措施的比例。"
            ),
        ]
    return note("读法", *parts)


def _columns(bulletin: Bulletin) -> tuple[Column, ...]:
    heads = [name for name, _ in _COUNTS]
    change = [] if bulletin.is_public else ["较上月"]
    extra = [*change, "无劳力"] if bulletin.is_county else []
    has_shares = bulletin.is_county and not bulletin.is_public
    return (
        *columns(
            *(bulletin.children_word, *heads[:2], *extra, *heads[2:]),
            widths=(26 if bulletin.is_county else 40,),
        ),
        *(Column(name, "right", _WIDTHS[indicator]) for name, indicator in _SHARES if has_shares),
    )


def _row(bulletin: Bulletin, code: str) -> tuple[Cell, ...]:
    figures = bulletin.figures
    counts = [figures.plain(indicator, place=code) for _, indicator in _COUNTS]
    extra: list[Shown] = []
    shares: list[Shown | BarCell] = []
    if bulletin.is_county:
        change = figures.signed_change("open_risk_households", place=code, style=_CHANGE)
        unable = figures.plain("open_risk_households", place=code, group="situation=整户无劳动能力")
        # The public edition has neither changes nor shares of a town.
        extra = [unable] if bulletin.is_public else [change, unable]
        shares = [] if bulletin.is_public else [_share(bulletin, indicator, code) for _, indicator in _SHARES]
    cells: list[Cell] = [bulletin.row_name(code), *counts[:2], *extra, *counts[2:], *shares]
    if code != bulletin.place:
        return tuple(cells)
    return tuple(cell if isinstance(cell, BarCell | RangeCell) else Strong((cell,)) for cell in cells)


def _share(bulletin: Bulletin, indicator: str, code: str) -> Shown | BarCell:
    """A share with its bar, which the eye compares down the column; of fewer than ten n/N without one."""
    shown = bulletin.figures.figure(indicator, place=code)
    value = bulletin.figures.value(indicator, place=code)
    if value is None or indicator != _BARRED or isinstance(shown, Phrase):
        return shown
    return BarCell(shown, value)


def _unit_line(bulletin: Bulletin, *, hidden: int) -> str:
    line = f"户，截至{bulletin.month.label}末"
    none = bulletin.scope.spoken("没有在册监测对象")
    return f"{line}；另有{hidden}个{bulletin.children_word}{none}" if hidden else line


def _has_households(bulletin: Bulletin, code: str) -> bool:
    return bulletin.is_county or bool(bulletin.figures.value("monitored_households", place=code))


def _marked(bulletin: Bulletin, shown: list[str]) -> frozenset[int]:
    concerned = _concerned(bulletin)
    return frozenset(n for n, code in enumerate(shown) if code in concerned)


def _concerned(bulletin: Bulletin) -> set[str]:
    return {code for code in bulletin.children if bulletin.figures.value(_LATE, place=code)}


def _are_withheld(bulletin: Bulletin) -> bool:
    """Villages are not published."""
    return bulletin.is_public and not bulletin.is_county
