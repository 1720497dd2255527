"""Whoever has nothing but public files: a second attacker, which shares no code with the program's.

It reads rows of public ``indicators.csv`` (of one edition, or of several months'), makes every count of
households and persons an unknown, writes down what anybody may know of them, narrows each unknown one
statement after the other in plain Python, and asks an integer program for the least and the most of a few.
"""

import math
from collections import deque

import numpy as np
import pandas as pd
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import coo_matrix

LARGEST_FAMILY = 12
MANY = 10**7
MOST_MOVES = 8  # of one unknown: two that chase each other move by ones for ever
KEY = ["indicator", "month", "place_code", "group"]
STEMS = ("monitored", "risk_eliminated", "open_risk", "new", "newly_eliminated")
FLOWS = {"new": "monitored", "newly_eliminated": "risk_eliminated"}
WHOLES = {  # a count at a place is at most another
    "phone_called_households": "phone_base_households", "phone_reached_households": "phone_called_households",
    "phone_problem_households": "phone_reached_households", "households_without_measure": "open_risk_households",
    "able_households": "registered_households", "income_mismatch_households": "monitored_households",
    "income_fell_households": "monitored_households", "below_line_open_households": "open_risk_households",
    "workshop_lifted_employees": "workshop_employees", "monitored_households": "registered_households",
}  # fmt: skip
ADD_UP = {  # labels of these add up to all
    **{f"{stem}_{unit}": ("category", "cause") for stem in STEMS for unit in ("households", "persons")},
    "open_risk_households": ("category", "cause", "situation"),
    "open_risk_persons": ("category", "cause", "situation"),
    "transferred_workers": ("channel",), "able_households": ("stratum",), "no_worker_households": ("stratum",),
}  # fmt: skip
ANSWERS = ("义务教育", "基本医疗", "住房安全", "饮水安全", "吃饭穿衣")


def told_by(edition):
    """Counts of one edition: the county's, and the towns' of its own month (an edition withholds all others).

    Of what is never printed not even zero is: that it is not printed tells nothing.
    """
    level, month = edition["place_code"].str.len(), edition["month"].max()
    printed = edition.loc[edition["note_code"].eq("reported"), "indicator"].unique()
    counts = edition["unit"].isin(["户", "人"]) & edition["denominator"].isna()
    counts &= edition["indicator"].isin(printed)
    told = counts & edition["note_code"].isin(["reported", "suppressed"])
    return edition[told & (level.eq(6) | (level.eq(9) & edition["month"].eq(month)))]


class SecondAttacker:
    """Unknown counts, equations and inequalities, from printed rows alone.

    Parameters
    ----------
    editions
        Rows of each public ``indicators.csv``, oldest first; of what stands in several the closest counts.
    """

    def __init__(self, *editions):
        rows = pd.concat([told_by(edition) for edition in editions])
        value, low, high = (rows[name].to_numpy(float) for name in ("value", "lower", "upper"))
        hidden = np.isnan(value)
        # Zero is printed; what is not printed is one or more.
        least = np.where(hidden, 1, np.where(np.isnan(low), value, low)).astype(int)
        most = np.where(hidden, MANY, np.where(np.isnan(high), value, high)).astype(int)
        same = rows.assign(least=least, most=most, hidden=hidden).groupby(KEY)
        closest = same.agg(least=("least", "max"), most=("most", "min"), hidden=("hidden", "all"))
        self.rows = rows.drop_duplicates(KEY, keep="last").reset_index(drop=True)
        closest = closest.loc[pd.MultiIndex.from_frame(self.rows[KEY])]
        self.at = {key: n for n, key in enumerate(self.rows[KEY].itertuples(index=False, name=None))}
        self.hidden = closest["hidden"].to_numpy()
        self.low, self.high = closest["least"].tolist(), closest["most"].tolist()
        self.statements = []  # lists of (unknown, weight): at most zero together
        self._places()
        for (month, place), own in self.rows.groupby(["month", "place_code"], sort=False):
            self._site(month, place, own)
        self._narrow_all()

    def narrow(self, threshold):
        """Unprinted counts whose range holds fewer than ``threshold + 1`` whole numbers."""
        return [
            tuple(self.rows.loc[n, KEY])
            for n in np.flatnonzero(self.hidden)
            if self.high[n] - self.low[n] < threshold
        ]

    def asked(self, threshold, cells, seconds=20.0):
        """The same of a few, by integer programs over everything at once."""
        return [tuple(self.rows.loc[n, KEY]) for n in cells if self._range(n, seconds) < threshold]

    def _equal(self, total, parts):
        self.statements.append([(total, -1), *((part, 1) for part in parts)])
        self.statements.append([(total, 1), *((part, -1) for part in parts)])

    def _at_most(self, less, more, weight=1):
        if less is not None and more is not None:
            self.statements.append([(less, 1), (more, -weight)])

    def _places(self):
        """A county's count is that of its towns."""
        for (name, _, _), own in self.rows.groupby(["indicator", "month", "group"], sort=False):
            top = own.index[own["place_code"].str.len() == 6]
            towns = own.index[own["place_code"].str.len() == 9]
            if len(top) == 1 and len(towns) and name != "project_households":
                self._equal(top[0], towns)

    def _site(self, month, place, own):
        def cell(name, group="all", when=month):
            return self.at.get((name, when, place, group))

        def labels(name, dimension):
            mine = own[own["indicator"].eq(name) & own["group"].str.startswith(f"{dimension}=")]
            return mine.index.tolist()

        for name, dimensions in ADD_UP.items():
            for dimension in dimensions:
                self._sum(cell(name), labels(name, dimension))
        self._register(cell, own, str(pd.Period(month) - 1))
        self._checks(cell, labels)

    def _register(self, cell, own, last):
        """States, flows, and the persons of households."""
        for name, group in own[["indicator", "group"]].itertuples(index=False, name=None):
            stem, _, unit = name.rpartition("_")
            one = cell(name, group)
            if unit == "households" and stem in STEMS:
                self._at_most(one, cell(f"{stem}_persons", group))
                self._at_most(cell(f"{stem}_persons", group), one, LARGEST_FAMILY)
            if stem == "monitored":
                self._sum(one, [cell(f"{state}_{unit}", group) for state in ("risk_eliminated", "open_risk")])
            if stem in FLOWS:
                stock = f"{FLOWS[stem]}_{unit}"
                self._at_most(one, cell(stock, group))
                self._sum(cell(stock, group), [cell(stock, group, last), one])

    def _sum(self, total, parts):
        if total is not None and parts and None not in parts:
            self._equal(total, parts)

    def _checks(self, cell, labels):
        for less, more in WHOLES.items():
            self._at_most(cell(less), cell(more))
        sums = [
            ("households_without_measure", [cell("open_risk_households", "situation=超期无措施")]),
            ("phone_base_households", [cell("registered_households")]),
            ("phone_called_households", labels("phone_disposition_households", "disposition")),
            ("phone_reached_households", [cell("phone_disposition_households", "disposition=有效接通")]),
            ("monitored_households", [*labels("income_band_households", "band"), cell("income_missing_households")]),
        ]  # fmt: skip
        for total, parts in sums:
            self._sum(cell(total), parts)
        for stratum in ("未消除风险监测户", "已消除风险监测户", "脱贫户（未纳入监测）"):
            self._at_most(
                *(cell(f"{name}_households", f"stratum={stratum}") for name in ("no_worker", "able"))
            )
        self._answers(cell)

    def _answers(self, cell):
        """By telephone, and beside the register: any of five, each of four."""
        said = [cell("phone_problem_households", f"answer={one}") for one in ANSWERS]
        for one in said:
            self._at_most(one, cell("phone_problem_households"))
        if cell("phone_problem_households") is not None and None not in said:
            self.statements.append([(cell("phone_problem_households"), 1), *((one, -1) for one in said)])
        for label in ANSWERS[:4]:
            group = f"safeguard={label}"
            both, only, register = (
                cell(f"{name}_households", group)
                for name in ("safeguard_both", "safeguard_phone_only", "register_problem")
            )
            answer = cell("phone_problem_households", f"answer={label}")
            self._sum(answer, [both, only])
            other = cell("safeguard_register_only_households", group)
            if None not in (both, other, register):
                self.statements.append([(both, 1), (other, 1), (register, -1)])

    def _narrow_all(self):
        """Each statement leaves each of its unknowns what the others, at their best, do not need."""
        of = [[] for _ in self.low]
        for n, statement in enumerate(self.statements):
            for cell, _ in statement:
                of[cell].append(n)
        todo, waiting = deque(range(len(self.statements))), [True] * len(self.statements)
        moves = [0] * len(self.low)
        while todo:
            n = todo.popleft()
            waiting[n] = False
            for cell in list(self._moved(self.statements[n])):
                moves[cell] += 1
                for other in of[cell] if moves[cell] < MOST_MOVES else ():
                    if not waiting[other]:
                        waiting[other] = True
                        todo.append(other)

    def _moved(self, statement):
        least = sum(w * (self.low[c] if w > 0 else self.high[c]) for c, w in statement)
        if least > 0:
            raise AssertionError("what is printed contradicts what is known")
        for cell, weight in statement:
            rest = least - weight * (self.low[cell] if weight > 0 else self.high[cell])
            if weight > 0 and (edge := math.floor(-rest / weight)) < self.high[cell]:
                self.high[cell] = edge
                yield cell
            if weight < 0 and (edge := math.ceil(rest / -weight)) > self.low[cell]:
                self.low[cell] = edge
                yield cell

    def _range(self, cell, seconds):
        triples = [(n, c, w) for n, one in enumerate(self.statements) for c, w in one]
        row, column, weight = zip(*triples, strict=True)
        matrix = coo_matrix((weight, (row, column)), shape=(len(self.statements), len(self.low))).tocsr()
        ends = []
        for sign in (1.0, -1.0):
            aim = np.zeros(len(self.low))
            aim[cell] = sign
            for whole in (1, 0):  # where no whole numbers are found in time, any numbers
                answer = milp(
                    aim,
                    integrality=np.full(len(aim), whole),
                    bounds=Bounds(self.low, self.high),
                    constraints=LinearConstraint(matrix, ub=0),
                    options={"time_limit": seconds},
                )
                if answer.x is not None:
                    break
            ends.append(answer.x[cell])
        return math.floor(ends[1] + 1e-6) - math.ceil(ends[0] - 1e-6)
