"""各村（社区）要办的事: of a town, who is waiting in which village, the most urgent first.

Other tables of places are ordered by code; this one is a list to act on, and so by what is overdue.
"""

from hanbin_lib.bulletin.exhibits import columns
from hanbin_lib.bulletin.opening import Bulletin
from hanbin_lib.bulletin.wording import headline, paragraph
from hanbin_lib.display import AnnexTable, Column, Paragraph, Table, Text

# What a village has to settle, in the order of its urgency: heading, indicator, and its words in a sentence.
_TASKS = (
    ("超期无措施", "households_without_measure", "超期无措施"),
    ("电话反映问题", "phone_problem_households", "电话反映问题"),
    ("无人就业", "no_worker_households", "有劳动力而无人就业"),
)
_BESIDE = (("未消除风险", "open_risk_households"), ("本月到访（次）", "round_visits"))
_MOST_VILLAGES = 15  # of the bulletin


def lead(bulletin: Bulletin) -> Paragraph | None:
    """One sentence: in how many villages somebody waits, and for what."""
    if not _is_told(bulletin):
        return None
    known = [
        (indicator, words) for _, indicator, words in _TASKS if bulletin.figures.value(indicator) is not None
    ]
    villages = _villages(bulletin)
    if not known:
        return None
    if not villages and any(bulletin.figures.value(indicator) for indicator, _ in known):
        return None  # the town has some, and nobody knows in which village
    if not villages:
        *most, last = (words for _, words in known)
        told = f"{'、'.join(most)}或{last}" if most else last
        return paragraph((f"各村（社区）没有{told}的户。",), style="lead")
    concerned = bulletin.number_of_places(len(villages), "to settle")
    some = [(indicator, words) for indicator, words in known if bulletin.figures.value(indicator)]
    counts = {indicator: bulletin.figures.figure(indicator) for indicator, _ in some}
    parts = "，".join(f"{words}{{{indicator}}}" for indicator, words in some)
    return headline(f"{{concerned}}村（社区）有户要办：{parts}。", concerned=concerned, **counts)


def task_table(bulletin: Bulletin) -> Table | None:
    """The villages that have most to settle; the town's sums stand in the lead."""
    codes = _villages(bulletin) if _is_told(bulletin) else []
    if not codes:
        return None
    more = f"；只列前{_MOST_VILLAGES}个，全部见附表" if len(codes) > _MOST_VILLAGES else ""
    return Table(
        title="各村（社区）要办的事",
        unit_line=f"户，截至{bulletin.month.label}末；先急后缓，同样多的按区划代码排列{more}",
        columns=_columns(),
        rows=tuple(_row(bulletin, code) for code in codes[:_MOST_VILLAGES]),
        emphasis=frozenset(n for n, code in enumerate(codes[:_MOST_VILLAGES]) if _counts(bulletin, code)[0]),
    )


def all_villages(bulletin: Bulletin) -> AnnexTable | None:
    """Every village that has something to settle, where the bulletin has no room for all."""
    codes = _villages(bulletin) if _is_told(bulletin) else []
    if len(codes) <= _MOST_VILLAGES:
        return None
    rows = tuple(_row(bulletin, code) for code in codes)
    return AnnexTable("各村要办的事", _columns(), rows, f"户，截至{bulletin.month.label}末；先急后缓")


def _is_told(bulletin: Bulletin) -> bool:
    """A town's own list; villages are not published."""
    return not bulletin.is_county and not bulletin.is_public


def _villages(bulletin: Bulletin) -> list[str]:
    concerned = [code for code in bulletin.children if any(_counts(bulletin, code))]
    return sorted(concerned, key=lambda code: (*(-count for count in _counts(bulletin, code)), code))


def _counts(bulletin: Bulletin, code: str) -> list[float]:
    return [bulletin.figures.value(indicator, place=code) or 0.0 for _, indicator, _ in _TASKS]


def _columns() -> tuple[Column, ...]:
    return columns("村（社区）", *(head for head, *_ in (*_TASKS, *_BESIDE)), widths=(40,))


def _row(bulletin: Bulletin, code: str) -> tuple[Text, ...]:
    cells = (bulletin.figures.plain(indicator, place=code) for _, indicator, *_ in (*_TASKS, *_BESIDE))
    return (bulletin.name(code), *cells)
