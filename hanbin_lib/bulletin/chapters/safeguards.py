"""三、三保障和饮水安全: what the register says beside what the households say."""

from hanbin_lib.bulletin.exhibits import columns, internal, listing, most_first, needs, unlisted
from hanbin_lib.bulletin.opening import Bulletin
from hanbin_lib.bulletin.wording import headline, note, paragraph, sentence, words
from hanbin_lib.display import AnnexTable, Figure, Missing, Paragraph, Shown, Table, Text
from hanbin_lib.indicators.safeguards import ANSWERED, REGISTERED
from hanbin_lib.indicators.safeguards import APART as _APART

_FOOD, _BOTH = "吃饭穿衣", "safeguard_both_households"
_MOST_PLACES = 6
_GROUPS = tuple(f"safeguard={label}" for label in REGISTERED.values())


def lead(bulletin: Bulletin) -> Paragraph:
    """One sentence: how many households have a problem by either source, and where they differ."""
    figures = bulletin.figures
    if bulletin.is_public:  # its labels are rounded: they have no sum
        if not bulletin.snapshot.has("phone_checks"):
            return headline("登记簿按项目列出；本月没有电话抽查可以对照。")
        return headline(
            "登记簿和电话抽查按项目对照，电话中答有问题的{phone}。",
            phone=figures.figure("phone_problem_households"),
        )
    if not bulletin.snapshot.has("phone_checks"):
        return paragraph(_registered(bulletin), ("；本月没有电话抽查可以对照。",), style="lead")
    if figures.value("phone_reached_households") == 0:
        return paragraph(_registered(bulletin), ("；电话没有一户有效接通，不能对照。",), style="lead")
    return paragraph(*_compared(bulletin), style="lead")


def _compared(bulletin: Bulletin) -> tuple[tuple[Text, ...], ...]:
    """What was said on the telephone, and how much of it the register does not show."""
    phone = bulletin.figures.figure("phone_problem_households")
    if bulletin.figures.value("phone_problem_households") == 0:
        said = sentence("电话中{none}答有问题的；", none=words("没有", phone.source))
        return said, _registered(bulletin), ("。",)
    said = sentence("电话中答有问题的{phone}；", phone=phone)
    known, apart = _known(bulletin, _APART), _sum(bulletin, _APART)
    if not known:
        return said, sentence("对照要用的栏目没有收到。")
    # Of an item whose column did not come in nobody can say that the register has it.
    items = "登记簿有栏目的各项" if len(known) == len(_GROUPS) else f"能对照的{'、'.join(known)}"
    both = _sum(bulletin, _BOTH)
    rest = _answered(bulletin, known) - apart.value - both.value
    blank = Figure(rest, apart.unit, bulletin.figures.address(_APART, group="blank"))
    # Where the register says nothing, it neither shows a problem nor denies it.
    clauses = [
        *(["登记簿没有显示的{apart}，须入户核实"] if apart.value else []),
        *(
            ["登记簿有显示的{both}" if blank.value else "登记簿也都有显示"]
            if both.value and not apart.value
            else []
        ),
        *(["登记没有填、不能对照的{blank}"] if blank.value else []),
    ]
    text = f"{{items}}里，{'；'.join(clauses)}。" if clauses else "{items}里没有答有问题的。"
    return said, sentence(text, items=items, apart=apart, both=both, blank=blank)


def comparison(bulletin: Bulletin) -> Table | None:
    """One row a safeguard: register, telephone, both, only one of them; none where neither is known."""
    if not _is_told(bulletin):
        return None
    rows = tuple(_row(bulletin, label) for label in ANSWERED.values())
    red = frozenset(
        n
        for n, label in enumerate(ANSWERED.values())
        if bulletin.figures.value(_APART, group=f"safeguard={label}")
    )
    return Table(
        title="登记簿和电话抽查对照",
        unit_line=f"户，截至{bulletin.month.label}末；监测户和脱贫户",
        columns=columns(
            *("项目", "登记有问题", "登记未填", "电话答有问题", "两者都有", "仅电话有", "仅登记有"),
            widths=(24,),
        ),
        rows=rows,
        emphasis=frozenset() if bulletin.is_public else red,
        rule_every=1,
    )


@internal
@needs("phone_checks")
def places_to_check(bulletin: Bulletin) -> Table | Missing:
    """Where telephone and register differ: the places with most households to look into."""
    figures = bulletin.figures
    totals = {code: _total(bulletin, code) for code in bulletin.children}
    some = most_first(totals)
    if not some:
        known = _known(bulletin, _APART)
        none = f"没有{_only(known)}" if known else figures.reason(_APART, "没有", group=_GROUPS[0])
        return Missing(f"电话答有问题而登记簿未显示的{bulletin.children_word}", none)
    rows = tuple(
        (
            bulletin.name(code),
            *(figures.plain(_APART, place=code, group=group) for group in _GROUPS),
            Figure(totals[code], "", f"{_APART}|{bulletin.month}|{code}|sum"),
        )
        for code in some[:_MOST_PLACES]
    )
    return Table(
        title=f"电话答有问题而登记簿未显示较多的{bulletin.children_word}",
        unit_line=f"户次{unlisted(len(some), _MOST_PLACES)}；逐户名单见附表，由镇（街道）入户核实后更正",
        columns=columns(bulletin.children_word, *REGISTERED.values(), "合计", widths=(40,)),
        rows=rows,
    )


@internal
@needs("phone_checks")
def clues(bulletin: Bulletin) -> AnnexTable:
    """Every household in which register and telephone differ, for the annex (household codes)."""
    rows = bulletin.own(bulletin.clues)
    codes = ("town_code", "village_code")
    places = {name: rows[name].astype("str").map(bulletin.names).fillna("") for name in codes}
    heads = {
        "town_code": "镇（街道）", "village_code": "村（社区）", "household_code": "户编号",
        "safeguard": "项目", "register": "登记簿", "phone": "电话",
    }  # fmt: skip
    return listing(
        "三保障和饮水核查清单",
        "登记簿和电话回答不一致的户，由镇（街道）入户核实；内部使用",
        rows.assign(**places),
        heads,
    )


def reading_note(bulletin: Bulletin) -> Paragraph | None:
    """How each source says that there is a problem."""
    if not _is_told(bulletin):
        return None
    return note(
        "读法",
        sentence(
            "义务教育指义务教育年龄、未完成初中而不在校；基本医疗指两类医保都没有参加；住房、饮水按登记栏目；"
        ),
        sentence(
            "吃饭穿衣登记簿没有栏目，只有电话回答。未填不作有保障；末三栏只数登记已填、电话又有回答的户。"
            "两处不一致不等于哪一处错，以入户核实为准。"
        ),
    )


def _row(bulletin: Bulletin, label: str) -> tuple[str | Shown, ...]:
    figures, group = bulletin.figures, f"safeguard={label}"
    has_register = label != _FOOD
    blank = words("无栏目", f"contract|{label}")
    stems = ("register_problem_households", "register_unknown_households")
    registered = [figures.plain(name, group=group) if has_register else blank for name in stems]
    compared = [
        figures.plain(f"safeguard_{name}_households", group=group)
        if has_register
        else words("—", blank.source)
        for name in ("both", "phone_only", "register_only")
    ]
    phone = figures.plain("phone_problem_households", group=f"answer={label}")
    return (label, *registered, phone, *compared)


def _registered(bulletin: Bulletin) -> tuple[Text, ...]:
    """What the register says alone: of how many, of none, or nothing where its columns did not come in."""
    name = "register_problem_households"
    known, problems = _known(bulletin, name), _sum(bulletin, name)
    if not known:
        return sentence("三保障和饮水要用的登记栏目没有收到")
    listed = _only(known)
    if not problems.value:
        none = words("没有显示", problems.source)
        return sentence("登记簿{none}三保障或饮水有问题的户{listed}", none=none, listed=listed)
    text = "登记簿显示{problems}三保障或饮水有问题{listed}"
    return sentence(text, problems=problems, listed=listed)


def _only(known: list[str]) -> str:
    """Which safeguards are spoken of, where not all of them are known."""
    return f"（只含{'、'.join(known)}）" if len(known) < len(_GROUPS) else ""


def _known(bulletin: Bulletin, indicator: str) -> list[str]:
    value = bulletin.figures.value
    return [one for one in REGISTERED.values() if value(indicator, group=f"safeguard={one}") is not None]


def _is_told(bulletin: Bulletin) -> bool:
    """Whether there is anything to set side by side: a count of either source, published or withheld."""
    figures = bulletin.figures
    names = [("register_problem_households", f"safeguard={one}") for one in REGISTERED.values()]
    names += [("phone_problem_households", f"answer={one}") for one in ANSWERED.values()]
    return any(
        figures.value(name, group=group) is not None or figures.is_suppressed(name, group=group)
        for name, group in names
    )


def _answered(bulletin: Bulletin, items: list[str]) -> float:
    """How many said on the telephone that there is a problem, over some items."""
    name = "phone_problem_households"
    return sum(bulletin.figures.value(name, group=f"answer={one}") or 0.0 for one in items)


def _total(bulletin: Bulletin, place: str) -> float:
    return sum(bulletin.figures.value(_APART, place=place, group=group) or 0.0 for group in _GROUPS)


def _sum(bulletin: Bulletin, indicator: str) -> Figure:
    """Over the safeguards; a household with two problems counts twice (户次)."""
    values = [bulletin.figures.value(indicator, group=group) or 0 for group in _GROUPS]
    return Figure(sum(values), "户次", bulletin.figures.address(indicator, group="sum"))
