"""The area register: codes and names of county, towns and villages, and which are counted.

Rows carry names; figures are keyed by code. Nineteen village names stand in more than one
town of Hanbin alone, so a village is matched within its town, never across the county.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pandas as pd

from hanbin_lib.errors import ExitCode, HanbinError
from hanbin_lib.parameter_tables import read_parameter_table

_TOWN_SUFFIX = re.compile(r"(街道办事处|街道办|街道|民族乡|镇|乡)$")
_COMMUNITY_SUFFIX = re.compile(r"(社区居民委员会|社区居委会|居民委员会|居委会|社区)$")
_COMMITTEE_SUFFIX = re.compile(r"村(民委员|委)会$")
# A name of more is no name; and a table of figures is also opened by a spreadsheet, which takes
# what begins so for a formula.
_LONGEST_NAME = 60
_FORMULA_STARTS = ("=", "+", "-", "@")
_NOT_IN_FILE_NAMES = frozenset('/\\:*?"<>|')
COLUMNS = ("place_code", "place_name", "kind", "parent_code", "is_counted", "note")


def town_key(name: str) -> str:
    """Town name without its kind: 建民街道, 建民街道办事处 and 建民 are the same town."""
    text = _plain(name)
    return _TOWN_SUFFIX.sub("", text) if len(text) > 2 else text


def village_key(name: str) -> str:
    """Village name without 村委会 or 村; a community keeps 社区, for both may exist (枣园)."""
    text = _plain(name)
    if _COMMUNITY_SUFFIX.search(text):
        return _COMMUNITY_SUFFIX.sub("", text) + "社区"
    text = _COMMITTEE_SUFFIX.sub("村", text)
    # In a name of two characters 村 is part of the name: 东村 is not 东.
    return text.removesuffix("村") if len(text) > 2 else text


def _plain(name: str) -> str:
    return unicodedata.normalize("NFKC", name).replace(" ", "")


@dataclass(frozen=True)
class AreaRegister:
    """County, towns and villages of one county.

    Parameters
    ----------
    table
        One row a place: ``place_code`` (6, 9 or 12 digits), ``place_name``, ``kind``,
        ``parent_code``, ``is_counted``, ``note`` (why not counted).
    """

    table: pd.DataFrame

    @classmethod
    def read(cls, path: Path) -> "AreaRegister":
        """Read ``areas.csv``; raise ``HB-PAR-003`` naming every fault."""
        if not path.is_file():
            raise _invalid([f"{path.name}：缺少区划名册"])
        try:
            table = read_parameter_table(path, COLUMNS)
        except ValueError as fault:
            raise _invalid([f"{path.name}：{fault}"]) from None
        faults = [f"{path.name}：{fault}" for fault in _faults(table)]
        table = table.assign(is_counted=table["is_counted"].eq("是"))
        if faults:
            raise _invalid(faults)
        return cls(table[list(COLUMNS)].reset_index(drop=True))

    @cached_property
    def county(self) -> pd.Series:
        """The county's own row."""
        return self.table[self.table["place_code"].str.len() == 6].iloc[0]

    @cached_property
    def towns(self) -> pd.DataFrame:
        """Counted towns and streets, by code."""
        return self._counted(9)

    @cached_property
    def villages(self) -> pd.DataFrame:
        """Villages and communities of the counted towns, by code."""
        return self._counted(12)

    def name(self, place_code: str) -> str:
        """Official name of a place; raise ``HB-PAR-004`` for an unknown code."""
        try:
            return self._names[place_code]
        except KeyError:
            raise HanbinError(
                "HB-PAR-004",
                f"区划名册里没有代码 {place_code[:12]}",
                action="用 hanbin areas 查看全部代码",
                exit_code=ExitCode.PARAMS_INVALID,
            ) from None

    def children(self, place_code: str) -> pd.DataFrame:
        """Counted places directly below `place_code`."""
        below = self.towns if len(place_code) == 6 else self.villages
        return below[below["parent_code"] == place_code]

    @cached_property
    def town_codes(self) -> dict[str, str]:
        """`town_key` -> code of every town, counted or not."""
        towns = self._level(9)
        return dict(zip(towns["place_name"].map(town_key), towns["place_code"], strict=True))

    @cached_property
    def village_codes(self) -> dict[tuple[str, str], str]:
        """(town code, `village_key`) -> code of every village, counted or not.

        Where a village became a community, or the kind is left out, and no other place of
        the town bears that name, the other spelling leads to the same code.
        """
        villages = self._level(12)
        keys = list(zip(villages["parent_code"], villages["place_name"].map(village_key), strict=True))
        codes = dict(zip(keys, villages["place_code"], strict=True))
        for (town, key), code in list(codes.items()):
            other = key.removesuffix("社区") if key.endswith("社区") else f"{key}社区"
            codes.setdefault((town, other), code)
        return codes

    @cached_property
    def _names(self) -> dict[str, str]:
        return dict(zip(self.table["place_code"], self.table["place_name"], strict=True))

    def _counted(self, digits: int) -> pd.DataFrame:
        places = self._level(digits)
        return places[places["is_counted"]].sort_values("place_code", ignore_index=True)

    def _level(self, digits: int) -> pd.DataFrame:
        return self.table[self.table["place_code"].str.len() == digits]


def _faults(table: pd.DataFrame) -> list[str]:
    """Everything wrong with a register, in Chinese."""
    codes = table["place_code"]
    rounded = codes.str.fullmatch(r"[0-9.]+[Ee]\+[0-9]+")
    faults = [
        f"第{row + 2}行：代码被表格软件改成了科学计数，请把这一列设为“文本”后重新填写"
        for row in table.index[rounded]
    ]
    faults += [
        f"第{row + 2}行：代码应为6、9或12位数字"
        for row in table.index[~codes.str.fullmatch(r"[0-9]{6}([0-9]{3}([0-9]{3})?)?") & ~rounded]
    ]
    faults += [
        f"第{row + 2}行：是否计入（is_counted）应填“是”或“否”"
        for row in table.index[~table["is_counted"].isin(["是", "否"])]
    ]
    faults += [f"第{row + 2}行：代码重复" for row in table.index[codes.duplicated()]]
    faults += [
        f"第{row + 2}行：上级代码不在名册内"
        for row in table.index[(codes.str.len() > 6) & ~table["parent_code"].isin(set(codes))]
    ]
    faults += [
        f"第{row + 2}行：{fault}"
        for row, code, name in zip(table.index, codes, table["place_name"], strict=True)
        if (fault := _unfit(name, names_a_file=len(code) < 12))
    ]
    if (codes.str.len() == 6).sum() != 1:
        faults.append("应有且只有一个县（区）级代码")
    keys = [
        (town_key if len(code) == 9 else village_key)(name)
        for code, name in zip(codes, table["place_name"], strict=True)
    ]
    named = table.assign(key=keys)
    twice = named.duplicated(["parent_code", "key"])
    faults += [f"第{row + 2}行：同一上级内名称重复" for row in table.index[twice]]
    return faults


def _unfit(name: str, *, names_a_file: bool) -> str:
    """Why a text cannot be the name of a place, without repeating it; empty where it can."""
    if not name.strip():
        return "缺少名称"
    if len(name) > _LONGEST_NAME:
        return f"名称超过{_LONGEST_NAME}个字"
    if name.lstrip().startswith(_FORMULA_STARTS):
        return "名称不能以 = + - @ 开头"
    if any(unicodedata.category(character) in {"Cc", "Cf", "Zl", "Zp"} for character in name):
        return "名称含有看不见的控制字符"
    if names_a_file and set(name) & _NOT_IN_FILE_NAMES:
        return "县、镇名称含有文件名不能用的字符"
    return ""


def _invalid(faults: list[str]) -> HanbinError:
    return HanbinError(
        "HB-PAR-003",
        "\n".join(faults),
        action="修改 params/areas.csv",
        exit_code=ExitCode.PARAMS_INVALID,
    )
