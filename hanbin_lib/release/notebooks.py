"""Running one notebook by papermill, and not believing it.

papermill only warns of a misspelt parameter and runs on with the default; it takes
``sys.exit(0)`` for a success, and the executed notebook says "completed" after a kernel was
killed. So parameters are checked against a model before a kernel starts, and success is judged
here, by the kernel's reply to each cell: what the notebook says of itself is not asked.
"""

import ast
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_origin, get_type_hints

import nbformat

from hanbin_lib.bulletin.parameters import checked
from hanbin_lib.errors import ExitCode, HanbinError, refused_params
from hanbin_lib.kernels import ENGINE, KERNEL
from hanbin_lib.parameter_files import Params

if TYPE_CHECKING:
    from papermill.exceptions import PapermillExecutionError

PARAMETERS_TAG = "parameters"
_PLAIN_KERNEL = "python3"
_AT_ONCE = 0.001  # seconds; to nbclient zero means no limit


@dataclass(frozen=True, slots=True)
class Limits:
    """How long a notebook may take, in seconds.

    Parameters
    ----------
    notebook
        All of its cells together.
    cell
        One cell.
    start
        Starting the kernel.
    """

    notebook: float = 900
    cell: float = 300
    start: float = 120


DEFAULT_LIMITS = Limits()


@dataclass(slots=True)
class _Record:
    """What the kernel answered, cell by cell, and how much time is left."""

    limits: Limits
    began: float = field(default_factory=time.monotonic)
    answered: set[int] = field(default_factory=set)

    def hear(self, *, cell: Any, cell_index: int, execute_reply: dict[str, Any]) -> None:  # noqa: ARG002
        """Note a cell that ended well (nbclient's hook ``on_cell_executed``)."""
        if execute_reply["content"]["status"] == "ok":
            self.answered.add(cell_index)

    def seconds(self, cell: Any) -> float:  # noqa: ARG002 -- nbclient's hook ``timeout_func``
        """Time for the next cell: its own limit, or what is left of the notebook's."""
        left = self.limits.notebook - (time.monotonic() - self.began)
        return max(_AT_ONCE, min(self.limits.cell, left))


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
        raise refused_params(
            "HB-NBK-001",
            f"{notebook.name} 的参数单元格与程序不符：{'；'.join(faults)}",
            "改正带 parameters 标签的单元格，一行一个赋值",
        )


def kernel_name() -> str:
    """The prepared kernel where this environment has it, ipykernel's own elsewhere; same results.

    Never the one that a notebook was saved with.
    """
    from jupyter_client.kernelspec import KernelSpecManager  # noqa: PLC0415 -- see `run_notebook`

    return KERNEL if KERNEL in KernelSpecManager().find_kernel_specs() else _PLAIN_KERNEL


def run_notebook(
    notebook: Path,
    output: Path,
    parameters: dict[str, Any],
    model: type[Params],
    limits: Limits = DEFAULT_LIMITS,
    *,
    alone: bool = False,
) -> nbformat.NotebookNode:
    """Execute `notebook` with checked parameters into `output`; return it without timestamps.

    Parameters
    ----------
    alone
        Whether this process is for this notebook only: then its cells run here, by the engine
        `kernels.engine`. Otherwise a kernel runs them; what they show is the same.

    Raises
    ------
    HanbinError
        ``HB-PAR-002`` a parameter is wrong; ``HB-NBK-002`` a cell failed; ``HB-NBK-003`` the
        kernel did not start or died; ``HB-NBK-004`` a cell never ran; ``HB-NBK-005`` a cell or
        the notebook ran out of time. The kernel has ended by then, with all that it started.
    """
    # Who publishes what others ran needs neither papermill nor a kernel's messages, which bring 200 modules.
    import papermill  # noqa: PLC0415
    from nbclient.exceptions import CellTimeoutError, DeadKernelError  # noqa: PLC0415
    from papermill.exceptions import PapermillExecutionError  # noqa: PLC0415

    valid = checked(model, parameters, notebook.name).model_dump(include=set(parameters))
    record = _Record(limits)
    try:
        executed = papermill.execute_notebook(
            str(notebook),
            str(output),
            parameters=valid,
            engine_name=ENGINE if alone else None,
            kernel_name=_PLAIN_KERNEL if alone else kernel_name(),
            progress_bar=False,
            log_output=False,
            request_save_on_cell_execute=False,
            start_timeout=limits.start,
            cwd=str(notebook.parent),
            # Options of nbclient: papermill hands on what it does not know.
            timeout_func=record.seconds,
            on_cell_executed=record.hear,
            shutdown_kernel="immediate",
        )
    except PapermillExecutionError as error:
        raise _failed(notebook, error) from error
    except CellTimeoutError as error:
        raise out_of_time(notebook.name, limits) from error
    except (DeadKernelError, RuntimeError) as error:
        raise kernel_died(notebook.name) from error
    _check_every_cell_ran(notebook, executed, record.answered)
    return _without_timestamps(executed)


def kernel_died(name: str) -> HanbinError:
    """The error of a document whose kernel, or whose whole process, was killed or crashed."""
    return HanbinError(
        "HB-NBK-003",
        f"{name}：内核没有启动或中途中断",
        action="检查内存是否够用，然后重新运行；仍不行时在 JupyterLab 里打开该笔记本逐格运行",
        exit_code=ExitCode.KERNEL_DIED,
    )


def out_of_time(name: str, limits: Limits) -> HanbinError:
    """The error of a document that did not end."""
    return HanbinError(
        "HB-NBK-005",
        f"{name}：单元格超过{limits.cell:.0f}秒，或整个笔记本超过{limits.notebook:.0f}秒",
        action="在 JupyterLab 里打开该笔记本，看哪个单元格停不下来",
        exit_code=ExitCode.TIMEOUT,
    )


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


def _failed(notebook: Path, error: "PapermillExecutionError") -> HanbinError:
    """The failing cell and the kind of error; the text of a HanbinError is safe to show."""
    if error.ename.endswith(("MemoryError", "OutOfMemoryException")):
        return HanbinError(
            "HB-NBK-006",
            f"{notebook.name} 第{error.cell_index + 1}个单元格要的内存超过每份文档的上限",
            action="查这个单元格为何要这么多内存；确需更多的，调高 params/batch.yaml 的 document_memory_mib",
            exit_code=ExitCode.NOTEBOOK_FAILED,
        )
    text = error.evalue if error.ename == "HanbinError" else error.ename
    return HanbinError(
        "HB-NBK-002",
        f"{notebook.name} 第{error.cell_index + 1}个单元格出错：{text}",
        action="在 JupyterLab 里打开该笔记本，用同样的参数运行",
        exit_code=ExitCode.NOTEBOOK_FAILED,
    )


def _check_every_cell_ran(notebook: Path, executed: nbformat.NotebookNode, answered: set[int]) -> None:
    code = [n for n, cell in enumerate(executed.cells) if cell.cell_type == "code" and cell.source.strip()]
    faulty = [number for number, index in enumerate(code, 1) if index not in answered]
    if faulty:
        raise HanbinError(
            "HB-NBK-004",
            f"{notebook.name} 没有完整运行：第{'、'.join(map(str, faulty))}个代码单元格",
            action="检查笔记本里是否有提前退出的语句、跳过的单元格或允许出错的标签",
            exit_code=ExitCode.NOTEBOOK_FAILED,
        )


def _without_timestamps(executed: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """Drop what differs between two runs of the same thing: times, random ids, paths, Python's version."""
    executed.metadata.pop("papermill", None)
    executed.metadata.get("language_info", {}).pop("version", None)
    for number, cell in enumerate(executed.cells):
        cell.metadata.pop("papermill", None)
        cell.metadata.pop("execution", None)
        cell["id"] = f"cell-{number}"
    return executed
