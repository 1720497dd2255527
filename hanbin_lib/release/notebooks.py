"""Running one notebook by papermill, and not believing it.

papermill only warns of a misspelt parameter and runs on with the default, and the executed
notebook says "completed" after a kernel was killed. So parameters are checked against a
model before a kernel starts, and success is judged here, cell by cell.
"""

import ast
from pathlib import Path
from typing import Any, get_origin, get_type_hints

import nbformat
import papermill
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from papermill.exceptions import PapermillExecutionError

from hanbin_lib.errors import ExitCode, HanbinError
from hanbin_lib.params import Params, validated

PARAMETERS_TAG = "parameters"
_CELL_SECONDS = 300
_KERNEL = "python3"  # of this environment, whatever a notebook was saved with
_STARTUP_SECONDS = 120


def check_parameters_cell(notebook: Path, model: type[Params]) -> None:
    """Compare the tagged cell with the model, names and types.

    Raises
    ------
    HanbinError
        ``HB-NBK-001`` naming every difference.
    """
    defaults = _tagged_assignments(notebook)
    hints = {name: hint for name, hint in get_type_hints(model).items() if name in model.model_fields}
    faults = [f"缺少参数 {name}" for name in hints if name not in defaults]
    faults += [f"多出参数 {name}" for name in defaults if name not in hints]
    faults += [
        f"参数 {name} 的默认值应为 {(get_origin(hint) or hint).__name__}"
        for name, hint in hints.items()
        if name in defaults and not isinstance(defaults[name], get_origin(hint) or hint)
    ]
    if faults:
        raise HanbinError(
            "HB-NBK-001",
            f"{notebook.name} 的参数单元格与程序不符：{'；'.join(faults)}",
            action="改正带 parameters 标签的单元格，一行一个赋值",
            exit_code=ExitCode.PARAMS_INVALID,
        )


def run_notebook(
    notebook: Path, output: Path, parameters: dict[str, Any], model: type[Params]
) -> nbformat.NotebookNode:
    """Execute `notebook` with checked parameters into `output`; return it without timestamps.

    Raises
    ------
    HanbinError
        ``HB-PAR-002`` a parameter is wrong; ``HB-NBK-002`` a cell failed; ``HB-NBK-003`` the
        kernel died or a cell ran out of time; ``HB-NBK-004`` a cell never ran.
    """
    validated(model, parameters, source=notebook.name)
    try:
        papermill.execute_notebook(
            str(notebook),
            str(output),
            parameters=parameters,
            kernel_name=_KERNEL,
            progress_bar=False,
            log_output=False,
            request_save_on_cell_execute=False,
            execution_timeout=_CELL_SECONDS,
            start_timeout=_STARTUP_SECONDS,
            cwd=str(notebook.parent),
        )
    except PapermillExecutionError as error:
        raise _failed(notebook, error) from error
    except (DeadKernelError, CellTimeoutError, RuntimeError) as error:
        raise HanbinError(
            "HB-NBK-003",
            f"{notebook.name}：内核中断或单元格超时（{type(error).__name__}）",
            action="重新运行；仍不行时在 JupyterLab 里打开该笔记本逐格运行",
            exit_code=ExitCode.NOTEBOOK_FAILED,
        ) from error
    executed = nbformat.read(output, as_version=4)
    _check_every_cell_ran(notebook, executed)
    return _without_timestamps(executed)


def _tagged_assignments(notebook: Path) -> dict[str, Any]:
    cells = nbformat.read(notebook, as_version=4).cells
    tagged = [c for c in cells if PARAMETERS_TAG in c.metadata.get("tags", [])]
    if len(tagged) != 1:
        raise HanbinError(
            "HB-NBK-001",
            f"{notebook.name} 应有且只有一个带 parameters 标签的单元格",
            exit_code=ExitCode.PARAMS_INVALID,
        )
    statements = ast.parse(tagged[0].source).body
    return {
        statement.targets[0].id: ast.literal_eval(statement.value)
        for statement in statements
        if isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name)
    }


def _failed(notebook: Path, error: PapermillExecutionError) -> HanbinError:
    """The failing cell and the kind of error; the text of a HanbinError is safe to show."""
    text = error.evalue if error.ename == "HanbinError" else error.ename
    return HanbinError(
        "HB-NBK-002",
        f"{notebook.name} 第{error.cell_index + 1}个单元格出错：{text}",
        action="在 JupyterLab 里打开该笔记本，用同样的参数运行",
        exit_code=ExitCode.NOTEBOOK_FAILED,
    )


def _check_every_cell_ran(notebook: Path, executed: nbformat.NotebookNode) -> None:
    code = [c for c in executed.cells if c.cell_type == "code" and c.source.strip()]
    never = [n for n, cell in enumerate(code, 1) if cell.execution_count is None]
    wrong = [n for n, cell in enumerate(code, 1) if any(o.output_type == "error" for o in cell.outputs)]
    if never or wrong:
        raise HanbinError(
            "HB-NBK-004",
            f"{notebook.name} 没有完整运行：第{'、'.join(map(str, never or wrong))}个代码单元格",
            action="检查笔记本里是否有提前退出的语句",
            exit_code=ExitCode.NOTEBOOK_FAILED,
        )


def _without_timestamps(executed: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """Drop what differs between two runs of the same thing: times, random cell ids, paths."""
    executed.metadata.pop("papermill", None)
    for number, cell in enumerate(executed.cells):
        cell.metadata.pop("papermill", None)
        cell.metadata.pop("execution", None)
        cell["id"] = f"cell-{number}"
    return executed
