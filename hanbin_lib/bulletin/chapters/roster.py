"""与低收入人口名册比对: who is on both registers and who on one alone, in numbers, by class and town."""

from hanbin_lib.bulletin.exhibits import columns, internal, needs
from hanbin_lib.bulletin.opening import Bulletin
from hanbin_lib.bulletin.wording import headline, note, sentence
from hanbin_lib.contract.labels import ROSTER_CLASSES
from hanbin_lib.display import Paragraph, Shown, Table
from hanbin_lib.indicators import ALL

_TABLE = "assistance_roster"
_NAMES = ("roster_persons", "roster_monitored_persons", "roster_only_persons")
_HEADS = ("名册人数", "是监测对象", "不是监测对象")


@internal
@needs(_TABLE, chapter="与低收入人口名册比对")
def lead(bulletin: Bulletin) -> Paragraph:
    """One sentence: how many are on the roster, on both, on one alone."""
    figures = bulletin.figures
    return headline(
        "民政部门低收入人口名册{all}，其中在册监测户成员{both}、不是监测户成员{only}；"
        "未消除风险户成员中，不在名册的{outside}。",
        all=figures.figure(_NAMES[0]),
        both=figures.figure(_NAMES[1]),
        only=figures.figure(_NAMES[2]),
        outside=figures.figure("monitored_only_persons"),
    )


@internal
@needs(_TABLE)
def classes(bulletin: Bulletin) -> Table:
    """By class of the roster."""
    labels = dict.fromkeys((*ROSTER_CLASSES, *bulletin.figures.groups(_NAMES[0], "class").index))
    rows = tuple((label, *_row(bulletin, f"class={label}")) for label in labels)
    return Table(
        title="低收入人口名册和监测对象（按类别）",
        unit_line="人",
        columns=columns("类别", *_HEADS, widths=(44,)),
        rows=(*rows, ("合计", *_row(bulletin, ALL))),
        totals=1,
    )


@internal
@needs(_TABLE)
def towns(bulletin: Bulletin) -> Table | None:
    """By town (the county's only), with the monitored that the roster does not have."""
    if not bulletin.is_county:
        return None
    rows = tuple(
        (
            bulletin.row_name(code),
            *_row(bulletin, ALL, code),
            bulletin.figures.plain("monitored_only_persons", place=code),
        )
        for code in (*bulletin.towns, bulletin.place)
    )
    return Table(
        title="低收入人口名册和监测对象（按镇、街道）",
        unit_line="人；末栏为未消除风险户的成员",
        columns=columns("镇（街道）", *_HEADS, "监测户不在名册", widths=(34,)),
        rows=rows,
        totals=1,
    )


@internal
@needs(_TABLE)
def reading_note(_bulletin: Bulletin) -> Paragraph:
    """What being on one register alone means, and what it does not."""
    return note(
        "读法",
        sentence(
            "两份名册各有各的认定条件，只在一份里不等于漏了；可作入户核实的线索。"
            "按证件号码的假名对应，不列名单；证件号码写错、隐去数字的人对应不上。"
        ),
    )


def _row(bulletin: Bulletin, group: str, place: str = "") -> tuple[Shown, ...]:
    return tuple(bulletin.figures.count_in(name, place=place, group=group) for name in _NAMES)
