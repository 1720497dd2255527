"""``hanbin areas``: the places of a month, and how they differ from another list."""

import re
from collections.abc import Iterator
from pathlib import Path

from rich.table import Table

from hanbin_lib.area_changes import COLUMNS, FILE, changed, read_area_changes
from hanbin_lib.areas import COUNTY, TOWN, Area, is_area_code, read_areas
from hanbin_lib.cli.console import console, say
from hanbin_lib.errors import HanbinError, refused_input
from hanbin_lib.months import Month
from hanbin_lib.parameter_files import Line, read_parameter_table
from hanbin_lib.workspace import Workspace

_CODES = ("place_code", "代码", "区划代码", "行政区划代码", "统计用区划代码", "新代码")
_NAMES = ("place_name", "名称", "区划名称", "地名", "单位名称", "标准地名")
# Lists of the nation give every code twelve digits, and a town's the last three as noughts.
_FILLED = re.compile(r"(?:000)+$")


def areas_of(space: Workspace, month: Month | None = None) -> list[Area]:
    """The register of a month, the newest where none is given."""
    changes = read_area_changes(space.params / FILE)
    if month:
        changes = tuple(change for change in changes if change.month <= month)
    return changed(read_areas(space.areas), changes)[0]


def print_areas(areas: list[Area]) -> None:
    """County and towns, and whether they are counted."""
    table = Table("代码", "名称", "类别", "计入", "说明")
    for area in areas:
        if len(area.place_code) <= TOWN:
            counted = "是" if area.is_counted else "否"
            table.add_row(area.place_code, area.place_name, area.kind, counted, area.note)
    console.print(table)


def print_comparison(areas: list[Area], path: Path, month: Month | None = None) -> None:
    """What differs between the register and another list, and the lines that would record it.

    Raises
    ------
    HanbinError
        ``HB-ARE-001`` the list cannot be read or holds no place of the county.
    """
    from hanbin_lib.area_comparison import differences

    county = next(area.place_code for area in areas if len(area.place_code) == COUNTY)
    other = dict(_listed(path, county))
    levels = {len(code) for code in other}
    own = {area.place_code: area.place_name for area in areas if len(area.place_code) in levels}
    found = differences(own, other)
    counts = "，".join(f"{size}位代码{sum(len(code) == size for code in other)}个" for size in sorted(levels))
    say(f"{path.name}：{counts}；清单里没有的级别不比较。")
    if not found:
        say("代码和名称都相同。")
        return
    for difference in found:
        say(difference.text)
    say(f"\n共{len(found)}处不同。核对文件后，把确有其事的各行写进 params/{FILE}：")
    say(",".join(COLUMNS))
    for difference in found:
        say(difference.line(str(month or "年-月")))


def _listed(path: Path, county: str) -> Iterator[tuple[str, str]]:
    """Code and name of every place of the county in a list; the county itself is left out."""
    try:
        lines = read_parameter_table(path, ())
    except (ValueError, OSError) as fault:
        raise _unreadable(path, str(fault) if isinstance(fault, ValueError) else "打不开") from None
    headings = next(iter(lines.values()), {})
    code, name = (next((h for h in known if h in headings), "") for known in (_CODES, _NAMES))
    if not (code and name):
        raise _unreadable(path, f"要有代码列（{'、'.join(_CODES)}之一）和名称列（{'、'.join(_NAMES)}之一）")
    found = list(_places(lines, code, name, county))
    if not found:
        raise _unreadable(path, f"没有以 {county} 开头的9位或12位代码")
    names = dict(found)
    twice = sorted({code for code, name in found if names[code] != name})
    if twice:
        raise _unreadable(path, f"同一代码有两个名称：{'、'.join(twice)}")
    yield from found


def _places(lines: dict[int, Line], code: str, name: str, county: str) -> Iterator[tuple[str, str]]:
    for line in lines.values():
        short = _FILLED.sub("", line[code].strip()) if len(line[code].strip()) > TOWN else line[code].strip()
        if is_area_code(short) and short.startswith(county) and len(short) > COUNTY and line[name].strip():
            yield short, line[name].strip()


def _unreadable(path: Path, why: str) -> HanbinError:
    return refused_input("HB-ARE-001", f"{path.name}：{why}", "另存为 CSV，代码列先设为“文本”")
