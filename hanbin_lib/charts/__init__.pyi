from hanbin_lib.charts.bars import cause_bars, group_bars, income_bands
from hanbin_lib.charts.fan import goal_fan, monthly_fan
from hanbin_lib.charts.flow import status_flow
from hanbin_lib.charts.intervals import CountRange, Dot, PlaceShare, count_ranges, place_shares, share_dots
from hanbin_lib.charts.open_cases import age_bars, closure_curves, open_trend
from hanbin_lib.charts.simulations import Curve, Swing, frontier, power_curves, tornado

__all__ = [
    "CountRange",
    "Curve",
    "Dot",
    "PlaceShare",
    "Swing",
    "age_bars",
    "cause_bars",
    "closure_curves",
    "count_ranges",
    "frontier",
    "goal_fan",
    "group_bars",
    "income_bands",
    "monthly_fan",
    "open_trend",
    "place_shares",
    "power_curves",
    "share_dots",
    "status_flow",
    "tornado",
]
