from hanbin_lib.forecasting.backtest import Backtest, pooled_coverage
from hanbin_lib.forecasting.distribution import COMPONENTS, ComponentModel, Forecast, component_paths
from hanbin_lib.forecasting.goals import FAN, Goal, GoalAssessment, assess_goal, growth_comparison
from hanbin_lib.forecasting.group import forecast_group, forecast_places
from hanbin_lib.forecasting.posterior import Prior
from hanbin_lib.forecasting.register import Entry, register_forecast, registered, review
from hanbin_lib.forecasting.series import Record, one_calibre, read_record
from hanbin_lib.forecasting.single import ShortHistoryWarning, forecast, forecast_record

__all__ = [
    "COMPONENTS",
    "FAN",
    "Backtest",
    "ComponentModel",
    "Entry",
    "Forecast",
    "Goal",
    "GoalAssessment",
    "Prior",
    "Record",
    "ShortHistoryWarning",
    "assess_goal",
    "component_paths",
    "forecast",
    "forecast_group",
    "forecast_places",
    "forecast_record",
    "growth_comparison",
    "one_calibre",
    "pooled_coverage",
    "read_record",
    "register_forecast",
    "registered",
    "review",
]
