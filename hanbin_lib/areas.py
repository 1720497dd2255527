"""The file of areas (``areas.csv``): its lines, what may be wrong with them, and the keys of names.

A line is read without a table of figures, so that a command that only lists places answers at once.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from hanbin_lib.errors import HanbinError, refused_params
from hanbin_lib.parameter_files import Line, read_parameter_table

COUNTY, TOWN, VILLAGE = 6, 9, 12  # digits of a place's code
# Of towns and villages as the statistics' codes of areas class them: a development zone or a state farm whose
# code is a town's (400 to 599) is 类似乡级单位.
LIKE_A_TOWN, LIKE_A_VILLAGE = "类似乡级单位", "类似村级单位"
KINDS = {
    COUNTY: ("县", "区", "市", "旗"),
    TOWN: ("镇", "乡", "民族乡", "街道", "苏木", "民族苏木", LIKE_A_TOWN),
    VILLAGE: ("村", "社区", "嘎查", LIKE_A_VILLAGE),
}
_LEVELS = ("县级", "镇级", "村级")
_KINDS_TOLD = "，".join(
    f"{level}填{'、'.join(kinds)}" for level, kinds in zip(_LEVELS, KINDS.values(), strict=True)
)
_ENDINGS = {
    "街道办事处": "街道", "街道办": "街道", "办事处": "街道", "街道": "街道", "镇": "镇",
    "族乡": "民族乡", "乡": "乡", "民族苏木": "民族苏木", "苏木": "苏木",
    "区": LIKE_A_TOWN, "园": LIKE_A_TOWN, "场": LIKE_A_TOWN, "管委会": LIKE_A_TOWN,
}  # fmt: skip
_BODY_SUFFIX = re.compile(r"(党工委|人民政府|政府|管理委员会|管委会)$")
_TOWN_SUFFIX = re.compile(r"(街道办事处|街道办|街办|办事处|街道|民族乡|镇|乡|苏木)$")
_COMMUNITY_SUFFIX = re.compile(r"(社区居民委员会|社区居委会|居民委员会|居委会|社区)$")
_COMMITTEE_SUFFIX = re.compile(r"村(民委员|委)会$")
# A name of more is no name; and a table of figures is also opened by a spreadsheet, which takes
# what begins so for a formula.
_LONGEST_NAME = 60
_FORMULA_STARTS = ("=", "+", "-", "@")
_NOT_IN_FILE_NAMES = frozenset('/\\:*?"<>|')
_CODE = re.compile(r"[0-9]{6}([0-9]{3}([0-9]{3})?)?")
_ROUNDED = re.compile(r"[0-9.]+[Ee]\+[0-9]+")
_YES_OR_NO = {"是": True, "否": False}


@dataclass(frozen=True, slots=True)
class Area:
    """A county, town or village.

    Parameters
    ----------
    place_code
        6, 9 or 12 digits.
    is_counted, note
        Whether it is counted, and why not.
    """

    place_code: str
    place_name: str
    kind: str
    parent_code: str
    is_counted: bool
    note: str


def read_areas(path: Path) -> list[Area]:
    """Read ``areas.csv`` in the order of its lines; raise ``HB-PAR-003`` naming every fault."""
    if not path.is_file():
        raise _invalid([f"{path.name}：缺少区划名册"])
    try:
        lines = read_parameter_table(path, tuple(Area.__dataclass_fields__))
    except ValueError as fault:
        raise _invalid([f"{path.name}：{fault}"]) from None
    faults = [f"{path.name}：{fault}" for fault in _faults(lines)]
    if faults:
        raise _invalid(faults)
    texts = [{name: line[name] for name in Area.__dataclass_fields__} for line in lines.values()]
    return [Area(**text | {"is_counted": _YES_OR_NO[text["is_counted"]]}) for text in texts]  # type: ignore[arg-type]


def kind_by_name(name: str) -> str:
    """Kind of a town as its name says it; empty where it does not."""
    return next((kind for ending, kind in _ENDINGS.items() if name.endswith(ending)), "")


def told_kind(kind: str) -> str:
    """What a text calls a place of a kind: 民族乡 are 乡; a zone or a farm (类似乡级单位) is its 辖区."""
    return "辖区" if kind in (LIKE_A_TOWN, LIKE_A_VILLAGE) else kind.removeprefix("民族")


def town_key(name: str) -> str:
    """Town name without its kind: 建民街道, 建民街道办事处, 建民办事处 and 建民 are the same town."""
    text = _BODY_SUFFIX.sub("", _plain(name))
    return _TOWN_SUFFIX.sub("", text) if len(text) > 2 else text


def village_key(name: str) -> str:
    """Village name without 村委会 or 村; a community keeps 社区, for both may exist (枣园)."""
    text = _plain(name)
    if _COMMUNITY_SUFFIX.search(text):
        return _COMMUNITY_SUFFIX.sub("", text) + "社区"
    text = _COMMITTEE_SUFFIX.sub("村", text)
    # In a name of two characters 村 is part of the name: 东村 is not 东.
    return text.removesuffix("村") if len(text) > 2 else text


def place_key(place_code: str, place_name: str) -> str:
    """What a place is known by among the places below one."""
    return (town_key if len(place_code) == TOWN else village_key)(place_name)


def is_area_code(text: str) -> bool:
    """Whether a text has the form of a place's code: 6, 9 or 12 digits."""
    return _CODE.fullmatch(text) is not None


def _plain(name: str) -> str:
    return "".join(unicodedata.normalize("NFKC", name).split())


def _faults(lines: dict[int, Line]) -> list[str]:
    """Everything wrong with the lines, in Chinese, one kind of fault after the other."""
    codes = [line["place_code"] for line in lines.values()]
    known = set(codes)
    each: dict[str, Callable[[str, Line], object]] = {
        "代码被表格软件改成了科学计数，请把这一列设为“文本”后重新填写": lambda code, _: _ROUNDED.fullmatch(
            code
        ),
        "代码应为6、9或12位数字": lambda code, _: not _ROUNDED.fullmatch(code) and not _CODE.fullmatch(code),
        f"类别（kind）{_KINDS_TOLD}": lambda code, line: (
            len(code) in KINDS and line["kind"] not in KINDS[len(code)]
        ),
        "类别（kind）和名称的末尾不一致": lambda code, line: len(code) == TOWN and _named_otherwise(line),
        "是否计入（is_counted）应填“是”或“否”": lambda _, line: line["is_counted"] not in _YES_OR_NO,
    }
    faults = [
        f"第{number}行：{fault}"
        for fault, is_wrong in each.items()
        for number, line in lines.items()
        if is_wrong(line["place_code"], line)
    ]
    faults += [f"第{number}行：代码重复" for number in _repeated(zip(lines, codes, strict=True))]
    faults += [
        f"第{number}行：上级代码不在名册内"
        for number, line in lines.items()
        if len(line["place_code"]) > 6 and line["parent_code"] not in known
    ]
    faults += [
        f"第{number}行：{fault}"
        for number, line in lines.items()
        if (fault := unfit_name(line["place_name"], names_a_file=len(line["place_code"]) < VILLAGE))
    ]
    if Counter(map(len, codes))[6] != 1:
        faults.append("应有且只有一个县（区）级代码")
    names = (
        (number, (line["parent_code"], place_key(line["place_code"], line["place_name"])))
        for number, line in lines.items()
    )
    faults += [f"第{number}行：同一上级内名称重复" for number in _repeated(names)]
    return faults


def _named_otherwise(line: Line) -> bool:
    """Whether a town's name says another kind: the bulletin would call 石门乡 a 镇."""
    own, kind = kind_by_name(line["place_name"]), line["kind"]
    # 某族乡 need not be a 民族乡, and what is named like a zone may be anything.
    is_sure = own not in ("", LIKE_A_TOWN) and kind in KINDS[TOWN]
    return is_sure and told_kind(own) != told_kind(kind)


def _repeated(keys: Iterable[tuple[int, object]]) -> Iterator[int]:
    """Numbers of the lines whose key a line before has."""
    seen: set[object] = set()
    for number, key in keys:
        if key in seen:
            yield number
        seen.add(key)


def unfit_name(name: str, *, names_a_file: bool) -> str:
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
    return refused_params("HB-PAR-003", "\n".join(faults), "修改 params/areas.csv")
