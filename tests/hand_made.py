"""Bulletins of figures made by hand: a few rows of the indicator table, and what each chapter says of them."""

from dataclasses import fields

import pandas as pd
from support import MONTH

from hanbin_lib.bulletin.figures import Figures
from hanbin_lib.bulletin.month_inputs import MonthInputs
from hanbin_lib.bulletin.opening import Bulletin
from hanbin_lib.display import Missing, plain_text
from hanbin_lib.indicators import ALL, COLUMNS, DEFINITIONS
from hanbin_lib.statistics.comparisons import Discoveries

COUNTY, TOWN, LAST = "610902", "610902110", MONTH.shift(-1)
NAN = float("nan")


def row(indicator, value, *, at=COUNTY, group=ALL, month=MONTH, of=None, ends=(NAN, NAN), note="reported"):
    """One row: a count, or with `of` a share of so many; without a value `note` says why."""
    part, share = (NAN, value) if of is None else (value, value / of)
    cells = (
        indicator, str(month), at, "", group, part, NAN if of is None else of, NAN if value is None else share,
        *ends, DEFINITIONS[indicator].unit, note,
    )  # fmt: skip
    return dict(zip(COLUMNS, cells, strict=True))


def counts(at=COUNTY, month=MONTH, **values):
    """Rows of plain counts."""
    return [row(name, value, at=at, month=month) for name, value in values.items()]


def unknown(*indicators, note="not_received", **more):
    """Rows that say why there is no value."""
    return [row(one, None, note=note, **more) for one in indicators]


def page(basis: MonthInputs, rows, *, place=COUNTY, edition="internal", named=None, **changed) -> Bulletin:
    """A bulletin of these rows alone; `named` are keys of what was tested to differ."""
    table = pd.DataFrame(rows, columns=list(COLUMNS))
    known = {one.name: getattr(basis, one.name) for one in fields(MonthInputs)}
    known |= {"cache": None, "_of_month": {}} | changed
    bulletin = Bulletin(**known, figures=Figures(table, MONTH, place), edition=edition)
    if named is not None:
        vars(bulletin)["tested"] = Discoveries(frozenset(named), 40)
    return bulletin


def text(shown) -> str:
    """What an exhibit says in words."""
    return f"{shown.title}：{shown.reason}" if isinstance(shown, Missing) else plain_text(shown.parts)
