"""Figures to drawings, in one house style; every function returns a `display.Chart`."""

from hanbin_lib.charts.bars import cause_bars, income_bands
from hanbin_lib.charts.flow import status_flow
from hanbin_lib.charts.trend import open_trend

__all__ = ["cause_bars", "income_bands", "open_trend", "status_flow"]
