"""十、月调度位次: towns in tiers, each rank with the range that the data allow."""

from hanbin_lib.bulletin.exhibits import columns, internal
from hanbin_lib.bulletin.opening import Bulletin
from hanbin_lib.bulletin.parameters import WeightChoice, checked
from hanbin_lib.bulletin.tested import MOVED, key
from hanbin_lib.bulletin.wording import counted, headline, in_one, interval, joined, note, sentence, words
from hanbin_lib.display import (
    AnnexTable,
    Cell,
    Column,
    Figure,
    Missing,
    Paragraph,
    Phrase,
    RangeCell,
    Shown,
    Style,
    Table,
    Text,
    as_given,
)
from hanbin_lib.errors import refused_params
from hanbin_lib.indicators import Unit
from hanbin_lib.indicators.ranking import rank_units, town_cases

_MOST_MOVES = 6
_FRONT, _BACK, _MIDDLE = "前段", "后段", "中段"
_ENDS, _MOST_NAMED = 5, 3
_NEARLY_NONE = 0.05  # rounds to 0.0


def lead(bulletin: Bulletin) -> Paragraph | Missing:
    """One sentence: how many towns can be told apart at all; for a town its own place."""
    figures, ranking = bulletin.figures, bulletin.settings.ranking
    if bulletin.is_public:
        return Missing("月调度位次", "公开版不含本章", is_chapter=True)
    if len(bulletin.towns) == 1:
        return Missing("月调度位次", "只有一个镇（街道），不排位次")
    if not _is_ranked(bulletin):
        return Missing("月调度位次", "本月没有可以计分的指标，本章从略", is_chapter=True)
    if not bulletin.is_county:
        return headline(
            "得分{score}，位次第{rank}（可能在{interval}之间），{tier}。",
            score=figures.figure("town_score"),
            rank=figures.figure("town_rank"),
            interval=_range(bulletin, bulletin.place),
            tier=_tier(bulletin, bulletin.place),
        )
    tiers = [_tier(bulletin, code) for code in bulletin.towns]
    level = Figure(ranking.confidence, Unit.SHARE, "ranking|confidence")
    if not {_FRONT, _BACK} & set(tiers):
        text = "没有一个镇（街道）能认定在前段或后段；位次区间（概率{level}）是逐个镇说的，重叠的不分先后。"
        return headline(text, level=level)
    texts = {_FRONT: "认定在前段的{front}个{of_front}。", _BACK: "认定在后段的{back}个{of_back}。"}
    named = "".join(text for tier, text in texts.items() if tier in tiers)
    return headline(
        named
        + "位次区间（概率{level}）重叠的不分先后；区间和分段都是逐个镇说的，认定的当中按概率{wrong}认错。",
        of_front=_whom(bulletin, _FRONT),
        of_back=_whom(bulletin, _BACK),
        front=_number(bulletin, tiers.count(_FRONT), "front"),
        back=_number(bulletin, tiers.count(_BACK), "back"),
        level=level,
        wrong=_wrongly_placed(bulletin),
    )


@internal
def town_table(bulletin: Bulletin) -> Table | None:
    """Towns by rank with range, score, parts and tier; for a town its own row beside the mean."""
    ranks = {code: bulletin.figures.value("town_rank", place=code) or 0 for code in bulletin.towns}
    codes = sorted(filter(ranks.get, ranks), key=lambda code: ranks[code])
    if not codes or not _is_ranked(bulletin):
        return None
    if not bulletin.is_county:
        codes = _neighbours(codes, bulletin.place)
    parts = [part.name for part in bulletin.settings.ranking.towns]
    tiers = [_tier(bulletin, code) for code in codes]
    return Table(
        title="镇（街道）调度位次",
        unit_line="分；位次区间：横条为可能的位次范围，实点本月，空点上月；各项为折算后的得分",
        columns=(
            Column("位次", "right", width_mm=8),
            *columns("镇（街道）", "区间", "得分", *parts, widths=(18, 39, 10), left=2),
            Column("分段", width_mm=12),
        ),
        rows=tuple(_row(bulletin, code, parts, tier) for code, tier in zip(codes, tiers, strict=True)),
        emphasis=frozenset(n for n, tier in enumerate(tiers) if tier == _BACK),
    )


@internal
def movement(bulletin: Bulletin) -> Paragraph | None:
    """Which towns moved beyond what chance allows, and by which part."""
    if not _is_ranked(bulletin):
        return None
    if not bulletin.is_county:
        return _own_movement(bulletin)
    moved = [code for code in bulletin.towns if _has_moved(bulletin, code)]
    if not any(_before(bulletin, code) for code in bulletin.towns):
        return note("较上月", sentence("上月没有可比的数据，不作比较。"))
    if not moved:
        return note("较上月", sentence("没有一个镇（街道）的得分变化超出偶然，不必解读。"))
    parts: list[tuple[Text, ...]] = []
    for direction, sign in (("上升", 1), ("下降", -1)):
        codes = [c for c in moved if (bulletin.figures.difference("town_score", place=c) or 0) * sign > 0]
        parts += _moves(bulletin, direction, codes)
    return note("较上月", *parts)


def _moves(bulletin: Bulletin, direction: str, codes: list[str]) -> list[tuple[Text, ...]]:
    """Towns that moved one way, with how many are not listed."""
    if not codes:
        return []
    moves = [_move(bulletin, code) for code in codes[:_MOST_MOVES]]
    if len(codes) > _MOST_MOVES:
        more = _number(bulletin, len(codes) - _MOST_MOVES, f"moved{direction}")
        moves.append(sentence("另有{more}个", more=more))
    return [sentence(f"得分{direction}超出偶然的："), *in_one(moves), ("。",)]


@internal
def department_table(bulletin: Bulletin) -> Table | None:
    """The first and the last departments by rank; all of them stand in the annex."""
    names = _departments(bulletin)
    if not names:
        return None
    shown = names if len(names) <= 2 * _ENDS else [*names[:_ENDS], *names[-_ENDS:]]
    title = "部门调度位次" if shown == names else "部门调度位次（最前和最后几个）"
    return _department_table(bulletin, title, shown, len(names))


@internal
def all_departments(bulletin: Bulletin) -> AnnexTable | None:
    """Departments by rank, for the annex."""
    names = _departments(bulletin)
    if not names:
        return None
    table = _department_table(bulletin, "部门调度位次", names, len(names))
    return AnnexTable(table.title, table.columns, table.rows, table.unit_line)


def _departments(bulletin: Bulletin) -> list[str]:
    """Ranked departments, first to last; those that handled too little are not ranked."""
    if not bulletin.is_county:
        return []
    ranks = bulletin.figures.groups("department_rank", "department").sort_values()
    return [str(name) for name in ranks.index]


def _department_table(bulletin: Bulletin, title: str, names: list[str], last: int) -> Table:
    least = bulletin.settings.ranking.least_cases
    more = f"；共{last}个部门，全部见附表" if len(names) < last else ""
    # Last month more of them may have been ranked.
    before = (_department_before(bulletin, name) for name in names)
    scale = max([float(last), *(rank for rank in before if rank is not None)])
    return Table(
        title=title,
        unit_line=f"分；区间重叠的不分先后；到期问题和任务合计不足{least}的部门不排位次{more}",
        columns=(
            Column("位次", "right", width_mm=8),
            *columns("部门", "区间", "得分", "整改按期", "任务完成率", widths=(46, 46), left=2),
        ),
        rows=tuple(_department_row(bulletin, name, scale) for name in names),
    )


def what_if(bulletin: Bulletin, weights: dict[str, float]) -> Table:
    """The towns in order of their score if parts had other weights (for the analyst).

    Parameters
    ----------
    weights
        Points by name of the part (``电话问题``); parts that are not named keep theirs. The
        score is out of the sum of all points.

    Raises
    ------
    HanbinError
        ``HB-PAR-007`` a name that is no part, or a weight that is not above zero; ``HB-PAR-002`` no number.
    """
    checked(WeightChoice, {"weights": weights}, "参数")
    ranking = bulletin.settings.ranking
    _check_weights(weights, [part.name for part in ranking.towns])
    parts = [
        part.model_copy(update={"weight": weights.get(part.name, part.weight)}) for part in ranking.towns
    ]
    cases = [town_cases(bulletin.figures.table, part, bulletin.scope) for part in parts]
    ranked = rank_units(cases, parts, ranking)
    codes = [] if ranked is None else list(ranked.units)
    scores = [] if ranked is None else ranked.scores.mean(axis=0)
    order = sorted(zip(codes, scores, strict=True), key=lambda pair: -pair[1])
    rows = tuple(
        (
            Figure(place, "", f"what_if|{code}"),
            bulletin.name(code),
            bulletin.figures.plain("town_rank", place=code),
            bulletin.figures.interval("town_rank", place=code),
            Figure(score, "", f"what_if|{code}", Style(decimals=1)),
        )
        for place, (code, score) in enumerate(order, 1)
    )
    return Table(
        title="改权重以后的位次（试算，不进月报）",
        unit_line="；".join(f"{part.name}{as_given(part.weight)}分" for part in parts),
        columns=(
            Column("试算", "right", width_mm=12),
            *columns("镇（街道）", "现位次", "现区间", "试算得分", widths=(36,)),
        ),
        rows=rows,
    )


def _check_weights(weights: dict[str, float], names: list[str]) -> None:
    faults = [f"“{name}”不是计分项" for name in weights if name not in names]
    faults += [f"“{name}”的权重应大于0" for name, weight in weights.items() if not weight > 0]
    if faults:
        raise refused_params("HB-PAR-007", "；".join(faults), f"可改的计分项：{'、'.join(names)}")


@internal
def rule_note(bulletin: Bulletin) -> Paragraph | None:
    """What the score is made of, and what it leaves out on purpose."""
    if not _is_ranked(bulletin):
        return None
    ranking = bulletin.settings.ranking
    size = ranking.tier_of(
        sum(bulletin.figures.value("town_rank", place=one) is not None for one in bulletin.towns)
    )
    tiers = "位于前{size}或后{size}名的概率不低于{level}才划段。" if size else "只有一个镇（街道），不划段。"
    listed = "、".join(part.name for part in ranking.towns)
    weights = "、".join(as_given(part.weight) for part in ranking.towns)
    return note(
        "计分",
        *_unscored_told(bulletin),
        sentence(
            "{names}依次占{weights}分，界线和理由见 ranking.yaml；风险消除不设比例要求，不计入。",
            names=listed,
            weights=words(weights, "ranking|weights"),
        ),
        sentence(
            "抽查数少的镇向平均收缩；" + tiers,
            size=Figure(size, "", "ranking|tier_size"),
            level=Figure(ranking.tier_probability, Unit.SHARE, "ranking|tier_probability"),
        ),
    )


def _unscored_told(bulletin: Bulletin) -> list[tuple[Text, ...]]:
    """Parts that no town has a score of: ranks that are made of the others say so."""
    figures, towns = bulletin.figures, bulletin.towns
    unscored = [
        part.name
        for part in bulletin.settings.ranking.towns
        if all(figures.value("town_score", place=code, group=f"part={part.name}") is None for code in towns)
    ]
    return [sentence("本月算不出、不计分的：{parts}。", parts="、".join(unscored))] if unscored else []


def _row(bulletin: Bulletin, code: str, parts: list[str], tier: str) -> tuple[Cell, ...]:
    figures = bulletin.figures
    return (
        figures.plain("town_rank", place=code),
        bulletin.name(code),
        _range_cell(bulletin, code),
        figures.plain("town_score", place=code),
        *(_part(bulletin, code, name) for name in parts),
        tier,
    )


def _part(bulletin: Bulletin, code: str, name: str) -> Shown:
    """Points for one part; where its ledger came in and nothing of it was due, there are none to give."""
    figures, group = bulletin.figures, f"part={name}"
    part = next(one.indicator for one in bulletin.settings.ranking.towns if one.name == name)
    has_come = figures.value(part) is not None or figures.has_no_base(part)
    return (figures.within if has_come else figures.plain)("town_score", place=code, group=group)


def _range_cell(bulletin: Bulletin, code: str) -> RangeCell:
    value, low, high = bulletin.figures.estimate("town_rank", place=code) or (1.0, 1.0, 1.0)
    last = float(len(bulletin.towns))
    return RangeCell(_range(bulletin, code), low, high, value, _before(bulletin, code), last)


def _department_row(bulletin: Bulletin, name: str, last: float) -> tuple[Cell, ...]:
    figures, group = bulletin.figures, f"department={name}"
    value, low, high = figures.estimate("department_rank", group=group) or (1.0, 1.0, 1.0)
    printed = interval((low, high), "", figures.address("department_rank", group=group))
    return (
        figures.plain("department_rank", group=group),
        name,
        RangeCell(printed, low, high, value, _department_before(bulletin, name), last),
        figures.plain("department_score", group=group),
        figures.cases("rectification_on_time_share", group=group),
        figures.within("task_completion_share", group=group),
    )


def _department_before(bulletin: Bulletin, name: str) -> float | None:
    last = bulletin.month.shift(-1)
    return bulletin.figures.value("department_rank", month=last, group=f"department={name}")


def _whom(bulletin: Bulletin, tier: str) -> str:
    """``：茨沟镇``, where they are few enough to be named in a sentence."""
    names = [bulletin.name(code) for code in bulletin.towns if _tier(bulletin, code) == tier]
    return f"：{'、'.join(names)}" if len(names) <= _MOST_NAMED else ""


def _range(bulletin: Bulletin, code: str) -> Phrase:
    known = bulletin.figures.estimate("town_rank", place=code)
    source = bulletin.figures.address("town_rank", code)
    return interval(known[1:], "", source) if known else words("—", source)


def _tier(bulletin: Bulletin, code: str) -> str:
    least = bulletin.settings.ranking.tier_probability
    if (bulletin.figures.value("town_front_share", place=code) or 0) >= least:
        return _FRONT
    return _BACK if (bulletin.figures.value("town_back_share", place=code) or 0) >= least else _MIDDLE


def _wrongly_placed(bulletin: Bulletin) -> Phrase:
    """How many of the towns that a tier is given to are not in it, on average over the draws."""
    named = {_FRONT: "town_front_share", _BACK: "town_back_share"}
    tiers = {code: named.get(_tier(bulletin, code)) for code in bulletin.towns}
    chances = [bulletin.figures.value(name, place=code) or 0.0 for code, name in tiers.items() if name]
    source = f"places|misplaced|{bulletin.month}|{bulletin.place}"
    wrong = sum(1 - chance for chance in chances)
    if wrong < _NEARLY_NONE:
        return words("不到0.1个", source)
    return joined("约有", Figure(wrong, "个", source, Style(decimals=1)), source=source)


def _is_ranked(bulletin: Bulletin) -> bool:
    ranks = [bulletin.figures.value("town_rank", place=code) for code in bulletin.towns]
    return len(ranks) > 1 and any(ranks)


def _before(bulletin: Bulletin, code: str) -> float | None:
    """Last month's rank, where it was made of the same parts; else it is no comparison."""
    last = bulletin.month.shift(-1)
    for part in bulletin.settings.ranking.towns:
        group = f"part={part.name}"
        now, then = (
            bulletin.figures.value("town_score", month=month, place=code, group=group)
            for month in (bulletin.month, last)
        )
        if (now is None) != (then is None):
            return None
    return bulletin.figures.value("town_rank", month=last, place=code)


def _has_moved(bulletin: Bulletin, code: str) -> bool:
    return _before(bulletin, code) is not None and key(MOVED, code) in bulletin.tested.named


def _move(bulletin: Bulletin, code: str) -> tuple[Text, ...]:
    text = "{town}由{before}到{now}，主要是{part}"
    part = _largest_move(bulletin, code)
    return sentence(text, town=bulletin.name(code), part=part, **_ranks(bulletin, code))


def _ranks(bulletin: Bulletin, code: str) -> dict[str, Text]:
    """``第3位`` last month and this month."""
    source = f"town_rank|{bulletin.month.shift(-1)}/{bulletin.month}|{code}|all"
    known = {"before": _before(bulletin, code), "now": bulletin.figures.value("town_rank", place=code)}
    return {name: counted("第", Figure(rank or 0, Unit.RANK, source)) for name, rank in known.items()}


def _largest_move(bulletin: Bulletin, code: str) -> str:
    changes = {
        part.name: bulletin.figures.difference("town_score", place=code, group=f"part={part.name}")
        for part in bulletin.settings.ranking.towns
    }
    known = {name: change for name, change in changes.items() if change is not None}
    return max(known, key=lambda name: abs(known[name])) if known else "无可比数"


def _own_movement(bulletin: Bulletin) -> Paragraph | None:
    if _before(bulletin, bulletin.place) is None:
        return None
    if _has_moved(bulletin, bulletin.place):
        return note("较上月", _move(bulletin, bulletin.place), sentence("；得分变化超出偶然。"))
    ranks = _ranks(bulletin, bulletin.place)
    return note("较上月", sentence("上月{before}，本月{now}；得分变化没有超出偶然，不必解读。", **ranks))


def _neighbours(codes: list[str], place: str) -> list[str]:
    """A town's own row between the two before and the two after it."""
    at = codes.index(place) if place in codes else 0
    return codes[max(0, at - 2) : at + 3]


def _number(bulletin: Bulletin, count: int, what: str) -> Figure:
    return Figure(count, "", f"town_rank|{bulletin.month}|{bulletin.place}|{what}")
