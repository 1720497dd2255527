"""Controls that show an exhibit anew when they are moved; absent wherever no person is at the notebook.

The tagged parameters of a notebook stay its only parameters: a control starts at the parameter's
value, and what it shows is what the batch would print with that value.
"""

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import ipywidgets
from IPython.core.getipython import get_ipython
from IPython.display import display

from hanbin_lib.lab.sorting import sortable
from hanbin_lib.workspace import BATCH_VARIABLE


@dataclass(frozen=True, slots=True)
class Slider:
    """A number between two ends.

    Parameters
    ----------
    label
        What it is, with its unit.
    value
        Where it starts: the parameter's value.
    low, high, step
        Ends and least change; whole numbers give whole numbers.
    """

    label: str
    value: float
    low: float
    high: float
    step: float


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several, each (label, value)."""

    label: str
    value: Any
    options: Sequence[tuple[str, Any]]


Control = Slider | Choice


def is_attended() -> bool:
    """Whether a person is at this notebook.

    papermill, nbconvert and the scheduler run cells through nbclient, which declares that nobody can
    answer a question (``allow_stdin`` is false); JupyterLab declares that somebody can. What a moved
    control sends is no request of that kind, but only a person moves one. A batch that runs kernels in
    another way sets ``HANBIN_BATCH``.
    """
    shell = get_ipython()
    kernel = getattr(shell, "kernel", None)
    if kernel is None or os.environ.get(BATCH_VARIABLE):
        return False
    request = kernel.get_parent("shell") or {}
    is_moved = request.get("header", {}).get("msg_type") == "comm_msg"
    return is_moved or bool(request.get("content", {}).get("allow_stdin", False))


def live(show: Callable[..., Any], as_of: str = "", /, **controls: Control) -> ipywidgets.VBox | None:
    """Show `show` with controls above it, anew whenever one of them is moved.

    Parameters
    ----------
    show
        Called with the value of each control by name; returns what a cell would show, or None.
    as_of
        Last day of the data (``2022-09-30``), for files to take along; none are offered without it.
    controls
        In the order in which they stand.

    Returns
    -------
    ipywidgets.VBox or None
        None where nobody is there to move anything: the cell then shows nothing at all.

    Examples
    --------
    ``lab.live(lambda months: hb.shocks.table(issue, months), months=lab.Slider("月数", 3, 1, 12, 1))``
    """
    return panel(show, controls, as_of) if is_attended() else None


def panel(show: Callable[..., Any], controls: dict[str, Control], as_of: str = "") -> ipywidgets.VBox:
    """The controls and their output, whoever is there; no notebook keeps what they show."""
    widgets = {name: _widget(control) for name, control in controls.items()}

    def redraw(**values: Any) -> None:
        found = show(**values)
        if found is not None:
            bundle = sortable(found, as_of)
            display(found if bundle is None else bundle, raw=bundle is not None)  # type: ignore[no-untyped-call]

    return ipywidgets.VBox([*widgets.values(), ipywidgets.interactive_output(redraw, widgets)])


def _widget(control: Control) -> ipywidgets.Widget:
    layout = {"layout": ipywidgets.Layout(width="36em"), "style": {"description_width": "14em"}}
    if isinstance(control, Choice):
        return ipywidgets.Dropdown(
            description=control.label, options=list(control.options), value=control.value, **layout
        )
    numbers = (control.value, control.low, control.high, control.step)
    whole = all(float(number).is_integer() for number in numbers)
    kind = ipywidgets.IntSlider if whole else ipywidgets.FloatSlider
    value, low, high, step = (int(n) if whole else float(n) for n in numbers)
    return kind(
        value=value,
        min=low,
        max=high,
        step=step,
        description=control.label,
        continuous_update=False,
        **layout,
    )
