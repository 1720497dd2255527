"""``hanbin doctor``: what the program needs, whether it is there, how to mend what is not."""

import importlib.metadata
import locale
import os
import re
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from rich.table import Table

from hanbin_lib import audit, fonts, snapshots
from hanbin_lib.area_changes import FILE
from hanbin_lib.area_comparison import since_import
from hanbin_lib.cli.console import console, going_on, say, this_month
from hanbin_lib.errors import ExitCode, HanbinError
from hanbin_lib.files import sha256_of
from hanbin_lib.params import Settings
from hanbin_lib.places import AreaRegister
from hanbin_lib.release import release_month
from hanbin_lib.release.repair import Repair, damages
from hanbin_lib.workspace import Workspace

_PACKAGE = Path(__file__).parents[1]
_LEAST_PYTHON = (3, 11)
_LEAST_FREE_BYTES = 2 * 1024**3  # a month of a district takes some 300 MB with its staging
_OLDEST_CLOCK = datetime(2024, 1, 1, tzinfo=UTC)
_MOST_TURNS = 3  # what one repair brings to light, the next turn mends
_PIN = re.compile(r"^([A-Za-z0-9._-]+)==([^ ;\\]+)([^\\]*)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at.

    Parameters
    ----------
    subject, found
        What was looked at, and what was seen, in Chinese.
    mend
        What to do; empty where nothing is wrong.
    is_hint
        Whether the program runs all the same.
    """

    subject: str
    found: str
    mend: str = ""
    is_hint: bool = False

    @property
    def is_fault(self) -> bool:
        """Whether the program cannot do its work like this."""
        return bool(self.mend) and not self.is_hint


def examine(given: Path | None = None) -> list[Check]:
    """Look at everything; what one check cannot do is a finding, not an end."""
    checks = [_python, _packages, _fonts, _locale, _clock, _kernel]
    found = [_safely(check) for check in checks]
    try:
        space = Workspace.find(given)
    except HanbinError as error:
        return [*found, Check("工作目录", error.message, error.action)]
    return found + [
        _safely(check, space)
        for check in (_params, _policy, _areas, _disk, _permissions, _store, _record, _reports)
    ]


def report(checks: list[Check]) -> ExitCode:
    """Print every check and what to mend; return 0 where nothing is wrong, else 11."""
    table = Table("", "检查", "情况", "怎么办")
    for check in checks:
        mark = "[red]✗[/]" if check.is_fault else "[yellow]![/]" if check.mend else "[green]✓[/]"
        table.add_row(mark, check.subject, check.found, check.mend)
    console.print(table)
    faults = sum(check.is_fault for check in checks)
    say(f"有 {faults} 项要修。" if faults else "没有要修的。")
    return ExitCode.INPUT_INVALID if faults else ExitCode.OK


def _safely(check: Callable[..., Check], *arguments: Workspace) -> Check:
    try:
        return check(*arguments)
    except HanbinError as error:
        return Check(_TITLES[check], f"{error.code} {error.message}", error.action or "见 docs/errors.md")
    except Exception as error:  # noqa: BLE001 — a broken installation may fail in any way
        return Check(_TITLES[check], f"检查不了（{type(error).__name__}）", f"重新安装：{_reinstall()}")


def _python() -> Check:
    version = ".".join(map(str, sys.version_info[:3]))
    is_old = sys.version_info < _LEAST_PYTHON
    return Check("Python", version, "换用 Python 3.11 至 3.14" if is_old else "")


def _packages() -> Check:
    """Versions that are installed against those of the lock, where there is one beside the code."""
    lock = _lock()
    wrong = sorted(_unlike(lock.read_text(encoding="utf-8")))
    if not wrong:
        return Check("依赖包", "与锁定版本一致")
    return Check("依赖包", f"{len(wrong)}个与锁定版本不同：{'、'.join(wrong[:5])}", f"运行 {_reinstall()}")


def _lock() -> Path:
    """The locked versions: in a wheel beside the code, in the repository at its root."""
    packed = _PACKAGE / "requirements.lock"
    return packed if packed.is_file() else _PACKAGE.parent / "requirements.lock"


def _reinstall() -> str:
    """How the environment becomes what the lock says: by make in the repository, by pip elsewhere."""
    if _lock().parent == _PACKAGE:
        return f"{sys.executable} -m pip install --require-hashes -r {_lock()}"
    return "make install"


def _unlike(lock: str) -> Iterator[str]:
    from packaging.markers import Marker

    for name, version, rest in _PIN.findall(lock):
        marker = rest.strip().removeprefix(";").strip()
        if marker and not Marker(marker).evaluate():
            continue
        try:
            installed = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            installed = "未安装"
        if installed != version:
            yield f"{name}（{installed}，应为{version}）"


def _fonts() -> Check:
    damaged = [face.path.name for face in fonts.faces() if not _is_whole(face)]
    if damaged:
        return Check("字体", f"缺失或损坏：{'、'.join(damaged)}", "运行 hanbin fonts")
    replaced = "、".join(fonts.substitutes())
    if replaced:
        return Check(
            "字体", f"有替代：{replaced}", "能连上 Debian 镜像时运行 hanbin fonts；可先用", is_hint=True
        )
    return Check("字体", f"{len(fonts.faces())}个，完好")


def _is_whole(face: fonts.Face) -> bool:
    return face.path.is_file() and sha256_of(face.path) == face.sha256


def _locale() -> Check:
    """Names of files are Chinese: the system must take them."""
    encoding = sys.getfilesystemencoding().lower().replace("-", "")
    if encoding != "utf8":
        return Check("语言环境", f"文件名编码是 {encoding}", "设置环境变量 PYTHONUTF8=1，或 LANG=C.UTF-8")
    terminal = (locale.getencoding()).lower().replace("-", "")
    if terminal != "utf8":
        return Check(
            "语言环境", f"终端编码是 {terminal}", "设置 LANG=C.UTF-8，否则中文可能显示不全", is_hint=True
        )
    return Check("语言环境", "UTF-8")


def _clock() -> Check:
    """A clock that is years behind makes every month look open to `hanbin due`."""
    now = datetime.now(UTC)
    if now < _OLDEST_CLOCK:
        return Check("时钟", f"{now:%Y-%m-%d}，明显不对", "校正系统时间，否则定时任务不会生成月报")
    zone = datetime.now().astimezone().strftime("%z")
    if zone != "+0800":
        mend = "定时任务按本机时间；需要北京时间的，设置时区 Asia/Shanghai"
        return Check("时钟", f"{now:%Y-%m-%d}，时区 {zone}", mend, is_hint=True)
    return Check("时钟", f"{now:%Y-%m-%d}，北京时间")


def _kernel() -> Check:
    from jupyter_client.kernelspec import KernelSpecManager, NoSuchKernel

    try:
        program = Path(KernelSpecManager().get_kernel_spec("python3").argv[0])
    except NoSuchKernel:
        return Check("笔记本内核", "没有 python3 内核", f"运行 {_reinstall()}")
    found = shutil.which(str(program))
    is_own = found is not None and Path(found).absolute().parent == Path(sys.executable).absolute().parent
    if program.is_absolute() and not is_own:
        return Check("笔记本内核", "python3 内核属于另一个 Python 环境", f"运行 {_reinstall()}")
    return Check("笔记本内核", "python3")


def _params(space: Workspace) -> Check:
    county = Settings.load(space).county
    register = AreaRegister.read(space.areas)
    register.require(county.code)
    found = f"{county.code} {county.name}，{len(register.towns)}个镇（街道）"
    if county.name != register.county["place_name"]:
        mend = "params/county.yaml 和 params/areas.csv 里县（区）的名称不同，改成一样的"
        return Check("参数", found, mend, is_hint=True)
    return Check("参数", found)


def _policy(space: Workspace) -> Check:
    """The policy pack of the month that runs, and the holidays that its clocks need."""
    settings, now = Settings.load(space), this_month()
    policy = settings.policies.of(now)
    if policy is None:
        mend = "在 params/policy/ 下加这个时期的政策包，见 docs/own-county.md"
        return Check("政策包", f"{now.label}没有政策包", mend, is_hint=True)
    if policy.clocks.counts_working_days and now.year not in settings.calendar.years:
        mend = f"把{now.year}年的放假通知录入 params/holidays.csv"
        return Check("政策包", f"有按工作日计的时限，{now.year}年的放假通知没有录入", mend, is_hint=True)
    return Check("政策包", f"{now.label}用 {policy.first_month} 起的")


def _areas(space: Workspace) -> Check:
    """The registers that the months were matched with, held against the one there is now."""
    register = AreaRegister.read(space.areas)
    kept = [(month, one.areas) for month in snapshots.months(space) if (one := snapshots.find(space, month))]
    differences = {
        (one.change, one.old_code, one.new_code): (one, month)
        for month, areas in kept
        if areas is not None
        for one in since_import(areas, month, register)
    }
    if not differences:
        return Check("区划", f"{len(register.past)}次变更，与各月导入时的名册一致")
    found = "；".join(f"与{month.label}导入时比，{one.text}" for one, month in differences.values())
    lines = "；".join(one.line("年-月") for one, _ in differences.values())
    return Check("区划", found, f"params/areas.csv 改回原样；确有变更的写进 params/{FILE}：{lines}")


def _disk(space: Workspace) -> Check:
    free = space.free_bytes
    available = f"可用 {free / 1024**3:.1f} GB"
    return Check(
        "磁盘",
        available,
        "清理磁盘，至少留 2 GB；hanbin prune 可清理旧版本" if free < _LEAST_FREE_BYTES else "",
    )


def _permissions(space: Workspace) -> Check:
    folders = [space.root / "data", space.reports]
    closed = [folder.name for folder in folders if not _can_write(folder)]
    if closed:
        return Check("权限", f"不能写入：{'、'.join(closed)}", "把这些目录的所有者改为运行本程序的账户")
    secret = space.secret
    if os.name == "posix" and secret.is_file() and secret.stat().st_mode & 0o077:
        return Check("权限", f"{secret.name} 其他账户可读", f"运行 chmod 600 data/{secret.name}")
    return Check("权限", "data、reports 可写")


def _can_write(folder: Path) -> bool:
    nearest = next(place for place in (folder, *folder.parents) if place.exists())
    return os.access(nearest, os.W_OK | os.X_OK)


def _store(space: Workspace) -> Check:
    """The current version of every month, every table against its hash."""
    months = snapshots.months(space)
    if not months:
        return Check("数据", "还没有导入任何月份", "运行 hanbin import 文件夹 --month 月份", is_hint=True)
    for month in months:
        snapshot = snapshots.latest(space, month)
        for name in snapshot.manifest.tables:
            snapshot.content(name)
    return Check("数据", f"{len(months)}个月，{months[0]} 至 {months[-1]}，逐表完好")


def _record(space: Workspace) -> Check:
    return Check("操作记录", f"{sum(1 for _ in audit.records(space.audit))}条，没有被改动")


def _reports(space: Workspace) -> Check:
    """Published files against their manifests, and these against the record."""
    from hanbin_lib.release import ledger

    months = ledger.newest(space)
    if not months:
        return Check("报告", "还没有发布", "运行 hanbin bulletin 月份", is_hint=True)
    changed = "、".join(map(str, ledger.deviations(space)))
    if changed:
        return Check("报告", f"文件与发布时不同：{changed}", "运行 hanbin bulletin 月份 重新生成")
    return Check("报告", f"{len(months)}个月，与发布时一致")


_TITLES: dict[Callable[..., Check], str] = {
    _python: "Python", _packages: "依赖包", _fonts: "字体", _locale: "语言环境", _clock: "时钟",
    _kernel: "笔记本内核", _params: "参数", _policy: "政策包", _areas: "区划", _disk: "磁盘",
    _permissions: "权限", _store: "数据", _record: "操作记录", _reports: "报告",
}  # fmt: skip


def repair_state(space: Workspace, *, does_it: bool) -> ExitCode:
    """Print every damage and its remedy; mend those that can be; 0 where nothing is left."""
    found = damages(space, partial(release_month, space))
    reported: set[str] = set()
    for _ in range(_MOST_TURNS):
        lines = [_damage(space, repair) for repair in found]
        say(*(line for line in lines if line not in reported))
        reported |= set(lines)
        if not (does_it and any(repair.mend for repair in found)):
            break
        for repair in found:
            _mend(space, repair)
        found = damages(space, partial(release_month, space))
    if not found:
        say("状态文件完好。")
        return ExitCode.OK
    if not does_it and any(repair.mend for repair in found):
        say("加 --yes 动手重建。")
    return ExitCode.INPUT_INVALID


def _damage(space: Workspace, repair: Repair) -> str:
    return f"{repair.path.relative_to(space.root).as_posix()}：{repair.found}。{repair.remedy}"


def _mend(space: Workspace, repair: Repair) -> None:
    """Mend one; what cannot be mended stops no other."""
    if repair.mend is not None:
        with going_on(f"{repair.path.name}：没有修成", space):
            repair.mend()
