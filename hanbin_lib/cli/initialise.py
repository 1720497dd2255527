"""Making a new workspace from the parameters and notebooks that come with the package."""

import re
import shlex
import shutil
from pathlib import Path

import yaml

from hanbin_lib.areas import TOWN
from hanbin_lib.cli.console import say
from hanbin_lib.errors import ExitCode, HanbinError, refused_input, refused_params
from hanbin_lib.ingest.founding import Found, found_places
from hanbin_lib.months import MONTH_FOLDER
from hanbin_lib.workspace import Workspace

_PACKAGE = Path(__file__).parents[1]
# The template's goals are a village's of its own county.
_NO_GOALS = """\
# 增收目标和“不低于”比较，由本局填写。数据取自“历年数据”表，口径、价格不同的数据不比较、不接续。例：
# goals:
#   - area: 历年数据里的地区名
#     place: "区划代码；镇的月报只列本镇的目标"
#     indicator: 农民人均纯收入
#     prices: 现价
#     value_yuan: 目标（元）
#     year: 目标年份
#     source: 文件
#     breaks: [口径改变的首个年份，没有的写一对空方括号]
goals: []
comparisons: []
"""


def new_workspace(folder: Path) -> tuple[Workspace, list[str]]:
    """Copy ``params/`` and ``notebooks/`` into `folder`, which must be empty or not there.

    Returns
    -------
    workspace
        The new one.
    left_out
        Names of the parameter files that name places of the template's county: shocks that reach
        certain towns, plans of a village. No other county could publish with them.

    Raises
    ------
    HanbinError
        ``HB-WSP-002`` the folder is not empty, or a file: nothing is written over.
    """
    nearest = next(place for place in (folder, *folder.absolute().parents) if place.exists())
    if not nearest.is_dir() or (nearest == folder and any(folder.iterdir())):
        raise refused_input(
            "HB-WSP-002", f"{folder} 不是空目录，没有写入任何文件", "换一个新目录，或先清空它"
        )
    for name in ("params", "notebooks"):
        shutil.copytree(_template() / name, folder / name, ignore=shutil.ignore_patterns(".*"))
    for name in ("data/inbox", "reports"):
        (folder / name).mkdir(parents=True)
    made = Workspace(folder.resolve())
    local = [path for path in sorted(made.params.glob("*/*.yaml")) if _names_a_place(path)]
    for path in local:
        path.unlink()
    _write(made.params / "goals.yaml", _NO_GOALS)
    for path in made.notebooks.glob("*.ipynb"):
        _write(path, _without_template(path.read_text(encoding="utf-8")))
    return made, [path.name for path in local]


def initialise(folder: Path, exports: Path | None, code: str, name: str, *, make_codes: bool) -> None:
    """Make a workspace, from the county's own exports where there are any, and say what to do next.

    Raises
    ------
    HanbinError
        ``HB-INI-001`` the exports name no places, ``HB-INI-002`` the county's code is missing,
        ``HB-INI-003`` codes would have to be made and nobody confirmed that, ``HB-INI-004`` a code or
        name without exports to go by, which nothing would have used.
    """
    if exports is None and (code or name or make_codes):
        raise HanbinError(
            "HB-INI-004",
            "--code、--name、--make-codes 要和 --from 一起用，没有写入任何文件",
            action="加上 --from 导出文件夹；没有导出文件的不写这几项，新建后改 county.yaml、areas.csv",
            exit_code=ExitCode.USAGE,
        )
    found = _examined(exports, code, name, make_codes=make_codes) if exports else None
    made, left_out = new_workspace(folder)
    say(f"已新建工作目录：{made.root}")
    if left_out:
        named = "、".join(left_out)
        say(f"没有带入点名了示范区镇、村的情景、计划和增收目标：{named}、goals.yaml 的目标")
    if found is None:
        say("下一步：把 params 里的 county.yaml 和 areas.csv 换成本县的，再导入、生成月报：")
        _print_next_steps(made, Path("导出文件夹"))
        return
    fill_from_exports(made, found, code, _month_of(exports) if exports else "")
    digits = found.areas["place_code"].str.len()
    towns, villages = (digits == TOWN).sum(), (digits > TOWN).sum()
    say(f"{found.county}：{towns}个镇（街道）、{villages}个村（社区）")
    for spelt, (other, rows) in found.doubtful.items():
        say(f"存疑的名称：{spelt}（{rows}行），最接近 {other}，暂按它对应；不对的改 params/columns.yaml")
    if not found.is_coded:
        say("镇、村代码是暂编的，核对后改 params/areas.csv。")
    say("下一步：在 params/county.yaml 里填单位名称，再导入、生成月报：")
    _print_next_steps(made, exports or Path())


def _month_of(exports: Path) -> str:
    """The month that a folder is called by; empty where it bears another name."""
    return exports.name if MONTH_FOLDER.fullmatch(exports.name) else ""


def _print_next_steps(made: Workspace, exports: Path) -> None:
    """The two commands that lead from here to a bulletin, with the month that the folder is called by."""
    where = f"--workspace {shlex.quote(str(made.root))}"
    month = _month_of(exports) or "年-月"
    say(f"  hanbin import {shlex.quote(str(exports))} --month {month} {where}")
    say(f"  hanbin bulletin {month} {where}")


def _examined(exports: Path, code: str, name: str, *, make_codes: bool) -> Found:
    if not re.fullmatch("[0-9]{6}", code):
        raise refused_params("HB-INI-002", "需要县级区划代码（6位数字）", "加上 --code，例如 --code 100001")
    found = found_places(exports, code, name)
    if not found.is_coded and not make_codes:
        raise refused_params(
            "HB-INI-003",
            "导出文件里没有镇、村的区划代码，没有写入任何文件",
            "加 --make-codes，确认由程序按统计用区划代码的形式暂编；或先补上“行政村代码”一列",
        )
    return found


def fill_from_exports(workspace: Workspace, found: Found, code: str, month: str = "") -> None:
    """Write county, register, the spellings of doubtful names and the notebooks' areas.

    What the exports do not say (the bureau's name) stands as a label to be filled in.
    """
    county = {
        "code": code,
        "name": found.county,
        "kind": found.county[-1],
        "bureau_name": f"{found.county}（单位名称待填）",
        "bulletin_name": f"{found.county}防返贫监测月报",
        "calibre": "导出文件里有的各镇（街道）",
    }
    params = workspace.params
    _write(params / "county.yaml", yaml.safe_dump(county, allow_unicode=True, sort_keys=False))
    _write(params / "areas.csv", found.areas.to_csv(index=False))
    for path in params.glob("scenarios/*.yaml"):  # 全区伏旱 in a 县
        _write(path, path.read_text(encoding="utf-8").replace("全区", f"全{county['kind']}"))
    columns = (params / "columns.yaml").read_text(encoding="utf-8")
    places = yaml.safe_dump({"places": {k: v for k, (v, _) in found.doubtful.items()}}, allow_unicode=True)
    _write(params / "columns.yaml", columns.replace("places: {}\n", places))
    for path in workspace.notebooks.glob("*.ipynb"):
        _write(path, _with_area(path.read_text(encoding="utf-8"), code, month))


def _without_template(notebook: str) -> str:
    """A notebook whose parameters name no scenario that was left out, and no day of the template's month."""
    emptied = re.sub(r'((?:scenario|as_of) = )\\"[^"\\]+\\"', r'\g<1>\\"\\"', notebook)
    return re.sub(r"(exposed = )\{[^}]*\}", r"\g<1>{}", emptied)


def _with_area(notebook: str, county: str, month: str) -> str:
    """A notebook whose default area is the county, and its month that of the exports where they tell it."""
    if month:
        notebook = re.sub(r'((?<![a-z_])month = \\")[0-9-]+(\\")', rf"\g<1>{month}\g<2>", notebook)
    return re.sub(r'(area = \\")[0-9]+(\\")', rf"\g<1>{county}\g<2>", notebook)


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")


def _names_a_place(path: Path) -> bool:
    content = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
    return "place" in content or any("towns" in shock for shock in content.get("shocks", ()))


def _template() -> Path:
    """In a wheel the template is packed beside the code; in the repository it is the root."""
    packed = _PACKAGE / "workspace_template"
    return packed if packed.is_dir() else _PACKAGE.parent
