"""All that a bulletin says to differ, tested together: towns, items, changes, ranks.

A chapter that writes 明显, 最多, 超出 or marks a place red asks here; nothing else decides it.
"""

from collections.abc import Iterator

from scipy import special

from hanbin_lib.areas import COUNTY
from hanbin_lib.bulletin.figures import Figures
from hanbin_lib.bulletin.wording import sentence
from hanbin_lib.display import WHOLE, Figure, Style, Text
from hanbin_lib.indicators import ALL, Scope, Unit
from hanbin_lib.indicators.safeguards import ANSWERED
from hanbin_lib.params import Ranking
from hanbin_lib.statistics.comparisons import (
    RATE,
    Discoveries,
    change_chance,
    discoveries,
    excess_chance,
    first_chance,
)
from hanbin_lib.statistics.estimates import effective_size

POOLED, ANSWER, CHANGE = "inspection_pooled_share", "phone_problem_share", "phone_problem_change"
FIRST, MOVED = "first", "moved"
ITEMS = tuple(f"answer={label}" for label in ANSWERED.values())


def key(what: str, where: str) -> str:
    """Key of one test: what is said, and of which place or group."""
    return f"{what}|{where}"


def compared(figures: Figures, scope: Scope, ranking: Ranking) -> Discoveries:
    """Every comparison that the bulletin makes this month, as one family."""
    is_county = len(figures.place) == COUNTY
    towns = [str(code) for code in scope.register.towns["place_code"]]
    chances = dict(_changes(figures)) | {key(FIRST, ANSWER): _first_item(figures)}
    if is_county:
        chances |= dict(_worse_than_all(figures, towns))
    chances |= dict(_movements(figures, towns if is_county else [figures.place], ranking))
    return discoveries(chances)


def told(found: Discoveries) -> tuple[Text, ...]:
    """How many comparisons were made together, and how many chance alone would name one by one."""
    return sentence(
        "本期{tested}处比较（各镇、各项、变化、位次）一起检验，误点名的比例控制在{rate}以内；"
        "若逐个检验，全无差别时也会点名约{chance}处。",
        tested=Figure(found.tested, "", "multiplicity|tested"),
        rate=Figure(RATE, Unit.SHARE, "multiplicity|rate", WHOLE),
        chance=Figure(found.by_chance, "", "multiplicity|by_chance", Style(decimals=1)),
    )


def _worse_than_all(figures: Figures, towns: list[str]) -> Iterator[tuple[str, float]]:
    """Towns with more problems found than the whole has: the bad direction alone is named."""
    whole = figures.value(POOLED)
    for code in towns:
        found = figures.estimate(POOLED, place=code)
        if whole is not None and found is not None:
            yield key(POOLED, code), float(excess_chance(found[0], effective_size(*found), whole))


def _changes(figures: Figures) -> Iterator[tuple[str, float]]:
    for group in (ALL, *ITEMS):
        found = figures.estimate(CHANGE, group=group)
        if found is not None:
            yield key(CHANGE, group), change_chance(*found)


def _first_item(figures: Figures) -> float:
    found = [one for group in ITEMS if (one := figures.estimate(ANSWER, group=group)) is not None]
    return first_chance([one[0] for one in found], [float(effective_size(*one)) for one in found])


def _movements(figures: Figures, towns: list[str], ranking: Ranking) -> Iterator[tuple[str, float]]:
    """Scores of two months, each with the interval of its draws; months that share data move less."""
    half = float(special.ndtri((1 + ranking.confidence) / 2))
    for code in towns:
        now = figures.estimate("town_score", place=code)
        then = figures.estimate("town_score", place=code, month=figures.month.shift(-1))
        if now is None or then is None:
            continue
        spread = sum(((high - low) / 2 / half) ** 2 for _, low, high in (now, then)) ** 0.5
        if spread > 0:
            yield key(MOVED, code), float(2 * special.ndtr(-abs(now[0] - then[0]) / spread))
