"""``hanbin areas``: a month's register, and how it differs from another list."""

import pytest
from support import REPOSITORY

from hanbin_lib.area_changes import FILE
from hanbin_lib.cli.areas import areas_of, print_areas, print_comparison
from hanbin_lib.errors import HanbinError
from hanbin_lib.months import Month
from hanbin_lib.workspace import Workspace

# What two public copies of the list of 31 December 2025 agree on, where it is not as before.
NEW = {
    "县河镇": "610902124", "早阳镇": "610902120", "石梯镇": "610902122", "谭坝镇": "610902128",
    "紫荆镇": "610902132", "坝河镇": "610902129", "牛蹄镇": "610902131", "晏坝镇": "610902126",
}  # fmt: skip

NEW_YEAR = Month(2026, 1)


@pytest.fixture
def district(tmp_path):
    """The repository's register in a workspace of its own."""
    (tmp_path / "params").mkdir()
    content = (REPOSITORY / "params" / "areas.csv").read_bytes()
    (tmp_path / "params" / "areas.csv").write_bytes(content)
    return Workspace(tmp_path)


@pytest.fixture
def listed(district, tmp_path):
    """The list as the nation gives it: towns alone, with twelve digits."""
    towns = [one for one in areas_of(district) if len(one.place_code) == 9]
    rows = [f"{NEW.get(one.place_name, one.place_code)}000,{one.place_name}" for one in towns]
    path = tmp_path / "清单.csv"
    path.write_bytes("\n".join(["区划代码,名称", "610902000000,汉滨区", *rows]).encode("gb18030"))
    return path


def test_the_eight_new_codes_are_found_and_their_lines_make_the_new_register(district, listed, printed):
    def said(tell, *arguments) -> str:
        tell(*arguments)
        return printed()

    text = said(print_comparison, areas_of(district), listed, NEW_YEAR)
    lines = [line.strip() for line in text.splitlines() if line.startswith("2026-01,")]
    assert len(lines) == len(NEW)
    assert {tuple(line.split(",")[1:2] + line.split(",")[3:4]) for line in lines} == {
        ("改码", code) for code in NEW.values()
    }
    header = next(line for line in text.splitlines() if line.startswith("from_month"))
    (district.params / FILE).write_text("\n".join([header.strip(), *lines]), encoding="utf-8")
    assert "代码和名称都相同" in said(print_comparison, areas_of(district, NEW_YEAR), listed, NEW_YEAR)
    assert "共8处不同" in said(print_comparison, areas_of(district, NEW_YEAR.shift(-1)), listed, NEW_YEAR)
    shown = said(print_areas, areas_of(district, NEW_YEAR))
    assert "610902120" in shown
    assert next(row for row in shown.splitlines() if "早阳镇" in row).count("610902120") == 1


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("甲,乙\n1,2\n", "要有代码列"),
        ("区划代码,名称\n110101001,东华门街道\n", "没有以 610902 开头"),
    ],
)
def test_a_list_that_says_nothing_of_the_county_is_refused(district, tmp_path, text, told):
    path = tmp_path / "别的.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(HanbinError, match=told) as caught:
        print_comparison(areas_of(district), path)
    assert caught.value.code == "HB-ARE-001"
