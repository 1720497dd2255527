"""Words for a plan: its quantities with their units, and what its place has against what it takes."""

from collections.abc import Callable

from hanbin_lib.bulletin.wording import joined
from hanbin_lib.display import WHOLE, Figure, Shown, Style, Text, percent, written
from hanbin_lib.simulate.mixes import Mix, as_planned, taken
from hanbin_lib.simulate.plans import Lever
from hanbin_lib.simulate.quantities import Quantity
from hanbin_lib.simulate.target_study import (
    AS_PLANNED,
    EVERYTHING,
    NO_LEVER,
    WITHIN_BUDGET,
    TargetStudy,
    sure_key,
)

FIELDS = {
    "take_up": ("落实比例", "%"),
    "delay_months": ("推迟", "个月"),
    "cost_once_yuan": ("一次投入", "元"),
    "cost_year_yuan": ("每年投入", "元"),
    "jobs": ("岗位", "个"),
    "wage_month_yuan": ("月工资", "元"),
    "months": ("月数", "个月"),
    "displaced": ("原有收入占比", "%"),
    "mu": ("面积", "亩"),
    "yield_kg": ("亩产", "公斤"),
    "price_yuan_kg": ("单价", "元/公斤"),
    "inputs_yuan": ("亩投入", "元"),
    "forgone_yuan": ("原亩净收入", "元"),
    "farmers_share": ("农户所得比例", "%"),
    "additional": ("额外部分", "%"),
    "persons": ("人口", "人"),
    "workers_per_mu": ("百亩用工", "人"),
}
_OF_A_HUNDRED = frozenset(name for name, (_, unit) in FIELDS.items() if unit == "%") | {"workers_per_mu"}
LIMITS = {"land_mu": ("用地", "亩"), "workers": ("用工", "人"), "posts": ("公益性岗位", "个")}


def mix_names(one: TargetStudy) -> dict[str, str]:
    """What the mixes of a study are called, by key."""
    sure = {sure_key(share): f"{percent(share, 0)}把握最省" for share in one.plan.probabilities}
    own = {NO_LEVER: "没有举措", AS_PLANNED: "原计划", WITHIN_BUDGET: "预算内最稳", EVERYTHING: "全部用足"}
    return own | sure


def beyond(one: TargetStudy, source: str) -> tuple[Text, ...]:
    """Of what the plan as it stands takes more than the place has."""
    told = []
    for name, used in taken(one.plan, as_planned(one.plan)).items():
        (label, unit), there = LIMITS[name], one.plan.limits.known[name].amount
        if used > there:
            told.append(
                joined(
                    label,
                    Figure(used, "", source, WHOLE),
                    unit,
                    "，只有",
                    Figure(there, "", source, WHOLE),
                    unit,
                    source=source,
                )
            )
    return tuple(piece for one_of in told for piece in ("原计划", one_of, "，做不到。"))


def used_of(one: TargetStudy, name: str) -> Callable[[Mix, str], Shown]:
    """What a mix takes of a limit, beside what there is: ``3500/5200``."""
    there = one.plan.limits.known[name].amount
    return lambda mix, source: joined(
        Figure(taken(one.plan, mix.units)[name], "", source, WHOLE),
        "/",
        Figure(there, "", source, WHOLE),
        source=source,
    )


def in_words(lever: Lever) -> str:
    """Quantities of a lever that are not certain, with their three values."""
    parts = [
        f"{FIELDS[field][0]}{values(field, quantity)}{FIELDS[field][1]}"
        for field, quantity in lever.quantities.items()
        if not field.startswith("cost_")
    ]
    return "，".join(parts)


def values(field: str, quantity: Quantity) -> str:
    """``60—80—100``, or one number where it is fixed."""
    if quantity.is_fixed:
        return value_of(field, quantity.low)
    return "—".join(value_of(field, number) for number in (quantity.low, quantity.likely, quantity.high))


def value_of(field: str, number: float) -> str:
    """A number of a field in its unit."""
    scaled = number * 100 if field in _OF_A_HUNDRED else number
    return written(scaled, "", Style(decimals=1 if abs(scaled) < 100 else 0, is_trimmed=True))
