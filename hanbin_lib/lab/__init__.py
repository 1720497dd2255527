"""What only a person at JupyterLab sees: controls beside the parameters, never in a batch's output."""

from hanbin_lib.lab.controls import controls
from hanbin_lib.lab.live import Choice, Control, Slider, is_attended, live
from hanbin_lib.lab.simulations import inspection_sliders, plan_sliders, risk_flow_sliders, shock_sliders

__all__ = [
    "Choice",
    "Control",
    "Slider",
    "controls",
    "inspection_sliders",
    "is_attended",
    "live",
    "plan_sliders",
    "risk_flow_sliders",
    "shock_sliders",
]
