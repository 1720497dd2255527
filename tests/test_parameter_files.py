"""A fault names its line, its field and what is allowed; a repeated key is a fault."""

from typing import Annotated, Literal

import pytest
from pydantic import Field

from hanbin_lib.errors import HanbinError
from hanbin_lib.parameter_files import Params, PlaceCode, read_params
from hanbin_lib.state import MonthText

DIGITS = "只写数字，不加引号、逗号、单位，不以0开头"
HALF = "冒号、逗号、引号、数字用半角"
PASTED = "看不见的字符（多半是从 Word 或网页粘贴来的），请重新输入"


class _Part(Params):
    kind: Literal["部分"]
    share: Annotated[float, Field(ge=0, le=1)]


class _Other(Params):
    kind: Literal["其他"]
    price: Annotated[float, Field(gt=0)]


class _Whole(Params):
    name: str
    size: Annotated[int, Field(gt=2, lt=9)] | None = None
    parts: tuple[Annotated[_Part | _Other, Field(discriminator="kind")], ...] = ()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("name: a\nsize: 12\n", "第2行 size 超出允许范围（应>2 且 <9）"),
        ("name: a\nparts:\n  - kind: 部分\n    share: 1.5\n", "第4行 parts.0.部分.share 超出允许范围（应≥0 且 ≤1）"),
        ("name: a\nparts:\n  - kind: 部分\n    shares: 0.5\n", "第4行 parts.0.部分.shares 不是已知的参数，请检查拼写（是否 share？）"),
        ("name: a\nparts:\n  - {kind: 部分, share: 0.1}\n  - {kind: 其他, price: -3}\n", "第4行 parts.1.其他.price 超出允许范围（应>0）"),
        ("name: a\nparts:\n  - {kind: 别的}\n", "第3行 parts.0 kind 不在允许的取值内（应为 '部分', '其他'）"),
        ("size: 3\n", "第1行 name 没有填写"),
        ("name: a\nsize: 3\nname: b\n", "第3行 name 填写了两次"),
        ("name: a\nparts: {share: 1}\n", "第2行 parts 应为列表，形如 [1, 2]，或每条一行、以“- ”开头"),
        ("name: a\nparts: [3]\n", '第2行 parts.0 应为成对的名称和值，形如 {"名称": 数}'),
        ("- name: a\n", "第1行 内容 应为成对的名称和值，一行一对，形如 名称: 值"),
        ("name: a\nsize: 07\n", f"第2行 size 应为整数（应>2 且 <9，{DIGITS}）"),  # 7 in octal, and 010 is 8
        ("name: a\nsize: 1:10\n", f"第2行 size 应为整数（应>2 且 <9，{DIGITS}）"),  # 70 of sixty
        ("name: a\nsize: 7_0\n", f"第2行 size 应为整数（应>2 且 <9，{DIGITS}）"),
        ("name: a\nparts:\n  - {kind: 部分, share: .nan}\n", "第3行 parts.0.部分.share 应为有限的数（应≥0 且 ≤1）"),
        ("name: a\nparts:\n  - {kind: 其他, price: .inf}\n", "第3行 parts.0.其他.price 应为有限的数（应>0）"),
        ("name: a\u3000\nsize: 3\n", "第1行 name 前后有空格或换行，请删去"),
        ("size: 3\nname: 甲\u200b乙\n", f"第2行 name 里有{PASTED}"),
        ("size: 3\nname: 甲\x0b乙\n", f"第2行里有{PASTED}"),
        ("2022-09-01: a\nname: a\n", "第1行 2022-09-01 不是已知的参数，请检查拼写"),
        ("name: &a [*a]\n", "不是有效的 YAML（有一项把自己写在自己里面）"),
        ("name: a\nsize: ５\n", f"第2行 size 应为整数（应>2 且 <9，{HALF}）"),
        ("name: 甲，乙\nsize: 12\n", "第2行 size 超出允许范围（应>2 且 <9）"),
        ("name：a\nsize: 3\n", "不是有效的 YAML（第2行第5列附近；冒号、逗号、引号、数字用半角，缩进用空格）"),
    ],
)  # fmt: skip
def test_line_field_and_range(tmp_path, text, told):
    path = tmp_path / "参数.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(HanbinError) as caught:
        read_params(path, _Whole)
    assert caught.value.code == "HB-PAR-002"
    assert f"参数.yaml：{told}" in caught.value.message.splitlines()


def test_a_day_is_read_as_it_is_written(tmp_path):
    """YAML would make 2022-9-1 another text, and stop at a day that there is none of."""
    for text in ("2022-9-1", "2022-13-08", "2022-09-01 07:30"):
        (tmp_path / "参数.yaml").write_text(f"name: {text}\nsize: 3\n", encoding="utf-8")
        assert read_params(tmp_path / "参数.yaml", _Whole).name == text


class _Choice(Params):
    prices: Literal["现价", "可比价"]


def test_values_to_choose_from_are_told_in_chinese(tmp_path):
    path = tmp_path / "参数.yaml"
    path.write_text("prices: “现价”\n", encoding="utf-8")
    with pytest.raises(HanbinError, match="应为 '现价' 或 '可比价'，冒号、逗号、引号、数字用半角"):
        read_params(path, _Choice)


class _Written(Params):
    month: MonthText | None
    place: PlaceCode


def test_a_form_is_told_by_an_example_not_by_a_pattern(tmp_path):
    path = tmp_path / "参数.yaml"
    path.write_text("month: '2022-9'\nplace: 流水镇\n", encoding="utf-8")
    with pytest.raises(HanbinError) as caught:
        read_params(path, _Written)
    assert caught.value.message.splitlines() == [
        "参数.yaml：第1行 month 格式不对（应形如 2022-09）",
        "参数.yaml：第2行 place 格式不对（应形如 110105、110105001、110105001001）",
    ]


def test_all_faults_in_one_pass(tmp_path):
    path = tmp_path / "参数.yaml"
    path.write_text("size: 1\nsiz: 1\nsize: 1\nparts:\n  - {kind: 部分, share: 2}\n", encoding="utf-8")
    with pytest.raises(HanbinError) as caught:
        read_params(path, _Whole)
    assert len(caught.value.message.splitlines()) == 5
