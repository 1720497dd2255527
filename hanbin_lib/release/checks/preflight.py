"""Before any kernel starts: everything that can be known to be wrong, told in one pass; then the figures."""

import tempfile
from collections.abc import Callable
from pathlib import Path

from hanbin_lib import audit, fonts, snapshots
from hanbin_lib.bulletin import NOTEBOOK_PARAMETERS, Bulletin
from hanbin_lib.errors import ExitCode, HanbinError, refused_input
from hanbin_lib.files import why_not_written
from hanbin_lib.indicators import broken_identities, unusual
from hanbin_lib.months import Month
from hanbin_lib.params import Settings, Typography, load_issue
from hanbin_lib.places import AreaRegister
from hanbin_lib.release.batch import Batch, Jump, load_batch
from hanbin_lib.release.notebooks import check_parameters_cell
from hanbin_lib.release.publication import check_idle
from hanbin_lib.workspace import Workspace

NOTEBOOK = "bulletin"
# Twenty-seven bulletins take a tenth of it; a month stands twice while it is being replaced.
_LEAST_FREE_BYTES = 300 * 2**20
Check = Callable[[Workspace, Month], object]
_MOST_LISTED = 20


def check_before(workspace: Workspace, month: Month) -> None:
    """Check parameters, data, notebooks, fonts, record, disk, permissions and the lock.

    Raises
    ------
    HanbinError
        The fault, if there is one; ``HB-REL-004`` naming all of them, if there are several.
    """
    faults = [fault for check in _CHECKS if (fault := _fault_of(check, workspace, month))]
    if len(faults) == 1:
        raise faults[0]
    if faults:
        lines = [f"{number}. {fault}" for number, fault in enumerate(faults, 1)]
        raise HanbinError(
            "HB-REL-004",
            f"开始前检查发现{len(faults)}项问题，没有开始：\n" + "\n".join(lines),
            action="逐项处理后重新运行",
            exit_code=faults[0].exit_code,
        )


def cannot_write(folder: Path, error: OSError) -> HanbinError:
    """A folder cannot be written: full, read-only, not a folder."""
    return HanbinError(
        "HB-REL-002",
        f"写不进目录 {folder.name}：{why_not_written(error)}",
        action="检查磁盘空间和目录权限，然后重新运行；已发布的内容没有改动",
        exit_code=ExitCode.PUBLICATION_FAILED,
    )


def _fault_of(check: Check, workspace: Workspace, month: Month) -> HanbinError | None:
    try:
        check(workspace, month)
    except HanbinError as error:
        return error
    except OSError as error:
        return cannot_write(Path(error.filename or workspace.root), error)
    return None


def _data(workspace: Workspace, month: Month) -> None:
    """The month's snapshot is there, whole, and has what a bulletin cannot do without."""
    snapshot = snapshots.latest(workspace, month)
    if not snapshot.has("monitored_households"):
        raise refused_input(
            "HB-IND-001",
            f"{month.label}没有导入监测对象信息，不能生成月报",
            f"把导出的监测对象信息放进当月文件夹，再运行 hanbin import … --month {month}",
        )
    for name in snapshot.manifest.tables:
        snapshot.content(name)


def _notebooks(workspace: Workspace, _month: Month) -> None:
    path = workspace.notebooks / f"{NOTEBOOK}.ipynb"
    check_parameters_cell(path, NOTEBOOK_PARAMETERS[NOTEBOOK])


def _templates(workspace: Workspace, _month: Month) -> None:
    try:
        typography = Typography.read(workspace.params)
    except HanbinError:
        return  # what is wrong with the parameters is told with all of them
    every = (
        (typography.word_template, typography.word_document),
        (typography.slide_master, typography.slide_document),
    )
    own = [(name, content) for name, content in every if name]
    if own:
        from hanbin_lib.rendering import check_documents  # noqa: PLC0415 -- few have their own

        check_documents(own)


def _fonts(_workspace: Workspace, _month: Month) -> None:
    gone = [face.path.name for face in fonts.faces() if not face.path.is_file()]
    if gone:
        raise HanbinError(
            "HB-FNT-001",
            f"缺少月报用的字体文件：{'、'.join(gone)}",
            action="运行 hanbin fonts",
            exit_code=ExitCode.TYPOGRAPHY,
        )


def _disk(workspace: Workspace, _month: Month) -> None:
    free = workspace.free_bytes
    if free < _LEAST_FREE_BYTES:
        raise HanbinError(
            "HB-REL-005",
            f"磁盘剩余空间 {free // 2**20} MB，生成一个月的月报至少要 {_LEAST_FREE_BYTES // 2**20} MB",
            action="清理磁盘（可先用 hanbin prune 查看能删什么），再重新运行",
            exit_code=ExitCode.PUBLICATION_FAILED,
        )


def _writable(workspace: Workspace, _month: Month) -> None:
    for folder in (workspace.reports, workspace.cache, workspace.logs):
        try:
            folder.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=folder):
                pass
        except OSError as error:
            raise cannot_write(folder, error) from None


_CHECKS: tuple[Check, ...] = (
    lambda workspace, month: Settings.load(workspace),
    lambda workspace, month: AreaRegister.read(workspace.areas, month),
    load_issue,
    lambda workspace, month: load_batch(workspace),
    _data,
    _notebooks,
    _templates,
    _fonts,
    lambda workspace, month: list(audit.records(workspace.audit)),
    _disk,
    _writable,
    lambda workspace, month: check_idle(workspace),
)


def check_figures(county: Bulletin, batch: Batch) -> None:
    """Refuse figures that break an identity, or that are unusual and nobody answers for.

    Raises
    ------
    HanbinError
        ``HB-GAT-001`` an identity does not hold, ``HB-GAT-002`` a jump, a negative
        income or a part outside 0 to 1 without acknowledgement.
    """
    broken = broken_identities(county.figures.table)
    if broken:
        raise _stopped(
            "HB-GAT-001",
            "指标之间不平衡，停止发布：\n" + "\n".join(broken[:_MOST_LISTED]),
            "请把本提示和数据版本号一并反馈给维护人员",
        )
    lines = [*(line for jump in batch.jumps for line in _jumped(county, jump)), *_odd(county)]
    if lines:
        more = f"\n……另有{len(lines) - _MOST_LISTED}个" if len(lines) > _MOST_LISTED else ""
        raise _stopped(
            "HB-GAT-002",
            f"{len(lines)}个指标不寻常（比上月变动过大，或超出常见范围），须有人确认：\n"
            + "\n".join(lines[:_MOST_LISTED])
            + more,
            f"核对数据；属实的，在 params/issues/{county.month}.yaml 的 acknowledgements 里写明确认人和原因",
        )


def _jumped(county: Bulletin, jump: Jump) -> list[str]:
    """Places whose figure moved further than the limits, without an acknowledgement."""
    known = _answered(county)
    lines = []
    for place in county.scope.upper_places:
        now = county.figures.value(jump.indicator, place=place)
        change = county.figures.difference(jump.indicator, place=place)
        if now is None or change is None or (jump.indicator, place) in known:
            continue
        before = now - change
        if abs(change) > jump.least and abs(change) > jump.share * before:
            name = county.scope.register.name(place)
            lines.append(f"{name}（{place}）{jump.indicator}：上月{before:.0f}，本月{now:.0f}")
    return lines


def _odd(county: Bulletin) -> list[str]:
    """Figures beyond what is common, without an acknowledgement."""
    known = _answered(county)
    return [
        f"{county.scope.register.name(figure.place_code)}（{figure.place_code}）{figure.indicator}：{figure.text}"
        for figure in unusual(county.figures.table, str(county.month))
        if (figure.indicator, figure.place_code) not in known
    ]


def _answered(county: Bulletin) -> set[tuple[str, str]]:
    return {(a.indicator, a.area) for a in county.issue.acknowledgements}


def _stopped(code: str, message: str, action: str) -> HanbinError:
    return HanbinError(code, message, action=action, exit_code=ExitCode.GATE_FAILED)
