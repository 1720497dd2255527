"""A place beside its town and county, two months side by side, and figures that a person filters."""

from collections.abc import Iterator

import ipywidgets

from hanbin_lib.bulletin import Bulletin
from hanbin_lib.bulletin.figures import Figures
from hanbin_lib.bulletin.tables import columns
from hanbin_lib.bulletin.wording import words
from hanbin_lib.display import CHANGE, Figure, Missing, Shown, Table, Text
from hanbin_lib.display.model import Display
from hanbin_lib.indicators import ALL, CHAPTERS, DEFINITIONS, NoteCode
from hanbin_lib.lab.sliders import Choice, live
from hanbin_lib.months import Month

_COUNTY, _TOWN = 6, 9  # digits of a code
_MOST_ROWS = 2000


def place_table(issue: Bulletin, village: str = "") -> Table:
    """Every figure of a village beside its town's and the county's; of the bulletin's place without one."""
    place = village or issue.place
    places = [place[:digits] for digits in (len(place), _TOWN, _COUNTY) if digits <= len(place)]
    places = list(dict.fromkeys(places))
    names = [issue.name(code) for code in places]
    rows = tuple(
        (DEFINITIONS[key].name, *(issue.figures.figure(key, place=code) for code in places))
        for key in _told(issue.figures, place, issue.month)
    )
    line = f"截至{issue.month.label}末；没有这一级数据的指标不列"
    return Table(f"{names[0]}各项指标", columns("指标", *names), rows, line)


def two_months(issue: Bulletin, other: str = "", village: str = "") -> Table | Missing:
    """Every figure of the place in two months, and what changed, as the month's own table knows them.

    Parameters
    ----------
    other
        The month to compare with (``2022-06``); the one before where it is empty.
    """
    month = Month.parse(other) if other else issue.month.shift(-1)
    figures, place = issue.figures, village or issue.place
    title = f"{issue.name(place)}两个月对照"
    keys = [*_told(figures, place, month)]
    if not keys:
        known = sorted(set(figures.table["month"]) - {str(issue.month)})
        return Missing(title, f"没有{month.label}的数；能对照的有 {'、'.join(known)}")
    rows = tuple(
        (
            DEFINITIONS[key].name,
            figures.figure(key, place=place, month=month),
            figures.figure(key, place=place),
            _change(figures, key, place, month),
        )
        for key in keys
    )
    heads = columns("指标", month.label, issue.month.label, "变化")
    return Table(title, heads, rows, f"{month.label}的数按{issue.month.label}的登记簿回看，同月报的比较")


def figure_filter(issue: Bulletin, village: str = "") -> ipywidgets.VBox | None:
    """Lists of subject, group and level over all figures of the month; None where nobody moves them."""
    return live(
        lambda **chosen: filtered(issue, village or issue.place, **chosen),
        issue.month.last_day,
        subject=Choice("内容", next(iter(CHAPTERS)), [(title, title) for title in CHAPTERS]),
        group=Choice("分组", ALL, [("合计", ALL), ("各分组", "")]),
        level=Choice("范围", "own", [("本地区", "own"), ("下一级各地", "below")]),
        note=Choice("有没有数", "", [("全部", ""), ("只看有数的", "known"), ("只看缺数的", "missing")]),
    )


def filtered(issue: Bulletin, place: str, *, subject: str, group: str, level: str, note: str) -> Display:
    """The figures that are chosen, one a row with its base and interval.

    Parameters
    ----------
    subject
        A chapter of the list of indicators (`CHAPTERS`).
    group
        ``all`` for totals, empty for the groups.
    level
        ``own`` for the place itself, ``below`` for the places under it.
    note
        ``known`` for figures with a value, ``missing`` for those without, empty for all.
    """
    table = issue.figures.table
    names = [one.id for one in CHAPTERS[subject]]
    codes = [place] if level == "own" else [*issue.scope.register.children(place)["place_code"]]
    chosen = table[
        table["indicator"].isin(names) & table["month"].eq(str(issue.month)) & table["place_code"].isin(codes)
    ]
    chosen = chosen[chosen["group"].eq(ALL) if group == ALL else chosen["group"].ne(ALL)]
    if note:
        has_value = chosen["note_code"].eq(NoteCode.REPORTED)
        chosen = chosen[has_value if note == "known" else ~has_value]
    if chosen.empty:
        return Missing("这样筛选", "没有符合的数")
    keys = chosen[["indicator", "place_code", "group"]].head(_MOST_ROWS).itertuples(index=False)
    rows = tuple(_row(issue, str(key), str(code), str(one)) for key, code, one in keys)
    heads = columns("地区", "指标", "分组", "数值", "分子", "分母", "区间", left=3)
    more = f"；只列前{_MOST_ROWS}行" if len(chosen) > _MOST_ROWS else ""
    return Table(f"{subject}：筛选结果", heads, rows, f"{issue.month.label}，共{len(chosen)}行{more}")


def _row(issue: Bulletin, key: str, code: str, group: str) -> tuple[Text, ...]:
    figures, at = issue.figures, f"{key}|{issue.month}|{code}|{group}"
    parts = (figures.number(key, name, place=code, group=group) for name in ("numerator", "denominator"))
    return (
        issue.name(code),
        DEFINITIONS[key].name,
        "合计" if group == ALL else group.partition("=")[2] or group,
        figures.figure(key, place=code, group=group),
        *(Figure(part, "", at) if part is not None else "—" for part in parts),
        figures.interval(key, place=code, group=group),
    )


def _told(figures: Figures, place: str, month: Month) -> Iterator[str]:
    """Indicators of which the place has a row in a month, in the order of their list."""
    table = figures.table[figures.table["place_code"].eq(place) & figures.table["group"].eq(ALL)]
    own = table[table["month"].eq(str(month)) & table["note_code"].ne(NoteCode.NOT_APPLICABLE)]
    known = set(own["indicator"])
    return (key for key in DEFINITIONS if key in known)


def _change(figures: Figures, key: str, place: str, month: Month) -> Shown:
    change = figures.difference(key, since=month, place=place)
    at = f"{key}|{month}/{figures.month}|{place}|{ALL}"
    return words("无可比数", at) if change is None else Figure(change, DEFINITIONS[key].unit, at, CHANGE)
