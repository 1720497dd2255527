from hanbin_lib.lab.figures import figure_list
from hanbin_lib.lab.panel import controls
from hanbin_lib.lab.simulations import inspection_sliders, plan_sliders, risk_flow_sliders, shock_sliders
from hanbin_lib.lab.sliders import Choice, Control, Slider, is_attended, live

__all__ = [
    "Choice",
    "Control",
    "Slider",
    "controls",
    "figure_list",
    "inspection_sliders",
    "is_attended",
    "live",
    "plan_sliders",
    "risk_flow_sliders",
    "shock_sliders",
]
