"""Month, area and village beside the tagged parameters: moved, they set them and every exhibit shows anew.

The notebook stays what papermill runs: plain assignments and one call a cell. In JupyterLab the cells
below the controls are remembered as they run; when a control moves, the parameters get the new values
and the same cells run again, each into its own place. What an analyst then sees is what the batch
prints with these parameters, for it is made by the same lines. The cell of the parameters is written
anew, too: what stands there is what is shown below.
"""

import ast
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, partial
from importlib.resources import files
from typing import Any

import ipywidgets
from IPython.core.getipython import get_ipython
from IPython.display import display

from hanbin_lib import snapshots
from hanbin_lib.areas import COUNTY, TOWN
from hanbin_lib.errors import HanbinError
from hanbin_lib.lab.sliders import is_attended, sortable
from hanbin_lib.months import Month
from hanbin_lib.places import AreaRegister
from hanbin_lib.workspace import Workspace

# These hold for one month only: with another month they start empty again.
_OF_ONE_MONTH = ("snapshot", "as_of")
_SHOW = "__hanbin_show__"
_LABELS = {"month": "月份", "area": "地区", "village": "村（社区）"}
Options = Sequence[tuple[str, str]]
# Area, month before, month after -> places of the month after, and the area's code there.
Follow = Callable[[str, str, str], tuple[Options, str]]


def controls(
    *, month: str, area: str, village: str | None = None, workspace: Workspace | None = None
) -> ipywidgets.VBox | None:
    """Lists of the months that are in and of the counted places, which set `month`, `area` and `village`.

    Stands in the cell below the parameters. Moving a list runs the cells below again with the new
    value and writes it into the cell of the parameters; ``snapshot`` and ``as_of`` start empty with
    another month.

    Parameters
    ----------
    month, area
        The notebook's parameters.
    village
        The notebook's parameter, where it has one: empty for the whole area.
    workspace
        Where the data are; found from the working directory if not given.

    Returns
    -------
    ipywidgets.VBox or None
        None where nobody is there to move anything (`is_attended`).
    """
    if not is_attended():
        return None
    space, area = workspace or Workspace.find(), str(area)  # a code that papermill made a number
    replay = Replay(get_ipython())
    replay.start()
    now = {"month": month, "area": area}
    options = {"month": _months(space, month), "area": _places(space, area, month)}
    if village is not None:
        now["village"], options["village"] = str(village), _villages(space, area, month)
    return _box(replay, options, now, follow=partial(_followed, space), below=partial(_villages, space))


def _box(
    replay: "Replay",
    options: Mapping[str, Options],
    now: Mapping[str, str],
    follow: Follow | None = None,
    below: Callable[[str, str], Options] | None = None,
) -> ipywidgets.VBox:
    """The lists; with another month the area follows its place, whose code may be another one there."""
    told, cell = ipywidgets.HTML(), _ParameterCell()
    lists: dict[str, ipywidgets.Dropdown] = {}

    def moved(change: dict[str, Any]) -> None:
        name = change["owner"].parameter
        given = {name: change["new"]}
        told.value = "正在重算……"
        if name == "month" and follow is not None:
            given["area"] = put("area", *follow(lists["area"].value, change["old"], change["new"]))
        if name != "village" and "village" in lists and below is not None:
            villages = below(lists["area"].value, lists["month"].value)
            kept = lists["village"].value
            given["village"] = put("village", villages, kept if kept in dict(villages).values() else "")
        given |= _emptied(name, replay.shell.user_ns)
        cell.write(given)
        told.value = replay.run(given)

    def put(name: str, choices: Options, value: str) -> str:
        """Other choices, without calling that a move."""
        lists[name].unobserve(moved, names="value")
        lists[name].options, lists[name].value = list(choices), value
        lists[name].observe(moved, names="value")
        return value

    for name, choices in options.items():
        choice = ipywidgets.Dropdown(description=_LABELS[name], options=list(choices), value=now[name])
        choice.parameter = name
        choice.observe(moved, names="value")
        lists[name] = choice
    return ipywidgets.VBox([ipywidgets.HBox([*lists.values()]), told, cell.place])


class _ParameterCell:
    """The notebook's tagged cell, as far as a kernel can reach it: by a script that JupyterLab runs.

    Its place is an output of a widget, which no notebook keeps: opened again, nothing is written anew.
    """

    def __init__(self) -> None:
        self.place = ipywidgets.Output()

    def write(self, values: Mapping[str, str]) -> None:
        """Put values between the quotes of their assignments; outside of `hanbin lab` nothing happens."""
        script = f"{_script().strip()}({json.dumps(values, ensure_ascii=False)})"
        data = {"application/javascript": script, "text/plain": ""}
        self.place.outputs = ({"output_type": "display_data", "data": data, "metadata": {}},)


@cache
def _script() -> str:
    return files("hanbin_lib.lab").joinpath("parameters.js").read_text(encoding="utf-8")


def _emptied(name: str, variables: dict[str, Any]) -> dict[str, str]:
    return {other: "" for other in _OF_ONE_MONTH if name == "month" and other in variables}


def _months(space: Workspace, now: str) -> list[tuple[str, str]]:
    known = sorted({*map(str, snapshots.months(space)), now})
    return [(Month.parse(text).label, text) for text in known]


def _followed(space: Workspace, area: str, then: str, now: str) -> tuple[Options, str]:
    """The places of another month, and the place's code there: the county's where it is no one place."""
    months = sorted(Month.parse(text) for text in (then, now))
    bridge = AreaRegister.read(space.areas, months[1]).since(months[0])
    code = bridge.code(area) if then <= now else bridge.code_then(area)
    code = code or area[:COUNTY]
    return _places(space, code, now), code


def _places(space: Workspace, now: str, month: str) -> list[tuple[str, str]]:
    register = AreaRegister.read(space.areas, Month.parse(month))
    codes = [str(register.county["place_code"]), *register.towns["place_code"]]
    return [(f"{code} {register.name(code)}", code) for code in dict.fromkeys([*codes, now])]


def _villages(space: Workspace, area: str, month: str) -> list[tuple[str, str]]:
    """Villages of a town, by code; of the county none, for a town comes first."""
    register = AreaRegister.read(space.areas, Month.parse(month))
    codes = register.children(area)["place_code"] if len(area) == TOWN else ()
    return [("全部", ""), *((f"{code} {register.name(code)}", code) for code in codes)]


@dataclass
class Replay:
    """The cells that ran after the controls, and where each shows its result.

    Parameters
    ----------
    shell
        IPython's shell: its hooks tell which cell runs, its transformers let a cell's last
        expression be shown in a place that can be shown anew.
    """

    shell: Any
    sources: dict[str, str] = field(default_factory=dict)
    places: dict[str, Any] = field(default_factory=dict)
    cell: str = ""

    def start(self) -> None:
        """Remember cells from the next one on; controls that were there before give way."""
        previous = self.shell.user_ns.get(_SHOW)
        if previous is not None:
            previous.__self__.stop()
        self.shell.user_ns[_SHOW] = self.show
        self.shell.events.register("pre_run_cell", self.remember)
        self.transformer = _ShowLast(lambda: bool(self.cell))
        self.shell.ast_transformers.append(self.transformer)

    def stop(self) -> None:
        """Leave the shell as it was."""
        self.shell.events.unregister("pre_run_cell", self.remember)
        self.shell.ast_transformers.remove(self.transformer)

    def remember(self, info: Any) -> None:
        """Keep the cell's text; a cell that runs again takes its own place."""
        self.cell = info.cell_id or info.raw_cell
        self.sources[self.cell] = info.raw_cell

    def show(self, value: Any) -> None:
        """Show what a cell ends with, in the cell's own place.

        Nothing to show is an empty place, not no place: a chart that only the county has gives way when
        a town is chosen, and comes when the county is chosen again.
        """
        month = str(self.shell.user_ns.get("month") or "")
        as_of = Month.parse(month).last_day if month else ""
        bundle = {"text/html": ""} if value is None else sortable(value, as_of)
        raw = bundle is not None
        place = self.places.get(self.cell)
        shown = bundle if raw else value
        if place is None or self._is_fresh:
            self.places[self.cell] = display(shown, raw=raw, display_id=True)  # type: ignore[no-untyped-call]
        else:
            place.update(shown, raw=raw)

    _is_fresh: bool = True

    def run(self, parameters: dict[str, Any]) -> str:
        """Set the parameters, run the cells again; return what to tell: done, or what went wrong."""
        self.shell.user_ns.update(parameters)
        self._is_fresh = False
        try:
            for name, source in list(self.sources.items()):
                self.cell = name
                fault = _fault_of(self.shell, source)
                if fault:
                    return f'<b style="color:#B5202A">没有算完：{fault}</b>'
        finally:
            self._is_fresh = True
        return "已按所选重算，下面各格都是新的。"


def _fault_of(shell: Any, source: str) -> str:
    """Run a cell again; the error in Chinese, empty where there was none."""
    told = shell.showtraceback
    shell.showtraceback = lambda *_, **__: None  # it is told beside the control instead
    try:
        error = shell.run_cell(source, store_history=False, silent=True).error_in_exec
    finally:
        shell.showtraceback = told
    if error is None:
        return ""
    return str(error) if isinstance(error, HanbinError) else type(error).__name__


class _ShowLast(ast.NodeTransformer):
    """Hand a cell's last expression to `Replay.show` instead of IPython's own display."""

    def __init__(self, is_wanted: Callable[[], bool]) -> None:
        self.is_wanted = is_wanted

    def visit_Module(self, node: ast.Module) -> ast.Module:
        """Wrap the last statement where it is an expression."""
        last = node.body[-1] if node.body else None
        if self.is_wanted() and isinstance(last, ast.Expr):
            call = ast.Call(ast.Name(_SHOW, ast.Load()), [last.value], [])
            node.body[-1] = ast.copy_location(ast.Expr(call), last)
            ast.fix_missing_locations(node)
        return node
