"""Recounts of the roster: one person at a time, found again by the number."""

from collections.abc import Iterator

from recounting import One, counts
from worlds import Row, World

from hanbin_lib.months import Month

ROSTER, REGISTER = "低收入人口名册", "监测对象信息"
CLASSES = ("特困人员", "低保家庭", "低保边缘家庭", "刚性支出困难家庭")


def listed(w: World) -> Iterator[Row]:
    """Everybody once, by his first row; who stands first in a town that does not count is not there."""
    seen = set()
    for row in w.rows(ROSTER) or []:
        if row["证件号码"] not in seen:
            seen.add(row["证件号码"])
            if row["镇"] in w.towns:
                yield row


def _count(name: str, holds) -> None:
    @counts(name)
    def _(w: World, month: Month) -> Iterator[One]:
        if month != w.month:
            return
        registered = {row["证件号码"] for row in w.rows(REGISTER)}
        for row in listed(w):
            if holds(row["证件号码"] in registered):
                for group in ("all", f"class={row['救助类别']}"):
                    yield One(row["镇"], None, 1, group=group)


_count("roster_persons", lambda _: True)
_count("roster_monitored_persons", lambda is_in: is_in)
_count("roster_only_persons", lambda is_in: not is_in)


@counts("monitored_only_persons")
def _(w: World, month: Month) -> Iterator[One]:
    on_roster = {row["证件号码"] for row in w.rows(ROSTER) or []}
    first: dict[str, Row] = {}
    for row in w.rows(REGISTER):
        first.setdefault(row["户编号"], row)
    for row in w.rows(REGISTER):
        home = first[row["户编号"]]
        if row["镇"] in w.towns and home["风险是否已消除"] is not True and row["证件号码"] not in on_roster:
            for group in ("all", f"category={home['监测对象类别']}"):
                yield One(row["镇"], None, 1, group=group)
