from hanbin_lib.lab.drilling import (
    figure_filter,
    figure_list,
    households,
    in_chinese,
    place_table,
    two_months,
)
from hanbin_lib.lab.panel import controls
from hanbin_lib.lab.sliders import (
    Choice,
    Control,
    Slider,
    inspection_sliders,
    is_attended,
    live,
    plan_sliders,
    risk_flow_sliders,
    shock_sliders,
)

__all__ = [
    "Choice",
    "Control",
    "Slider",
    "controls",
    "figure_filter",
    "figure_list",
    "households",
    "in_chinese",
    "inspection_sliders",
    "is_attended",
    "live",
    "place_table",
    "plan_sliders",
    "risk_flow_sliders",
    "shock_sliders",
    "two_months",
]
