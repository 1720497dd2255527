"""与低收入人口名册比对: who is on both registers and who on one alone, in numbers, by class and town."""

from hanbin_lib.bulletin.absence import internal, needs
from hanbin_lib.bulletin.opening import Bulletin
from hanbin_lib.bulletin.wording import note, paragraph, sentence
from hanbin_lib.contract.labels import ROSTER_CLASSES
from hanbin_lib.display import Cell, Column, Figure, Paragraph, Table
from hanbin_lib.indicators import ALL

_TABLE = "assistance_roster"
_NAMES = ("roster_persons", "roster_monitored_persons", "roster_only_persons")
_COLUMNS = (Column("名册人数", "right"), Column("是监测对象", "right"), Column("不是监测对象", "right"))


@internal
@needs(_TABLE, chapter="与低收入人口名册比对")
def lead(bulletin: Bulletin) -> Paragraph:
    """One sentence: how many are on the roster, on both, on one alone."""
    figures = bulletin.figures
    said = sentence(
        "民政部门低收入人口名册{all}，其中在册监测户成员{both}、不是监测户成员{only}；"
        "未消除风险户成员中，不在名册的{outside}。",
        all=figures.figure(_NAMES[0]),
        both=figures.figure(_NAMES[1]),
        only=figures.figure(_NAMES[2]),
        outside=figures.figure("monitored_only_persons"),
    )
    return paragraph(said, style="lead")


@internal
@needs(_TABLE)
def classes(bulletin: Bulletin) -> Table:
    """By class of the roster."""
    others = bulletin.figures.groups(_NAMES[0], "class").index
    labels = (*ROSTER_CLASSES, *(label for label in others if label not in ROSTER_CLASSES))
    rows = tuple((label, *_row(bulletin, f"class={label}")) for label in labels)
    return Table(
        title="低收入人口名册和监测对象（按类别）",
        unit_line="人",
        columns=(Column("类别", "left", width_mm=44), *_COLUMNS),
        rows=(*rows, ("合计", *_row(bulletin, ALL))),
        totals=1,
    )


@internal
@needs(_TABLE)
def towns(bulletin: Bulletin) -> Table | None:
    """By town (the county's only), with the monitored that the roster does not have."""
    if not bulletin.is_county:
        return None
    register, figures = bulletin.scope.register, bulletin.figures
    codes = (*register.towns["place_code"], bulletin.place)
    rows = tuple(
        (
            "合计" if code == bulletin.place else register.name(code),
            *_row(bulletin, ALL, code),
            figures.plain("monitored_only_persons", place=code),
        )
        for code in codes
    )
    return Table(
        title="低收入人口名册和监测对象（按镇、街道）",
        unit_line="人；末栏为未消除风险户的成员",
        columns=(Column("镇（街道）", "left", width_mm=34), *_COLUMNS, Column("监测户不在名册", "right")),
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


def _row(bulletin: Bulletin, group: str, place: str = "") -> tuple[Cell, ...]:
    return tuple(_count(bulletin, name, group, place) for name in _NAMES)


def _count(bulletin: Bulletin, name: str, group: str, place: str) -> Cell:
    """Zero where nobody is of that class: the table came in, so nobody is nobody."""
    figures = bulletin.figures
    printed = figures.plain(name, place=place, group=group)
    is_told = (
        figures.value(name, place=place) is None or figures.value(name, place=place, group=group) is not None
    )
    return printed if is_told else Figure(0, "", printed.source)
