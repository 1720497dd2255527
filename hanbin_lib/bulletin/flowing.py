"""The risk flow of the month: estimated from the register, drawn once for county and towns, and kept."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from hanbin_lib.errors import HanbinError, Unavailable
from hanbin_lib.indicators import Scope, Sources
from hanbin_lib.simulate import Plan
from hanbin_lib.simulate.risk_model import RiskFlowRules
from hanbin_lib.simulate.risk_study import NEEDED, RiskStudy, risk_study
from hanbin_lib.store.cache import cached


@dataclass(frozen=True, eq=False)
class Flow:
    """The study of a month and what was drawn from it.

    Parameters
    ----------
    study
        Rates, alarms and assumptions.
    inputs
        Data versions and parameters that the draws depend on.
    cache
        Folder of kept results.
    """

    study: RiskStudy
    inputs: tuple[Any, ...]
    cache: Path | None

    @cached_property
    def projection(self) -> pd.DataFrame:
        """Columns `simulate.COLUMNS`; measures of `risk_flow.project`, groups ``month=2023-09``."""
        return self._kept("flow", self.plan, self.study.project)

    @cached_property
    def backtest(self) -> pd.DataFrame:
        """The projection made again as of the last twelve months (`risk_backtest.backtest`)."""
        return self._kept("backtest", self.backtest_plan, self.study.backtest)

    @property
    def plan(self) -> Plan:
        """How the projection is drawn."""
        return self.study.rules.plan()

    @property
    def backtest_plan(self) -> Plan:
        """How each origin of the back-test is drawn."""
        return self.study.rules.plan(self.study.rules.backtest_draws)

    def _kept(self, name: str, plan: Plan, draw: Callable[[Plan], pd.DataFrame]) -> pd.DataFrame:
        return cached(name, *self.inputs, plan, folder=self.cache, compute=lambda: draw(plan))


def flow(sources: Sources, scope: Scope, rules: RiskFlowRules, cache: Path | None) -> Flow | Unavailable:
    """Estimate the risk flow, or say why it cannot be."""
    if lacking := sources.lacking(f"monitored_persons.{name}" for name in NEEDED):
        return Unavailable("风险流转", f"没有收到{'、'.join(lacking)}")
    try:
        study = risk_study(sources, scope, rules)
    except HanbinError as error:
        return Unavailable("风险流转", error.message)
    return Flow(study, (sources.key, rules, scope.rules, scope.register.key), cache)
